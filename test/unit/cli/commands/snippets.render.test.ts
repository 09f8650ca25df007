import { PassThrough } from 'node:stream'
import { Chalk } from 'chalk'

import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  otherUrls,
  renderAround,
  renderBare,
  renderSnippets,
  renderWritten,
} from '../../../../src/cli/commands/snippets.render.ts'
import { asksToFollow } from '../../../../src/cli/commands/snippets.ts'
import type { SnippetTarget } from '../../../../src/config/snippet.ts'
import type { SnippetsReport } from '../../../../src/operations/snippets.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

const TARGET: SnippetTarget = {
  mcpUrl: 'http://localhost:8000/mcp',
  serverName: 'my-server',
  keycloakUrl: 'http://localhost:8080',
  realm: 'fastmcp',
  issuer: 'http://localhost:8080/realms/fastmcp',
}

describe('a link out of the project', () => {
  /** Answers the question on a terminal; returns whether the link is followed, and the question. */
  async function answered(answer: string, options: Parameters<typeof asksToFollow>[0] = {}) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const isTTY = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
    Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true })
    const stdinOfOurs = vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as never)
    let shown = ''
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      shown += String(text)
      return true
    })
    onTestFinished(() => {
      stdinOfOurs.mockRestore()
      write.mockRestore()
      Object.defineProperty(process.stderr, 'isTTY', isTTY ?? { value: undefined, configurable: true })
    })
    stdin.write(`${answer}\n`)
    return { isFollowed: await asksToFollow(options)('/p/.mcp.json', '/etc/x\u001b[2K\ny'), shown }
  }

  it.each([
    ['y', true],
    ['yes', true],
    ['', false],
    ['n', false],
    ['sure', false],
  ])('is followed after the answer "%s": %s', async (answer, expected) => {
    const { isFollowed, shown } = await answered(answer)
    expect(isFollowed).toBe(expected)
    expect(shown).toMatch(/\/p\/\.mcp\.json .+ \/etc\/x\uFFFD\[2K y, .+ \[y\/N\]/)
  })

  it.each([{ yes: true }, { json: true }])('is not followed with %j', async (options) => {
    expect(await answered('y', options)).toEqual({ isFollowed: false, shown: '' })
  })
})

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

  it('snippets prints each one under its program', () => {
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

  it('snippets prints only the code into a file', () => {
    expect(renderBare(report)).toEqual(['def f():', '    pass', '', 'f()'])
    expect(otherUrls(report)).toEqual([])
  })

  it('snippets prints title, file and commands to stderr', () => {
    const run = { title: 'Run it', language: 'sh', code: 'uv run server.py' } as const
    const [server] = report.programs
    const alone = [{ ...server, snippets: [...(server?.snippets ?? []), run] }] as typeof report.programs
    const [before, after] = renderAround({ ...report, programs: alone }, chalk)
    expect(before).toEqual(['FastMCP  server · fastmcp', '  A server  → server.py'])
    expect(after).toEqual(['  Run it', '', '    uv run server.py'])
  })

  it('snippets names the MCP URL of each program when there are several', () => {
    const second = { ...TARGET, mcpUrl: 'http://localhost:8001/mcp?a=1&b=2', serverName: 'my-server-2' }
    const programs = report.programs
      .filter(({ name }) => name === 'fastmcp')
      .flatMap((program) => [program, { ...program, mcpUrl: second.mcpUrl }])
    const several = { ...report, targets: [TARGET, second], programs }
    expect(renderSnippets(several, chalk).filter((line) => line.startsWith('FastMCP'))).toEqual([
      'FastMCP  server · fastmcp · http://localhost:8000/mcp',
      'FastMCP  server · fastmcp · http://localhost:8001/mcp?a=1&b=2',
    ])
    expect(otherUrls(several)).toMatchInlineSnapshot(`
      [
        "The realm has 2 MCP URLs; this server is for http://localhost:8000/mcp.",
        "For http://localhost:8001/mcp?a=1&b=2: mcp-keycloak snippets fastmcp --mcp-url 'http://localhost:8001/mcp?a=1&b=2'",
      ]
    `)
  })

  it('snippets --write prints what happened to each file', () => {
    const file = { name: 'cursor', title: 'Cursor', path: '/p/mcp.json' } as const
    const files = [
      { ...file, action: 'updated', backup: '/p/mcp.json.bak' },
      { ...file, action: 'unchanged' },
    ] as const
    expect(
      renderWritten({ schemaVersion: 1, mcpUrls: [TARGET.mcpUrl], files, warnings: [] }, chalk),
    ).toMatchInlineSnapshot(`
      [
        "✔ Cursor: /p/mcp.json updated, with http://localhost:8000/mcp (as it was: /p/mcp.json.bak)",
        "✔ Cursor: /p/mcp.json unchanged, with http://localhost:8000/mcp",
      ]
    `)
  })
})
