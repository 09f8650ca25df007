import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderVerify } from '../../../src/cli/render-verify.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { type VerifyReport, verify, verifyReportSchema } from '../../../src/operations/verify.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const none = { why: null, fix: null, url: null }
const REPORT: VerifyReport = {
  schemaVersion: 1,
  mcpUrl: 'http://localhost:8000/mcp',
  issuer: 'http://localhost:8080/realms/fastmcp',
  framework: 'FastMCP',
  checks: [
    { name: 'answers', title: 'An MCP server answers', status: 'ok', what: 'It does', ...none },
    {
      name: 'browser',
      title: 'Web pages may use it',
      status: 'warn',
      what: 'It sends no CORS headers',
      why: 'Pages need them.',
      fix: 'Send them.',
      url: 'https://fetch.spec.whatwg.org/',
    },
    {
      name: 'aud',
      title: 'Refuses another',
      status: 'fail',
      what: 'It accepts it',
      why: 'One.\nTwo.',
      fix: 'Do.',
      url: null,
    },
    { name: 'sig', title: 'Refuses a forged one', status: 'skip', what: 'Not this time', ...none },
    { name: 'exp', title: 'Refuses an old one', status: 'skip', what: 'Not this time', ...none },
  ],
  score: { passed: 1, warned: 1, failed: 1, skipped: 2, of: 3 },
  warnings: [],
  elapsedMs: 1,
}
const plain = new Chalk({ level: 0 })

describe('the table', () => {
  it('has the score, a line for each question, and why and fix of what is wrong', () => {
    expect(verifyReportSchema.parse(REPORT)).toEqual(REPORT)
    expect(renderVerify(REPORT, plain)).toEqual([
      '✘ http://localhost:8000/mcp: 1 of 3, 1 failed, 1 warning, 2 not asked  (FastMCP)',
      '',
      '  ✔ An MCP server answers  It does',
      '  ⚠ Web pages may use it   It sends no CORS headers',
      '      Why  Pages need them.',
      '      Fix  Send them.',
      '  ✘ Refuses another        It accepts it',
      '      Why  One.',
      '           Two.',
      '      Fix  Do.',
      '  - 2 more questions       Not this time',
    ])
  })

  it('shows with --verbose where the rule is written, and each question that was not asked', () => {
    const lines = renderVerify(REPORT, plain, true)
    expect(lines).toContain('      See  https://fetch.spec.whatwg.org/')
    expect(lines.slice(-2)).toEqual([
      '  - Refuses a forged one   Not this time',
      '  - Refuses an old one     Not this time',
    ])
  })

  it('is good news without a fault', () => {
    const checks = REPORT.checks.slice(0, 1)
    const score = { passed: 1, warned: 0, failed: 0, skipped: 0, of: 1 }
    expect(renderVerify({ ...REPORT, framework: null, checks, score }, plain)[0]).toBe(
      '✔ http://localhost:8000/mcp: 1 of 1',
    )
  })
})

describe('an MCP URL that is none', () => {
  it.each([
    ['localhost:8000/mcp', 'mcp-keycloak verify http://localhost:8000/mcp'],
    ['localhost', 'mcp-keycloak verify http://localhost'],
    ['127.0.0.1:8000', 'mcp-keycloak verify http://127.0.0.1:8000'],
    ['not a url', 'mcp-keycloak verify http://localhost:8000/mcp'],
    ['', 'mcp-keycloak verify http://localhost:8000/mcp'],
    ['file:///etc/passwd', 'mcp-keycloak verify http://localhost:8000/mcp'],
    ['http://localhost/mcp#x', 'mcp-keycloak verify http://localhost:8000/mcp'],
    ['http://user:secret@localhost/mcp', 'Give it without: mcp-keycloak verify http://localhost:8000/mcp'],
  ])('%s', async (url, fix) => {
    const error = await refused(url)
    expect(error).toMatchObject({ code: 'USAGE_INVALID', exitCode: 2, fix })
    expect(error.message).not.toContain('secret')
  })
})

it('needs a Keycloak that runs', async () => {
  expect(await refused('http://localhost:8000/mcp')).toMatchObject({ code: 'NOT_RUNNING', exitCode: 3 })
})

async function refused(url: string) {
  const cwd = await tempFolder()
  const { config } = await resolveConfig({ flags: { dataFolder: cwd }, env: {}, cwd })
  return refusal(() => verify(config, url))
}
