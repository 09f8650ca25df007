import { createInterface } from 'node:readline'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type ExplainReport, explainReportSchema } from '../../src/operations/logs/explain.ts'
import { type ExplainedLine, explainedLineSchema } from '../../src/operations/logs/explain-logs.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { freePort } from '../../src/runtime/probe-port.ts'
import { startPythonServer } from '../helpers/mcp/fastmcp-server.ts'
import { connectMcpClient } from '../helpers/mcp/mcp-client.ts'
import { BIN, cli, cliJson, start } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'

const INSPECTOR = {
  client_name: 'MCP Inspector',
  client_uri: 'https://inspector.example/',
  redirect_uris: ['http://127.0.0.1:6274/oauth/callback'],
  token_endpoint_auth_method: 'none',
}

let instance: TestInstance
let up: UpReport
beforeAll(async () => {
  instance = await testInstance('java')
  const mcpUrl = `http://localhost:${await freePort()}/mcp`
  up = await cliJson<UpReport>(['up', '--trusted-host', 'kept.example', '--mcp-url', mcpUrl], instance.env)
})
afterAll(() => instance[Symbol.asyncDispose]())

async function register(metadata: object): Promise<string> {
  const response = await fetch(up.endpoints.registration, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  return response.text()
}

/** Runs `explain` with a text on its standard input. */
async function piped(input: string, args: readonly string[] = []) {
  const env = { ...instance.env, NO_COLOR: '1' }
  return execa(process.execPath, [BIN, 'explain', ...args], { input, env, reject: false })
}

describe('explain', () => {
  it('explain takes a message as argument and names culprit and fix', async () => {
    const body = await register(INSPECTOR)
    const { exitCode, stdout, stderr } = await cli(['explain', body], { env: instance.env })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain("✘ The client's home page is on inspector.example, which is not trusted.")
    const command = /Fix +mcp-keycloak (.+)/.exec(stdout)?.[1] ?? ''
    expect(command).toBe(
      `reset-realm --instance ${instance.name} --trusted-host kept.example --trusted-host inspector.example`,
    )

    expect((await cli([...command.split(' '), '--yes'], { env: instance.env })).exitCode).toBe(0)
    expect(JSON.parse(await register(INSPECTOR))).toHaveProperty('client_id')
  })

  it('finds every failure in a whole log on standard input', async () => {
    const log = [
      '[mcp-remote] connecting',
      'connect ECONNREFUSED 127.0.0.1:8000',
      'We are sorry... Client not found.',
    ]
    const { exitCode, stdout } = await piped(log.join('\n'), ['--json'])
    const report = explainReportSchema.parse(JSON.parse(stdout))
    expect(exitCode).toBe(0)
    expect(report.findings.map(({ line, id }) => [line, id])).toEqual([
      [2, 'connection-refused'],
      [3, 'client-not-found'],
    ])
    expect(report.findings[1]?.forget).toMatchObject([{ program: 'mcp-remote' }])
  })

  it('explain ends with 0 when it knows nothing', async () => {
    const { exitCode, stdout } = await piped('The flux capacitor is empty.')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^\? /)
    expect(stdout).toContain('To report it')
    const report = await cliJson<ExplainReport>(['explain', 'The flux capacitor is empty.'], instance.env)
    expect(report).toMatchObject({ findings: [], nearest: null })
  })

  it('refuses to explain nothing', async () => {
    const { exitCode, stdout, stderr } = await piped('')
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain('[USAGE_INVALID]')
  })

  it("explains why a real FastMCP server refuses a token, from the server's own log", async () => {
    const port = await freePort()
    const mcpUrl = `http://localhost:${port}/mcp`
    const { stdout: code } = await cli(['snippets', 'fastmcp'], { env: instance.env })
    await using server = await startPythonServer(
      code.replaceAll(new URL(up.mcpUrls[0] ?? '').port, String(port)),
      mcpUrl,
    )
    const { stdout: token } = await cli(['token'], { env: instance.env })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const refused = await fetch(mcpUrl, { method: 'POST', headers, body: '{}' })
    expect(refused.status).toBe(401)

    const seen = await piped(await refused.text())
    expect(seen.stdout).toContain('[mcp-server-unauthorized]')
    const logged = await piped(server.log())
    expect(logged.stdout).toMatch(/^✘ .*\[audience-mismatch\]$/m)
    expect(logged.stdout).toContain(mcpUrl)
    const kept = up.mcpUrls.map((url) => `--mcp-url ${url}`).join(' ')
    expect(logged.stdout).toContain(
      `mcp-keycloak reset-realm --instance ${instance.name} ${kept} --mcp-url ${mcpUrl}`,
    )
    expect(logged.stdout).not.toContain('[mcp-server-unauthorized]')
  })
})

describe('logs --explain', () => {
  it('logs --explain shows refusals, registrations, logins and tokens as they happen', async () => {
    // Reads only new events: the previous test has just got a token.
    const args = ['logs', '--explain', '-f', '--since', new Date().toISOString(), '--json']
    const following = start(args, { env: instance.env })
    const lines: ExplainedLine[] = []
    const enough = new Promise<void>((resolve) => {
      createInterface({ input: following.stdout }).on('line', (text) => {
        const line = explainedLineSchema.parse(JSON.parse(text))
        lines.push(line)
        if (line.event === 'CODE_TO_TOKEN') resolve()
      })
    })
    // It is there once it tells of the first refusal.
    await expect
      .poll(
        async () => {
          await register({ ...INSPECTOR, client_uri: 'https://github.com.example/' })
          return lines.length
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toBeGreaterThan(0)
    const mcpUrl = up.mcpUrls[0] ?? ''
    const { stdout: code } = await cli(['snippets', 'fastmcp'], { env: instance.env })
    await using _server = await startPythonServer(code, mcpUrl)
    await using _client = await connectMcpClient(mcpUrl, { username: 'testuser', password: 'password123' })
    await enough
    following.kill('SIGINT')
    expect((await following).exitCode).toBe(0)

    expect(lines[0]).toMatchObject({
      realm: 'fastmcp',
      did: 'asked to register',
      refused: true,
      event: 'CLIENT_REGISTER_ERROR',
      explanations: [{ id: 'client-uri-host-not-trusted', culprit: 'github.com.example' }],
    })
    const well = lines.filter(({ refused }) => !refused)
    expect(well.map(({ client, event }) => [client, event])).toEqual([
      ['e2e test', 'CLIENT_REGISTER'],
      ['e2e test', 'LOGIN'],
      ['e2e test', 'CODE_TO_TOKEN'],
    ])
  })

  it('tells each thing once, in a line for a person', async () => {
    const { exitCode, stdout } = await cli(['logs', '--explain'], { env: instance.env })
    expect(exitCode).toBe(0)
    const lines = stdout.split('\n')
    const refusals = lines.filter((line) => line.includes('page is on inspector.example'))
    expect(refusals).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d A client asked to register, refused: the client's home page is on inspector\.example, which is not trusted → mcp-keycloak reset-realm --instance \S+ --trusted-host .+$/,
      ),
    ])
    expect(lines.filter((line) => line.endsWith('e2e test registered'))).toHaveLength(1)
  })

  it('goes on over a restart of the server', async () => {
    const following = start(['logs', '--explain', '-f', '--since', '1s'], { env: instance.env })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      following[name].on('data', (text) => {
        output[name] += text
      })
    await cli(['down'], { env: instance.env })
    await expect.poll(() => output.stderr, { timeout: 30_000 }).toContain(' log alone ')
    await cliJson(['up'], instance.env)
    await register({ ...INSPECTOR, client_uri: 'https://restarted.example/' })
    await expect.poll(() => output.stdout, { timeout: 30_000 }).toContain('restarted.example')
    following.kill('SIGINT')
    expect((await following).exitCode).toBe(0)
    expect(output.stderr).toContain('Keycloak answers again.')
  })

  it.each([
    ['with a level', ['--level', 'WARN'], '[USAGE_INVALID]'],
    ['with a time that is none', ['--since', 'yesterday'], 'is not a valid time'],
    ['of a realm that is not there', ['--realm', 'nowhere'], '"nowhere"'],
  ])('logs --explain is refused %s', async (_, args, named) => {
    const { exitCode, stdout, stderr } = await cli(['logs', '--explain', ...args], { env: instance.env })
    expect(stdout).toBe('')
    expect(exitCode, stderr).not.toBe(0)
    expect(stderr).toContain(named)
  })
})
