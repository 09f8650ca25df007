import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addMcpCommand, agentTexts } from '../../../src/cli/commands/serve/mcp.ts'
import { createOutput } from '../../../src/cli/output.ts'
import type { RealmAdoptReport } from '../../../src/operations/realm/realm-adopt.ts'
import { refusal } from '../support/refusal.ts'
import { testContext } from '../support/test-context.ts'

const AUDIENCE = {
  name: 'audience',
  title: 'Audience',
  severity: 'required',
  reason: 'servers check it',
  url: 'https://example.com',
  lacking: ['a mapper'],
  loosens: null,
  advice: null,
} as const

const REPORT: RealmAdoptReport = {
  schemaVersion: 1,
  realm: 'shop',
  format: 'overlay',
  content: '{\n  "clients": []\n}\n',
  output: null,
  needs: { count: 24, met: [AUDIENCE], unmet: [{ ...AUDIENCE, title: 'Scopes' }], fix: null },
  warnings: ['a\u001bwarning'],
}

describe('the text of realm_needs', () => {
  it('has the needs, the overlay and the warnings, without colours', () => {
    expect(agentTexts().realm_needs(REPORT).split('\n')).toEqual([
      'The realm "shop" lacks 2 of 24 needs of MCP.',
      'Added by the overlay: Audience: a mapper',
      'Left: Scopes: a mapper',
      'The overlay:',
      '{',
      '  "clients": []',
      '}',
      expect.stringMatching(/^⚠ a.warning$/),
    ])
  })

  it('is one line for a realm that lacks nothing', () => {
    const needs = { count: 24, met: [], unmet: [], fix: null }
    const text = agentTexts().realm_needs({ ...REPORT, needs, warnings: [] })
    expect(text).toBe('The realm "shop" meets all 24 needs of MCP.')
  })
})

describe('mcp', () => {
  it('mcp refuses --json', async () => {
    const program = new Command()
    addMcpCommand(program, testContext(createOutput({ json: true })))
    const error = await refusal(() => program.parseAsync(['mcp'], { from: 'user' }))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error).toMatchInlineSnapshot(`
      ✘ mcp has no --json.  [USAGE_INVALID]
        Why  Standard output belongs to the protocol, and each tool returns its report as JSON.
        Fix  Leave --json out.
    `)
  })
})
