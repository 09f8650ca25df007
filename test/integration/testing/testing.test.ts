import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'

import { folders } from '../../../src/config/folders.ts'
import { temporaryName } from '../../../src/keycloak/temporary-realm.ts'
import { newSigningKey } from '../../../src/provisioning/signing-key-file.ts'
import { signingKey } from '../../../src/realm/patches/signing-key.ts'
import { namedKeycloak } from '../../../src/testing/external.ts'
import { startKeycloak, type TestKeycloak, type TestRealm } from '../../../src/testing/index.ts'
import { TEST_REALMS } from '../../../src/testing/remove-realm.ts'
import { nameSharedKeycloak } from '../../helpers/keycloak/named-keycloak.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'

const MCP_URL = 'http://localhost:18777/mcp'
const realmNames = async () => {
  const realms = await (await sharedAdmin()).realms.find({ briefRepresentation: true })
  return realms.map(({ realm }) => realm)
}

let keycloak: TestKeycloak
let realm: TestRealm
beforeAll(async () => {
  nameSharedKeycloak()
  keycloak = await startKeycloak({ mcpUrl: [MCP_URL], with: ['token-exchange', 'service-account'] })
  realm = keycloak.realm
})
beforeEach(nameSharedKeycloak)
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(() => keycloak.stop())

describe('a Keycloak that the environment names', () => {
  it('is used, says so, and tells where everything is', async () => {
    const { url } = sharedKeycloak()
    expect(keycloak).toMatchObject({ runtime: 'external', reason: 'MCP_KEYCLOAK_KEYCLOAK_URL names it' })
    expect(keycloak.version).toBe(inject('keycloakVersion'))
    expect(realm.warnings).toEqual([])
    expect(keycloak.getAuthServerUrl()).toBe(url)
    expect(keycloak.getIssuerUrl()).toBe(realm.issuer)
    expect(keycloak.getIssuerUrl('other')).toBe(`${url}/realms/other`)
    const metadata = await fetch(`${keycloak.getIssuerUrl()}/.well-known/openid-configuration`)
    expect(await metadata.json()).toMatchObject({
      issuer: keycloak.getIssuerUrl(),
      token_endpoint: keycloak.getTokenEndpoint(),
      jwks_uri: keycloak.getJwksUri(),
      registration_endpoint: keycloak.getRegistrationEndpoint(),
    })
    const admin = await keycloak.getAdminClient()
    expect(await admin.realms.findOne({ realm: realm.name })).toMatchObject({ realm: realm.name })
  })

  it('is named as "env --show-secrets" and "exec" do, too; a KEYCLOAK_URL alone names none', async () => {
    const { url, admin } = sharedKeycloak()
    vi.unstubAllEnvs()
    vi.stubEnv('KEYCLOAK_URL', url)
    vi.stubEnv('KEYCLOAK_ADMIN_PASSWORD', admin.password)
    await using another = await startKeycloak()
    expect(another).toMatchObject({
      runtime: 'external',
      reason: expect.stringContaining('KEYCLOAK_URL'),
    })
    expect(another.realm.name).not.toBe(realm.name)
  })

  it('MCP_KEYCLOAK_INSTANCE names a running instance, as within exec', async () => {
    const { instance, dataFolder } = sharedKeycloak()
    vi.unstubAllEnvs()
    vi.stubEnv('MCP_KEYCLOAK_INSTANCE', 'nowhere')
    vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', dataFolder)
    expect(await namedKeycloak(dataFolder, process.env)).toBeUndefined()
    vi.stubEnv('MCP_KEYCLOAK_INSTANCE', instance)
    await using another = await startKeycloak()
    expect(another).toMatchObject({ runtime: 'external', reason: 'MCP_KEYCLOAK_INSTANCE names it' })
    expect(await another.realm.token()).toMatch(/^ey/)
  })

  it('stop() drops the realms of an external Keycloak and does not stop it', async () => {
    const another = await startKeycloak()
    const second = await another.createRealm()
    await another.stop()
    await another.stop()
    const names = await realmNames()
    expect(names).toContain(realm.name)
    expect(names).not.toContain(another.realm.name)
    expect(names).not.toContain(second.name)
    const stopped = { code: 'NOT_RUNNING', message: expect.stringContaining('was stopped') }
    await expect(another.realm.registerClient()).rejects.toMatchObject(stopped)
    await expect(second.token()).rejects.toMatchObject(stopped)
    await expect(another.createRealm()).rejects.toMatchObject(stopped)
  })

  it('loses the test realms of runs that were killed long ago, and no others', async () => {
    const admin = await sharedAdmin()
    const at = (time: number) => temporaryName(TEST_REALMS, time)
    const [old, ofThisRun] = [at(Date.now() - 100_000_000), at(Date.now() - 100_000_000)]
    const others = [at(Date.now() - 10_000_000), 'mcp-keycloak-test-shop', ofThisRun]
    const withKey = signingKey(await newSigningKey()) // Keycloak takes seconds to make keys of its own
    for (const name of [old, ...others]) await admin.realms.create(withKey({ realm: name }) as object)
    vi.stubEnv('KEYCLOAK_REALM', ofThisRun)
    await using _next = await startKeycloak()
    const names = await realmNames()
    expect(names).not.toContain(old)
    expect(names).toEqual(expect.arrayContaining(others))
    for (const name of others) await admin.realms.del({ realm: name })
  })
})

describe('createRealm', () => {
  it('one server creates eight separate realms at once', async () => {
    const realms = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        keycloak.createRealm({ mcpUrl: [`http://localhost:${9000 + at}/mcp`] }),
      ),
    )
    expect(new Set(realms.map(({ name }) => name)).size).toBe(8)
    await Promise.all(
      realms.map(async (each, at) => {
        await using client = await each.registerClient()
        const claims = decodeJwt(await each.token({ client }))
        expect(claims).toMatchObject({ iss: each.issuer, azp: client.client_id })
        expect(claims.aud).toContain(`http://localhost:${9000 + at}/mcp`)
      }),
    )
    await Promise.all(realms.map((each) => each.drop()))
    const names = await realmNames()
    expect(realms.filter(({ name }) => names.includes(name))).toEqual([])
  })

  it('drops the realm at the end of the scope, also when the test throws', async () => {
    let name = ''
    const test = async () => {
      await using own = await keycloak.createRealm()
      name = own.name
      expect(await realmNames()).toContain(name)
      throw new Error('a failing test')
    }
    await expect(test()).rejects.toThrow('a failing test')
    expect(await realmNames()).not.toContain(name)
  })

  it('createRealm refuses a taken name, a missing feature and a bad option', async () => {
    const taken = keycloak.createRealm({ realm: realm.name })
    await expect(taken).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      fix: expect.stringContaining('Leave'),
    })
    await expect(keycloak.createRealm({ with: ['cimd'] })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      fix: expect.stringContaining('startKeycloak({ with: ["cimd"] })'),
    })
    await expect(keycloak.createRealm({ mcpUrl: ['nowhere'] })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    })
    await expect(keycloak.createRealm({ realmFile: '/nowhere.json' })).rejects.toMatchObject({
      code: 'REALM_INVALID',
    })
  })

  it('names what Keycloak refuses of a realm file, and leaves nothing of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-refused-'))
    const realmFile = join(folder, 'refused.json')
    await writeFile(realmFile, JSON.stringify({ realm: 'refused', enabled: true, colour: 'blue' }))
    const before = await realmNames()
    for (const refused of [() => keycloak.createRealm({ realmFile }), () => startKeycloak({ realmFile })]) {
      await expect(refused()).rejects.toMatchObject({
        code: 'REALM_REFUSED',
        message: expect.stringContaining('because of "colour"'),
      })
    }
    expect(await realmNames()).toEqual(before)
    await rm(folder, { recursive: true })
  })

  it('leaves nothing of a realm whose proof fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-off-'))
    const overlay = join(folder, 'off.json')
    const users = ['testuser', 'testadmin'].map((username) => ({ username, enabled: false }))
    await writeFile(overlay, JSON.stringify({ users }))
    const before = await realmNames()
    for (const named of [{}, { realm: 'off' }]) {
      const failed = keycloak.createRealm({ ...named, with: [overlay], proof: true })
      await expect(failed).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
    }
    expect(await realmNames()).toEqual(before)
    await rm(folder, { recursive: true })
  })

  it('the signing key is kept as long as its realm', async () => {
    const keys = async () =>
      (await readdir(folders({}).data, { recursive: true })).map((file) => basename(file))
    const [dropped, left] = [await keycloak.createRealm(), await startKeycloak()]
    const files = [dropped, left.realm].map(({ name }) => `${name}.pem`)
    expect(await keys()).toEqual(expect.arrayContaining(files))
    await dropped.drop()
    await left.stop()
    expect((await keys()).filter((file) => files.includes(file))).toEqual([])
  })

  it('says that the realm was dropped to whoever goes on with it', async () => {
    const own = await keycloak.createRealm()
    const client = await own.registerClient()
    const token = await own.token({ client })
    await client.delete()
    await own.drop()
    const ways = [
      () => own.registerClient(),
      () => own.token(),
      () => own.introspect(token, { client }),
      () => own.users.add({ username: 'carol' }),
      () => client.read(),
      () => client.update({}),
      () => client.delete(),
    ]
    for (const goOn of ways) {
      await expect(goOn()).rejects.toMatchObject({
        code: 'NOT_RUNNING',
        message: `The realm "${own.name}" was dropped.`,
      })
    }
  })

  it('registers with an initial access token in a strict realm', async () => {
    await using strict = await keycloak.createRealm({ with: ['strict'] })
    expect(strict.initialAccessToken).toBeTypeOf('string')
    await using client = await strict.registerClient()
    expect(await strict.token({ client })).toMatch(/^ey/)
  })
})

describe('a client', () => {
  const ids = async () =>
    (await (await keycloak.getAdminClient()).clients.find({ realm: realm.name })).map(
      ({ clientId }) => clientId,
    )

  it('a client is deleted at the end of its scope, also after an error', async () => {
    let id = ''
    const test = async () => {
      await using client = await realm.registerClient({ client_name: 'one' })
      id = client.client_id
      expect(await ids()).toContain(id)
      throw new Error('a failing test')
    }
    await expect(test()).rejects.toThrow('a failing test')
    expect(await ids()).not.toContain(id)
  })

  it('a client reads and changes its registration with each new token', async () => {
    await using client = await realm.registerClient({ client_name: 'before' })
    const { registration_access_token: before } = client
    await client.update({ client_name: 'after' })
    expect(client.registration_access_token).not.toBe(before)
    expect(await client.read()).toMatchObject({ client_id: client.client_id, client_name: 'after' })
  })

  it('may be deleted before, by the test or by the program under test', async () => {
    await using byTest = await realm.registerClient()
    await byTest.delete()
    await using byProgram = await realm.registerClient()
    const { registration_client_uri: uri = '', registration_access_token: token } = byProgram
    const deleted = await fetch(uri, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
    expect(deleted.status).toBe(204)
  })

  it('is refused with a redirect URI on another host', async () => {
    const refused = realm.registerClient({ redirect_uris: ['https://evil.example/callback'] })
    await expect(refused).rejects.toMatchObject({ code: 'REGISTRATION_REFUSED' })
  })

  it('a client that was not deleted is reported at drop()', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const own = await keycloak.createRealm()
    const client = await own.registerClient({ client_name: 'left behind' })
    await own.drop()
    const told = `${client.client_id} (left behind, realm ${own.name})`
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(told), { code: 'CLIENTS_LEAKED' })
    warned.mockRestore()
  })

  it('onLeak: fail fails the run and still removes everything', async () => {
    const strict = await startKeycloak({ onLeak: 'fail' })
    await strict.realm.registerClient({ client_name: 'left behind' })
    await expect(strict.stop()).rejects.toMatchObject({
      code: 'CLIENTS_LEAKED',
      why: expect.stringContaining('left behind'),
    })
    expect(await realmNames()).not.toContain(strict.realm.name)
  })
})

describe('a token', () => {
  let unnamed: TestRealm
  beforeAll(async () => {
    nameSharedKeycloak()
    unnamed = await keycloak.createRealm({ mcpUrl: [MCP_URL] })
  })
  afterAll(() => unnamed.drop())
  const verified = async (token: string, { issuer, endpoints }: TestRealm = realm) => {
    const keys = createRemoteJWKSet(new URL(endpoints.jwks))
    return (await jwtVerify(token, keys, { issuer, audience: MCP_URL })).payload
  }

  it('is of the user who logs in, through the client, with the scope', async () => {
    await using client = await realm.registerClient()
    const token = await realm.token({ user: 'testadmin', client, scope: 'openid mcp:tools' })
    const claims = await verified(token)
    expect(claims).toMatchObject({ preferred_username: 'testadmin', azp: client.client_id })
    expect(String(claims.scope).split(' ')).toEqual(expect.arrayContaining(['openid', 'mcp:tools']))
    expect((await verified(await realm.token())).azp).toBe('mcp-client')
  })

  it('is refreshed, for a public and for a confidential client', async () => {
    const auth = ['none', 'client_secret_basic', 'client_secret_post']
    for (const token_endpoint_auth_method of auth) {
      await using client = await realm.registerClient({ token_endpoint_auth_method })
      const first = await realm.logIn({ client })
      expect(first).toMatchObject({ clientId: client.client_id, idToken: expect.stringMatching(/^ey/) })
      const second = await realm.refresh(first)
      expect(second.accessToken).not.toBe(first.accessToken)
      expect(await verified(second.accessToken)).toMatchObject({ azp: client.client_id })
    }
  })

  it('is of a user whom a test adds, with roles', async () => {
    const added = await realm.users.add({ username: 'carol', password: 'a:b', roles: ['admin'] })
    expect(added).toEqual({ username: 'carol', password: 'a:b', roles: ['admin'] })
    expect([...realm.users].map(({ username }) => username)).toEqual(['testuser', 'testadmin', 'carol'])
    const claims = await verified(await realm.token({ user: 'carol' }))
    expect(claims).toMatchObject({
      preferred_username: 'carol',
      realm_access: { roles: expect.arrayContaining(['admin']) },
    })
    await expect(realm.users.add({ username: 'carol' })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    await expect(realm.users.add({ username: 'dave', roles: ['boss'] })).rejects.toMatchObject({
      code: 'REALM_INVALID',
    })
    await expect(realm.token({ user: { username: 'carol', password: 'wrong' } })).rejects.toMatchObject({
      code: 'LOGIN_REFUSED',
    })
    const refused = await realm.token({ scope: 'no:such' }).catch((error: Error) => error)
    expect(refused).toMatchObject({ message: expect.stringContaining('"no:such"') })
    expect(refused).not.toHaveProperty('cause')
  })

  it('is of a client for itself', async () => {
    expect(await verified(await realm.serviceToken())).toMatchObject({ azp: 'service-account' })
  })

  it('is exchanged for one for another API', async () => {
    const exchanged = await realm.exchange(await realm.token({ user: 'testadmin' }), {
      audience: 'downstream-api',
      scope: 'downstream:use-api',
    })
    expect(decodeJwt(exchanged)).toMatchObject({
      aud: 'downstream-api',
      azp: MCP_URL,
      userLoginId: 'testadmin',
    })
  })

  it('introspect tells a good token from a bad one', async () => {
    const token = await realm.token()
    expect(await realm.introspect(token)).toMatchObject({ active: true, username: 'testuser' })
    expect(await realm.introspect(token, { client: MCP_URL })).toMatchObject({ active: true })
    expect(await realm.introspect(await realm.badToken('sig'))).toEqual({ active: false })
  })

  it.each([
    ['aud', { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud' }],
    ['iss', { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'iss' }],
    ['exp', { code: 'ERR_JWT_EXPIRED', claim: 'exp' }],
    ['sig', { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }],
    ['none', { code: 'ERR_JOSE_NOT_SUPPORTED' }],
  ] as const)('a token with a bad %s is refused for that reason only', async (kind, why) => {
    for (const each of [realm, unnamed]) {
      expect(await verified(await each.token(), each)).toBeDefined()
      await expect(verified(await each.badToken(kind), each)).rejects.toMatchObject(why)
    }
  })

  it('a token with a bad scope is correct except for its scope', async () => {
    for (const each of [realm, unnamed]) {
      const scopesOf = async (token: string) => `${(await verified(token, each)).scope}`.split(' ')
      const [good, bad] = [await scopesOf(await each.token()), await scopesOf(await each.badToken('scope'))]
      expect(good).toContain('openid')
      expect(bad.filter((scope) => good.includes(scope))).toEqual([])
    }
  })

  it('tokenLifespan shortens the tokens of a realm', async () => {
    await using brief = await keycloak.createRealm({ tokenLifespan: 2 })
    const { iat = 0, exp = 0 } = decodeJwt(await brief.token())
    expect(exp - iat).toBe(2)
  })

  it('for which the realm lacks a client: says which overlay brings it', async () => {
    const missing = (overlay: string) => ({ code: 'USAGE_INVALID', why: expect.stringContaining(overlay) })
    await expect(unnamed.serviceToken()).rejects.toMatchObject(missing('service-account'))
    await expect(unnamed.exchange('ey')).rejects.toMatchObject(missing('token-exchange'))
  })
})
