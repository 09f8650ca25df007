import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import type { Admin } from '../../../src/keycloak/admin.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { up } from '../../../src/operations/up.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { differences, readWhole } from '../../helpers/program/killed-resets.ts'

const keycloak = sharedKeycloak()
const realm = 'in-place'
const POLICY = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

let admin: Admin
let config: Config

beforeAll(async () => {
  config = await externalConfig(keycloak, { realm, proof: false, with: ['oauth-proxy'] })
  await up(config)
  admin = await sharedAdmin()
  const id = randomUUID() // like a self-registered client
  await admin.clients.create({ realm, id, clientId: id, secret: 'its-own' })
})
afterAll(() => admin.realms.del({ realm }))

const client = async (clientId: string) => {
  const [found] = await admin.clients.find({ realm, clientId })
  return { ...found, id: found?.id ?? '' }
}
const user = async (username: string) => {
  const [found] = await admin.users.find({ realm, username, exact: true })
  return { ...found, id: found?.id ?? '' }
}
const scope = async (name: string) => {
  const found = (await admin.clientScopes.find({ realm })).find((one) => one.name === name)
  return { ...found, id: found?.id ?? '' }
}
const role = async (name: string) => {
  const found = await admin.roles.findOneByName({ realm, name })
  return { ...found, id: found?.id ?? '', name }
}

/** Changes that a user may make to a realm, each followed by a reset. */
const CHANGES: Readonly<Record<string, () => Promise<unknown>>> = {
  'a save in the admin console': async () => {
    const found = await admin.realms.findOne({ realm })
    await admin.realms.update(
      { realm },
      { ...found, displayName: 'x', bruteForceProtected: true, notBefore: 1 },
    )
    await admin.realms.addLocalization({ realm, selectedLocale: 'de', key: 'k' }, 'v')
  },
  roles: async () => {
    await admin.roles.create({ realm, name: 'more' })
    const own = await role('admin')
    await admin.roles.updateById(
      { realm, id: own.id },
      { ...own, description: 'z', attributes: { a: ['b'] } },
    )
    await admin.roles.createComposite({ realm, roleId: own.id }, [await role('more')])
  },
  'a role that is removed': () => admin.roles.delByName({ realm, name: 'admin' }),
  scopes: async () => {
    await admin.clientScopes.create({ realm, name: 'more', protocol: 'openid-connect' })
    const { id, protocolMappers = [], ...profile } = await scope('profile')
    const attributes = { ...profile.attributes, more: '1' }
    await admin.clientScopes.update({ realm, id }, { ...profile, id, description: 'q', attributes })
    await admin.clientScopes.delProtocolMapper({ realm, id, mapperId: protocolMappers[0]?.id ?? '' })
    await admin.clientScopes.del({ realm, id: (await scope('email')).id })
    await admin.clientScopes.delDefaultClientScope({ realm, id })
    await admin.clientScopes.addDefaultOptionalClientScope({ realm, id })
  },
  clients: async () => {
    await admin.clients.create({ realm, clientId: 'more' })
    const own = await client('mcp-client')
    const attributes = { ...own.attributes, more: '1' }
    const changes = {
      description: 'x',
      redirectUris: ['http://x'],
      enabled: false,
      webOrigins: [],
      attributes,
    }
    await admin.clients.update({ realm, id: own.id }, { ...own, ...changes })
    const config = { 'claim.name': 'x', 'claim.value': 'y' }
    const mapper = {
      name: 'more',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-hardcoded-claim-mapper',
      config,
    }
    await admin.clients.addProtocolMapper({ realm, id: own.id }, mapper)
    await admin.clients.createRole({ realm, id: own.id, name: 'more' })
    await admin.clients.addRealmScopeMappings({ realm, id: own.id }, [await role('admin')])
    const basic = (await scope('basic')).id
    await admin.clients.delDefaultClientScope({ realm, id: own.id, clientScopeId: basic })
    const proxy = await client('mcp_server')
    await admin.clients.update({ realm, id: proxy.id }, { ...proxy, publicClient: true })
    const account = await client('account')
    await admin.clients.update({ realm, id: account.id }, { ...account, enabled: false })
  },
  'a client that is removed': async () => admin.clients.del({ realm, id: (await client('mcp-client')).id }),
  groups: async () => {
    const { id } = await admin.groups.create({ realm, name: 'staff' })
    await admin.groups.createChildGroup({ realm, id }, { name: 'day' })
    await admin.groups.addRealmRoleMappings({ realm, id, roles: [await role('admin')] })
    await admin.users.addToGroup({ realm, id: (await user('testuser')).id, groupId: id })
    await admin.realms.addDefaultGroup({ realm, id })
  },
  users: async () => {
    await admin.users.create({ realm, username: 'more' })
    const own = await user('testuser')
    const changes = {
      firstName: '',
      email: 'q@example.com',
      enabled: false,
      requiredActions: ['UPDATE_PASSWORD'],
    }
    await admin.users.update({ realm, id: own.id }, { ...own, ...changes })
    const other = await user('testadmin')
    await admin.users.delRealmRoleMappings({ realm, id: other.id, roles: [await role('admin')] })
  },
  'a user who is removed': async () => admin.users.del({ realm, id: (await user('testuser')).id }),
  'identity providers': async () => {
    const config = { clientId: 'a', clientSecret: 'b', authorizationUrl: 'http://x', tokenUrl: 'http://y' }
    await admin.identityProviders.create({ realm, alias: 'more', providerId: 'oidc', config })
    const mapper = {
      name: 'm',
      identityProviderAlias: 'more',
      identityProviderMapper: 'hardcoded-role-idp-mapper',
    }
    const own = { ...mapper, config: { role: 'admin', syncMode: 'INHERIT' } }
    await admin.identityProviders.createMapper({ realm, alias: 'more', identityProviderMapper: own })
  },
  'registration policies and the user profile': async () => {
    const [policy] = await admin.components.find({ realm, type: POLICY })
    await admin.components.del({ realm, id: policy?.id ?? '' })
    const more = { name: 'more', providerId: 'scope', subType: 'anonymous', providerType: POLICY, config: {} }
    await admin.components.create({ realm, ...more })
    const { attributes = [], ...profile } = await admin.users.getProfile({ realm })
    await admin.users.updateProfile({ realm, ...profile, attributes: [...attributes, { name: 'shoe' }] })
  },
  'required actions and client policies': async () => {
    await admin.authenticationManagement.deleteRequiredAction({ realm, alias: 'VERIFY_EMAIL' })
    const executors = [{ executor: 'pkce-enforcer', configuration: { 'auto-configure': true } }]
    await admin.clientPolicies.createProfiles({ realm, profiles: [{ name: 'more', executors }] } as never)
    const conditions = [{ condition: 'any-client', configuration: {} }]
    const policies = [{ name: 'more', enabled: true, conditions, profiles: ['more'] }]
    await admin.clientPolicies.updatePolicy({ realm, policies } as never)
  },
  'a key': () =>
    admin.components.create({
      realm,
      name: 'more',
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      config: { priority: ['900'] },
    }),
}

describe('a reset in place', () => {
  it.each(Object.entries(CHANGES))(
    'takes back %s, and touches no self-registered client, user id or key',
    async (_, change) => {
      const before = await readWhole(admin, realm)
      await change()
      const changed = await readWhole(admin, realm)
      expect([differences(before, changed), changed.keys]).not.toEqual([[], before.keys])
      expect(await resetRealm(config)).toMatchObject({
        inPlace: true,
        kept: { sessions: true },
        warnings: [],
      })
      const after = await readWhole(admin, realm)
      expect(differences(before, after)).toEqual([])
      const { registered, userIds, keys } = after
      expect({ registered, userIds, keys }).toEqual({
        registered: before.registered,
        userIds: before.userIds,
        keys: before.keys,
      })
    },
  )

  it('creates the realm again for what cannot be changed in place, and says why', async () => {
    const before = await readWhole(admin, realm)
    const flow = { realm, alias: 'more', providerId: 'basic-flow', topLevel: true, builtIn: false }
    await admin.authenticationManagement.createFlow(flow)
    expect(await resetRealm(config)).toMatchObject({
      inPlace: false,
      kept: { sessions: false, signingKey: true },
      warnings: [expect.stringContaining('authenticationFlows[more]')],
    })
    expect(await readWhole(admin, realm)).toMatchObject({
      registered: before.registered,
      userIds: before.userIds,
      keys: before.keys,
    })
  })
})

describe('up on a server whose realm is gone', () => {
  it('says so first, names the newest backup and the command that restores it', async () => {
    await resetRealm(config)
    const before = await readWhole(admin, realm)
    await admin.realms.del({ realm })
    const { realm: state, warnings } = await up(config)
    expect(state).toBe('created')
    const [, file] =
      /The realm "in-place" was gone .* reset-realm --realm in-place --realm-file (\S+)$/.exec(
        warnings[0] ?? '',
      ) ?? []
    expect((await readWhole(admin, realm)).registered).toEqual([])
    await resetRealm({ ...config, with: [], realmFile: file })
    expect((await readWhole(admin, realm)).registered).toEqual(before.registered)
  })

  it('up restores a lost realm from its backup when the user agrees', async () => {
    await resetRealm({ ...config, with: [] }) // its backup is the newest one, with the client
    const before = await readWhole(admin, realm)
    await admin.realms.del({ realm })
    const { warnings } = await up(
      { ...config, with: [], realmFile: undefined },
      { restore: async () => true },
    )
    expect(warnings[0]).toMatch(/"in-place" .* restored from /)
    expect(await readWhole(admin, realm)).toMatchObject({
      registered: before.registered,
      userIds: before.userIds,
    })
  })
})
