import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { judgeNeeds } from '../../../src/doctor/checks/realm/mcp-needs.ts'
import { needSources, plannedNeeds } from '../../../src/provisioning/needs/needs.ts'
import { planRealm } from '../../../src/provisioning/plan-realm.ts'
import { meetNeeds, NEEDS, unmetNeeds } from '../../../src/realm/needs/all.ts'
import { mergedInto } from '../../../src/realm/overlay.ts'
import { mcpUrls } from '../../../src/realm/patches/audience.ts'
import { registrationPolicies, withPolicies } from '../../../src/realm/patches/registration-policies.ts'
import { realmFiles } from '../../../src/realm/realm-files.ts'
import type { ClientScope, Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM } from '../support/base-realm.ts'

const files = realmFiles()
const sources = { ...(await needSources(files, mcpUrls(BASE_REALM))) }
const TEAM = await files.realm('test/fixtures/realm-files/team.json')
const ONE_USER = await files.realm('test/fixtures/realm-files/one-user.json')

const names = (realm: Realm) => unmetNeeds(realm, sources).map(({ name }) => name)
const scope = (realm: Realm, name: string, change: (scope: object) => object): Realm => ({
  ...realm,
  clientScopes: realm.clientScopes?.map((one) =>
    one.name === name ? { ...one, ...change(one) } : one,
  ) as Realm['clientScopes'],
})
const policy = (realm: Realm, providerId: string, config: Record<string, string[]>): Realm =>
  withPolicies(
    realm,
    registrationPolicies(realm).map((one) =>
      one.providerId === providerId ? { ...one, config: { ...one.config, ...config } } : one,
    ),
  )
const trustedHosts = (realm: Realm) =>
  registrationPolicies(realm).find(({ providerId }) => providerId === 'trusted-hosts')?.config
const withoutMapper = (name: string) => (realm: Realm) =>
  scope(realm, 'basic', (one) => ({
    protocolMappers: (one as ClientScope).protocolMappers?.filter((mapper) => mapper.name !== name),
  }))
const SENDER = 'host-sending-registration-request-must-match'
const refusal = { name: 'nobody', executors: [{ executor: 'reject-request', configuration: {} }] }

/** One damage to the built-in realm for each need. */
const DAMAGES: Readonly<Record<string, (realm: Realm) => Realm>> = {
  enabled: (realm) => ({ ...realm, enabled: false }),
  'ssl-required': (realm) => ({ ...realm, sslRequired: 'all' }),
  'offline-access': (realm) => ({
    ...realm,
    users: realm.users?.map((user) => ({ ...user, realmRoles: [] })),
  }),
  'registration-policies': (realm) =>
    withPolicies(
      realm,
      registrationPolicies(realm).filter(({ subType }) => subType !== 'anonymous'),
    ),
  'registration-open': (realm) => ({
    ...realm,
    clientProfiles: { profiles: [...(realm.clientProfiles?.profiles ?? []), refusal] },
    clientPolicies: {
      policies: [
        ...(realm.clientPolicies?.policies ?? []),
        { name: 'closed', enabled: true, conditions: [{ condition: 'any-client' }], profiles: ['nobody'] },
      ],
    },
  }),
  'any-sender': (realm) => policy(realm, 'trusted-hosts', { [SENDER]: ['true'] }),
  'trusted-hosts': (realm) => policy(realm, 'trusted-hosts', { 'trusted-hosts': ['localhost'] }),
  'web-origins': (realm) => policy(realm, 'registration-web-origins', { 'web-origins': [] }),
  'openid-scope': (realm) => policy(realm, 'allowed-client-templates', { 'allowed-client-scopes': [] }),
  'client-limit': (realm) => policy(realm, 'max-clients', { 'max-clients': ['0'] }),
  'enabled-clients': (realm) =>
    withPolicies(realm, [
      ...registrationPolicies(realm),
      { name: 'Disabled', providerId: 'client-disabled', subType: 'anonymous' },
    ]),
  consent: (realm) =>
    withPolicies(
      realm,
      registrationPolicies(realm).filter(({ providerId }) => providerId !== 'consent-required'),
    ),
  'basic-scope': (realm) => ({ ...realm, defaultDefaultClientScopes: ['profile'] }),
  'claim-sub': withoutMapper('sub'),
  'claim-preferred-username': withoutMapper('username'),
  'claim-realm-access': withoutMapper('realm roles'),
  'role-mappings': (realm) =>
    withPolicies(realm, [
      ...registrationPolicies(realm),
      { name: 'Full Scope Disabled', providerId: 'scope', subType: 'anonymous' },
    ]),
  'standard-scopes': (realm) => ({ ...realm, defaultOptionalClientScopes: [] }),
  'mcp-scopes': (realm) => ({
    ...realm,
    clientScopes: realm.clientScopes?.filter(({ name }) => name !== 'mcp:tools'),
  }),
  'internal-scopes': (realm) => scope(realm, 'acr', () => ({ attributes: {} })),
  'requestable-scopes': (realm) => ({
    ...realm,
    clientScopes: [...(realm.clientScopes ?? []), { name: 'shop:read', protocol: 'openid-connect' }],
  }),
  audience: withoutMapper('MCP server audience'),
  pkce: (realm) => ({
    ...realm,
    clientPolicies: {
      policies: realm.clientPolicies?.policies?.filter(({ name }) => name !== 'self-registered') ?? [],
    },
  }),
  'login-only': (realm) => ({
    ...realm,
    clientPolicies: {
      policies: realm.clientPolicies?.policies?.filter(({ name }) => name === 'self-registered') ?? [],
    },
  }),
  user: (realm) => ({ ...realm, users: [] }),
  'frontend-url': (realm) => ({
    ...realm,
    attributes: { ...(realm.attributes as object), frontendUrl: 'https://sso.test' },
  }),
  'login-form': (realm) => ({
    ...realm,
    identityProviders: [{ alias: 'corp', providerId: 'oidc' }],
    authenticatorConfig: [{ alias: 'redirect', config: { defaultProvider: 'corp' } }],
    authenticationFlows: [
      {
        alias: 'browser',
        authenticationExecutions: [
          { authenticator: 'auth-cookie', requirement: 'ALTERNATIVE' },
          {
            ...{ authenticator: 'identity-provider-redirector', requirement: 'ALTERNATIVE' },
            authenticatorConfig: 'redirect',
          },
        ],
      },
    ],
  }),
  'user-profiles': (realm) => ({
    ...realm,
    users: realm.users?.map(({ username, enabled, credentials, realmRoles }) => ({
      ...{ username, enabled, credentials, realmRoles },
    })),
  }),
  'signing-key': (realm) => withKey(realm, 'rsa', { privateKey: [shortKey()] }),
  'token-algorithm': (realm) => ({ ...realm, defaultSignatureAlgorithm: 'ES256' }),
}

const KEYS = 'org.keycloak.keys.KeyProvider'
const withKey = (realm: Realm, providerId: string, config: Record<string, string[]>): Realm => ({
  ...realm,
  components: { ...realm.components, [KEYS]: [{ name: 'own', providerId, config }] },
})
const shortKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 1024 })
    .privateKey.export({ type: 'pkcs1', format: 'der' })
    .toString('base64')

describe('the needs of MCP', () => {
  it('are met by the built-in realm', () => {
    expect(names(BASE_REALM)).toEqual([])
    expect(meetNeeds(BASE_REALM, sources, true)).toEqual({ realm: BASE_REALM, met: [] })
  })

  it('have a damage each', () => {
    expect(Object.keys(DAMAGES).sort()).toEqual(NEEDS.map(({ name }) => name).sort())
  })

  it.each(Object.entries(DAMAGES))('find the damage %s, and meet it again', (name, damage) => {
    const damaged = damage(BASE_REALM)
    expect(names(damaged)).toContain(name)
    const { realm, met } = meetNeeds(damaged, sources, true)
    const need = NEEDS.find((one) => one.name === name)
    expect(names(realm)).toEqual(need?.meet ? [] : [name])
    expect(met.map((one) => one.name).includes(name)).toBe(need?.meet !== undefined)
  })

  it.each(NEEDS)('give $name a reason, a source and a way', ({ reason, url, meet, advice }) => {
    expect(reason).toMatch(/\.$/)
    expect(URL.canParse(url)).toBe(true)
    expect(meet ?? advice).toBeDefined()
  })
})

describe.each([
  ['a realm with clients, roles and scopes', TEAM],
  ['a realm with one user', ONE_USER],
])('%s', (_, realm) => {
  const done = meetNeeds(realm, sources, false)

  it('lacks much, and nothing after the additions', () => {
    expect(names(realm).length).toBeGreaterThan(10)
    expect(names(done.realm)).toEqual([])
    expect(done.met.length).toBe(names(realm).length)
  })

  it('is not changed by a second time', () => {
    expect(meetNeeds(done.realm, sources, true)).toEqual({ realm: done.realm, met: [] })
  })

  it('keeps what it has', () => {
    expect(mergedInto(done.realm, realm)).toEqual(done.realm)
  })
})

describe('a stricter setting', () => {
  const strict = policy(BASE_REALM, 'max-clients', { 'max-clients': ['0'] })

  it('is loosened only when that is wanted', () => {
    expect(names(meetNeeds(strict, sources, false).realm)).toEqual(['client-limit'])
    expect(names(meetNeeds(strict, sources, true).realm)).toEqual([])
    expect(unmetNeeds(strict, sources)).toMatchObject([{ loosens: expect.stringContaining('max-clients') }])
  })

  it("a sender check with chosen hosts counts as stricter than Keycloak's default", () => {
    const listed = policy(BASE_REALM, 'trusted-hosts', { 'trusted-hosts': ['sso.test'], [SENDER]: ['true'] })
    const { realm } = meetNeeds(listed, sources, false)
    expect(names(realm)).toEqual(['any-sender'])
    expect(trustedHosts(realm)).toMatchObject({
      'trusted-hosts': expect.arrayContaining(['sso.test', 'localhost']),
      [SENDER]: ['true'],
    })
    expect(trustedHosts(meetNeeds(listed, sources, true).realm)).toMatchObject({ [SENDER]: ['false'] })
    const untouched = policy(BASE_REALM, 'trusted-hosts', { 'trusted-hosts': [], [SENDER]: ['true'] })
    expect(names(meetNeeds(untouched, sources, false).realm)).toEqual([])
    const live = { ...sources, isLive: true }
    expect(unmetNeeds(untouched, live)).toContainEqual(
      expect.objectContaining({ name: 'any-sender', loosens: expect.stringContaining('Trusted Hosts') }),
    )
  })
})

describe('a file of an earlier Keycloak', () => {
  it('gets the policy for web origins that it does not have', () => {
    const isOther = ({ providerId }: { providerId: string }) => providerId !== 'registration-web-origins'
    const old = withPolicies(BASE_REALM, registrationPolicies(BASE_REALM).filter(isOther))
    expect(names(old)).toEqual(['web-origins'])
    expect(names(meetNeeds(old, sources, false).realm)).toEqual([])
  })
})

describe('a placeholder', () => {
  const withSetting = (setting: object) => names({ ...BASE_REALM, ...setting } as Realm)

  it('counts with its value', () => {
    expect(withSetting({ enabled: '${REALM_IS_ON:true}' })).toEqual([])
    expect(withSetting({ enabled: '${REALM_IS_ON}' })).toEqual([])
    expect(withSetting({ enabled: '${REALM_IS_ON:false}' })).toEqual(['enabled'])
    expect(withSetting({ sslRequired: '${REALM_SSL:external}' })).toEqual([])
    expect(withSetting({ sslRequired: '${REALM_SSL:all}' })).toEqual(['ssl-required'])
  })
})

describe('a scope of another protocol', () => {
  it('a scope of another protocol stays', () => {
    const saml = {
      ...TEAM,
      clientScopes: [...(TEAM.clientScopes ?? []), { name: 'openid', protocol: 'saml' }],
    }
    const { realm } = meetNeeds(saml, sources, false)
    expect(names(realm)).toEqual(['standard-scopes'])
    expect(realm.clientScopes?.filter(({ name }) => name === 'openid')).toEqual([
      { name: 'openid', protocol: 'saml' },
    ])
  })

  it.each(['basic', 'openid', 'offline_access'])('gives its name %s away when that is approved', (name) => {
    const saml = {
      ...TEAM,
      clientScopes: [
        ...(TEAM.clientScopes ?? []).filter((one) => one.name !== name),
        { name, protocol: 'saml' },
      ],
      clients: [
        ...(TEAM.clients ?? []),
        { clientId: 'wiki', protocol: 'saml', defaultClientScopes: [name, 'other'] },
      ],
    }
    expect(names(meetNeeds(saml, sources, false).realm).length).toBeGreaterThan(0)
    const { realm } = meetNeeds(saml, sources, true)
    expect(names(realm)).toEqual([])
    expect(realm.clientScopes?.find((one) => one.name === `${name}-saml`)?.protocol).toBe('saml')
    const wiki = realm.clients?.find(({ clientId }) => clientId === 'wiki')
    expect(wiki?.defaultClientScopes).toEqual([`${name}-saml`, 'other'])
  })
})

describe('--with mcp', () => {
  const plan = async (flags: object) => {
    const { config } = await resolveConfig({ flags, env: {}, cwd: '/' })
    const plan = await planRealm(config)
    return { ...plan, needs: await plannedNeeds(plan, files) }
  }

  it('adds nothing to the built-in realm', async () => {
    expect((await plan({ with: ['mcp'] })).realm).toEqual((await plan({})).realm)
  })

  it('takes the MCP URLs of the options', async () => {
    const mcpUrl = ['http://localhost:9000/mcp', 'http://localhost:9001/mcp']
    const { realm, needs } = await plan({
      realmFile: `${process.cwd()}/test/fixtures/realm-files/team.json`,
      with: ['mcp'],
      mcpUrl,
    })
    expect(mcpUrls(realm)).toEqual(mcpUrl)
    expect(needs.unmet).toEqual([])
  })

  it('is named as the fix of a realm without it', async () => {
    const { needs } = await plan({ realmFile: `${process.cwd()}/test/fixtures/realm-files/team.json` })
    expect(needs.fix).toContain('reset-realm')
    expect(needs.fix).toContain('--with mcp')
    expect(needs.count).toBe(NEEDS.length)
  })
})

describe('a realm on a server', () => {
  const exported = async (name: string) =>
    JSON.parse(
      await readFile(new URL(`../../fixtures/exported-${name}.json`, import.meta.url), 'utf8'),
    ) as Realm
  const live = { ...sources, isLive: true }

  it('meets every need when it was created from the built-in realm', async () => {
    expect(unmetNeeds(await exported('fastmcp'), live)).toEqual([])
  })

  it('of a stock Keycloak lacks what a new realm lacks', async () => {
    const unmet = unmetNeeds(await exported('blank'), live).map(({ name }) => name)
    expect(unmet).toEqual(
      expect.arrayContaining(['trusted-hosts', 'openid-scope', 'audience', 'pkce', 'user']),
    )
  })
})

describe('doctor on the needs', () => {
  const unmet = unmetNeeds(ONE_USER, sources)

  it("the check fails a user's realm and names the command that completes it", () => {
    const finding = judgeNeeds(unmet, { ...NO_REALM_OPTIONS, realmFile: 'r.json', with: ['browser'] })
    expect(finding).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('--with browser --with mcp'),
    })
    expect(finding.why).toContain('Audience')
    expect(judgeNeeds(unmet, undefined)).toMatchObject({
      status: 'fail',
      fix: expect.stringMatching(/doctor --fix\n.*realm adopt/),
    })
  })

  it('names the option for a user, and not an overlay that adds none', () => {
    const own = { ...NO_REALM_OPTIONS, realmFile: 'r.json', with: ['mcp'] }
    const user = unmetNeeds({ ...BASE_REALM, users: [] }, sources)
    expect(judgeNeeds(user, own).fix).toMatch(/--user ['"]?<name>:<password>['"]?$/)
    const strict = unmetNeeds({ ...BASE_REALM, sslRequired: 'all' }, sources)
    expect(judgeNeeds(strict, own).fix).toMatch(/--with mcp --with mcp-loosen$/)
  })

  it('warns of the built-in realm, whose settings have checks of their own', () => {
    expect(judgeNeeds(unmet, NO_REALM_OPTIONS).status).toBe('warn')
    expect(judgeNeeds([], undefined).status).toBe('ok')
  })
})

describe('a client policy that refuses MCP clients', () => {
  const isRefused = (executor: object, profile = 'own', conditions = [{ condition: 'any-client' }]) =>
    names({
      ...BASE_REALM,
      clientProfiles: {
        profiles: [...(BASE_REALM.clientProfiles?.profiles ?? []), { name: 'own', executors: [executor] }],
      },
      clientPolicies: {
        policies: [
          ...(BASE_REALM.clientPolicies?.policies ?? []),
          { name: 'hard', enabled: true, conditions, profiles: [profile] },
        ],
      },
    } as Realm).includes('registration-open')
  const none = { executor: 'reject-ropc-grant' }

  it('is known by its executors, and by the profiles of Keycloak', () => {
    expect(isRefused({ executor: 'dpop-bind-enforcer' })).toBe(true)
    expect(isRefused({ executor: 'pkce-enforcer' })).toBe(false)
    expect(isRefused(none, 'fapi-2-security-profile')).toBe(true)
    expect(isRefused(none, 'oauth-2-1-for-public-client')).toBe(true)
    expect(isRefused(none, 'fapi-ciba')).toBe(false)
    expect(isRefused(none, 'fapi-1-baseline', [{ condition: 'client-roles' }])).toBe(false)
  })

  it('may allow the authenticators of MCP clients', () => {
    const allows = (...names: string[]) => ({
      executor: 'secure-client-authenticator',
      configuration: { 'allowed-client-authenticators': names },
    })
    expect(isRefused(allows('client-jwt'))).toBe(true)
    expect(isRefused(allows('client-jwt', 'client-secret'))).toBe(false)
  })
})

describe('a key that signs', () => {
  const isShort = (realm: Realm) => names(realm).includes('signing-key')
  const long = { keySize: ['4096'], priority: ['200'] }

  it('counts with its size, its priority and its state', () => {
    expect(isShort(withKey(BASE_REALM, 'rsa-generated', { keySize: ['1024'] }))).toBe(true)
    expect(isShort(withKey(BASE_REALM, 'rsa-generated', long))).toBe(false)
    expect(isShort(withKey(BASE_REALM, 'rsa-generated', { keySize: ['1024'], active: ['false'] }))).toBe(
      false,
    )
    expect(isShort(withKey(BASE_REALM, 'rsa-enc-generated', { keySize: ['1024'] }))).toBe(false)
    expect(isShort(withKey(BASE_REALM, 'rsa', { privateKey: ['**********'] }))).toBe(false)
    const both = {
      [KEYS]: [
        { providerId: 'rsa-generated', config: long },
        { providerId: 'rsa-generated', config: { keySize: ['1024'], priority: ['100'] } },
      ],
    }
    expect(isShort({ ...BASE_REALM, components: { ...BASE_REALM.components, ...both } })).toBe(false)
    expect(isShort({ ...BASE_REALM, privateKey: shortKey() })).toBe(true)
  })

  it('stays beside the longer one, which signs from then on', () => {
    const short = withKey(BASE_REALM, 'rsa', { privateKey: [shortKey()], priority: ['100'] })
    const after = meetNeeds(short, sources, false).realm.components?.[KEYS]
    expect(after).toMatchObject([
      { providerId: 'rsa' },
      { providerId: 'rsa-generated', config: { priority: ['200'], keySize: ['2048'] } },
    ])
  })
})

describe('a copy of a realm on this machine', () => {
  const fixed = { ...BASE_REALM, attributes: { frontendUrl: 'https://sso.test/auth' } }

  it('loses a fixed issuer only when that is approved', () => {
    expect(unmetNeeds(fixed, sources)).toMatchObject([
      { name: 'frontend-url', lacking: [expect.stringContaining('https://sso.test/auth')] },
    ])
    expect(names(meetNeeds(fixed, sources, false).realm)).toEqual(['frontend-url'])
    expect(meetNeeds(fixed, sources, true).realm.attributes).toEqual({})
  })

  it('gets complete profiles, and keeps what they have', () => {
    const bare = {
      username: 'ann@shop.test',
      enabled: true,
      credentials: [{ value: 'pw' }],
      firstName: 'Ann',
    }
    const { realm } = meetNeeds({ ...ONE_USER, users: [bare, { username: 'hashed' }] }, sources, false)
    expect(realm.users).toMatchObject([
      { username: 'ann@shop.test', email: 'ann@shop.test', firstName: 'Ann', lastName: 'User' },
      { username: 'hashed' },
    ])
    expect(realm.users?.[1]).not.toHaveProperty('email')
  })

  it('asks no identity provider that is off, or that the flow does not name', () => {
    const asked = DAMAGES['login-form']?.(BASE_REALM) as Realm
    const isAsked = (part: object) => names({ ...asked, ...part } as Realm).includes('login-form')
    expect(isAsked({})).toBe(true)
    expect(isAsked({ identityProviders: [{ alias: 'corp', enabled: false }] })).toBe(false)
    expect(isAsked({ browserFlow: 'other' })).toBe(false)
    expect(isAsked({ authenticatorConfig: [] })).toBe(false)
    expect(names(meetNeeds(asked, sources, false).realm)).toEqual(['login-form'])
  })

  it.each([{ isLive: true }, { isHttps: true }])(
    'differs from the realm on its own server: %o',
    (elsewhere) => {
      const found = unmetNeeds(fixed, { ...sources, ...elsewhere }).map(({ name }) => name)
      expect(found).not.toContain('frontend-url')
      expect(found).not.toContain('user-profiles')
    },
  )
})

describe('roles that only Keycloak creates', () => {
  it.each<[string, Partial<Realm>]>([
    ['of a user', { users: [{ username: 'ann', realmRoles: ['editor'], credentials: [{ value: 'pw' }] }] }],
    ['of a group', { groups: [{ name: 'g', subGroups: [{ name: 's', realmRoles: ['editor'] }] }] }],
    [
      'of a scope',
      { clientScopes: [{ name: 'shop' }], scopeMappings: [{ clientScope: 'shop', roles: ['editor'] }] },
    ],
    ['of the old default roles', { defaultRoles: ['editor'] }],
  ])('are in the tokens of self-registered clients: %s', (_, part) => {
    const { realm } = meetNeeds({ ...ONE_USER, ...part }, sources, false)
    const mapped = realm.scopeMappings?.find(({ clientScope }) => clientScope === 'basic')
    expect(mapped?.roles).toContain('editor')
  })
})

describe('the default role', () => {
  const defines = (roles: readonly object[]): Realm => ({ ...ONE_USER, roles: { realm: roles } }) as Realm
  const own = `default-roles-${ONE_USER.realm}`

  it('lacks offline access where the file defines that role itself', () => {
    const met = meetNeeds(defines([{ name: 'offline_access' }]), sources, true).realm
    expect(met.defaultRole).toEqual({ name: own })
    expect(met.roles?.realm?.find(({ name }) => name === own)).toMatchObject({
      composite: true,
      composites: { realm: ['offline_access'] },
    })
  })

  it('is the role of the usual name, which Keycloak would not take as such', () => {
    const usual = { name: own, composite: true, composites: { realm: ['offline_access', 'reader'] } }
    const realm = defines([{ name: 'offline_access' }, { name: 'reader' }, usual])
    expect(names(realm)).toContain('offline-access')
    const met = meetNeeds(realm, sources, true).realm
    expect(met.defaultRole).toEqual({ name: own })
    expect(met.roles?.realm?.filter(({ name }) => name === own)).toEqual([usual])
  })

  it('is declared where the file has an ordinary role of that name', () => {
    const realm = defines([
      { name: own, composite: true, composites: { realm: ['reader'] } },
      { name: 'reader' },
    ])
    expect(meetNeeds(realm, sources, true).realm.defaultRole).toEqual({ name: own })
  })

  it('is left to Keycloak where the file defines neither', () => {
    expect(meetNeeds(defines([{ name: 'reader' }]), sources, true).realm.defaultRole).toBeUndefined()
  })
})
