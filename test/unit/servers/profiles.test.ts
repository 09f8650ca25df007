import { stripTypeScriptTypes } from 'node:module'
import { describe, expect, it } from 'vitest'

import type { SnippetTarget } from '../../../src/config/snippet.ts'
import { SERVER_PROFILES } from '../../../src/servers/all.ts'
import { listenAddress } from '../../../src/servers/listen-address.ts'

const TARGET: SnippetTarget = {
  mcpUrl: 'http://localhost:4321/deep/mcp-endpoint',
  serverName: 'odd_server-7',
  keycloakUrl: 'https://auth.example.test:9443/kc',
  realm: 'odd-realm',
  issuer: 'https://auth.example.test:9443/kc/realms/odd-realm',
  preregistered: undefined,
}

describe.each(SERVER_PROFILES.map((profile) => [profile.title, profile] as const))(
  '%s',
  (_title, profile) => {
    const [server, ...rest] = profile.snippets(TARGET)

    it('takes every address from the target', () => {
      const urls = server?.code.match(/https?:\/\/[^"'\s`]+/g) ?? []
      expect(urls.length).toBeGreaterThan(1)
      for (const url of urls) expect([TARGET.mcpUrl, TARGET.issuer, 'http://localhost:4321']).toContain(url)
      expect(JSON.stringify([server, ...rest])).not.toMatch(
        /localhost:8080|localhost:8000|realms\/fastmcp|my-server/,
      )
    })

    it('checks the issuer and that the token is for this MCP URL', () => {
      expect(server?.code).toContain(JSON.stringify(TARGET.issuer))
      expect(server?.code).toMatch(/audience(=|: )/)
      expect(server?.code).toContain(JSON.stringify(TARGET.mcpUrl))
    })

    it('accepts the tokens of a realm with another algorithm', () => {
      const [other] = profile.snippets({ ...TARGET, tokenAlgorithm: 'ES256' })
      expect(other?.code).toContain('"ES256"')
      expect(other?.code).not.toContain('"RS256"')
      expect(server?.code).not.toContain('"ES256"')
    })

    it('listens on loopback at the port of the MCP URL', () => {
      expect(server?.code).toContain('"127.0.0.1"')
      expect(server?.code).toContain('4321')
    })

    it('says how to run its file', () => {
      expect(rest.every(({ code }) => server?.file !== undefined && code.includes(server.file))).toBe(true)
    })

    it('a server snippet notes that TLS ends in front of an https MCP URL', () => {
      const [secure] = profile.snippets({ ...TARGET, mcpUrl: 'https://mcp.example.test/mcp' })
      expect(secure?.note).toContain('https://mcp.example.test')
      expect(server?.note).toBeUndefined()
    })
  },
)

it('the OAuth proxy snippet reads the client and its secret from env, offline', () => {
  const [server, run] =
    SERVER_PROFILES.find(({ name }) => name === 'fastmcp-oauth-proxy')?.snippets(TARGET) ?? []
  for (const name of ['MCP_OAUTH_CLIENT_ID', 'MCP_OAUTH_CLIENT_SECRET']) {
    expect(server?.code).toContain(`os.environ["${name}"]`)
  }
  expect(server?.code).toContain('enable_cimd=False')
  expect(run?.code).toContain('mcp-keycloak env')
  expect(run?.note).toContain('--with oauth-proxy')
})

it('a TypeScript snippet runs in Node unchanged', () => {
  const code = SERVER_PROFILES.find(({ name }) => name === 'typescript-sdk')?.snippets(TARGET)[0]?.code ?? ''
  expect(stripTypeScriptTypes(code)).toContain('createMcpExpressApp({ host: "127.0.0.1" })')
})

describe('the address to listen on', () => {
  it.each([
    ['http://localhost:4321/mcp', '127.0.0.1', 4321, '/mcp'],
    ['http://127.0.0.1:4321', '127.0.0.1', 4321, '/'],
    ['http://[::1]:4321/mcp', '::1', 4321, '/mcp'],
    ['http://localhost/mcp', '127.0.0.1', 80, '/mcp'],
    ['http://mcp-server:4321/mcp', '0.0.0.0', 4321, '/mcp'],
  ])('of %s is %s:%i', (mcpUrl, host, port, path) => {
    expect(listenAddress(mcpUrl)).toMatchObject({ host, port, path })
  })

  it('stays on loopback behind TLS', () => {
    expect(listenAddress('https://mcp.example.test/mcp')).toMatchObject({
      host: '127.0.0.1',
      publicHost: 'mcp.example.test',
    })
  })
})
