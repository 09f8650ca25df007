import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'

import type { SnippetsReport } from '../../../src/operations/snippets.ts'
import type { UpReport } from '../../../src/operations/up.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { PlayedBrowser } from '../../helpers/browser/played-browser.ts'
import { sharedInstance } from '../../helpers/keycloak/shared-instance.ts'
import { startPythonServer } from '../../helpers/mcp/fastmcp-server.ts'
import { connectMcpClient } from '../../helpers/mcp/mcp-client.ts'
import { cli, cliJson } from '../../helpers/program/cli.ts'

const testuser = { username: 'testuser', password: 'password123' }

/** A real MCP server starts in each test. */
vi.setConfig({ testTimeout: 300_000 })

const instance = sharedInstance('oauth-proxy')
let base: string
let mcpUrl: string
let server: AsyncDisposable

beforeAll(async () => {
  base = `http://localhost:${await freePort()}`
  mcpUrl = `${base}/mcp`
  await cliJson<UpReport>(['up', '--with', 'oauth-proxy', '--mcp-url', mcpUrl], instance.env)
  const { stdout: env } = await cli(['env', '--format', 'json'], { env: instance.env })
  const { stdout: code } = await cli(['snippets', 'fastmcp-oauth-proxy'], { env: instance.env })
  server = await startPythonServer(code, mcpUrl, JSON.parse(env))
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await instance[Symbol.asyncDispose]()
})

it('env hands over the client and its secret, which is in no file', async () => {
  const { stdout } = await cli(['env'], { env: instance.env })
  expect(stdout).toContain(`KEYCLOAK_AUDIENCE=${mcpUrl}\n`)
  expect(stdout).toMatch(/^MCP_OAUTH_CLIENT_ID=mcp_server\nMCP_OAUTH_CLIENT_SECRET=[\w-]{20,}$/m)
  expect(stdout).not.toContain('ADMIN')
  const report = await cliJson<SnippetsReport>(['snippets', 'fastmcp-oauth-proxy'], instance.env)
  const secret = /CLIENT_SECRET=(.*)/.exec(stdout)?.[1] ?? 'none'
  expect(JSON.stringify(report)).not.toContain(secret)
})

it('env appends to the file of a GitHub job and masks the secret', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-env-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const GITHUB_ENV = join(folder, 'github-env')
  const env = { ...instance.env, GITHUB_ENV }
  const { stdout, stderr } = await cli(['env', '--format', 'github'], { env })
  const text = await readFile(GITHUB_ENV, 'utf8')
  const secret = /MCP_OAUTH_CLIENT_SECRET<<\S+\n(.+)\n/.exec(text)?.[1]
  expect(stdout).toBe(`::add-mask::${secret}`)
  expect(stderr).toContain('$GITHUB_ENV: KEYCLOAK_URL KEYCLOAK_REALM ')
  expect(stderr).not.toContain(secret)
})

it("env prints the administrator's password only on request and refuses an unknown realm", async () => {
  const { stdout } = await cli(['env', '--show-secrets', '--format', 'shell'], { env: instance.env })
  expect(stdout).toMatch(/^export KEYCLOAK_ADMIN_PASSWORD=[\w-]{20,}$/m)
  const other = await cli(['env', '--realm', 'other', '--json'], { env: instance.env })
  expect([other.exitCode, other.stdout, JSON.parse(other.stderr).error.fix]).toEqual([
    3,
    '',
    expect.stringContaining('mcp-keycloak up --realm other'),
  ])
})

it('a client registers at the MCP server, logs in through it, calls a tool, and logs out', async () => {
  const browser = new PlayedBrowser(testuser)
  await using user = await connectMcpClient(mcpUrl, testuser, browser)
  expect(browser.seen).toEqual(['consent of the MCP server', 'login'])

  const whoami = await user.client.callTool({ name: 'whoami', arguments: {} })
  expect(whoami.structuredContent).toMatchObject({ username: 'testuser', client: 'mcp_server' })
  expect(await user.client.callTool({ name: 'admin_only', arguments: {} })).toMatchObject({ isError: true })

  const renewed = await refresh(user.clientId, user.tokens?.refresh_token)
  expect(renewed).toMatchObject({ status: 200, body: { access_token: expect.any(String) } })

  const back = await browser.open(new URL('/logout', base), base)
  expect(back.href).toBe(`${base}/`)
  expect(browser.seen.at(-1)).toBe('logout')
  expect(await refresh(user.clientId, renewed.body.refresh_token)).toMatchObject({
    status: 401,
    body: { error: 'invalid_grant' },
  })

  await using _again = await connectMcpClient(mcpUrl, testuser, browser)
  expect(browser.seen.at(-1)).toBe('login')
})

it('Keycloak sends nobody to another place after a login or a logout', async () => {
  const { stdout } = await cli(['env', '--format', 'json'], { env: instance.env })
  const { KEYCLOAK_ISSUER: issuer } = JSON.parse(stdout) as Record<string, string>
  const logout = new URL(`${issuer}/protocol/openid-connect/logout`)
  logout.search = new URLSearchParams({
    client_id: 'mcp_server',
    post_logout_redirect_uri: 'http://localhost:1/',
  }).toString()
  expect((await fetch(logout, { redirect: 'manual' })).status).toBe(400)
  const login = new URL(`${issuer}/protocol/openid-connect/auth`)
  login.search = new URLSearchParams({
    client_id: 'mcp_server',
    redirect_uri: 'http://localhost:8000/auth/callback',
    response_type: 'code',
  }).toString()
  expect((await fetch(login, { redirect: 'manual' })).status).toBe(400)
})

async function refresh(clientId: string, refreshToken = '') {
  const response = await fetch(`${base}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: refreshToken,
    }),
  })
  return {
    status: response.status,
    body: (await response.json()) as { access_token?: string; refresh_token?: string },
  }
}
