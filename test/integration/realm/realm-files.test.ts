import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { externalKeycloak } from '../../../src/instance/instance.ts'
import { decodeToken } from '../../../src/oauth/decode-token.ts'
import { discover } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { doctor } from '../../../src/operations/doctor/doctor.ts'
import { realmDiff } from '../../../src/operations/realm/realm-diff.ts'
import { realmExport } from '../../../src/operations/realm/realm-export.ts'
import { realmRender } from '../../../src/operations/realm/realm-render.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { token } from '../../../src/operations/token.ts'
import { provision } from '../../../src/provisioning/provision.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { realmName } from '../../../src/realm/realm-name.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin, testRealm } from '../../helpers/keycloak/test-realm.ts'

const id = (number: number) => `5c0ffee0-0000-4000-8000-0000000000${String(number).padStart(2, '0')}`

const PASSWORD = [{ type: 'password', value: 'ann' }]

/** One small realm file of each kind. */
const FILES: Readonly<Record<string, object>> = {
  'ids, groups, flows and required actions': {
    id: id(1),
    realm: 'files-ids',
    enabled: true,
    roles: {
      realm: [
        { id: id(2), name: 'editor', composite: true, composites: { realm: ['reader'] } },
        { id: id(3), name: 'reader' },
      ],
    },
    groups: [
      {
        id: id(4),
        name: 'staff',
        subGroups: [{ id: id(5), name: 'eu', parentId: id(4), realmRoles: ['reader'] }],
      },
    ],
    requiredActions: [
      {
        alias: 'UPDATE_PASSWORD',
        name: 'Update Password',
        providerId: 'UPDATE_PASSWORD',
        enabled: true,
        priority: 30,
      },
    ],
    authenticationFlows: [
      {
        id: id(6),
        alias: 'my browser',
        providerId: 'basic-flow',
        topLevel: true,
        builtIn: false,
        authenticationExecutions: [
          { authenticator: 'auth-username-password-form', requirement: 'REQUIRED', priority: 10 },
        ],
      },
    ],
    clients: [
      {
        id: id(7),
        clientId: 'shop-web',
        publicClient: true,
        redirectUris: ['http://localhost:3000/*'],
        authenticationFlowBindingOverrides: { browser: id(6) },
        protocolMappers: [
          {
            id: id(8),
            name: 'aud',
            protocol: 'openid-connect',
            protocolMapper: 'oidc-audience-mapper',
            config: { 'included.custom.audience': 'shop', 'access.token.claim': 'true' },
          },
        ],
      },
    ],
    users: [
      {
        id: id(9),
        username: 'ann',
        enabled: true,
        credentials: PASSWORD,
        groups: ['/staff/eu'],
        realmRoles: ['editor'],
      },
    ],
  },
  'authorization services with ids': {
    realm: 'files-authz',
    enabled: true,
    roles: { realm: [{ id: id(10), name: 'editor' }] },
    clients: [
      {
        id: id(11),
        clientId: 'shop-api',
        serviceAccountsEnabled: true,
        authorizationServicesEnabled: true,
        secret: 'not-secret',
        authorizationSettings: {
          policyEnforcementMode: 'ENFORCING',
          resources: [{ _id: id(12), name: 'Orders', uris: ['/orders/*'] }],
          policies: [
            {
              id: id(13),
              name: 'editors',
              type: 'role',
              logic: 'POSITIVE',
              decisionStrategy: 'UNANIMOUS',
              config: { roles: JSON.stringify([{ id: id(10), required: false }]) },
            },
            {
              id: id(14),
              name: 'orders',
              type: 'resource',
              logic: 'POSITIVE',
              decisionStrategy: 'UNANIMOUS',
              config: { resources: '["Orders"]', applyPolicies: '["editors"]' },
            },
          ],
        },
      },
    ],
    users: [
      {
        username: 'service-account-shop-api',
        enabled: true,
        serviceAccountClientId: 'shop-api',
        clientRoles: { 'shop-api': ['uma_protection'] },
      },
    ],
  },
  'undefined scopes and roles': {
    realm: 'files-undefined',
    enabled: true,
    oauth2DeviceCodeLifespan: 900,
    oauth2DevicePollingInterval: 60,
    clientScopes: [{ name: 'shop:read', protocol: 'openid-connect' }],
    defaultOptionalClientScopes: ['offline_access', 'shop:read'],
    clients: [{ clientId: 'shop-web', publicClient: true, optionalClientScopes: ['phone', 'shop:read'] }],
    users: [{ username: 'ann', enabled: true, credentials: PASSWORD, realmRoles: ['editor'] }],
  },
  'a user profile, an organization and keys': {
    realm: 'files-profile',
    enabled: true,
    organizationsEnabled: true,
    organizations: [
      {
        id: id(15),
        name: 'acme',
        alias: 'acme',
        enabled: true,
        domains: [{ name: 'acme.test', verified: true }],
      },
    ],
    components: {
      'org.keycloak.userprofile.UserProfileProvider': [
        {
          id: id(16),
          providerId: 'declarative-user-profile',
          config: {
            'kc.user.profile.config': [
              JSON.stringify({
                attributes: ['username', 'email', 'firstName', 'lastName', 'tenant'].map((name) => ({
                  name,
                  permissions: { view: ['admin', 'user'], edit: ['admin'] },
                })),
              }),
            ],
          },
        },
      ],
      'org.keycloak.keys.KeyProvider': [
        {
          id: id(17),
          name: 'ec',
          providerId: 'ecdsa-generated',
          config: { ecdsaEllipticCurveKey: ['P-256'], priority: ['200'] },
        },
        {
          id: id(18),
          name: 'hmac',
          providerId: 'hmac-generated',
          config: { algorithm: ['HS256'], priority: ['100'] },
        },
        {
          id: id(19),
          name: 'hmac-512',
          providerId: 'hmac-generated',
          config: { algorithm: ['HS512'], priority: ['100'] },
        },
      ],
    },
    defaultSignatureAlgorithm: 'ES256',
  },
}

const KUBERNETES = `apiVersion: k8s.keycloak.org/v2alpha1
kind: KeycloakRealmImport
metadata:
  name: files
spec:
  keycloakCRName: keycloak
  realm:
    realm: files-kubernetes
    enabled: true
    clients:
      - clientId: shop-web
        publicClient: true
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-realm-files-'))
})

const made: string[] = []
afterAll(async () => {
  const { realms } = await sharedAdmin()
  for (const realm of made) await realms.del({ realm }).catch(() => {})
})

async function write(name: string, content: string | object): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

/** Applies a file as `up` does, and compares the realm with it. */
async function apply(realmFile: string, realm?: string) {
  const config = await externalConfig(sharedKeycloak(), { realmFile, realm, proof: false })
  const { report } = await provision(externalKeycloak(config), config, {
    onStep: () => {},
    signal: undefined,
  })
  made.push(report.endpoints.realm)
  const { drift } = await realmDiff({ ...config, realm: report.endpoints.realm })
  return { config: { ...config, realm: report.endpoints.realm }, report, drift }
}

describe('a realm file is applied, also under another name, and has no drift: with', () => {
  it.each(Object.entries(FILES))('%s', async (kind, content) => {
    const file = await write(`${Object.keys(FILES).indexOf(kind)}.json`, content)
    const first = await apply(file)
    expect(first.report.realm).toBe('created')
    expect(first.drift).toEqual([])
    const second = await apply(file, `${first.report.endpoints.realm}-second`)
    expect(second.report.realm).toBe('created')
    expect(second.drift).toEqual([])
  })

  it('a KeycloakRealmImport in YAML', async () => {
    const { report, drift } = await apply(await write('realm.yaml', KUBERNETES))
    expect(report.endpoints.realm).toBe('files-kubernetes')
    expect(drift).toEqual([])
  })
})

const edwards = {
  realm: 'files-edwards',
  enabled: true,
  defaultSignatureAlgorithm: 'EdDSA',
  components: {
    'org.keycloak.keys.KeyProvider': [
      { name: 'ed', providerId: 'eddsa-generated', config: { eddsaEllipticCurveKey: ['Ed25519'] } },
    ],
  },
  users: [
    ...[
      {
        username: 'ann',
        enabled: true,
        email: 'ann@a.test',
        firstName: 'A',
        lastName: 'B',
        credentials: PASSWORD,
      },
    ],
  ],
}

it.each([
  ['minimal', 'RS256'],
  ['elliptic-key', 'ES256'],
  ['edwards', 'EdDSA'],
])(
  'reset-realm --with mcp adds in place what the running realm of %s.json lacks, as up advises; bad tokens have %s',
  async (name, alg) => {
    const file =
      name === 'edwards'
        ? await write('edwards.json', edwards)
        : resolve(`test/fixtures/realm-files/${name}.json`)
    const { config, report } = await apply(file, `files-${name}`)
    expect(report.needs.unmet.some(({ severity }) => severity === 'required')).toBe(true)
    const { inPlace, needs } = await resetRealm({ ...config, with: ['mcp'] })
    expect([
      inPlace,
      needs.unmet.filter(({ severity, advice }) => severity === 'required' && advice === null),
    ]).toEqual([true, []])
    const own = { ...config, with: [], realmFile: undefined }
    const good = await token(own)
    expect(good.claims.aud).toContain('http://localhost:8000/mcp')
    expect((await token(own, { bad: 'none' })).clientId).toBe(good.clientId)
    const bad = await token(own, { bad: 'exp' })
    expect(decodeToken(bad.accessToken).header.alg).toBe(alg)
    const { issuer, jwks: jwksUri } = report.endpoints
    const expected = { issuer, audience: 'http://localhost:8000/mcp', jwksUri }
    await expect(verifyAccessToken(bad.accessToken, expected)).rejects.toMatchObject({
      why: expect.stringContaining('"exp" claim'), // its signature is that of a key of the realm
    })
    expect((await realmDiff(own)).drift).toEqual([])
  },
)

const ready = {
  ...{ username: 'ann', enabled: true, email: 'ann@a.test', firstName: 'A', lastName: 'B' },
  credentials: PASSWORD,
}

/** Realms whose copy logged nobody in. */
const BLOCKED: Readonly<Record<string, object>> = {
  'a default role with the name of another realm': {
    defaultRole: { name: 'default-roles-old' },
    roles: {
      realm: [
        { name: 'default-roles-old', composite: true, composites: { realm: ['offline_access'] } },
        { name: 'offline_access' },
      ],
    },
  },
  'a role that only a user names': { users: [{ ...ready, realmRoles: ['nobody-defines-it'] }] },
  'a key of 1,024 bits': {
    users: [ready],
    components: {
      'org.keycloak.keys.KeyProvider': [
        { name: 'short', providerId: 'rsa-generated', config: { keySize: ['1024'], priority: ['100'] } },
      ],
    },
  },
  'the address of another server': { users: [ready], attributes: { frontendUrl: 'https://sso.shop.test' } },
  'a user without a profile': {
    users: [{ username: 'ann', enabled: true, credentials: PASSWORD }],
  },
  'a SAML scope in place of basic': {
    users: [ready],
    clientScopes: [{ name: 'basic', protocol: 'saml' }],
    defaultDefaultClientScopes: ['basic'],
  },
  'a client policy that refuses MCP clients': {
    users: [ready],
    clientPolicies: {
      policies: [
        {
          ...{ name: 'hard', enabled: true, profiles: ['fapi-2-security-profile'] },
          conditions: [{ condition: 'any-client', configuration: {} }],
        },
      ],
    },
  },
  'an identity provider that is always asked': {
    users: [ready],
    identityProviders: [
      {
        ...{ alias: 'corp', providerId: 'oidc', enabled: true },
        config: { authorizationUrl: 'https://sso.shop.test/auth', clientId: 'kc', clientSecret: 'kc' },
      },
    ],
    browserFlow: 'shop',
    authenticatorConfig: [{ alias: 'corp first', config: { defaultProvider: 'corp' } }],
    authenticationFlows: [
      {
        ...{ alias: 'shop', providerId: 'basic-flow', topLevel: true, builtIn: false },
        authenticationExecutions: [
          {
            ...{ authenticator: 'identity-provider-redirector', requirement: 'ALTERNATIVE', priority: 10 },
            authenticatorConfig: 'corp first',
          },
          { authenticator: 'auth-username-password-form', requirement: 'ALTERNATIVE', priority: 20 },
        ],
      },
    ],
  },
}

it.each(Object.entries(BLOCKED))('mcp and mcp-loosen prove a realm with %s', async (kind, content) => {
  const realm = `files-blocked-${Object.keys(BLOCKED).indexOf(kind)}`
  const realmFile = await write(`${realm}.json`, { realm, enabled: true, ...content })
  const user = 'users' in content ? [] : ['ann:ann']
  const flags = { realmFile, realm, user, with: ['mcp', 'mcp-loosen'] }
  const config = await externalConfig(sharedKeycloak(), flags)
  made.push(realm)
  const { report } = await provision(externalKeycloak(config), config, {
    onStep: () => {},
    signal: undefined,
  })
  expect(report.proof?.username).toBe('ann')
  expect(report.needs.unmet.filter(({ severity }) => severity === 'required')).toEqual([])
  const { checks } = await doctor(await externalConfig(sharedKeycloak(), { realm }), { client: 'opencode' })
  expect(checks.filter(({ status, group }) => status === 'fail' && group !== 'machine')).toEqual([])
  expect((await realmDiff(config)).drift).toEqual([])
})

it.each([
  ['a SAML scope in place of basic', 'TOKEN_WRONG', 'Scope basic:'],
  ['a client policy that refuses MCP clients', 'REGISTRATION_REFUSED', 'the client policy "hard"'],
])('names what a realm with %s lacks where the login test fails', async (kind, code, lacking) => {
  const realm = `files-lacking-${code.toLowerCase().replace('_', '-')}`
  const content = { ...BLOCKED[kind], realm, enabled: true }
  const realmFile = await write(`${realm}.json`, content)
  const config = await externalConfig(sharedKeycloak(), { realmFile, realm, with: ['mcp'] })
  made.push(realm)
  const failing = provision(externalKeycloak(config), config, { onStep: () => {}, signal: undefined })
  await expect(failing).rejects.toMatchObject({
    ...{ code, why: expect.stringContaining(lacking) },
    fix: expect.stringMatching(/--with mcp --with mcp-loosen$/),
  })
})

it('a login with further steps ends up, names the step, and leaves the realm', async () => {
  const realm = 'files-further-steps'
  const realmFile = resolve('test/fixtures/realm-files/login-with-more-steps.json')
  const config = await externalConfig(sharedKeycloak(), { realmFile, realm, with: ['mcp'] })
  made.push(realm)
  const failing = provision(externalKeycloak(config), config, { onStep: () => {}, signal: undefined })
  await expect(failing).rejects.toMatchObject({
    code: 'LOGIN_REFUSED', // exit code 5
    why: expect.stringContaining('a further step'),
    fix: expect.stringContaining('up --no-proof'),
  })
  expect(await (await sharedAdmin()).realms.findOne({ realm })).toMatchObject({ enabled: true })
})

it('a login of two pages proves a realm with organizations', async () => {
  const realm = 'files-organizations'
  const realmFile = resolve('test/fixtures/realm-files/groups-and-organizations.json')
  const config = await externalConfig(sharedKeycloak(), { realmFile, realm, with: ['mcp'] })
  made.push(realm)
  const { report } = await provision(externalKeycloak(config), config, {
    onStep: () => {},
    signal: undefined,
  })
  expect(report.proof).toMatchObject({ username: 'ann' })
})

it('a user logs in several times at once in a realm with brute force protection', async () => {
  const content = { realm: 'files-brute-force', enabled: true, bruteForceProtected: true, users: [ready] }
  const realmFile = await write('brute-force.json', content)
  await using realm = await testRealm('files-brute-force', { realmFile, with: ['mcp'] })
  const config = await externalConfig(sharedKeycloak(), { realm: realm.name })
  const tokens = await Promise.all(Array.from({ length: 4 }, () => token(config)))
  expect(new Set(tokens.map(({ claims }) => claims.sub)).size).toBe(1)
})

it('a user consents several times at once to a new client', async () => {
  const content = { realm: 'files-consents', enabled: true, users: [ready] }
  const realmFile = await write('consents.json', content)
  await using realm = await testRealm('files-consents', { realmFile, with: ['mcp'] })
  const redirectUri = 'http://127.0.0.1:5555/callback'
  const server = await discover(`${sharedKeycloak().url}/realms/${realm.name}`)
  const client = await registerClient(server, {
    client_name: 'consents',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  })
  const user = { username: 'ann', password: 'ann' }
  const logins = Array.from({ length: 8 }, () => logIn(server, { client, redirectUri, user }))
  const admin = await sharedAdmin()
  expect(await Promise.all(logins)).toHaveLength(8)
  const [ann] = await admin.users.find({ realm: realm.name, username: 'ann' })
  const consents = await admin.users.listConsents({ realm: realm.name, id: ann?.id ?? '' })
  expect(consents).toMatchObject([{ clientId: client.client_id }])
})

it('a client with flows of its own is exported as a file that Keycloak accepts', async () => {
  const [text] = Object.values(FILES).map((one) => JSON.stringify(one).replaceAll('5c0ffee0', '5c0ffee1'))
  const { config, report } = await apply(await write('flows.json', text ?? ''), 'files-flows')
  const { realm } = report.endpoints
  const admin = await sharedAdmin()
  const [client] = await admin.clients.find({ realm, clientId: 'shop-web' })
  const flows = await admin.authenticationManagement.getFlows({ realm })
  const grant = flows.find(({ alias }) => alias === 'direct grant')?.id ?? ''
  const overrides = { ...client?.authenticationFlowBindingOverrides, direct_grant: grant }
  await admin.clients.update(
    { realm, id: client?.id ?? '' },
    { ...client, authenticationFlowBindingOverrides: overrides },
  )
  expect((await realmDiff(config)).drift).toMatchObject([{ actual: 'direct grant' }])
  const { realm: whole, missing } = await realmExport(config)
  expect(missing).toEqual([])
  await admin.realms.del({ realm })
  await admin.realms.create(whole)
  const [again] = await admin.clients.find({ realm, clientId: 'shop-web' })
  expect(Object.keys(again?.authenticationFlowBindingOverrides ?? {}).sort()).toEqual([
    'browser',
    'direct_grant',
  ])
})

it('doctor deletes its clients in a realm that does not let them delete themselves', async () => {
  const realm = 'files-registration-refused'
  const admin = await sharedAdmin()
  made.push(realm)
  const refusal = {
    clientProfiles: {
      profiles: [{ name: 'refuse', executors: [{ executor: 'reject-request', configuration: {} }] }],
    },
    clientPolicies: {
      policies: [
        {
          name: 'no requests of registered clients',
          enabled: true,
          conditions: [
            {
              condition: 'client-updater-context',
              configuration: { 'update-client-source': ['ByRegistrationAccessToken'] },
            },
          ],
          profiles: ['refuse'],
        },
      ],
    },
  }
  await admin.realms.create({ ...realmName(realm)(await loadRealm(BASE_REALM_FILE)), ...refusal } as never)
  const ids = async () =>
    (await admin.clients.find({ realm, max: 100 })).map(({ clientId }) => clientId).sort()
  const before = await ids()
  const report = await doctor(await externalConfig(sharedKeycloak(), { realm }), { client: 'opencode' })
  expect(report.checks.find(({ name }) => name === 'client-opencode')).toMatchObject({ status: 'ok' })
  expect(await ids()).toEqual(before)
})

describe('placeholders of a realm file', () => {
  const SECRETS = {
    FILES_SECRET: 'hunter2-secret',
    FILES_USER: 'hunter2-ann',
    FILES_PASSWORD: 'hunter2-password',
  }
  const CONTENT = {
    realm: 'files-variables',
    enabled: true,
    accessTokenLifespan: '${FILES_TTL:77}',
    clients: [
      {
        clientId: 'shop-web',
        secret: '${FILES_SECRET}',
        redirectUris: ['${FILES_URL:http://localhost:3000}/*'],
      },
    ],
    users: [
      {
        username: '${FILES_USER}',
        enabled: true,
        credentials: [{ type: 'password', value: '${FILES_PASSWORD}' }],
      },
    ],
  }

  beforeEach(() => {
    for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('have their values on the server, and not in the report', async () => {
    const { config, report, drift } = await apply(await write('variables.json', CONTENT))
    const admin = await sharedAdmin()
    const realm = report.endpoints.realm
    const [client] = await admin.clients.find({ realm, clientId: 'shop-web' })
    expect(client).toMatchObject({
      secret: SECRETS.FILES_SECRET,
      redirectUris: ['http://localhost:3000/*'],
    })
    expect(await admin.users.find({ realm, username: SECRETS.FILES_USER, exact: true })).toHaveLength(1)
    expect(await admin.realms.findOne({ realm })).toMatchObject({ accessTokenLifespan: 77 })
    expect(drift).toEqual([])
    expect(JSON.stringify([report, await realmRender(config)])).not.toContain('hunter2')
  })

  it('have their values after a reset in place, and not in its backup', async () => {
    const realmFile = await write('reset.json', { ...CONTENT, realm: 'files-reset' })
    const { config } = await apply(realmFile)
    const report = await resetRealm(config)
    expect(report).toMatchObject({ inPlace: true, warnings: [], dropped: { users: [] } })
    const backup = await readFile(report.backup ?? '', 'utf8')
    expect(JSON.stringify(report) + backup).not.toContain('hunter2')
    expect(backup).toContain('${FILES_SECRET}')
  })
})
