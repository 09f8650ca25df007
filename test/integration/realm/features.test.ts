import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { explainFailure } from '../../../src/explain/explain.ts'
import { adminLogin } from '../../../src/keycloak/admin.ts'
import { eventsSince } from '../../../src/keycloak/log/events.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { type LoginRequest, logIn } from '../../../src/oauth/log-in.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { clientsList } from '../../../src/operations/clients/clients.ts'
import { clientsDelete } from '../../../src/operations/clients/clients-delete.ts'
import { down } from '../../../src/operations/down.ts'
import { type UpReport, up } from '../../../src/operations/up.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { conformance } from '../../helpers/mcp/conformance.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'
import { refusal } from '../../unit/support/refusal.ts'

inOrder('the instance gets its features in the first group, and the realm that the others log in to')

const shared = sharedKeycloak()

const FIRST = 'http://localhost:8000/mcp'
const SECOND = 'http://localhost:8001/mcp'
const testadmin = { username: 'testadmin', password: 'password123' }
const PLAIN = { instance: `test-${randomUUID().slice(0, 8)}`, runtime: 'java' }
const FEATURED = {
  ...PLAIN,
  realm: 'featured',
  with: ['cimd', 'resource-indicators'],
  mcpUrl: [FIRST, SECOND],
}

let dataFolder: string
let port: number
let plain: UpReport
let featured: UpReport
let server: ServerMetadata
let documents: Documents

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-test-'))
  port = await freePort()
  documents = await serveDocuments()
  plain = await run(PLAIN)
})

afterAll(async () => {
  await down(await configOf(PLAIN), { purge: true })
  documents.server.close()
  await rm(dataFolder, { recursive: true, force: true })
})

describe('features on an instance that runs without them', () => {
  it('are refused, with the way to have them', async () => {
    await expect(run(FEATURED)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('runs without --features=cimd and --features=resource-indicators'),
      fix: expect.stringContaining('--yes'),
    })
  })

  it('are there after a restart, and who was logged in stays so', async () => {
    const before = await discover(plain.endpoints.issuer)
    const client = await registerClient(before, REGISTRATION)
    const { refresh_token = '' } = await logIn(before, { client, redirectUri: REDIRECT, user: testadmin })
    featured = await run(FEATURED, true)
    expect(featured).toMatchObject({ alreadyRunning: false, realm: 'created', mcpUrls: [FIRST, SECOND] })
    expect(featured.proof?.audience).toEqual([FIRST])
    const { client_id } = client
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id, refresh_token })
    const refreshed = await fetch(before.token_endpoint ?? '', { method: 'POST', body })
    expect(refreshed.status).toBe(200)
    server = await discover(featured.endpoints.issuer)
  })

  it('up warns how the features change known clients in every realm', async () => {
    expect(featured.warnings).toEqual([
      expect.stringMatching(/Claude Code, .*from the internet/),
      expect.stringMatching(/Claude Desktop.*keycloak#50362/),
    ])
    expect((await run(PLAIN)).warnings).toEqual([expect.stringContaining('does not take')])
  })

  it('stay with the instance', async () => {
    expect(await run(FEATURED)).toMatchObject({ alreadyRunning: true, realm: 'unchanged' })
  })
})

it('an external Keycloak without the features gets a warning', async () => {
  const flags = { keycloakUrl: shared.url, realm: 'unfeatured', with: ['cimd', 'resource-indicators'] }
  const env = {
    MCP_KEYCLOAK_ADMIN_USERNAME: shared.admin.username,
    MCP_KEYCLOAK_ADMIN_PASSWORD: shared.admin.password,
  }
  const { config } = await resolveConfig({ flags, env, cwd: shared.dataFolder })
  const report = await up(config)
  expect(report).toMatchObject({ realm: 'created', proof: { username: 'testuser' } })
  expect(report.warnings).toEqual([
    expect.stringContaining('"cimd" was left out'),
    expect.stringContaining('"resource-indicators" was left out'),
  ])
})

it("passes MCP's own suite without a warning", async () => {
  expect(await conformance(server, FIRST)).toMatchObject({ warned: [], failed: [] })
})

describe('a client whose id is the URL of its metadata document', () => {
  it.each(['localhost', '127.0.0.1'])('logs in without registering, with a document on %s', async (host) => {
    const client_id = documents.add({}, host)
    const claims = await claimsOf({ client: { client_id }, scope: 'openid', resource: FIRST })
    expect(claims).toMatchObject({ aud: FIRST, azp: client_id, preferred_username: 'testadmin' })
    expect(claims.sub).toBeTypeOf('string')
    expect(claims.realm_access).toEqual({ roles: expect.arrayContaining(['admin']) })
  })

  it('has the scopes of its document', async () => {
    const client = { client_id: documents.add({ scope: 'openid mcp:tools' }) }
    expect((await claimsOf({ client, scope: 'openid mcp:tools', resource: FIRST })).scope).toContain(
      'mcp:tools',
    )
    await expect(claimsOf({ client, scope: 'mcp:prompts' })).rejects.toMatchObject({
      why: expect.stringContaining('invalid_scope'),
    })
  })

  it('a metadata document is listed as a client, and returns after its deletion', async () => {
    const client_id = documents.add({})
    const request = { client: { client_id }, scope: 'openid', resource: FIRST }
    await claimsOf(request)
    const config = await configOf(FEATURED)
    const { clients } = await clientsList(config)
    expect(clients.find(({ clientId }) => clientId === client_id)).toMatchObject({
      kind: 'metadata-document',
      name: 'integration test',
      redirectHosts: ['localhost'],
      lastSessionAt: expect.any(String),
      used: true,
    })
    expect((await clientsDelete(config, [client_id])).deleted).toHaveLength(1)
    await claimsOf(request)
  })

  it('cannot begin a login without PKCE', async () => {
    const url = new URL(server.authorization_endpoint ?? '')
    const parameters = { response_type: 'code', client_id: documents.add({}), redirect_uri: REDIRECT }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const answer = await fetch(url, { redirect: 'manual' })
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request')
  })

  it.each([
    [
      'is not there',
      () => documents.url('/nowhere.json'),
      'Client Metadata fetch failed',
      'client-document-refused',
    ],
    [
      'is on a host that nobody permitted',
      () => 'https://evil.example/client.json',
      'Client not found',
      'client-not-found',
    ],
    [
      'redirects to such a host',
      () => documents.add({ redirect_uris: [REDIRECT, 'https://evil.example/callback'] }),
      'domain not allowed',
      'client-document-refused',
    ],
    [
      'has a member that Keycloak does not know',
      () => documents.add({ surprise: true }),
      'fetch failed',
      'client-document-refused',
    ],
    [
      'names a grant of confidential clients, as that of Claude Desktop does',
      () =>
        documents.add({ grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] }),
      'invalid request',
      undefined,
    ],
  ])('is refused when the document %s, and the event names it', async (_, clientId, reason, explained) => {
    const client_id = clientId()
    const startedMs = Date.now()
    const { code, why } = await refusal(() => claimsOf({ client: { client_id } }))
    expect([code, why]).toEqual(['LOGIN_REFUSED', expect.stringContaining(reason)])
    expect(explainFailure({ text: why })[0]?.id).toBe(explained)

    const [event] = await featuredEvents(startedMs)
    const found = explainFailure({ event }).map(({ id, culprit }) => [id, culprit])
    const culprit = event?.clientId ?? event?.details.client_policy_error_detail
    expect(found, JSON.stringify(event)).toEqual(
      explained === undefined ? [] : [['client-document-refused', culprit]],
    )
  })
})

describe.each([
  ['with a metadata document', async () => ({ client_id: documents.add({}) })],
  ['that registered itself', () => registerClient(server, REGISTRATION)],
])('the resource that a client %s asks for', (_, makeClient) => {
  it.each([FIRST, SECOND])('is all that its token is for: %s', async (resource) => {
    expect((await claimsOf({ client: await makeClient(), resource }, resource)).aud).toBe(resource)
  })

  it('may be none: its token is for all MCP URLs', async () => {
    const { aud } = await claimsOf({ client: await makeClient() })
    expect(aud).toEqual(expect.arrayContaining([FIRST, SECOND]))
  })

  it.each([`${FIRST}/`, 'http://localhost:8000', 'http://localhost:9999/mcp'])(
    'a resource that is not exactly an MCP URL is refused: %s',
    async (resource) => {
      const client = await makeClient()
      const startedMs = Date.now()
      const { why } = await refusal(() => claimsOf({ client, resource }))
      expect(why).toContain('invalid_target')
      expect(explainFailure({ text: why })).toMatchObject([{ id: 'resource-not-known' }])
      const failed = (await featuredEvents(startedMs)).filter(({ error }) => error !== undefined)
      expect(failed).toEqual([]) // Keycloak keeps none of it, nor does it log it: the answer alone tells
    },
  )
})

const REGISTRATION = { client_name: 'integration test', ...PUBLIC_CLIENT }

/** What the realm with the features has stored since, the newest first. */
async function featuredEvents(sinceMs: number) {
  if (!featured.admin) throw new Error('an instance of our own has an administrator')
  const { keycloakUrl: url, realm } = featured.endpoints
  return eventsSince(await adminLogin({ url, admin: featured.admin, runtime: 'java' }), realm, sinceMs)
}

async function configOf(flags: Readonly<Record<string, unknown>>) {
  return (await resolveConfig({ flags: { ...flags, port, dataFolder }, env: {}, cwd: dataFolder })).config
}

async function run(flags: Readonly<Record<string, unknown>>, restart = false): Promise<UpReport> {
  return up(await configOf(flags), { restart })
}

/** The claims of a token that a login gives, checked for the audience. */
async function claimsOf(request: Omit<LoginRequest, 'redirectUri' | 'user'>, audience = FIRST) {
  const { issuer, jwks_uri: jwksUri = '' } = server
  const { access_token } = await logIn(server, { ...request, redirectUri: REDIRECT, user: testadmin })
  return verifyAccessToken(access_token, { issuer, audience, jwksUri })
}

/** A web server on loopback with metadata documents. */
interface Documents {
  readonly server: Server
  url(path: string, host?: string): string
  /** Serves one more document, and returns its URL, which is the client's id. */
  add(members: Readonly<Record<string, unknown>>, host?: string): string
}

async function serveDocuments(): Promise<Documents> {
  const served = new Map<string, unknown>()
  const listening = createServer((request, response) => {
    const content = served.get(request.url ?? '')
    response.writeHead(content ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(content))
  })
  const documentPort = await freePort()
  await new Promise<void>((resolve) => listening.listen(documentPort, '127.0.0.1', resolve))
  const at = (path: string, host = 'localhost') => `http://${host}:${documentPort}${path}`
  return {
    server: listening,
    url: at,
    add(members, host) {
      const path = `/${randomUUID()}.json`
      const client_id = at(path, host)
      served.set(path, { client_id, ...REGISTRATION, ...members })
      return client_id
    },
  }
}
