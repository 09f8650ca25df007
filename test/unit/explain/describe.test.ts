import { describe, expect, it } from 'vitest'

import { describeOccurrence } from '../../../src/explain/describe.ts'

const descriptionOf = (type: string, more: object = {}) => {
  const event = { type, details: {}, ...more }
  return describeOccurrence({ atMs: 0, event, logLines: [] }, {})
}

describe('an event', () => {
  it.each([
    ['CLIENT_REGISTER', {}, 'registered'],
    [
      'LOGIN',
      { username: 'testuser', redirect_uri: 'http://a/cb' },
      'logged testuser in, back to http://a/cb',
    ],
    ['CODE_TO_TOKEN', { scope: 'openid mcp:tools' }, 'got a token (openid mcp:tools)'],
    ['REFRESH_TOKEN', {}, 'refreshed its token'],
  ])('of what went well is told briefly: %s', (type, details, did) => {
    expect(descriptionOf(type, { details })).toEqual({ did, refused: false, explanations: [] })
  })

  it('of a refusal is told with its reason', () => {
    expect(descriptionOf('LOGIN_ERROR', { error: 'client_not_found', clientId: 'abc' })).toMatchObject({
      did: 'asked for a login',
      refused: true,
      explanations: [{ id: 'client-not-found', culprit: 'abc' }],
    })
  })

  it('of a refusal that is not known is told all the same', () => {
    expect(descriptionOf('LOGIN_ERROR', { error: 'brand_new' })).toEqual({
      did: 'asked for a login',
      refused: true,
      explanations: [],
    })
    expect(descriptionOf('FEDERATED_IDENTITY_LINK_ERROR')?.did).toBe('caused FEDERATED_IDENTITY_LINK_ERROR')
  })

  it('that stops a login is a refusal, though Keycloak does not call it an error', () => {
    expect(descriptionOf('VERIFY_PROFILE', { details: { username: 'bob' } })).toMatchObject({ refused: true })
  })

  it('that says nothing to a developer is left out', () => {
    expect(descriptionOf('USER_INFO_REQUEST')).toBeUndefined()
    expect(descriptionOf('PERMISSION_TOKEN')).toBeUndefined()
  })
})

it('tells lines of the log that have no event', () => {
  const logLines = [
    'Uncaught server error: java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "host" is null',
  ]
  expect(describeOccurrence({ atMs: 0, event: undefined, logLines }, {})).toMatchObject({
    did: 'sent a request',
    explanations: [{ id: 'redirect-without-host' }],
  })
})

it.each(['constructor', '__proto__', 'toString'])(
  'does not take an event called %s for one that it knows',
  (name) => {
    const event = { type: `${name}_ERROR`, details: {} }
    expect(describeOccurrence({ atMs: 0, event, logLines: [] }, {})).toMatchObject({
      did: `caused ${name}_ERROR`,
      refused: true,
    })
  },
)
