import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { adminLogin } from '../../../src/keycloak/admin.ts'
import { clientSecret } from '../../../src/keycloak/clients/client-secrets.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import type { UpReport } from '../../../src/operations/up.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { type RunningApi, startDownstreamApi } from '../../helpers/keycloak/downstream-api.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { sharedInstance } from '../../helpers/keycloak/shared-instance.ts'
import { startPythonServer } from '../../helpers/mcp/fastmcp-server.ts'
import { connectMcpClient } from '../../helpers/mcp/mcp-client.ts'
import { cli, cliJson } from '../../helpers/program/cli.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const REFRESH_TOKEN = 'urn:ietf:params:oauth:token-type:refresh_token'
const testuser = { username: 'testuser', password: 'password123' }
const FOR_THE_API = { audience: 'downstream-api', scope: 'downstream:use-api' }

/** A real MCP server starts in each test. */
vi.setConfig({ testTimeout: 300_000 })

const instance = sharedInstance('fastmcp-token-exchange')
let mcpUrl: string
let up: UpReport
let metadata: ServerMetadata
let secrets: Record<string, string>
let api: RunningApi

beforeAll(async () => {
  mcpUrl = `http://localhost:${await freePort()}/mcp`
  up = await cliJson<UpReport>(
    [
      'up',
      '--show-secrets',
      '--with',
      'token-exchange',
      '--mcp-url',
      mcpUrl,
      '--user',
      'bob',
      '--user',
      'carol::use-api',
    ],
    instance.env,
  )
  const { keycloakUrl, realm, issuer } = up.endpoints
  if (!up.admin) throw new Error('an instance of our own has an administrator')
  const admin = await adminLogin({ url: keycloakUrl, admin: up.admin, runtime: up.runtime })
  const read = async (id: string) => (await clientSecret(admin, realm, id)) ?? ''
  secrets = { [mcpUrl]: await read(mcpUrl), 'downstream-api': await read('downstream-api') }
  expect(await clientSecret(admin, realm, 'mcp-client')).toBeUndefined()
  metadata = await discover(issuer)
  api = await startDownstreamApi({ issuer, caller: mcpUrl, ...FOR_THE_API })
})

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await instance[Symbol.asyncDispose]()
})

describe('the FastMCP server that snippets prints, unchanged', () => {
  it('the server calls the API as the user and refuses a user without the role', async () => {
    const { stdout: code } = await cli(['snippets', 'fastmcp-token-exchange'], { env: instance.env })
    await using _server = await startPythonServer(code, mcpUrl, {
      MCP_SERVER_CLIENT_SECRET: secrets[mcpUrl] ?? '',
      DOWNSTREAM_API_URL: api.url,
    })

    await using user = await connectMcpClient(mcpUrl, testuser)
    const answer = await user.client.callTool({ name: 'call_api', arguments: {} })
    expect(answer).not.toMatchObject({ isError: true })
    const { sub } = decodeJwt(user.tokens?.access_token ?? '')
    expect(sub).toBeTypeOf('string')
    expect(text(answer)).toEqual({ userLoginId: 'testuser', subject: sub })

    await using carol = await connectMcpClient(mcpUrl, { ...testuser, username: 'carol' })
    expect(text(await carol.client.callTool({ name: 'call_api', arguments: {} }))).toMatchObject({
      userLoginId: 'carol',
    })

    await using bob = await connectMcpClient(mcpUrl, { ...testuser, username: 'bob' })
    const refused = await bob.client.callTool({ name: 'call_api', arguments: {} })
    expect(refused).toMatchObject({ isError: true })
    expect(JSON.stringify(refused)).toContain("roles of 'downstream-api'")
  })
})

describe("a caller's own token", () => {
  it("the user's token is not valid for the API", async () => {
    const { access_token: token } = await login('openid mcp:call-tools')
    // Keycloak puts every client in aud whose roles the user has; azp and scope are what tells it apart.
    expect(await callApi(token)).toMatchObject({
      status: 403,
      body: { refused: expect.stringMatching(/azp is .*scope is/) },
    })
    expect(await callApi('garbage')).toMatchObject({ status: 401 })
  })

  it('a client never sees, registers or gets the scope of the API', async () => {
    expect(up.scopes).toContain('mcp:call-tools')
    expect(metadata.scopes_supported).not.toContain(FOR_THE_API.scope)
    await expect(register(FOR_THE_API.scope)).rejects.toMatchObject({ code: 'REGISTRATION_REFUSED' })
    await expect(login(`openid ${FOR_THE_API.scope}`)).rejects.toMatchObject({
      why: expect.stringContaining('Invalid scopes'),
    })
  })

  it("the server introspects the user's token, the API the exchanged one", async () => {
    const { access_token: token } = await login('openid mcp:call-tools')
    expect(await post('introspection_endpoint', mcpUrl, { token })).toMatchObject({
      body: { active: true, username: 'testuser', scope: expect.stringContaining('mcp:call-tools') },
    })
    const { body } = await exchange(token, FOR_THE_API)
    const exchanged = { token: String(body.access_token) }
    expect(await post('introspection_endpoint', 'downstream-api', exchanged)).toMatchObject({
      body: { active: true, userLoginId: 'testuser' },
    })
  })
})

describe('an exchange', () => {
  it('an exchange returns a refresh token when asked for one', async () => {
    const { access_token: token } = await login('openid')
    const { body } = await exchange(token, {
      ...FOR_THE_API,
      requested_token_type: REFRESH_TOKEN,
    })
    const refreshToken = String(body.refresh_token)
    expect(decodeJwt(refreshToken)).toMatchObject({ typ: 'Refresh', sid: decodeJwt(token).sid })
    expect(await callApi(String(body.access_token))).toMatchObject({ status: 200 })
    const refreshed = await post('token_endpoint', mcpUrl, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    })
    expect(decodeJwt(String(refreshed.body.access_token))).toMatchObject({
      azp: mcpUrl,
      scope: FOR_THE_API.scope,
      aud: 'downstream-api', // before 26.7.5 that of the user's token was in it again
    })
  })

  it('an exchange returns no offline access', async () => {
    const { access_token: token, refresh_token: offline = '' } = await login('openid offline_access')
    expect(decodeJwt(offline)).toMatchObject({ typ: 'Offline' })
    const scope = `offline_access ${FOR_THE_API.scope}`
    for (const type of [ACCESS_TOKEN, REFRESH_TOKEN]) {
      const answer = await exchange(token, { ...FOR_THE_API, scope, requested_token_type: type })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    }
    expect(await exchange(token, FOR_THE_API)).toMatchObject({ status: 200 })
  })
})

function text(result: unknown): unknown {
  const { content } = result as { content: readonly { text: string }[] }
  return JSON.parse(content[0]?.text ?? '')
}

function register(scope?: string) {
  return registerClient(metadata, {
    client_name: 'e2e test',
    ...PUBLIC_CLIENT,
    ...(scope && { scope }),
  })
}

async function login(scope: string) {
  const request = { redirectUri: REDIRECT, user: testuser, scope, resource: mcpUrl }
  return logIn(metadata, { client: await register(), ...request })
}

async function callApi(token: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(api.url, { headers: { authorization: `Bearer ${token}` } })
  return { status: response.status, body: await response.json() }
}

function exchange(subjectToken: string, parameters: Record<string, string>) {
  return post('token_endpoint', mcpUrl, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: ACCESS_TOKEN,
    ...parameters,
  })
}

/** Asks as a client, by Basic authentication, whose parts are encoded (RFC 6749 §2.3.1). */
async function post(
  endpoint: 'token_endpoint' | 'introspection_endpoint',
  clientId: string,
  body: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const pair = [clientId, secrets[clientId] ?? ''].map(encodeURIComponent).join(':')
  const response = await fetch(metadata[endpoint] ?? '', {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
    body: new URLSearchParams(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
