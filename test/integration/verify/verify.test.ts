import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { doctorReportSchema } from '../../../src/operations/doctor/doctor.ts'
import type { StatusReport } from '../../../src/operations/status.ts'
import type { UpReport } from '../../../src/operations/up.ts'
import { type VerifyReport, verifyReportSchema } from '../../../src/operations/verify.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { sharedInstance } from '../../helpers/keycloak/shared-instance.ts'
import { startPythonServer } from '../../helpers/mcp/fastmcp-server.ts'
import { cli, cliJson } from '../../helpers/program/cli.ts'

/** The MCP servers of this test, each on a port of its own. */
const SERVERS = ['fastmcp', 'withoutAudience', 'wrongResource', 'down'] as const

/** The scope of the user's own: snippets require it. */
const SCOPE = 'files:write'

/** A real MCP server starts in each test. */
vi.setConfig({ testTimeout: 300_000 })

const instance = sharedInstance('verified')
let issuer: string
let urls: Readonly<Record<(typeof SERVERS)[number], string>>

beforeAll(async () => {
  const entries: [string, string][] = []
  for (const name of SERVERS) entries.push([name, `http://localhost:${await freePort()}/mcp`])
  urls = Object.fromEntries(entries) as typeof urls
  const mcpUrls = Object.values(urls).flatMap((url) => ['--mcp-url', url])
  issuer = (await cliJson<UpReport>(['up', '--scope', SCOPE, ...mcpUrls], instance.env)).endpoints.issuer
})
afterAll(() => instance[Symbol.asyncDispose]())

/** The server that `snippets` prints, for one MCP URL. */
async function snippet(name: string, mcpUrl: string): Promise<string> {
  return (await cli(['snippets', name, '--mcp-url', mcpUrl], { env: instance.env })).stdout
}

interface Verified {
  readonly exitCode: number
  readonly report: VerifyReport
  by(status: string): readonly string[]
  found(name: string): VerifyReport['checks'][number] | undefined
}

/** The short run: its bad tokens go with the first request only. */
const verified = (...args: readonly string[]) => verifiedWith('--quick', ...args)

async function verifiedWith(...args: readonly string[]): Promise<Verified> {
  const { exitCode, stdout } = await cli(['verify', ...args, '--json'], { env: instance.env })
  const report = verifyReportSchema.parse(JSON.parse(stdout))
  return {
    exitCode,
    report,
    by: (status) => report.checks.filter((check) => check.status === status).map(({ name }) => name),
    found: (name) => report.checks.find((check) => check.name === name),
  }
}

/** How many clients the realm of this test has. */
async function registeredClients(): Promise<number> {
  const { realms } = await cliJson<StatusReport>(['status'], instance.env)
  return realms.find(({ endpoints }) => endpoints.issuer === issuer)?.clients.registered ?? Number.NaN
}

describe('a right server', () => {
  it('of FastMCP passes, and its own words for people are printed', async () => {
    await using _server = await startPythonServer(await snippet('fastmcp', urls.fastmcp), urls.fastmcp)
    const { exitCode, report, by, found } = await verified(urls.fastmcp)
    expect([exitCode, by('fail'), by('warn'), by('skip')]).toEqual([0, [], ['browser'], []])
    expect(report).toMatchObject({ framework: 'FastMCP', issuer, mcpUrl: urls.fastmcp, warnings: [] })
    expect(found('tools')?.what).toContain('whoami, admin_only')

    // The realm's first MCP URL, when none is given.
    const shown = await cli(['verify', '--quick'], { env: instance.env })
    const [headline = ''] = shown.stdout.split('\n')
    expect([shown.exitCode, headline.replace(/\d+ of \d+/, 'x of y')]).toEqual([
      0,
      `✔ ${urls.fastmcp}: x of y, 1 warning  (FastMCP)`,
    ])
    expect(shown.stderr).toBe(`… Verifying ${urls.fastmcp}`)
    expect(await registeredClients()).toBe(0)

    const whole = await verifiedWith(urls.fastmcp)
    expect([whole.exitCode, whole.by('fail'), whole.by('warn')]).toEqual([0, [], ['browser']])
    expect(whole.found('scopes')?.what).toBe(`openid ${SCOPE}`)
    expect(whole.found('origin')?.what).toContain('403')
    expect(whole.found('host')?.what).toContain('421')
  })
})

describe('a server with a fault', () => {
  it('accepts tokens that are for another server: FastMCP without an audience, and the line to add', async () => {
    const mcpUrl = urls.withoutAudience
    const right = await snippet('fastmcp', mcpUrl)
    const code = right.replace(/^ +audience=.*\n/m, '')
    expect(code).not.toBe(right)
    {
      await using _server = await startPythonServer(code, mcpUrl)
      const { exitCode, by, found } = await verified(mcpUrl)
      expect([exitCode, by('fail')]).toEqual([6, ['aud']])
      expect(found('aud')).toMatchObject({
        what: expect.stringContaining('for another server'),
        fix: `FastMCP: add audience="${mcpUrl}" to KeycloakAuthProvider(…)`,
      })
      const shown = await cli(['verify', mcpUrl], { env: instance.env })
      expect(shown.exitCode).toBe(6)
      expect(shown.stdout).toContain('for another server')

      // As a part of doctor, which finds no other fault.
      const whole = await cli(['doctor', '--mcp-url', mcpUrl, '--client', 'cursor', '--json'], {
        env: instance.env,
      })
      const { healthy, counts, mcpServers } = doctorReportSchema.parse(JSON.parse(whole.stdout))
      expect([whole.exitCode, healthy, counts.fail]).toEqual([6, false, 0])
      expect(mcpServers.map((server) => [server.mcpUrl, server.score.failed])).toEqual([[mcpUrl, 1]])
    }
    const added = code.replace(
      'KeycloakAuthProvider(\n',
      `KeycloakAuthProvider(\n    audience="${mcpUrl}",\n`,
    )
    await using _cured = await startPythonServer(added, mcpUrl)
    expect((await verified(mcpUrl)).by('fail')).toEqual([])
  })

  it('calls itself by another URL', async () => {
    const right = await snippet('fastmcp', urls.wrongResource)
    const { origin } = new URL(urls.wrongResource)
    const code = right.replace(`base_url="${origin}"`, 'base_url="http://localhost:1"')
    expect(code).not.toBe(right)
    await using _server = await startPythonServer(code, urls.wrongResource)
    const { exitCode, by, found } = await verified(urls.wrongResource)
    expect([exitCode, by('fail')]).toEqual([6, ['named-metadata', 'resource']])
    expect(found('resource')?.what).toBe(
      `It calls itself "http://localhost:1/mcp", and not ${urls.wrongResource}`,
    )
  })

  it('is no MCP server, or is down', async () => {
    const keycloak = await verified(`${new URL(issuer).origin}/admin/`)
    expect([keycloak.exitCode, keycloak.by('fail')]).toEqual([6, ['answers']])
    const down = await verified(urls.down)
    expect([down.exitCode, down.by('fail'), down.report.score.skipped]).toEqual([6, ['answers'], 20])
    expect(down.found('answers')?.what).toBe(`Nothing listens at ${new URL(urls.down).origin}`)
  })
})

describe("FastMCP's OAuthProxy, which is an authorization server in front of the realm", () => {
  it('passes: the walk goes through its pages, and the password is typed at Keycloak alone', async () => {
    const mcpUrl = `http://localhost:${await freePort()}/mcp`
    const realm = ['--realm', 'proxied']
    await using _realm = sharedInstance('proxied')
    await cliJson<UpReport>(['up', ...realm, '--with', 'oauth-proxy', '--mcp-url', mcpUrl], instance.env)
    const { stdout: env } = await cli(['env', ...realm, '--format', 'json'], { env: instance.env })
    const { stdout: code } = await cli(['snippets', 'fastmcp-oauth-proxy', ...realm], { env: instance.env })
    await using _server = await startPythonServer(code, mcpUrl, JSON.parse(env))
    const { exitCode, report, by, found } = await verified(...realm)
    expect([exitCode, by('fail'), by('skip')]).toEqual([0, [], []])
    expect(report).toMatchObject({ mcpUrl, framework: 'FastMCP with OAuthProxy' })
    expect(found('authorization-server')?.what).toContain('one of its own')
    expect(found('aud')?.what).toContain('tokens of its own')
  })
})

it('needs a Keycloak that runs, and an MCP URL', async () => {
  const other = { ...instance.env, MCP_KEYCLOAK_INSTANCE: 'not-there' }
  const notRunning = await cli(['verify', urls.fastmcp, '--json'], { env: other })
  expect([notRunning.exitCode, notRunning.stdout]).toEqual([3, ''])
  const noScheme = await cli(['verify', 'localhost:8000/mcp', '--json'], { env: instance.env })
  expect([noScheme.exitCode, JSON.parse(noScheme.stderr).error]).toMatchObject([
    2,
    { code: 'USAGE_INVALID', fix: 'mcp-keycloak verify http://localhost:8000/mcp' },
  ])
})
