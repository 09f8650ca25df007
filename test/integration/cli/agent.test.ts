import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { discover } from '../../../src/oauth/discover.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { reportSchemas } from '../../../src/operations/report-schemas.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { type SharedInstance, sharedInstance } from '../../helpers/keycloak/shared-instance.ts'
import { AGENT_CLIENTS, type AgentClientOptions, connectAgent } from '../../helpers/mcp/agent-client.ts'
import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'
import { BIN, cli, ownEnvironment } from '../../helpers/program/cli.ts'
import { PYTHON } from '../../helpers/projects/python.ts'

const keycloak = sharedKeycloak()
const issuer = `${keycloak.url}/realms/agent`
const REDIRECT_URI = 'http://localhost:3000/callback'
const TOOLS = ['status', 'doctor', 'verify', 'explain', 'token', 'realm_needs', 'reset_realm']
const INSPECTOR = fileURLToPath(
  new URL(
    '../../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    import.meta.url,
  ),
)

let cwd: string
let shared: SharedInstance
let options: AgentClientOptions
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcp-keycloak-agent-'))
  shared = sharedInstance('agent')
  options = { env: shared.env, cwd }
  await cli(['up', '--no-proof'], { env: shared.env, cwd })
})
afterAll(async () => {
  await shared[Symbol.asyncDispose]()
  await rm(cwd, { recursive: true, force: true })
})

/** Registers a client, which only a hard reset removes. */
async function registered(): Promise<{ isThere(): Promise<boolean> }> {
  const { client_id } = await registerClient(await discover(issuer), { redirect_uris: [REDIRECT_URI] })
  return {
    async isThere() {
      const { stdout } = await cli(['clients', 'list', '--json'], { env: shared.env, cwd })
      return stdout.includes(client_id)
    },
  }
}

describe.each(AGENT_CLIENTS)('a client of %s', (sdk) => {
  it('lists the tools with their schemas, and gets reports and errors', async () => {
    await using client = await connectAgent(sdk, options)
    if (sdk === 'SDK 2 modern') expect(client.version).toBe('2026-07-28')
    expect(client.instructions).toContain('npx mcp-keycloak up')
    const tools = await client.tools()
    expect(tools.map(({ name }) => name)).toEqual(TOOLS)
    expect(tools.every(({ outputSchema }) => outputSchema !== undefined)).toBe(true)
    const { structuredContent, content } = await client.call('status')
    const status = reportSchemas.status.parse(structuredContent)
    expect(status.realms.map(({ endpoints }) => endpoints.issuer)).toContain(issuer)
    expect(content[0]?.text).toContain(issuer)
    expect(JSON.stringify({ structuredContent, content })).not.toContain(keycloak.admin.password)
    const unknown = await client.call('token', { user: 'nobody' })
    expect(unknown.isError).toBe(true)
    expect(unknown.content[0]?.text).toMatch(/\[USAGE_INVALID\]\nWhy: .*\nFix: /)
  })
})

describe.each(['SDK 1', 'SDK 2 modern'] as const)('a client of %s that can ask the user', (sdk) => {
  it('asks before it resets the realm', async () => {
    const { isThere } = await registered()
    const answer = sdk === 'SDK 1' ? 'no' : 'cancel'
    await using unwilling = await connectAgent(sdk, { ...options, answer })
    const refused = await unwilling.call('reset_realm', { hard: true, confirm: true })
    expect(refused.content[0]?.text).toContain('[INTERRUPTED]')
    expect(unwilling.questions).toEqual([expect.stringContaining('"agent"')])
    expect(await isThere()).toBe(true)
    await using client = await connectAgent(sdk, { ...options, answer: 'yes' })
    const { structuredContent } = await client.call('reset_realm', { hard: true })
    expect(reportSchemas['reset-realm'].parse(structuredContent)).toMatchObject({ dryRun: false })
    expect(await isThere()).toBe(false)
  })
})

describe('a client that cannot ask the user', () => {
  it('resets the realm only with confirm', async () => {
    await using client = await connectAgent('SDK 1', options)
    const refused = await client.call('reset_realm')
    expect(refused.content[0]?.text).toMatch(/^reset_realm .*\nWhy: .*\nFix: .*confirm: true/)
    const dry = await client.call('reset_realm', { dryRun: true })
    expect(dry.structuredContent).toMatchObject({ dryRun: true })
    const done = await client.call('reset_realm', { confirm: true })
    expect(done.structuredContent).toMatchObject({ dryRun: false })
  })
})

describe('the tools', () => {
  it('give good and bad tokens, without a refresh token', async () => {
    await using client = await connectAgent('SDK 2 modern', options)
    const [good, bad] = await Promise.all([client.call('token'), client.call('token', { bad: 'iss' })])
    const report = reportSchemas.token.parse(good.structuredContent)
    expect(decodeJwt(report.accessToken).iss).toBe(issuer)
    expect(report.refreshToken).toBeNull()
    expect(bad.structuredContent).toMatchObject({ bad: 'iss' })
    expect(bad.content[0]?.text).toContain(' iss ')
  })

  it('verify an MCP server, and report progress', async () => {
    await using server = await startMcpServer({ issuer, accepts: () => true })
    await cli(['reset-realm', '--mcp-url', server.mcpUrl], { env: shared.env, cwd })
    await using client = await connectAgent('SDK 2 modern', options)
    const steps: unknown[] = []
    const onprogress = ({ message }: { message?: string | undefined }) => void steps.push(message)
    const { structuredContent } = await client.call('verify', { quick: true }, { onprogress })
    const report = reportSchemas.verify.parse(structuredContent)
    expect(report).toMatchObject({ mcpUrl: server.mcpUrl, issuer })
    expect(report.score.failed).toBeGreaterThan(0)
    expect(steps).toContain(`Verifying ${server.mcpUrl}`)
  })

  it('play a client program, explain an error and name the needs of a realm', async () => {
    await using client = await connectAgent('SDK 1', options)
    const doctor = await client.call('doctor', { client: 'claude-code' })
    expect(reportSchemas.doctor.parse(doctor.structuredContent).running).toBe(true)
    const text = "Policy 'Trusted Hosts' rejected request to client-registration service"
    const explained = await client.call('explain', { text })
    expect(reportSchemas.explain.parse(explained.structuredContent).findings).not.toEqual([])
    const needs = await client.call('realm_needs')
    expect(reportSchemas['realm adopt'].parse(needs.structuredContent)).toMatchObject({ realm: 'agent' })
    const unknown = await client.call('doctor', { client: 'claude-cod' })
    expect(unknown.content[0]?.text).toContain('claude-code')
  })

  it('name the command that starts Keycloak, when none runs', async () => {
    const env = { MCP_KEYCLOAK_DATA_FOLDER: join(cwd, 'none') }
    await using client = await connectAgent('SDK 1', { env, cwd })
    expect((await client.call('token', { instance: 'mine' })).content[0]?.text).toMatch(
      /\[NOT_RUNNING\]\n.*\nFix: mcp-keycloak up --instance mine$/,
    )
    expect((await client.call('explain', { text: 'invalid_client' })).structuredContent).toBeDefined()
  })

  it('a tool refuses unknown arguments', async () => {
    await using client = await connectAgent('SDK 1', options)
    const { isError, content } = await client.call('status', { keycloakUrl: 'http://evil.example' })
    expect([isError, content[0]?.text]).toEqual([true, expect.stringContaining('"keycloakUrl"')])
  })
})

describe('two agents at once', () => {
  it('reset the realm one after the other', async () => {
    await using first = await connectAgent('SDK 1', options)
    await using second = await connectAgent('SDK 2 modern', { ...options, args: ['--yes'] })
    const resets = await Promise.all([
      first.call('reset_realm', { confirm: true }),
      second.call('reset_realm'), // --yes: nobody is asked
    ])
    expect(resets.map(({ isError = false }) => isError)).toEqual([false, false])
  })
})

describe('a client that goes in the middle of a call', () => {
  it('leaves no process and no registered client', async () => {
    const before = await cli(['clients', 'list', '--json'], { env: shared.env, cwd })
    const client = await connectAgent('SDK 1', options)
    const call = client.call('doctor').catch((error: Error) => error)
    await expect.poll(() => registrations(), { timeout: 30_000 }).toBeGreaterThan(0)
    await client[Symbol.asyncDispose]()
    expect(await call).toBeInstanceOf(Error)
    await expect.poll(() => isAlive(client.pid), { timeout: 30_000 }).toBe(false)
    const { stdout } = await cli(['clients', 'list', '--json'], { env: shared.env, cwd })
    expect(JSON.parse(stdout).clients).toEqual(JSON.parse(before.stdout).clients)
  })

  it('stops the call when it cancels', async () => {
    await using client = await connectAgent('SDK 1', options)
    const cancelled = new AbortController()
    const call = client.call('doctor', {}, { signal: cancelled.signal }).catch((error: Error) => error)
    cancelled.abort()
    expect(await call).toBeInstanceOf(Error)
    expect((await client.call('status')).isError).toBeFalsy()
  })
})

describe('other clients', () => {
  it('the Python SDK lists the tools and calls one', async () => {
    const script = fileURLToPath(new URL('../../fixtures/agent-client.py', import.meta.url))
    const { stdout } = await execa(PYTHON, [script, process.execPath, BIN, 'status', '{}'], {
      env: ownEnvironment(shared.env),
      extendEnv: false,
      cwd,
    })
    const { tools, structuredContent } = JSON.parse(stdout)
    expect(tools).toEqual(TOOLS)
    expect(structuredContent).toMatchObject({ instance: keycloak.instance })
  })

  it("Inspector's command line lists the tools and calls one", async () => {
    const inspect = (...words: string[]) =>
      execa(process.execPath, [INSPECTOR, '--cli', process.execPath, BIN, 'mcp', ...words], {
        env: ownEnvironment(shared.env),
        extendEnv: false,
        cwd,
      })
    const listed = JSON.parse((await inspect('--method', 'tools/list')).stdout)
    expect(listed.tools.map(({ name }: { name: string }) => name)).toEqual(TOOLS)
    const called = await inspect(
      '--method',
      'tools/call',
      '--tool-name',
      'explain',
      '--tool-arg',
      'text=invalid_client',
    )
    expect(JSON.parse(called.stdout).structuredContent).toMatchObject({ linesRead: 1 })
  })
})

async function registrations(): Promise<number> {
  const { stdout } = await cli(['clients', 'list', '--json'], { env: shared.env, cwd })
  return JSON.parse(stdout).clients.length
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
