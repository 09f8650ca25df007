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
  ])('of a success gets a short description: %s', (type, details, did) => {
    expect(descriptionOf(type, { details })).toEqual({ did, refused: false, explanations: [] })
  })

  it('of a refusal gets a description with its reason', () => {
    expect(descriptionOf('LOGIN_ERROR', { error: 'client_not_found', clientId: 'abc' })).toMatchObject({
      did: 'asked for a login',
      refused: true,
      explanations: [{ id: 'client-not-found', culprit: 'abc' }],
    })
  })

  it('of an unknown refusal also gets a description', () => {
    expect(descriptionOf('LOGIN_ERROR', { error: 'brand_new' })).toEqual({
      did: 'asked for a login',
      refused: true,
      explanations: [],
    })
    expect(descriptionOf('FEDERATED_IDENTITY_LINK_ERROR')?.did).toBe('caused FEDERATED_IDENTITY_LINK_ERROR')
  })

  it('an event that stops a login counts as a refusal', () => {
    expect(descriptionOf('VERIFY_PROFILE', { details: { username: 'bob' } })).toMatchObject({ refused: true })
  })

  it('that is of no use to a developer gets no description', () => {
    expect(descriptionOf('USER_INFO_REQUEST')).toBeUndefined()
    expect(descriptionOf('PERMISSION_TOKEN')).toBeUndefined()
  })
})

it('describeOccurrence describes log lines without an event', () => {
  const logLines = [
    'Uncaught server error: java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "host" is null',
  ]
  expect(describeOccurrence({ atMs: 0, event: undefined, logLines }, {})).toMatchObject({
    did: 'sent a request',
    explanations: [{ id: 'redirect-without-host' }],
  })
})

it.each(['constructor', '__proto__', 'toString'])(
  'describeOccurrence treats an event named %s as unknown',
  (name) => {
    const event = { type: `${name}_ERROR`, details: {} }
    expect(describeOccurrence({ atMs: 0, event, logLines: [] }, {})).toMatchObject({
      did: `caused ${name}_ERROR`,
      refused: true,
    })
  },
)
