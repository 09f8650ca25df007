import { describe, expect, it } from 'vitest'

import {
  blankRealm,
  type Cleaning,
  cleanItem,
  cleanRealm,
  completeOverlay,
  withoutOwnClients,
} from '../../../../src/realm/compare/clean.ts'
import { comparable, declaredIn } from '../../../../src/realm/compare/comparable.ts'
import { inOrderOf } from '../../../../src/realm/compare/tidy.ts'
import type { Json } from '../../../../src/realm/overlay.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { BLANK, EXPORTED } from '../../support/recorded-realm.ts'

const STATED = declaredIn(BASE_REALM)
const CLEANING: Cleaning = { blank: comparable(BLANK, STATED), rendered: BASE_REALM }
const clean = (changes: Json = {}, cleaning = CLEANING) =>
  inOrderOf(cleanRealm(comparable({ ...EXPORTED, ...changes }, STATED), cleaning), cleaning.rendered)
const list = (key: string) => EXPORTED[key] as readonly Json[]

describe('a realm as one would write it by hand', () => {
  it('a clean export of the base realm equals its file', () => {
    const { eventsListeners, ...base } = BASE_REALM // which is Keycloak's default
    const clients = base.clients?.map((client) =>
      client.clientId === 'mcp-client' ? { ...client, webOrigins: ['http://localhost:3118'] } : client,
    )
    expect(JSON.stringify(clean(), null, 1)).toBe(JSON.stringify({ ...base, clients }, null, 1))
  })

  it('has no more than its name, when it is the blank one', () => {
    const { clients, users, roles, ...others } = comparable(BLANK, STATED)
    const withoutThings = {
      ...others,
      clients: (clients as Json[]).filter(({ clientId }) => !String(clientId).startsWith('mcp-keycloak')),
      users: [],
      roles: {
        ...(roles as Json),
        realm: ((roles as Json).realm as Json[]).filter(({ name }) => !/blank/.test(`${name}`)),
      },
    }
    expect(cleanRealm(withoutThings, CLEANING)).toEqual({ realm: 'fastmcp', enabled: true })
  })

  it('says what was changed at the top, even if it is nothing now', () => {
    const changed = clean({ accessTokenLifespan: 77, eventsListeners: [], smtpServer: { host: 'mail.test' } })
    expect(changed).toMatchObject({ accessTokenLifespan: 77, smtpServer: { host: 'mail.test' } })
    expect(changed.eventsListeners).toEqual([])
  })

  it('a clean client has only settings and scopes that are not defaults', () => {
    const shop = {
      ...list('clients').find(({ clientId }) => clientId === 'mcp-client'),
      ...{ id: 'x', clientId: 'shop', name: 'Shop', description: '', redirectUris: [], webOrigins: [] },
      attributes: {},
    }
    const found = (client: Json) =>
      clean({ clients: [...list('clients'), client] }).clients?.find(({ clientId }) => clientId === 'shop')
    expect(found(shop)).toEqual({ clientId: 'shop', name: 'Shop', publicClient: true })
    const scopes = { defaultClientScopes: [], optionalClientScopes: ['openid'] }
    expect(found({ ...shop, ...scopes })).toMatchObject(scopes)
  })

  it('a clean user has its profile and its known password', () => {
    const carol = {
      id: 'x',
      username: 'carol',
      enabled: true,
      emailVerified: false,
      realmRoles: ['default-roles-fastmcp'],
      clientRoles: { shop: ['buyer'] },
      groups: ['/staff'],
    }
    const users = clean({ users: [...list('users'), carol] }).users ?? []
    expect(users.at(-1)).toEqual({
      username: 'carol',
      enabled: true,
      realmRoles: ['default-roles-fastmcp'],
      clientRoles: { shop: ['buyer'] },
      groups: ['/staff'],
    })
    expect(users[0]).toEqual(BASE_REALM.users?.[0])
  })

  it('a clean export leaves out service account users without own settings', () => {
    const service = (realmRoles: string[]) => ({
      username: 'service-account-shop',
      enabled: true,
      serviceAccountClientId: 'shop',
      realmRoles,
    })
    const names = (user: Json) => clean({ users: [user] }).users?.map(({ username }) => username) ?? []
    expect(names(service(['default-roles-fastmcp']))).toEqual([])
    expect(names(service(['default-roles-fastmcp', 'admin']))).toEqual(['service-account-shop'])
  })

  it('takes flows whole or not at all', () => {
    expect(clean().authenticationFlows).toBeUndefined()
    const mine = { alias: 'mine', authenticationExecutions: [{ authenticator: 'auth-cookie', priority: 10 }] }
    const flows = [...list('authenticationFlows'), mine]
    expect(clean({ authenticationFlows: flows }).authenticationFlows).toHaveLength(flows.length)
  })

  it('has the flows that a client names, with their ids', () => {
    const [shop] = list('clients')
    const flow = (alias: string) => ({ alias, id: `id of ${alias}`, builtIn: true })
    const authenticationFlows = [flow('browser'), flow('direct grant')]
    const authenticationFlowBindingOverrides = { direct_grant: 'id of direct grant' }
    const client = { ...shop, id: 'x', clientId: 'shop', authenticationFlowBindingOverrides }
    const realm = clean({ authenticationFlows, clients: [...list('clients'), client] })
    const found = realm.clients?.find(({ clientId }) => clientId === 'shop')
    const id = (found?.authenticationFlowBindingOverrides as Json | undefined)?.direct_grant
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    const flows = realm.authenticationFlows as readonly Json[]
    expect(flows.map((one) => [one.alias, one.id])).toEqual([
      ['browser', undefined],
      ['direct grant', id],
    ])
  })

  it("has a role of Keycloak that one of the realm's own roles includes", () => {
    const roles = EXPORTED.roles as Json
    const boss = { name: 'boss', composite: true, composites: { realm: ['uma_authorization'] } }
    const names = (realm: readonly Json[]) =>
      clean({ roles: { ...roles, realm } }).roles?.realm?.map(({ name }) => name)
    expect(names(roles.realm as readonly Json[])).not.toContain('uma_authorization')
    expect(names([...(roles.realm as readonly Json[]), boss])).toContain('uma_authorization')
  })

  it('has no id of a user that is not the one of the file', () => {
    const users = list('users').map((user) => ({ ...user, id: `other-${user.username}` }))
    for (const user of clean({ users }).users ?? []) expect(user.id).toBeUndefined()
  })

  it('needs no file, but then knows no password', () => {
    const alone = clean({}, { ...CLEANING, rendered: { realm: 'fastmcp' } })
    expect(alone.users?.map(({ credentials }) => credentials)).toEqual([undefined, undefined])
    expect(alone.clientScopes).toHaveLength(BASE_REALM.clientScopes?.length ?? 0)
  })
})

describe('an overlay', () => {
  it("names none of Keycloak's own clients", () => {
    const { clients } = withoutOwnClients(comparable(EXPORTED, STATED), CLEANING.blank)
    expect((clients as Json[]).map(({ clientId }) => clientId).sort()).toEqual([
      'http://localhost:8000/mcp',
      'mcp-client',
    ])
  })

  it('has whole what the file leaves to Keycloak', () => {
    const cleaned: Realm = {
      realm: 'r',
      authenticationFlows: [{ alias: 'all' }, { alias: 'of them' }],
      authenticatorConfig: [{ alias: 'config' }],
      components: { policies: [{ name: 'all' }, { name: 'of them' }] },
    }
    const content = { authenticationFlows: [{ alias: 'all' }], components: { policies: [{ name: 'all' }] } }
    const { realm: _, ...whole } = cleaned
    expect(completeOverlay(content, cleaned, { realm: 'r' })).toEqual(whole)
    expect(completeOverlay(content, cleaned, cleaned)).toEqual(content)
    expect(completeOverlay({ enabled: true }, cleaned, { realm: 'r' })).toEqual({ enabled: true })
  })

  it('has the id of a flow that a client names', () => {
    const id = '5c0ffee0-0000-4000-8000-000000000001'
    const client = { clientId: 'shop', authenticationFlowBindingOverrides: { browser: 'mine' } }
    const cleaned: Realm = { realm: 'r', authenticationFlows: [{ alias: 'mine', id, builtIn: false }] }
    const rendered: Realm = { realm: 'r', authenticationFlows: [{ alias: 'mine', id }] }
    expect(completeOverlay({ clients: [client] }, cleaned, rendered)).toEqual({
      clients: [{ ...client, authenticationFlowBindingOverrides: { browser: id } }],
      authenticationFlows: [{ id, alias: 'mine' }],
    })
  })

  it('has a role as one would write it', () => {
    const role = { name: 'boss', composite: true, clientRole: false, composites: { realm: ['admin'] } }
    expect(cleanItem('roles.realm', role, {}, CLEANING)).toEqual({
      name: 'boss',
      composites: { realm: ['admin'] },
    })
    expect(cleanItem('groups', role, {}, CLEANING)).toBe(role)
  })
})

it('the blank realm has one of each thing that has defaults', () => {
  expect(Object.keys(blankRealm('b'))).toEqual(['realm', 'enabled', 'roles', 'clients', 'users'])
})
