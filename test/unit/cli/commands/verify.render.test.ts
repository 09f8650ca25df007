import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Chalk } from 'chalk'

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { renderVerify } from '../../../../src/cli/commands/verify.render.ts'
import { CONFIG_FILE_NAME } from '../../../../src/config/config-file.ts'
import { resolveConfig } from '../../../../src/config/resolve.ts'
import { type VerifyReport, verify, verifyReportSchema } from '../../../../src/operations/verify.ts'
import { runMain } from '../../../helpers/program/run-main.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

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
  it('verify prints the score, a line for each check, and why and fix of faults', () => {
    expect(verifyReportSchema.parse(REPORT)).toEqual(REPORT)
    expect(renderVerify(REPORT, plain).join('\n')).toMatchInlineSnapshot(`
      "✘ http://localhost:8000/mcp: 1 of 3, 1 failed, 1 warning, 2 not asked  (FastMCP)

        ✔ An MCP server answers  It does
        ⚠ Web pages may use it   It sends no CORS headers
            Why  Pages need them.
            Fix  Send them.
        ✘ Refuses another        It accepts it
            Why  One.
                 Two.
            Fix  Do.
        – 2 more questions       Not this time"
    `)
  })

  it('verify --verbose prints the source of a rule and each skipped check', () => {
    const lines = renderVerify(REPORT, plain, true)
    expect(lines).toContain('      See  https://fetch.spec.whatwg.org/')
    expect(lines.slice(-2)).toMatchInlineSnapshot(`
      [
        "  – Refuses a forged one   Not this time",
        "  – Refuses an old one     Not this time",
      ]
    `)
  })

  it('verify prints one line for a sound server', () => {
    const checks = REPORT.checks.slice(0, 1)
    const score = { passed: 1, warned: 0, failed: 0, skipped: 0, of: 1 }
    expect(renderVerify({ ...REPORT, framework: null, checks, score }, plain)[0]).toMatchInlineSnapshot(
      `"✔ http://localhost:8000/mcp: 1 of 1"`,
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
    ['http://user:secret@localhost/mcp', 'mcp-keycloak verify http://localhost:8000/mcp'],
  ])('verify refuses the URL "%s"', async (url, fix) => {
    const error = await refused(url)
    expect(error).toMatchObject({
      code: 'USAGE_INVALID',
      exitCode: 2,
      fix: expect.stringMatching(`${fix}$`),
    })
    expect(error.message).not.toContain('secret')
  })
})

describe('an MCP URL of the config file alone', () => {
  /** The error of the command, in a project with that MCP URL. */
  async function errorOf(mcpUrl: string, ...args: readonly string[]) {
    const cwd = await tempFolder()
    await writeFile(join(cwd, CONFIG_FILE_NAME), JSON.stringify({ mcpUrl: [mcpUrl] }))
    vi.spyOn(process, 'cwd').mockReturnValue(cwd)
    onTestFinished(() => void vi.restoreAllMocks())
    const { stderr } = await runMain('verify', ...args, '--data-folder', join(cwd, 'data'), '--json')
    return JSON.parse(stderr).error
  }

  it.each([
    'https://evil.example/mcp?a=1&b=2',
    'http://10.0.0.1/mcp?a=1&b=2',
    'http://localhost.evil.example/mcp?a=1&b=2',
    'http://[::2]/mcp?a=1&b=2',
    'http://169.254.169.254/mcp?a=1&b=2',
  ])('an MCP URL of the config file on another machine needs an argument: %s', async (url) => {
    const { code, fix } = await errorOf(url)
    expect(code).toBe('CONFIG_UNTRUSTED')
    expect(fix).toMatch(/^mcp-keycloak verify --data-folder \S+ 'http/)
    expect(fix.endsWith(` '${url}'`)).toBe(true)
    expect(await errorOf(url, url)).toMatchObject({ code: 'NOT_RUNNING' })
  })

  it.each(['http://localhost:1/mcp', 'http://127.0.0.1:1/mcp', 'http://[::1]:1/mcp'])(
    'an MCP URL of the config file on this machine is used: %s',
    async (url) => expect(await errorOf(url)).toMatchObject({ code: 'NOT_RUNNING' }),
  )
})

it('verify requires a running Keycloak', async () => {
  expect(await refused('http://localhost:8000/mcp')).toMatchObject({ code: 'NOT_RUNNING', exitCode: 3 })
})

async function refused(url: string) {
  const cwd = await tempFolder()
  const { config } = await resolveConfig({ flags: { dataFolder: cwd }, env: {}, cwd })
  return refusal(() => verify(config, url))
}
