import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderExplain } from '../../../../src/cli/commands/explain.ts'
import { renderExplainedLine } from '../../../../src/cli/commands/logs.ts'
import type { ExplainReport } from '../../../../src/operations/logs/explain.ts'
import type { ExplainedLine } from '../../../../src/operations/logs/explain-logs.ts'

const chalk = new Chalk({ level: 0 })

const REPORT: ExplainReport = {
  schemaVersion: 1,
  linesRead: 9,
  truncated: false,
  findings: [
    {
      id: 'client-not-found',
      cause: 'client-unknown',
      confidence: 'certain',
      ecosystem: null,
      values: {},
      what: 'The client id is not known to the realm.',
      why: 'It was made anew.',
      fix: 'Make it forget.\nOr wait.',
      link: 'https://a.test/',
      culprit: null,
      line: 3,
      text: 'Client not found.',
      count: 2,
      serverLogAt: null,
      forget: [{ program: 'cursor', title: 'Cursor', how: 'Press Logout.' }],
    },
  ],
  nearest: null,
  ecosystem: null,
  next: [],
}

const NEXT = [
  { command: 'mcp-keycloak logs --explain -f', shows: 'what the server says while you try again' },
  { command: 'mcp-keycloak token --decode', shows: 'what is in a good token' },
]

describe('what a person reads after explain', () => {
  it('explain prints cause, line, reason and fix', () => {
    expect(renderExplain(REPORT, chalk).join('\n')).toMatchInlineSnapshot(`
      "✘ The client id is not known to the realm.  [client-not-found]
        Line 3, and 1 more  Client not found.
        Why                 It was made anew.
        Fix                 Make it forget.
                            Or wait.
        To forget           Cursor: Press Logout.
        More                https://a.test/"
    `)
  })

  it('explain prints no line number for a single message', () => {
    expect(renderExplain({ ...REPORT, linesRead: 1 }, chalk).join('\n')).not.toContain('Line')
  })

  it('explain prints once how programs forget a client', () => {
    const [finding] = REPORT.findings
    const lines = renderExplain({ ...REPORT, findings: finding ? [finding, finding] : [] }, chalk)
    expect(lines.filter((line) => line.includes('To forget')).map((line) => line.trim())).toEqual([
      'To forget           Cursor: Press Logout.',
      'To forget           as above',
    ])
  })

  it('explain prints the nearest failure when it knows none', () => {
    const nearest = {
      id: 'x',
      example: 'HTTPS required',
      what: 'The realm wants https.',
      link: 'https://a.test/',
    }
    expect(
      renderExplain({ ...REPORT, findings: [], nearest, next: NEXT }, chalk).join('\n'),
    ).toMatchInlineSnapshot(`
      "? Nothing in it is known.
        Nearest             HTTPS required
                            The realm wants https.
                            https://a.test/
        What next           mcp-keycloak logs --explain -f   what the server says while you try again
                            mcp-keycloak token --decode      what is in a good token
        To report it        the text without tokens and secrets, the program and its version,
                            and the output of mcp-keycloak --version and mcp-keycloak logs --since 10m --level WARN"
    `)
  })

  it('explain reports a truncated text', () => {
    expect(renderExplain({ ...REPORT, truncated: true }, chalk)[0]).toContain('first 9 lines')
  })
})

const NOW = new Date()
NOW.setHours(14, 2, 11, 0)
const LINE: ExplainedLine = {
  schemaVersion: 1,
  at: NOW.toISOString(),
  realm: 'fastmcp',
  client: 'MCP Inspector',
  did: 'asked to register',
  refused: true,
  event: 'CLIENT_REGISTER_ERROR',
  error: 'not_allowed',
  explanations: [
    {
      id: 'client-uri-host-not-trusted',
      cause: 'registration-refused',
      what: "The client's home page is on github.com, which is not trusted.",
      why: 'x',
      fix: 'mcp-keycloak reset-realm --trusted-host github.com\nOr not.',
      link: 'https://a.test/',
      culprit: 'github.com',
    },
  ],
}
const shown = (line: Partial<ExplainedLine>) => renderExplainedLine({ ...LINE, ...line }, chalk)

describe('what a person reads of one thing that happened', () => {
  it('a story line names client, refusal and fix', () => {
    expect(shown({})).toMatchInlineSnapshot(`
      [
        "14:02:11 MCP Inspector asked to register, refused: the client's home page is on github.com, which is not trusted → mcp-keycloak reset-realm --trusted-host github.com",
      ]
    `)
  })

  it('a story line of a success is short', () => {
    expect(shown({ did: 'got a token (openid)', refused: false, explanations: [] })).toEqual([
      '14:02:11 MCP Inspector got a token (openid)',
    ])
  })

  it('a story line names another realm and another day', () => {
    const [line] = shown({ realm: 'shop', client: null, at: new Date(2020, 0, 2, 3, 4, 5).toISOString() })
    expect(line).toMatch(/^2020-01-02 03:04:05 \[shop\] A client asked/)
  })

  it("a story line shows Keycloak's word for an unknown error", () => {
    expect(shown({ explanations: [], error: 'brand_new' })).toEqual([
      '14:02:11 MCP Inspector asked to register, refused: brand_new → mcp-keycloak logs --level WARN',
    ])
  })
})
