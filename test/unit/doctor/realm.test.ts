import { describe, expect, it } from 'vitest'

import type { Finding } from '../../../src/doctor/check.ts'
import { claims, judgeClaims } from '../../../src/doctor/checks/realm/claims.ts'
import { judgeClientLimit } from '../../../src/doctor/checks/realm/client-limit.ts'
import { judgeClientPolicies } from '../../../src/doctor/checks/realm/client-policies.ts'
import { judgeClients } from '../../../src/doctor/checks/realm/clients.ts'
import { judgeDrift } from '../../../src/doctor/checks/realm/drift.ts'
import { judgeHiddenScopes } from '../../../src/doctor/checks/realm/hidden-scopes.ts'
import { judgeMcpUrls } from '../../../src/doctor/checks/realm/mcp-url.ts'
import { HOSTS, judgeList, ORIGINS } from '../../../src/doctor/checks/realm/registration-lists.ts'
import { judgePolicies } from '../../../src/doctor/checks/realm/registration-policies.ts'
import { judgeRoles } from '../../../src/doctor/checks/realm/roles.ts'
import { judgeScopes } from '../../../src/doctor/checks/realm/scopes.ts'
import { judgeSigningKey } from '../../../src/doctor/checks/realm/signing-key.ts'
import { judgeUsers } from '../../../src/doctor/checks/realm/users.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM, POLICIES } from '../support/base-realm.ts'
import { EXPORTED } from '../support/recorded-realm.ts'

const ACTUAL = EXPORTED as unknown as Realm

/** The recorded realm with one policy's configuration changed, or without that policy. */
function withPolicy(
  providerId: string,
  config: ((before: Record<string, string[]>) => Record<string, string[]>) | undefined,
): Realm {
  const policies = (ACTUAL.components?.[POLICIES] ?? []) as {
    providerId: string
    subType: string
    config: Record<string, string[]>
  }[]
  const changed = policies.flatMap((policy) => {
    if (policy.providerId !== providerId || policy.subType !== 'anonymous') return [policy]
    return config ? [{ ...policy, config: config(policy.config) }] : []
  })
  return { ...ACTUAL, components: { ...ACTUAL.components, [POLICIES]: changed } }
}

const withScopes = (
  change: (scope: NonNullable<Realm['clientScopes']>[number]) => object | undefined,
): Realm =>
  ({ ...ACTUAL, clientScopes: ACTUAL.clientScopes?.flatMap((scope) => change(scope) ?? []) }) as Realm
const withUser = (change: object): Realm =>
  ({
    ...ACTUAL,
    users: ACTUAL.users?.map((user) => (user.username === 'testuser' ? { ...user, ...change } : user)),
  }) as Realm

describe('the realm as Keycloak tells it right after `up`', () => {
  it.each<[string, (actual: Realm, rendered: Realm) => Finding]>(
    Object.entries({
      ...{ judgePolicies, judgeClientPolicies, judgeScopes },
      judgeTrustedHosts: judgeList.bind(null, HOSTS),
      judgeWebOrigins: judgeList.bind(null, ORIGINS),
      ...{ judgeHiddenScopes, judgeClaims, judgeRoles, judgeUsers, judgeClients },
    }),
  )('is all right by %s', (_, judge) => {
    expect(judge(ACTUAL, BASE_REALM)).toMatchObject({ status: 'ok', fix: null })
  })

  it('a realm without a record is judged in the same way', () => {
    expect(judgeList(HOSTS, ACTUAL, undefined).status).toBe('ok')
    expect(judgeList(ORIGINS, ACTUAL, undefined).status).toBe('ok')
    expect(judgeHiddenScopes(ACTUAL, undefined).status).toBe('ok')
  })
})

describe('registration policies', () => {
  it.each<[string, Realm, string]>([
    ['one is gone', withPolicy('consent-required', undefined), 'missing: "Consent Required" (anonymous)'],
    [
      'one is changed',
      withPolicy('trusted-hosts', (config) => ({ ...config, 'client-uris-must-match': ['false'] })),
      'changed: "Trusted Hosts" (anonymous): client-uris-must-match',
    ],
    [
      'a list has less',
      withPolicy('allowed-client-templates', (config) => ({ ...config, 'allowed-client-scopes': [] })),
      'changed: "Allowed Client Scopes" (anonymous): allowed-client-scopes',
    ],
  ])('%s', (_, actual, what) => {
    expect(judgePolicies(actual, BASE_REALM)).toMatchObject({ status: 'fail', what })
  })

  it('do not mind a setting of old exports that Keycloak does not keep', () => {
    const old = withPolicy('allowed-protocol-mappers', (config) => ({
      ...config,
      'consent-required-for-all-mappers': ['true'],
    }))
    expect(judgePolicies(ACTUAL, old).status).toBe('ok')
  })

  it('do not mind lists and limits that have a check of their own', () => {
    const fuller = withPolicy('max-clients', () => ({ 'max-clients': ['9'] }))
    expect(judgePolicies(fuller, BASE_REALM).status).toBe('ok')
  })
})

describe('trusted hosts', () => {
  const hosts = (change: (list: readonly string[]) => string[]) =>
    withPolicy('trusted-hosts', (config) => ({
      ...config,
      'trusted-hosts': change(config['trusted-hosts'] ?? []),
    }))

  it('names who needs a host that is gone', () => {
    const actual = hosts((list) => list.filter((host) => !host.includes('cursor')))
    expect(judgeList(HOSTS, actual, undefined)).toMatchInlineSnapshot(`
      {
        "fix": "Admin console, Clients, Client registration, "Trusted Hosts".",
        "status": "fail",
        "what": "anysphere.cursor-mcp, www.cursor.com are not trusted",
        "why": "Cursor cannot register: "URI doesn't match any trusted host".",
      }
    `)
  })

  it.each(['https://example.com', 'localhost:3000', '10.0.0.0/8', '172.17.0.*', '*', 'example.com/path'])(
    'has no use for %s',
    (entry) => {
      expect(
        judgeList(
          HOSTS,
          hosts((list) => [...list, entry]),
          BASE_REALM,
        ),
      ).toMatchObject({
        status: 'fail',
        what: expect.stringContaining(`"${entry}"`),
      })
    },
  )

  it.each(['*.example.org', '[::1]', '192.168.0.7', 'host.docker.internal'])(
    'the trusted hosts may have %s',
    (entry) => {
      expect(
        judgeList(
          HOSTS,
          hosts((list) => [...list, entry]),
          BASE_REALM,
        ).status,
      ).toBe('ok')
    },
  )

  it('trusted hosts are not checked without their policy', () => {
    const actual = withPolicy('trusted-hosts', undefined)
    expect(judgeList(HOSTS, actual, BASE_REALM).status).toBe('skip')
    expect(judgeList(HOSTS, actual, undefined)).toMatchObject({
      status: 'ok',
      what: expect.stringContaining('any host'),
    })
  })
})

it.each([
  ['+', 'fail'],
  ['http://localhost:*', 'fail'],
  ['http://localhost:5173/', 'fail'],
  ['*', 'ok'],
  ['http://localhost:5173', 'ok'],
])('a web origin %s: %s', (entry, status) => {
  const actual = withPolicy('registration-web-origins', (config) => ({
    'web-origins': [...(config['web-origins'] ?? []), entry],
  }))
  expect(judgeList(ORIGINS, actual, BASE_REALM).status).toBe(status)
})

describe('scopes', () => {
  it('that are gone, or are not given to clients any more, are named', () => {
    const gone = withScopes((scope) => (scope.name === 'mcp:tools' ? undefined : scope))
    expect(judgeScopes(gone, BASE_REALM).what).toBe('mcp:tools is gone')
    expect(judgeScopes({ ...ACTUAL, defaultDefaultClientScopes: ['basic'] }, BASE_REALM).what).toContain(
      'profile is not one of the default scopes',
    )
    expect(judgeScopes({ ...ACTUAL, scopeMappings: [] }, BASE_REALM).what).toBe('roles of offline_access')
  })

  it('that clients may not register with must not be in the metadata', () => {
    const shown = withScopes((scope) =>
      scope.name === 'service_account' || scope.name === 'roles' ? { ...scope, attributes: {} } : scope,
    )
    expect(judgeHiddenScopes(shown, BASE_REALM)).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak doctor --fix",
        "status": "fail",
        "what": "the metadata name service_account, which no client may register with",
        "why": "Programs that register with all of scopes_supported, as the Python SDK does, are refused: "Not permitted to use specified clientScope".",
      }
    `)
  })

  it('a scope that no client may have is reported with the steps in the console', () => {
    const made = { ...ACTUAL, clientScopes: [...(ACTUAL.clientScopes ?? []), { name: 'mine' }] }
    expect(judgeHiddenScopes(made, BASE_REALM)).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('Admin console'),
    })
  })

  it('that clients may have, but were hidden, are a warning', () => {
    const shown = withScopes((scope) => (scope.name === 'roles' ? { ...scope, attributes: {} } : scope))
    expect(judgeHiddenScopes(shown, BASE_REALM).status).toBe('warn')
  })
})

describe('claims', () => {
  const withMappers = (
    change: (mapper: { name: string; config?: object | undefined }) => object | undefined,
  ) =>
    withScopes((scope) =>
      scope.name === 'basic'
        ? { ...scope, protocolMappers: scope.protocolMappers?.flatMap((mapper) => change(mapper) ?? []) }
        : scope,
    )

  it('name a mapper that is gone, and one that is for another MCP URL', () => {
    expect(claims.name).toBe('claims')
    const gone = withMappers((mapper) => (mapper.name === 'sub' ? undefined : mapper))
    expect(judgeClaims(gone, BASE_REALM)).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak doctor --fix",
        "status": "fail",
        "what": "the mapper "sub" of the scope "basic" is gone",
        "why": "Tokens are without it, and an MCP server that looks for it answers 401 to every call.",
      }
    `)
    const other = withMappers((mapper) =>
      mapper.name === 'MCP server audience'
        ? { ...mapper, config: { ...mapper.config, 'included.client.audience': 'http://other/mcp' } }
        : mapper,
    )
    expect(judgeClaims(other, BASE_REALM)).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak doctor --fix",
        "status": "fail",
        "what": "the mapper "MCP server audience" of the scope "basic" has another config.included.client.audience",
        "why": "Tokens are without it, and an MCP server that looks for it answers 401 to every call.",
      }
    `)
  })

  it('leave a scope that is gone to the check of scopes', () => {
    expect(
      judgeClaims(
        withScopes(() => undefined),
        BASE_REALM,
      ).status,
    ).toBe('ok')
  })
})

describe('users', () => {
  it.each([
    [{ enabled: false }, 'testuser is disabled'],
    [{ requiredActions: ['VERIFY_PROFILE'] }, 'testuser has to do VERIFY_PROFILE first'],
    [{ lastName: undefined }, 'testuser has no last name'],
    [{ emailVerified: false }, 'testuser has an unverified e-mail'],
  ])('are not complete with %j', (change, what) => {
    expect(judgeUsers(withUser(change), BASE_REALM)).toMatchObject({
      status: 'fail',
      what: expect.stringContaining(what),
      fix: 'mcp-keycloak doctor --fix',
    })
  })

  it('the fix for missing users recreates the realm', () => {
    expect(judgeUsers({ ...ACTUAL, users: [] }, BASE_REALM)).toMatchObject({
      what: 'testuser is gone; testadmin is gone',
      fix: 'mcp-keycloak reset-realm',
    })
  })

  it('that lack a role are named with it', () => {
    expect(judgeRoles(withUser({ realmRoles: [] }), BASE_REALM).what).toBe(
      'testuser lacks default-roles-fastmcp',
    )
    expect(judgeRoles({ ...ACTUAL, roles: { realm: [] } }, BASE_REALM).what).toContain('admin is gone')
  })
})

it('names a client of the file that is gone, or set in another way', () => {
  const clients = ACTUAL.clients?.flatMap((client) => {
    if (client.clientId === 'mcp-client')
      return [{ ...client, redirectUris: ['http://localhost:1/callback'] }]
    return client.clientId.startsWith('http') ? [] : [client]
  })
  expect(judgeClients({ ...ACTUAL, clients }, BASE_REALM).what).toBe(
    'http://localhost:8000/mcp is gone; mcp-client has another redirectUris',
  )
})

it('does not name a client that Keycloak changes when it imports the file', () => {
  const clients = ACTUAL.clients?.map((client) => ({ ...client, publicClient: false, redirectUris: [] }))
  const changed = { ...ACTUAL, clients }
  expect(judgeClients(changed, BASE_REALM).status).toBe('fail')
  expect(judgeClients(changed, BASE_REALM, []).status).toBe('ok')
  const path = 'clients[mcp-client].redirectUris'
  expect(judgeClients(changed, BASE_REALM, [{ path, kind: 'changed' }]).what).toBe(
    'mcp-client has another redirectUris',
  )
})

it('names a client policy that is switched off', () => {
  const policies = ACTUAL.clientPolicies?.policies?.map((policy) => ({ ...policy, enabled: false }))
  expect(judgeClientPolicies({ ...ACTUAL, clientPolicies: { policies } }, BASE_REALM)).toMatchObject({
    status: 'fail',
    what: expect.stringContaining(': no-token-without-login.enabled, self-registered.enabled'),
  })
})

it.each([
  [7, 10, 'ok'],
  [8, 10, 'warn'],
  [10, 10, 'fail'],
  [8, null, 'ok'],
])('%i clients of %s: %s', (total, limit, status) => {
  expect(judgeClientLimit({ registered: 1, total, limit }).status).toBe(status)
})

it.each<[{ active: string | undefined; provider: string | undefined }, boolean, string]>([
  [{ active: 'kid', provider: 'mcp-keycloak' }, true, 'ok'],
  [{ active: 'kid', provider: 'rsa-generated' }, false, 'ok'],
  [{ active: 'kid', provider: 'rsa-generated' }, true, 'warn'],
  [{ active: undefined, provider: undefined }, true, 'fail'],
])('the signing key %j, made by us: %s: %s', (keys, isOurs, status) => {
  expect(judgeSigningKey(keys, isOurs).status).toBe(status)
})

it('tells the first settings that drifted, and how many more', () => {
  const drift = ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, kind: 'added' as const }))
  expect(judgeDrift([], false).status).toBe('ok')
  expect(judgeDrift(drift, false)).toMatchObject({
    status: 'warn',
    what: expect.stringMatching(/^5 /),
    why: expect.stringMatching(/^a, b, c and 2 more/),
  })
  expect(judgeDrift(drift, false)).toMatchInlineSnapshot(`
    {
      "fix": "mcp-keycloak realm diff shows all of it; mcp-keycloak reset-realm makes the realm as its file says.",
      "status": "warn",
      "what": "5 settings are not as the file says",
      "why": "a, b, c and 2 more. Someone changed it on the server.",
    }
  `)
  expect(judgeDrift(drift.slice(0, 1), true)).toMatchInlineSnapshot(`
    {
      "fix": "mcp-keycloak realm diff shows all of it; mcp-keycloak reset-realm makes the realm as its file says.",
      "status": "warn",
      "what": "1 setting is not as the file says",
      "why": "a. The file has changed since the realm was created.",
    }
  `)
})

describe('MCP URLs', () => {
  it('are the ones that tokens are for', () => {
    expect(judgeMcpUrls(['http://a/mcp'], []).what).toBe('tokens are for http://a/mcp')
    expect(judgeMcpUrls(['http://a/mcp'], ['http://a/mcp']).status).toBe('ok')
  })

  it('that no token is for are named, a slash that is too many too', () => {
    expect(judgeMcpUrls(['http://a/mcp'], ['http://a/mcp/'])).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak reset-realm --mcp-url http://a/mcp --mcp-url http://a/mcp/",
        "status": "fail",
        "what": "no token is for http://a/mcp/",
        "why": "They are for http://a/mcp; the two differ by the slash at the end, and are compared letter by letter.",
      }
    `)
  })
})
