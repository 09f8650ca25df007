import { access, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DownReport } from '../../src/operations/down.ts'
import type { InstancesReport } from '../../src/operations/instances.ts'
import { processStart } from '../../src/runtime/java/process-start.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { BIN, cli, cliJson, onTerminal, START_MS, start } from '../helpers/program/cli.ts'
import { fakeHome } from '../helpers/program/fake-home.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { PYTHON } from '../helpers/projects/python.ts'
import { hasGo } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

let folder: string
let instance: TestInstance
let env: TestInstance['env']
let dataFolder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-exec-'))
  instance = await testInstance('java')
  env = instance.env
  dataFolder = env.MCP_KEYCLOAK_DATA_FOLDER ?? ''
})
afterAll(async () => {
  await cli(['down', '--all', '--purge', '--yes'], { env })
  await instance[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** What is there of ephemeral instances: nothing, after each of them. */
const ephemeral = () => readdir(join(dataFolder, 'ephemeral')).catch(() => [])

/** The processes of an ephemeral instance's server, whether anybody remembers them or not. */
const serversOf = (name: string) => serverProcesses(join(dataFolder, 'ephemeral', name, 'instances', name))

const exec = (...args: readonly string[]) => cli(['exec', ...args], { env })

describe('exec', () => {
  it('looks for the command before it starts anything', async () => {
    const script = join(folder, 'run.sh')
    await writeFile(script, '#!/bin/sh\n')
    await chmod(script, 0o644)
    for (const [command, code, named] of [
      ['no-such-command', 127, 'COMMAND_NOT_FOUND'],
      [script, 126, 'COMMAND_NOT_EXECUTABLE'],
    ] as const) {
      const { exitCode, stdout, stderr } = await exec('--', command)
      expect([exitCode, stdout]).toEqual([code, ''])
      expect(stderr).toContain(`[${named}]`)
    }
    expect((await cli(['status'], { env })).exitCode).toBe(3)
  })

  it('starts Keycloak, and leaves the standard output to the command', async () => {
    const print = 'process.stdout.write(JSON.stringify(process.env))'
    const { exitCode, stdout, stderr } = await exec('--user', 'alice', '--', process.execPath, '-e', print)
    expect(exitCode, stderr).toBe(0)
    const issuer = `http://localhost:${instance.port}/realms/fastmcp`
    const seen = JSON.parse(stdout)
    expect(seen).toMatchObject({
      KEYCLOAK_ISSUER: issuer,
      KEYCLOAK_AUDIENCE: 'http://localhost:8000/mcp',
      KEYCLOAK_TEST_USER: 'testuser',
      MCP_KEYCLOAK_INSTANCE: instance.name,
      MCP_KEYCLOAK_REALM: 'fastmcp',
      MCP_KEYCLOAK_PORT: String(instance.port),
      PATH: `${join(dirname(BIN), 'for-exec')}${delimiter}${process.env.PATH}`,
    })
    expect(seen).not.toHaveProperty('KEYCLOAK_ADMIN_PASSWORD')
    expect(stderr).toContain('… Starting Keycloak')
    expect(stderr).toContain(`Running ${process.execPath} with the realm ${issuer}`)
  })

  it('the next exec finds Keycloak running and passes secrets on request', async () => {
    const { stdout, stderr } = await exec(
      '--show-secrets',
      '--quiet',
      '--',
      'sh',
      '-c',
      'echo $KEYCLOAK_ADMIN_PASSWORD',
    )
    const { password } = JSON.parse(await readFile(join(instance.folder, 'admin.json'), 'utf8'))
    expect([stdout, stderr]).toEqual([password, ''])
  })

  it('has our program on the PATH of the command, and nothing else beside it', async () => {
    const onPath = (...args: string[]) =>
      cli(['exec', '-q', '--no-proof', '--', ...args], { env: { ...env, PATH: '/usr/bin:/bin' } })
    const { exitCode, stdout, stderr } = await onPath('mcp-keycloak', 'token', '--header')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Authorization: Bearer ey/)
    expect((await onPath('sh', '-c', 'ls "${PATH%%:*}"')).stdout).toBe('mcp-keycloak\nmcp-keycloak.cmd')
  })

  it('says with --verbose where the time went', async () => {
    const { stdout, stderr } = await exec('--verbose', '--', 'true')
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^ {2}Time +fetch 0\.0 s, start \d+\.\d s, realm \d+\.\d s, proof \d+\.\d s$/m)
    expect((await exec('--', 'true')).stderr).not.toContain('Time')
  })

  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('ends as the command ends: %s', async (script, code) => {
    expect(await exec('--quiet', '--no-proof', '--', 'sh', '-c', script)).toEqual({
      exitCode: code,
      stdout: '',
      stderr: '',
    })
  })

  it('passes on the standard input, and options that look like ours', async () => {
    const running = execa(
      process.execPath,
      [BIN, 'exec', '-q', '--', 'sh', '-c', 'cat; echo "$@"', 'sh', '--json'],
      {
        env,
        input: 'from us\n',
      },
    )
    expect((await running).stdout).toBe('from us\n--json')
  })

  // Where there is no Go, test/helpers/suite/report-runtimes.ts says so.
  it('gives a test suite in Go the realm, and tokens by the command', needs(hasGo, 'Go'), async () => {
    const args = ['test', '-C', fixture('gotest'), '-count=1', '-v', './...']
    const { exitCode, stdout, stderr } = await cli(['exec', '--', 'go', ...args], {
      env: { ...env, GOTOOLCHAIN: 'local' },
    })
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
    expect(stdout).toContain('--- PASS: TestATokenIsTakenByKeycloakItself')
  })

  it('a terminal interrupts the command once, and exec waits for its end', async () => {
    const args = ['exec', '--quiet', '--no-proof', '--', PYTHON, fixture('count-interrupts.py')]
    const { exitCode, seen } = await onTerminal(args, { word: 'ready', keys: '\x03', env })
    expect(exitCode, seen).toBe(41)
  })
})

/** Waits for what the program says of its progress. */
function said({ stderr }: ReturnType<typeof start>, text: string): Promise<void> {
  return new Promise((resolve) => stderr.on('data', (data) => String(data).includes(text) && resolve()))
}

/** Starts a command that says where its Keycloak is and then waits; returns when it says so. */
async function startWaiting() {
  const script =
    'echo "$MCP_KEYCLOAK_DATA_FOLDER $MCP_KEYCLOAK_INSTANCE $KEYCLOAK_ISSUER $$"; while :; do sleep 0.2; done'
  const running = start(['exec', '--ephemeral', '--no-proof', '--', 'sh', '-c', script], {
    env,
  })
  const line = await new Promise<string>((resolve, reject) => {
    running.stdout.once('data', (text) => resolve(String(text)))
    void running.then(({ stderr }) => reject(new Error(stderr)))
  })
  const [data = '', name = '', issuer = '', child = ''] = line.trim().split(' ')
  const state = await readFile(join(data, 'instances', name, 'state.json'), 'utf8')
  const { pid } = JSON.parse(state) as { pid?: number }
  return { running, data, name, issuer, child: Number(child), pid: pid ?? 0 }
}

describe('exec --ephemeral', () => {
  it('exec --ephemeral gives a Python suite a Keycloak and removes it after a crash', async () => {
    const { instances: before } = await cliJson<InstancesReport>(['status', '--all'], env)
    const pytest = `"${PYTHON}" -m pytest -p no:cacheprovider -v "${fixture('pytest')}" || exit 1`
    const script = `${pytest}; echo $MCP_KEYCLOAK_DATA_FOLDER; kill -SEGV $$`
    const { exitCode, stdout, stderr } = await cli(['exec', '--ephemeral', '--', 'sh', '-c', script], {
      env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
    })
    expect(exitCode, `${stdout}\n${stderr}`).toBe(139)
    expect(stdout).toMatch(/4 passed/)
    expect(stderr).toContain('… Removing Keycloak')
    expect(await ephemeral()).toEqual([])
    const data = stdout.trim().split('\n').at(-1) ?? ''
    expect(basename(data)).toMatch(/^ephemeral-/)
    await expect(access(data)).rejects.toThrow('ENOENT')
    expect(await serversOf(basename(data))).toEqual([])
    expect((await cliJson<InstancesReport>(['status', '--all'], env)).instances).toEqual(before)
  })

  it('several exec --ephemeral run at once; dead instances are removed, living ones stay', async () => {
    const [killed, living] = await Promise.all([startWaiting(), startWaiting()])
    expect(killed.issuer).not.toBe(living.issuer)
    killed.running.kill('SIGKILL')
    process.kill(killed.child, 'SIGKILL') // nobody else does; it holds the standard output
    await killed.running
    expect(await processStart(killed.pid)).toBeTypeOf('string')

    const { instances } = await cliJson<{ instances: DownReport[] }>(['down', '--all'], env)
    expect(instances).toContainEqual(
      expect.objectContaining({ instance: killed.name, stopped: true, purged: true }),
    )
    expect(await processStart(killed.pid)).toBeUndefined()
    expect((await ephemeral()).toSorted()).toEqual([living.name, `${living.name}.json`])
    expect((await fetch(living.issuer)).status).toBe(200)

    living.running.kill('SIGINT')
    const ended = await living.running
    expect(ended.exitCode).toBe(130)
    expect(ended.stderr).toMatch(/^Interrupted: .*removed/m)
    expect(await processStart(living.child)).toBeUndefined()
    expect(await processStart(living.pid)).toBeUndefined()
    expect(await ephemeral()).toEqual([])
  })

  it('an instance killed during its start is removed by the next run', async () => {
    const begun = start(['exec', '--ephemeral', '--', 'true'], { env })
    await said(begun, 'Starting')
    const name = (await ephemeral()).find((file) => !file.endsWith('.json')) ?? ''
    await expect.poll(() => serversOf(name), { timeout: START_MS }).not.toEqual([])
    begun.kill('SIGKILL')
    await begun
    const file = join(dataFolder, 'ephemeral', name, 'instances', name, 'state.json')
    const { pid: _, processStart: __, ...state } = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify(state))
    const home = await fakeHome(folder, 'exit 1')
    const next = await exec('--ephemeral', '--keycloak-home', home, '--', 'true')
    expect([next.exitCode, await ephemeral()], next.stderr).toEqual([4, []])
    expect(next.stderr).toContain(`… Removing ${name}`)
    expect(await serversOf(name)).toEqual([])
  })

  it('is removed when it is terminated while it starts', async () => {
    const begun = start(['exec', '--ephemeral', '--', 'true'], { env })
    await said(begun, 'Starting')
    begun.kill('SIGTERM')
    const { exitCode, stderr } = await begun
    expect(exitCode, stderr).toBe(143)
    expect(stderr).toMatch(/^Interrupted: .+\.$/m)
    expect(await ephemeral()).toEqual([])
  })

  it('has no name that one could choose', async () => {
    const { exitCode, stderr } = await exec('--ephemeral', '--instance', 'mine', '--', 'true')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('contradict each other')
  })
})

// On Docker: testing-start.test.ts, which removes an instance by the same function.
