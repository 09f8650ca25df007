import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { test } from 'mcp-keycloak/testing/vitest'
import { MCP_URL } from './mcp-url.ts'
import { startServer } from './server.ts'

const WRITE = 'openid notes:write'

/** Calls a tool with a token, and returns the text of its result. */
async function call(tool: string, token: string): Promise<string> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const headers = { Authorization: `Bearer ${token}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(MCP_URL), { requestInit: { headers } }))
  const { content } = await client.callTool({ name: tool })
  await client.close()
  const [first] = content as { text: string }[]
  return first?.text ?? ''
}

test('lists notes', async ({ expect, realm }) => {
  await using _server = await startServer({ issuer: realm.issuer, mcpUrl: MCP_URL })
  expect(await call('list', await realm.token())).toBe('buy milk')
})

test('adds a note in the name of the caller', async ({ expect, realm }) => {
  await using _server = await startServer({ issuer: realm.issuer, mcpUrl: MCP_URL })
  expect(await call('add', await realm.token({ scope: WRITE }))).toBe('testuser was here')
})

test('needs a scope to add a note', async ({ expect, realm }) => {
  await using _server = await startServer({ issuer: realm.issuer, mcpUrl: MCP_URL })
  await expect(call('add', await realm.token())).rejects.toThrow('notes:write')
})

test('lets only admins delete notes', async ({ expect, realm }) => {
  await using _server = await startServer({ issuer: realm.issuer, mcpUrl: MCP_URL })
  expect(await call('clear', await realm.token({ user: 'testuser' }))).toBe('Only admins')
  expect(await call('clear', await realm.token({ user: 'testadmin' }))).toBe('1')
})

test('protects itself', async ({ realm }) => {
  await using _server = await startServer({ issuer: realm.issuer, mcpUrl: MCP_URL })
  await realm.expectProtected(MCP_URL)
})
