import { parse as parseToml } from 'smol-toml'
import { describe, expect, it } from 'vitest'

import { CLIENT_PROFILES } from '../../../src/clients/all.ts'
import type { SnippetTarget } from '../../../src/config/snippet.ts'
import { loadOverlay } from '../../../src/realm/load-overlay.ts'
import type { Realm } from '../../../src/realm/schema.ts'

const TARGET: SnippetTarget = {
  mcpUrl: 'http://127.0.0.1:4321/deep/mcp-endpoint',
  serverName: 'odd_server-7',
  keycloakUrl: 'https://auth.example.test:9443/kc',
  realm: 'odd-realm',
  issuer: 'https://auth.example.test:9443/kc/realms/odd-realm',
  preregistered: { clientId: 'odd-client', callbackPort: 4177 },
}
const PLATFORMS = ['linux', 'darwin', 'win32'] as const

describe('all clients', () => {
  it('have names and titles of their own', () => {
    expect(new Set(CLIENT_PROFILES.map(({ name }) => name)).size).toBe(CLIENT_PROFILES.length)
    expect(new Set(CLIENT_PROFILES.map(({ title }) => title)).size).toBe(CLIENT_PROFILES.length)
  })

  it('come in the order in which people look for them', () => {
    expect(CLIENT_PROFILES.map(({ name }) => name)).toEqual([
      'fastmcp-client',
      'python-sdk-client',
      'inspector',
      'mcpjam',
      'claude-code',
      'claude-desktop',
      'vscode',
      'cursor',
      'codex',
      'gemini-cli',
      'copilot-cli',
      'opencode',
      'windsurf',
      'zed',
      'goose',
      'librechat',
      'open-webui',
      'mcp-remote',
    ])
  })
})

it("the overlay cimd accepts each client's metadata document", async () => {
  const content: Partial<Realm> = (await loadOverlay('cimd')).content
  const config = {
    ...content.clientProfiles?.profiles?.[0]?.executors?.[0]?.configuration,
    ...content.clientPolicies?.policies?.[0]?.conditions?.[0]?.configuration,
  }
  const documents = CLIENT_PROFILES.filter(({ metadataDocument }) => metadataDocument !== undefined)
  expect(documents.map(({ name }) => name)).toEqual([
    'mcpjam',
    'claude-code',
    'vscode',
    'codex',
    'copilot-cli',
    'zed',
    'goose',
  ])
  for (const { metadataDocument = '', registration } of documents) {
    expect(config['client-id-uri-allow-permitted-domains']).toContain(new URL(metadataDocument).host)
    const { redirect_uris: redirects = [], client_uri: home = metadataDocument } = registration ?? {}
    for (const uri of [...redirects, home, metadataDocument])
      expect(config['cimd-allow-permitted-domains']).toContain(new URL(uri).hostname)
  }
})

describe.each(CLIENT_PROFILES.map((profile) => [profile.title, profile] as const))(
  '%s',
  (_title, profile) => {
    const rendered = PLATFORMS.flatMap((platform) => profile.snippets(TARGET, platform))
    const everything = JSON.stringify([rendered, profile.forget(TARGET)])

    it('takes every address from the target', () => {
      expect(everything).not.toMatch(
        /localhost:8080|localhost:8000|realms\/fastmcp|my-server|3118|mcp-client\b/,
      )
      expect(rendered.some(({ code }) => code.includes(TARGET.mcpUrl))).toBe(true)
    })

    it('has valid JSON and TOML without a trailing newline', () => {
      for (const { language, code } of rendered) {
        expect(code).toBe(code.trimEnd())
        if (language === 'json') expect(JSON.parse(code)).toBeTypeOf('object')
        if (language === 'toml')
          expect(parseToml(code)).toHaveProperty(['mcp_servers', 'odd_server-7', 'url'], TARGET.mcpUrl)
      }
    })

    it('shows what --write would put into the file', () => {
      for (const platform of PLATFORMS) {
        if (profile.configFile === undefined) continue
        const file = profile.configFile.path(platform)
        const [snippet] = profile.snippets(TARGET, platform).filter((candidate) => candidate.file === file)
        const document =
          profile.configFile.format === 'json'
            ? JSON.parse(snippet?.code ?? '')
            : parseToml(snippet?.code ?? '')
        expect(document).toHaveProperty(
          [...profile.configFile.entryPath(TARGET)],
          profile.configFile.entry(TARGET),
        )
      }
    })

    it('says how to forget a stale client', () => {
      expect(profile.forget(TARGET).length).toBeGreaterThan(20)
    })

    it('registers for the authorization code flow with absolute redirect URIs', () => {
      expect(profile.registration?.response_types).toEqual(['code'])
      expect(profile.registration?.grant_types).toContain('authorization_code')
      expect(profile.registration?.redirect_uris.every((uri) => URL.canParse(uri))).toBe(true)
    })
  },
)

describe('the pre-registered client', () => {
  it('is offered by programs that can use it', () => {
    const users = CLIENT_PROFILES.filter((profile) =>
      JSON.stringify(profile.snippets(TARGET, 'linux')).includes('odd-client'),
    )
    expect(users.map(({ name }) => name)).toEqual(['fastmcp-client', 'claude-code'])
  })

  it('is not mentioned when the realm has none', () => {
    const snippets = CLIENT_PROFILES.flatMap((profile) =>
      profile.snippets({ ...TARGET, preregistered: undefined }, 'linux'),
    )
    expect(JSON.stringify(snippets)).not.toMatch(/client-id|client_id|existing client/)
  })
})

describe('mcp-remote', () => {
  const argumentsFor = (mcpUrl: string) =>
    CLIENT_PROFILES.find(({ name }) => name === 'claude-desktop')?.configFile?.entry({ ...TARGET, mcpUrl })
      .args

  it('waits long enough for a first login', () => {
    expect(argumentsFor('http://localhost:4321/mcp')).toEqual([
      '-y',
      'mcp-remote@latest',
      'http://localhost:4321/mcp',
      '--auth-timeout',
      '300',
    ])
  })

  it('is allowed plain http to another host only when it would refuse it', () => {
    expect(argumentsFor('http://mcp.test/mcp')).toContain('--allow-http')
    expect(argumentsFor('https://mcp.test/mcp')).not.toContain('--allow-http')
  })
})

it('quotes an MCP URL that a shell would take apart', () => {
  const target = { ...TARGET, mcpUrl: 'http://localhost:4321/mcp?a=1&b=2' }
  const commands = CLIENT_PROFILES.flatMap((profile) => profile.snippets(target, 'linux')).filter(
    ({ language, code }) => language === 'sh' && code.includes('a=1&b=2'),
  )
  expect(commands.length).toBeGreaterThan(3)
  for (const { code } of commands) expect(code).toContain("'http://localhost:4321/mcp?a=1&b=2'")
})

it("finds Claude Desktop's file on each platform", () => {
  const file = CLIENT_PROFILES.find(({ name }) => name === 'claude-desktop')?.configFile
  expect(PLATFORMS.map((platform) => file?.path(platform))).toEqual([
    '~/.config/Claude/claude_desktop_config.json',
    '~/Library/Application Support/Claude/claude_desktop_config.json',
    '~/AppData/Roaming/Claude/claude_desktop_config.json',
  ])
})
