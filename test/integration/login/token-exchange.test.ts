import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, inject, it } from 'vitest'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { adminLogin } from '../../../src/keycloak/admin.ts'
import { clientSecret } from '../../../src/keycloak/clients/client-secrets.ts'
import { discover } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { type UpReport, up } from '../../../src/operations/up.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { ofItsVersion } from '../../helpers/program/version-warnings.ts'

const { url, admin: administrator, instance, dataFolder } = sharedKeycloak()
const MCP_URL = 'http://localhost:8000/mcp'
const adminApi = () => adminLogin({ url, admin: administrator, runtime: 'java' })
const readLog = () => readFile(join(dataFolder, 'instances', instance, 'keycloak.log'), 'utf8')

describe('--downstream ofbiz:use-api', () => {
  const realm = 'ofbiz'
  let report: UpReport
  let complaints: readonly string[]
  beforeAll(async () => {
    const before = await readLog()
    report = await apply(realm, { downstream: ['ofbiz:use-api'], user: ['alice::use-api'] })
    const since = (await readLog()).slice(before.length).split('\n')
    complaints = since.filter((line) => /\b(WARN|ERROR)\b/.test(line))
  })

  it('is accepted by Keycloak without a warning, and proved', () => {
    expect(complaints).toEqual([])
    expect(report).toMatchObject({
      realm: 'created',
      warnings: ofItsVersion,
      proof: { username: 'testuser' },
    })
  })

  it('the overlay creates a client, role and scope that only the MCP server may request', async () => {
    const admin = await adminApi()
    const clients = await admin.clients.find({ realm })
    const byId = (id: string) => clients.find(({ clientId }) => clientId === id)
    expect(byId(MCP_URL)?.optionalClientScopes?.toSorted()).toEqual(['ofbiz:use-api', 'openid'])
    const holders = clients.filter(({ optionalClientScopes: o = [], defaultClientScopes: d = [] }) =>
      [...o, ...d].includes('ofbiz:use-api'),
    )
    expect(holders.map(({ clientId }) => clientId)).toEqual([MCP_URL])
    const roles = await admin.clients.listRoles({ realm, id: byId('ofbiz')?.id ?? '' })
    expect(roles.map(({ name }) => name)).toEqual(['use-api'])
    expect(byId('downstream-api')).toBeUndefined()
    const scopes = await admin.clientScopes.find({ realm })
    expect(scopes.map(({ name }) => name)).not.toContain('downstream:use-api')
  })

  it('shows the name of each user at the API to an administrator', async () => {
    const users = await (await adminApi()).users.find({ realm })
    const names = users.map(({ username, attributes }) => [username, attributes?.userLoginId?.[0]])
    expect(Object.fromEntries(names)).toEqual({
      alice: 'alice',
      testadmin: 'testadmin',
      testuser: 'testuser',
    })
  })

  it('gives a token for the API alone, without the roles of the user elsewhere', async () => {
    const claims = await exchanged(realm, 'testadmin', { audience: 'ofbiz', scope: 'ofbiz:use-api' })
    expect(claims).toMatchObject({
      aud: 'ofbiz',
      azp: MCP_URL,
      scope: 'ofbiz:use-api',
      userLoginId: 'testadmin',
    })
    expect(claims).not.toHaveProperty('realm_access')
    expect(claims).not.toHaveProperty('resource_access')
  })
})

describe('--downstream app:read,app:write', () => {
  const realm = 'app'
  beforeAll(() => apply(realm, { downstream: ['app:read,app:write'], user: ['reader::read'] }))

  it('gives each user the scopes whose role that user has', async () => {
    const wanted = { audience: 'app', scope: 'app:read app:write' }
    const all = await exchanged(realm, 'testuser', wanted)
    expect(String(all.scope).split(' ').toSorted()).toEqual(['app:read', 'app:write'])
    expect(await exchanged(realm, 'reader', wanted)).toMatchObject({ aud: 'app', scope: 'app:read' })
  })
})

async function apply(realm: string, options: Record<string, readonly string[]>): Promise<UpReport> {
  const keycloakVersion = inject('keycloakVersion')
  const shared = { instance, dataFolder, keycloakVersion, runtime: 'java' }
  const flags = { ...shared, realm, with: ['token-exchange'], ...options }
  const { config } = await resolveConfig({ flags, env: {}, cwd: dataFolder })
  return up(config)
}

/** The claims of the token that the MCP server gets for a user who logged in. */
async function exchanged(realm: string, username: string, parameters: Record<string, string>) {
  const server = await discover(`${url}/realms/${realm}`)
  const { access_token: token } = await logIn(server, {
    client: { client_id: 'mcp-client' },
    redirectUri: 'http://localhost:3118/callback',
    user: { username, password: 'password123' },
    scope: 'openid',
  })
  const response = await fetch(server.token_endpoint ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: MCP_URL,
      client_secret: (await clientSecret(await adminApi(), realm, MCP_URL)) ?? '',
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      ...parameters,
    }),
  })
  const { access_token: result } = (await response.json()) as { access_token: string }
  return decodeJwt(result)
}
