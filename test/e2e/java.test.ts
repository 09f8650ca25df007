import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { PINNED_VERSION } from '../../src/config/versions.ts'
import { doctorReportSchema } from '../../src/operations/doctor/doctor.ts'
import type { InstancesReport } from '../../src/operations/instances.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import { type UpReport, upTimingsSchema } from '../../src/operations/up.ts'
import type { ResetRealmReport } from '../../src/provisioning/reset-realm-report.ts'
import { processStart } from '../../src/runtime/java/process-start.ts'
import { freePort } from '../../src/runtime/probe-port.ts'
import { startPythonServer } from '../helpers/mcp/fastmcp-server.ts'
import { connectMcpClient } from '../helpers/mcp/mcp-client.ts'
import { cli, cliJson, start } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'

const testuser = { username: 'testuser', password: 'password123' }
const testadmin = { username: 'testadmin', password: 'password123' }

let instance: TestInstance
let mcpUrl: string
let first: UpReport

beforeAll(async () => {
  instance = await testInstance('java')
  mcpUrl = `http://localhost:${await freePort()}/mcp`
  first = await cliJson<UpReport>(['up', '--mcp-url', mcpUrl], instance.env)
})

afterAll(() => instance[Symbol.asyncDispose]())

describe('up', () => {
  it('starts Keycloak, applies the realm, and proves it by playing a client', () => {
    expect(first).toMatchObject({
      schemaVersion: 1,
      instance: instance.name,
      runtime: 'java',
      version: PINNED_VERSION,
      alreadyRunning: false,
      realm: 'created',
      endpoints: { issuer: `http://localhost:${instance.port}/realms/fastmcp` },
      mcpUrls: [mcpUrl],
      users: [
        { username: 'testuser', password: 'password123', roles: [] },
        { username: 'testadmin', password: 'password123', roles: ['admin'] },
      ],
      proof: {
        username: 'testuser',
        audience: expect.arrayContaining([mcpUrl]),
        scope: expect.stringContaining('openid'),
      },
      warnings: [],
    })
  })

  it('says where the time went', async () => {
    const timings = upTimingsSchema.parse(first.timings)
    for (const ms of Object.values(timings)) expect(ms).toBeGreaterThan(0)
    expect(Object.values(timings).reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(first.elapsedMs)
    const { stdout } = await cli(['up', '--verbose'], { env: instance.env })
    expect(stdout).toMatch(/Time +fetch 0\.0 s, start \d+\.\d s, realm \d+\.\d s, proof \d+\.\d s$/)
  })

  it('leaves nothing for doctor to warn of in server, realm and client programs', async () => {
    const { checks, running } = doctorReportSchema.parse(await cliJson(['doctor'], instance.env))
    const theirs = checks.filter(({ group }) => group !== 'machine')
    expect([running, new Set(theirs.map(({ group }) => group)).size]).toEqual([true, 3])
    expect(theirs.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([])
    expect(checks.filter(({ name }) => name === 'ports')).toMatchObject([{ status: 'ok' }])
  })

  it('is a status when it runs already, and remembers the MCP URL', async () => {
    const again = await cliJson<UpReport>(['up'], instance.env)
    expect(again).toMatchObject({ alreadyRunning: true, realm: 'unchanged', mcpUrls: [mcpUrl], warnings: [] })
    expect(again.endpoints).toEqual(first.endpoints)
  })

  it('up leaves a realm with other options unchanged and reports it', async () => {
    const other = await cliJson<UpReport>(['up', '--trusted-host', 'example.com'], instance.env)
    expect(other).toMatchObject({ realm: 'different', mcpUrls: [mcpUrl] })
    expect(other.difference?.fix).toBe(
      `mcp-keycloak reset-realm --mcp-url ${mcpUrl} --trusted-host example.com`,
    )
  })

  it('puts a second realm beside the first on the same server', async () => {
    const shop = await cliJson<UpReport>(
      ['up', '--realm', 'shop', '--user', 'alice:secret:admin'],
      instance.env,
    )
    expect(shop).toMatchObject({ alreadyRunning: true, realm: 'created', endpoints: { realm: 'shop' } })
    expect(shop.users).toContainEqual({ username: 'alice', password: 'secret', roles: ['admin'] })
  })

  it('prints the result on stdout and the steps on stderr', async () => {
    const { stdout, stderr } = await cli(['up'], { env: instance.env })
    expect(stdout).toContain(`✔ Keycloak ${PINNED_VERSION} was running at`)
    expect(stdout).toContain(`Issuer              ${first.endpoints.issuer}`)
    expect(stderr).toContain('… Playing a client')
    expect(stderr).not.toContain('✔')
  })
})

describe('status', () => {
  it('says what runs, its realms, and how full they are', async () => {
    const report = await cliJson<StatusReport>(['status'], instance.env)
    expect(report).toMatchObject({ runtime: 'java', version: PINNED_VERSION, admin: { username: 'admin' } })
    expect(report.realms.map((realm) => realm.endpoints.realm).sort()).toEqual(['fastmcp', 'shop'])
    expect(report.realms[0]).toMatchObject({ drift: false, clients: { registered: 0, limit: 1000 } })
  })

  it('keeps the state readable by its owner alone', async () => {
    for (const file of ['state.json', 'admin.json']) {
      expect((await stat(join(instance.folder, file))).mode & 0o077, file).toBe(0)
    }
  })
})

describe('logs', () => {
  it('shows the log, and of it what is asked for', async () => {
    const whole = await cli(['logs'], { env: instance.env })
    expect(whole.stdout).toContain('Listening on: http://127.0.0.1')
    const warnings = await cli(['logs', '--level', 'warn'], { env: instance.env })
    expect(warnings.stdout).not.toContain(' INFO ')
    expect(await cli(['logs', '--since', '2100-01-01'], { env: instance.env })).toMatchObject({
      exitCode: 0,
      stdout: '',
    })
  })

  it('follows what comes, until it is interrupted', async () => {
    const following = start(['logs', '-f', '--since', '1s'], { env: instance.env })
    const seen = new Promise<void>((resolve) =>
      following.stdout.on('data', (text) => String(text).includes('LOGIN_ERROR') && resolve()),
    )
    const nowhere = `${first.endpoints.authorization}?client_id=nowhere&response_type=code`
    const knocking = setInterval(() => void fetch(nowhere), 500)
    await seen
    clearInterval(knocking)
    following.kill('SIGINT')
    expect((await following).exitCode).toBe(0)
  })

  it.each([
    ['a time that is none', ['--since', 'yesterday'], '10m'],
    ['a level that is none', ['--level', 'loud'], 'WARN'],
  ])('logs refuses %s', async (_, args, named) => {
    const { exitCode, stderr } = await cli(['logs', ...args], { env: instance.env })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(named)
  })
})

describe('the FastMCP server that snippets prints, unchanged', () => {
  it('an MCP client registers, logs in and calls a tool, only with a token', async () => {
    const { stdout: code } = await cli(['snippets', 'fastmcp'], { env: instance.env })
    await using _server = await startPythonServer(code, mcpUrl)

    const refused = await fetch(mcpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('resource_metadata')

    await using user = await connectMcpClient(mcpUrl, testuser)
    const { tools } = await user.client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['whoami', 'admin_only']))
    const whoami = await user.client.callTool({ name: 'whoami', arguments: {} })
    expect(JSON.stringify(whoami)).toContain('testuser')
    expect(await user.client.callTool({ name: 'admin_only', arguments: {} })).toMatchObject({ isError: true })

    await using admin = await connectMcpClient(mcpUrl, testadmin)
    expect(await admin.client.callTool({ name: 'admin_only', arguments: {} })).not.toMatchObject({
      isError: true,
    })
    const report = await cliJson<StatusReport>(['status'], instance.env)
    const realm = report.realms.find(({ endpoints }) => endpoints.realm === 'fastmcp')
    expect(realm?.clients.registered).toBe(2)
  })
})

describe('reset-realm', () => {
  it('reset-realm keeps the registration and the keys of a running client', async () => {
    const { stdout: code } = await cli(['snippets', 'fastmcp'], { env: instance.env })
    await using _server = await startPythonServer(code, mcpUrl)
    await using before = await connectMcpClient(mcpUrl, testuser)
    const report = await cliJson<ResetRealmReport>(['reset-realm'], instance.env)
    expect(report.kept.clients).toContain(before.clientId)
    // The token of before is not expired, and the server still has the keys of before.
    expect(JSON.stringify(await before.client.callTool({ name: 'whoami', arguments: {} }))).toContain(
      'testuser',
    )
    await using after = await before.logInAgain()
    expect(after.clientId).toBe(before.clientId)
    expect(JSON.stringify(await after.client.callTool({ name: 'whoami', arguments: {} }))).toContain(
      'testuser',
    )
  })
})

describe('down', () => {
  it('--all stops the server that status --all lists as running, and leaves no process', async () => {
    const { pid } = JSON.parse(await readFile(join(instance.folder, 'state.json'), 'utf8')) as { pid: number }
    expect(await processStart(pid)).toBeTypeOf('string')
    const listed = await cliJson<InstancesReport>(['status', '--all'], instance.env)
    expect(listed.instances).toMatchObject([{ instance: instance.name, running: true, runtime: 'java' }])
    const { exitCode, stdout } = await cli(['down', '--all'], { env: instance.env })
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(`^✔ .*"${instance.name}".* kept\\.$`),
    })
    expect(await processStart(pid)).toBeUndefined()
    expect(await cli(['status'], { env: instance.env })).toMatchObject({ exitCode: 3, stdout: '' })
    expect((await cli(['down'], { env: instance.env })).stdout).toContain('was not running')
  })

  it('is interrupted by Ctrl-C without leaving a process', async () => {
    const begun = start(['up'], { env: instance.env })
    await new Promise<void>((resolve) =>
      begun.stderr.on('data', (text) => String(text).includes('Starting') && resolve()),
    )
    const pid = await vi.waitFor(
      async () => {
        const state = JSON.parse(await readFile(join(instance.folder, 'state.json'), 'utf8')) as {
          pid?: number
        }
        if (state.pid === undefined) throw new Error('the server has no process yet')
        return state.pid
      },
      { timeout: 60_000, interval: 50 },
    )
    begun.kill('SIGINT')
    expect((await begun).exitCode).toBe(130)
    expect(await processStart(pid)).toBeUndefined()
  })
})

describe('every instance of this machine', () => {
  it('is listed when stopped, and removed by down --all --purge', async () => {
    expect((await cli(['status', '--all'], { env: instance.env })).stdout).toMatch(
      /stopped {2}http:\/\/localhost:/,
    )
    await cli(['down', '--all', '--purge', '--yes'], { env: instance.env })
    expect((await cli(['status', '--all'], { env: instance.env })).stdout).toContain('no instance')
  })
})
