import { describe, expect, it } from 'vitest'

import {
  inOrderOf,
  withoutEmpty,
  withoutMapperDefaults,
  withoutMasked,
} from '../../../../src/realm/compare/tidy.ts'

describe('an exported realm', () => {
  it('loses what is empty, but not where emptiness says something', () => {
    expect(
      withoutEmpty({
        a: [],
        b: { c: {} },
        d: [{ e: [], f: false }],
        executors: [{ executor: 'x', configuration: {} }],
        defaultClientScopes: [],
        text: '',
      }),
    ).toEqual({
      d: [{ f: false }],
      executors: [{ executor: 'x', configuration: {} }],
      defaultClientScopes: [],
      text: '',
    })
  })

  it('loses the secrets that are masked, and says where they were', () => {
    const mask = '**********'
    const { value, paths } = withoutMasked({
      smtpServer: { host: 'h', password: mask },
      identityProviders: [{ alias: 'hub', config: { clientSecret: mask } }],
      components: { type: [{ providerId: 'ldap', config: { bindCredential: [mask], url: ['u'] } }] },
    })
    expect(value).toEqual({
      smtpServer: { host: 'h' },
      identityProviders: [{ alias: 'hub', config: {} }],
      components: { type: [{ providerId: 'ldap', config: { url: ['u'] } }] },
    })
    expect(paths).toEqual([
      'smtpServer.password',
      'identityProviders[hub].config.clientSecret',
      'components.type[ldap].config.bindCredential',
    ])
  })

  it('loses what Keycloak adds to mappers, and no more', () => {
    const mapper = (config: object, consentRequired = false) => ({
      clientScopes: [{ protocolMappers: [{ name: 'm', consentRequired, config }] }],
    })
    const same = { 'id.token.claim': 'true', 'userinfo.token.claim': 'true' }
    expect(withoutMapperDefaults(mapper(same))).toEqual({
      clientScopes: [{ protocolMappers: [{ name: 'm', config: { 'id.token.claim': 'true' } }] }],
    })
    const other = { 'id.token.claim': 'true', 'userinfo.token.claim': 'false' }
    expect(withoutMapperDefaults(mapper(other, true))).toEqual(mapper(other, true))
  })
})

describe('the order', () => {
  const keys = (value: object) => Object.keys(value)

  it('the order follows the file; new items come last', () => {
    const like = { z: 1, users: [{ username: 'b', email: '' }, { username: 'a' }], list: ['y', 'x'] }
    const ordered = inOrderOf(
      {
        list: ['x', 'new', 'y'],
        new: 1,
        users: [{ username: 'c' }, { username: 'a' }, { email: '', username: 'b' }],
        z: 1,
      },
      like,
    )
    expect(keys(ordered)).toEqual(['z', 'users', 'list', 'new'])
    expect(ordered.users.map(({ username }) => username)).toEqual(['b', 'a', 'c'])
    expect(ordered.list).toEqual(['y', 'x', 'new'])
  })

  it('is the same whatever it was before: names first, then by the alphabet', () => {
    const one = { config: {}, b: 1, name: 'n', a: 1, clientId: 'c' }
    const other = { a: 1, b: 1, clientId: 'c', config: {}, name: 'n' }
    expect(keys(inOrderOf(one, undefined))).toEqual(['clientId', 'name', 'a', 'b', 'config'])
    expect(keys(inOrderOf(other, {}))).toEqual(keys(inOrderOf(one, {})))
  })

  it('of steps is a setting and stays', () => {
    const executions = [{ authenticator: 'z' }, { authenticator: 'a' }]
    expect(inOrderOf(executions, [])).toEqual(executions)
  })
})
