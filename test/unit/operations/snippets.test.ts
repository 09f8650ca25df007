import { describe, expect, it } from 'vitest'

import type { SnippetTarget } from '../../../src/config/snippet.ts'
import { McpKeycloakError } from '../../../src/errors.ts'
import { snippets } from '../../../src/operations/snippets.ts'

const TARGET: SnippetTarget = {
  mcpUrl: 'http://localhost:4321/mcp',
  serverName: 'my-server',
  keycloakUrl: 'http://localhost:4322',
  realm: 'demo',
  issuer: 'http://localhost:4322/realms/demo',
  preregistered: undefined,
}

function refusal(names: readonly string[], target = TARGET): McpKeycloakError {
  try {
    snippets([target], { names, platform: 'linux' })
  } catch (error) {
    if (error instanceof McpKeycloakError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('snippets', () => {
  it('shows every program when none is named, each name once', () => {
    const { programs } = snippets([TARGET], { names: [], platform: 'linux' })
    expect(programs.length).toBeGreaterThan(10)
    expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length)
    expect(programs.every((program) => program.snippets.length > 0)).toBe(true)
  })

  it('shows the named ones in the order asked for, each once', () => {
    const report = snippets([TARGET], { names: ['codex', 'fastmcp', 'codex'], platform: 'linux' })
    expect(report.programs.map(({ kind, name }) => [kind, name])).toEqual([
      ['client', 'codex'],
      ['server', 'fastmcp'],
    ])
  })

  it('says for clients, not for servers, how to forget a stale client', () => {
    const { programs } = snippets([TARGET], { names: ['codex', 'fastmcp'], platform: 'linux' })
    expect(programs.map(({ forget }) => typeof forget)).toEqual(['string', 'undefined'])
  })

  it('shows the skill for coding agents only by its name, also without a server', () => {
    const { programs } = snippets([], { names: ['agent-skill'], platform: 'linux' })
    const [skill] = programs.flatMap((program) => program.snippets)
    expect(programs.map(({ kind }) => kind)).toEqual(['agent'])
    expect(skill?.code).toContain('`npx mcp-keycloak verify http://localhost:8000/mcp`')
    expect(skill?.code).toContain('claude mcp add keycloak -- npx mcp-keycloak mcp')
    const all = snippets([TARGET], { names: [], platform: 'linux' }).programs
    expect(all.map(({ kind }) => kind)).not.toContain('agent')
  })

  it('the report of snippets is plain data', () => {
    const report = snippets([TARGET], { names: [], platform: 'darwin' })
    const { preregistered: _, ...facts } = TARGET
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ schemaVersion: 1, targets: [facts] })
  })

  it('shows a program once for each MCP URL, one after the other', () => {
    const second = { ...TARGET, mcpUrl: 'http://localhost:4323/mcp', serverName: 'my-server-2' }
    const { programs } = snippets([TARGET, second], { names: ['codex', 'fastmcp'], platform: 'linux' })
    expect(programs.map(({ name, mcpUrl }) => `${name} ${mcpUrl}`)).toEqual([
      'codex http://localhost:4321/mcp',
      'codex http://localhost:4323/mcp',
      'fastmcp http://localhost:4321/mcp',
      'fastmcp http://localhost:4323/mcp',
    ])
    expect(programs[1]?.snippets[0]?.code).toContain('my-server-2')
  })

  it('suggests the closest name for a misspelt one, and lists all', () => {
    const error = refusal(['claud-code'])
    expect(error.code).toBe('USAGE_INVALID')
    expect(error.why).toContain('"claude-code"')
    expect(error.fix).toContain('typescript-sdk')
  })

  it('suggests nothing for a name that is like none', () => {
    expect(refusal(['zzzzzzzz']).why).not.toContain('Did you mean')
  })

  it.each(['', 'my server', '-x', 'a"b', '__proto__', 'x.y'])('refuses the server name %j', (serverName) => {
    expect(refusal([], { ...TARGET, serverName }).code).toBe('USAGE_INVALID')
  })
})
