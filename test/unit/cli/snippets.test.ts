import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import {
  otherUrls,
  renderAround,
  renderBare,
  renderSnippets,
  renderWritten,
} from '../../../src/cli/commands/snippets.ts'
import type { SnippetTarget } from '../../../src/config/snippet.ts'
import type { SnippetsReport } from '../../../src/operations/snippets.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

const TARGET: SnippetTarget = {
  mcpUrl: 'http://localhost:8000/mcp',
  serverName: 'my-server',
  keycloakUrl: 'http://localhost:8080',
  realm: 'fastmcp',
  issuer: 'http://localhost:8080/realms/fastmcp',
}

describe('what a person reads of snippets', () => {
  const report: SnippetsReport = {
    schemaVersion: 1,
    targets: [TARGET],
    programs: [
      {
        kind: 'server',
        name: 'fastmcp',
        title: 'FastMCP',
        mcpUrl: TARGET.mcpUrl,
        snippets: [
          { title: 'A server', language: 'python', code: 'def f():\n    pass\n\nf()', file: 'server.py' },
        ],
      },
      {
        kind: 'client',
        name: 'cursor',
        title: 'Cursor',
        mcpUrl: TARGET.mcpUrl,
        snippets: [{ title: 'Register', language: 'sh', code: 'cursor add', note: 'Restart it.' }],
        forget: 'remove it and add it again.',
      },
    ],
  }

  it('is each one under the name of its program', () => {
    expect(text(renderSnippets(report, chalk))).toMatchInlineSnapshot(`
      "FastMCP  server · fastmcp

        A server  → server.py

          def f():
              pass

          f()

      Cursor  client · cursor

        Register
        Restart it.

          cursor add

        To make it forget a client that Keycloak no longer knows: remove it and add it again.
      "
    `)
  })

  it('is the code alone when it goes into a file', () => {
    expect(renderBare(report)).toEqual(['def f():', '    pass', '', 'f()'])
    expect(otherUrls(report)).toEqual([])
  })

  it('says beside the code that is printed alone all that the list says', () => {
    const run = { title: 'Run it', language: 'sh', code: 'uv run server.py' } as const
    const [server] = report.programs
    const alone = [{ ...server, snippets: [...(server?.snippets ?? []), run] }] as typeof report.programs
    const [before, after] = renderAround({ ...report, programs: alone }, chalk)
    expect(before).toEqual(['FastMCP  server · fastmcp', '  A server  → server.py'])
    expect(after).toEqual(['  Run it', '', '    uv run server.py'])
  })

  it('tells the MCP URLs apart when there are several', () => {
    const second = { ...TARGET, mcpUrl: 'http://localhost:8001/mcp', serverName: 'my-server-2' }
    const programs = report.programs
      .filter(({ name }) => name === 'fastmcp')
      .flatMap((program) => [program, { ...program, mcpUrl: second.mcpUrl }])
    const several = { ...report, targets: [TARGET, second], programs }
    expect(renderSnippets(several, chalk).filter((line) => line.startsWith('FastMCP'))).toEqual([
      'FastMCP  server · fastmcp · http://localhost:8000/mcp',
      'FastMCP  server · fastmcp · http://localhost:8001/mcp',
    ])
    expect(otherUrls(several)).toEqual([
      'The realm has 2 MCP URLs; this server is for http://localhost:8000/mcp.',
      'For http://localhost:8001/mcp: mcp-keycloak snippets fastmcp --mcp-url http://localhost:8001/mcp',
    ])
  })

  it('is what became of each file when they were written', () => {
    const file = { name: 'cursor', title: 'Cursor', path: '/p/mcp.json' } as const
    const files = [
      { ...file, action: 'updated', backup: '/p/mcp.json.bak' },
      { ...file, action: 'unchanged' },
    ] as const
    expect(renderWritten({ schemaVersion: 1, files, warnings: [] }, chalk)).toEqual([
      '✔ Cursor: /p/mcp.json updated (as it was: /p/mcp.json.bak)',
      '✔ Cursor: /p/mcp.json unchanged',
    ])
  })
})
