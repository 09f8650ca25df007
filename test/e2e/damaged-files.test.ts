import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { discover } from '../../src/oauth/discover.ts'
import { registerClient } from '../../src/oauth/register.ts'
import type { ClientsReport } from '../../src/operations/clients/clients.ts'
import type { DownReport } from '../../src/operations/down.ts'
import type { InstancesReport } from '../../src/operations/instances.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { processStart } from '../../src/runtime/java/process-start.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { cli, cliJson } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { expectHidden, expectOneFile, OF_THE_USER } from '../helpers/program/secrets.ts'
import { type Sightings, watchMachine } from '../helpers/program/watch-machine.ts'
import { canMount } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

let instance: TestInstance
let first: UpReport
let seen: Sightings
let stateText: string

const stateFile = () => join(instance.folder, 'state.json')
const adminFile = () => join(instance.folder, 'admin.json')
const dataFolder = () => instance.env.MCP_KEYCLOAK_DATA_FOLDER ?? ''
const pids = async () => (await serverProcesses(instance.folder)).map(({ pid }) => pid).sort()

beforeAll(async () => {
  instance = await testInstance('java')
  // A disk of its own, which can be filled.
  if (canMount) await execa('mount', ['-t', 'tmpfs', '-o', 'size=460m,mode=700', 'none', dataFolder()])
  const watched = await watchedUp()
  first = watched.result
  seen = watched.seen
  await registerClient(await discover(first.endpoints.issuer), {
    client_name: 'Survivor',
    redirect_uris: ['http://localhost:3117/callback'],
    token_endpoint_auth_method: 'none',
  })
})
afterAll(async () => {
  await cli(['down', '--purge', '--yes'], { env: instance.env }) // before its folder is unmounted
  if (canMount) await execa('umount', ['--lazy', dataFolder()])
  await instance[Symbol.asyncDispose]()
})

/** Runs `up` in a shell that has secrets, and looks at the machine meanwhile. */
function watchedUp() {
  return watchMachine(dataFolder(), () =>
    cliJson<UpReport>(['up', '--no-proof', '--show-secrets'], { ...instance.env, ...OF_THE_USER }),
  )
}

describe('the secrets of an instance', () => {
  it('are in no command line, environment or file except that of the administrator', async () => {
    expectHidden(first, seen)
    await expectOneFile(first, instance)
  })

  it('are printed with --json when they are asked for', async () => {
    const shown = await cliJson<StatusReport>(['status', '--show-secrets'], instance.env)
    expect(shown.admin).toEqual(first.admin)
    for (const command of ['status', 'up'])
      expect((await cliJson<StatusReport>([command], instance.env)).admin).toEqual({
        username: 'admin',
        password: '(secret)',
      })
  })
})

/** The shell names another port than the server's, so the server has to be found. */
const elsewhere = () => ({ ...instance.env, MCP_KEYCLOAK_PORT: '', MCP_KEYCLOAK_RUNTIME: 'auto' })

async function clients(): Promise<readonly (string | null)[]> {
  return (await cliJson<ClientsReport>(['clients', 'list'], elsewhere())).clients.map(({ name }) => name)
}

describe('a state file that is damaged while the server runs', () => {
  let before: readonly number[]
  beforeAll(async () => {
    before = await pids()
  })
  beforeEach(async () => {
    stateText = await readFile(stateFile(), 'utf8')
  })

  const file = (text: () => string) => () => writeFile(stateFile(), text())
  const member = (members: object) => file(() => JSON.stringify({ ...JSON.parse(stateText), ...members }))

  // More kinds of damage: test/unit/runtime/state/state.test.ts.
  it.each([
    ['garbage', file(() => '\0\0\0')],
    ['truncated', file(() => stateText.slice(0, 40))],
    ['of another instance', member({ instance: 'other', port: 1, pid: process.pid })],
    ['of the start before: its process is gone', member({ pid: 2 ** 22 + 1, port: 1 })],
    ['with the pid of another process', member({ pid: process.pid })],
    ['without a pid', member({ pid: undefined, processStart: undefined })],
    ['a folder', () => rm(stateFile()).then(() => mkdir(stateFile()))],
    ['missing', () => rm(stateFile())],
  ])('a server is found and used when its state is %s', async (_, damage) => {
    await damage()
    const report = await cliJson<StatusReport>(['status'], elsewhere())
    expect(report).toMatchObject({ url: first.endpoints.keycloakUrl, runtime: 'java', realms: [{}] })
    expect(report.warnings.join()).toMatch(/recovered from its running server|found by its process/)
    const again = await cliJson<UpReport>(['up', '--no-proof'], elsewhere())
    expect(again).toMatchObject({ alreadyRunning: true, realm: 'unchanged', endpoints: first.endpoints })
    expect(await pids()).toEqual(before)
    const { pid, port } = JSON.parse(await readFile(stateFile(), 'utf8')) as { pid: number; port: number }
    expect([before.includes(pid), port]).toEqual([true, instance.port])
  })

  it('token, reset-realm and status --all work with a damaged state', async () => {
    await writeFile(stateFile(), 'garbage')
    expect((await cli(['token'], { env: elsewhere() })).stdout).toMatch(/^ey/)
    expect((await cli(['reset-realm'], { env: elsewhere() })).exitCode).toBe(0)
    const { instances } = await cliJson<InstancesReport>(['status', '--all'], elsewhere())
    expect(instances).toMatchObject([{ instance: instance.name, running: true }])
    expect(await clients()).toEqual(['Survivor'])
  })

  it('is renamed and kept', async () => {
    const aside = (await readdir(instance.folder)).filter((name) => name.startsWith('state.json.broken-'))
    expect(aside.length).toBeGreaterThan(3)
  })

  it('of a copy of the folder leaves the server to the original', async () => {
    const copy = await testInstance('java')
    onTestFinished(() => copy[Symbol.asyncDispose]())
    const data = copy.env.MCP_KEYCLOAK_DATA_FOLDER ?? ''
    const env = { ...copy.env, MCP_KEYCLOAK_INSTANCE: instance.name }
    await cp(instance.folder, join(data, 'instances', instance.name), { recursive: true })
    expect((await cli(['status'], { env })).stderr).toContain('NOT_RUNNING')
    expect(await cliJson<DownReport>(['down', '--purge', '--yes'], env)).toMatchObject({ stopped: false })
    expect(await pids()).toEqual(before)
  })

  it('a damaged state does not stop down, and up restores port, data and features', async () => {
    await writeFile(stateFile(), 'garbage')
    expect(await cliJson<DownReport>(['down'], elsewhere())).toMatchObject({ stopped: true, purged: false })
    expect(await pids()).toEqual([])
    await writeFile(stateFile(), 'garbage')
    expect(await cliJson<UpReport>(['up', '--no-proof'], elsewhere())).toMatchObject({
      alreadyRunning: false,
      realm: 'unchanged',
      endpoints: first.endpoints,
    })
    expect(await clients()).toEqual(['Survivor'])
  })
})

describe("an administrator's file that is damaged", () => {
  it('is never written over by a command that reads, which names the way back', async () => {
    await writeFile(adminFile(), '{"username":"adm')
    for (const command of [['status'], ['token'], ['clients', 'list'], ['reset-realm'], ['up']]) {
      const { exitCode, stderr } = await cli(command, { env: instance.env })
      expect({ command, exitCode }).toEqual({ command, exitCode: 3 })
      expect(stderr).toContain('[ADMIN_UNKNOWN]')
      expect(stderr).toMatch(/Fix {2}mcp-keycloak up .*--yes/)
      expect(stderr).not.toContain('purge')
    }
    expect(await readFile(adminFile(), 'utf8')).toBe('{"username":"adm')
  })

  it('up --yes sets a damaged administrator file aside and keeps all data', async () => {
    const report = await cliJson<UpReport>(['up', '--no-proof', '--yes', '--show-secrets'], instance.env)
    expect(report).toMatchObject({ alreadyRunning: false, realm: 'unchanged' })
    expect(report.admin?.username).toMatch(/^admin-[0-9a-f]{6}$/)
    expect(report.warnings.join()).toContain('admin.json.broken-')
    expect(JSON.parse(await readFile(adminFile(), 'utf8'))).toEqual(report.admin)
    const aside = (await readdir(instance.folder)).filter((name) => name.startsWith('admin.json.broken-'))
    expect(aside).toHaveLength(1)
    expect(await readFile(join(instance.folder, aside[0] ?? ''), 'utf8')).toBe('{"username":"adm')
    expect(await clients()).toEqual(['Survivor'])
  })
})

/** Refused before the server is stopped for it. */
const SAVE = ['snapshot', 'save', 'full']

describe('a disk that is full', needs(canMount, 'Linux and root'), () => {
  it('each command reports a full disk; afterwards nothing is lost', async () => {
    const filler = join(dataFolder(), 'filler')
    await execa('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'], { reject: false })
    // The database can use its preallocated space for a while.
    await expect
      .poll(() => cli(['realm', 'diff'], { env: instance.env }), { timeout: 120_000 })
      .toMatchObject({ exitCode: 3 })
    for (const command of [['status'], ['token'], ['realm', 'diff'], ['reset-realm'], ['up'], SAVE]) {
      const { exitCode, stderr } = await cli(command, { env: instance.env })
      if (exitCode === 0) continue // it had nothing to write
      expect({ command, exitCode }, stderr).toEqual({ command, exitCode: 3 })
      expect(stderr).toContain('[DISK_FULL]')
      expect(stderr).toContain(dataFolder())
      expect(stderr).not.toMatch(/purge|--hard/)
    }
    expect(await cliJson<DownReport>(['down'], instance.env)).toMatchObject({ stopped: true })
    expect((await cli(['up'], { env: instance.env })).stderr).toContain('[DISK_FULL]')
    await rm(filler)
    expect(await cliJson<UpReport>(['up', '--no-proof'], instance.env)).toMatchObject({ realm: 'unchanged' })
    expect(await clients()).toEqual(['Survivor'])
  })
})

it('has its database open elsewhere: says so, and that nothing has to be deleted', async () => {
  await cli(['down'], { env: instance.env })
  const database = join(instance.folder, `keycloak-${first.version}`, 'data', 'h2', 'keycloakdb.mv.db')
  const script =
    'import fcntl,sys\nf=open(sys.argv[1],"r+b")\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint("locked",flush=True)\nsys.stdin.read()'
  const locker = execa('python3', ['-c', script, database], { reject: false })
  await new Promise((resolve) => locker.stdout.once('data', resolve))
  const { exitCode, stderr } = await cli(['up', '--no-proof'], { env: instance.env })
  locker.kill()
  await locker
  expect(exitCode, stderr).toBe(4)
  expect(stderr).toContain('[DATABASE_LOCKED]')
  expect(stderr).not.toMatch(/purge|--hard/)
  expect(await pids()).toEqual([])
})

it('the next up replaces a lost administrator and shows no secret', async () => {
  await rm(adminFile())
  const { result: report, seen: sightings } = await watchedUp()
  expect(report).toMatchObject({ realm: 'unchanged' })
  expect(report.admin?.username).toMatch(/^admin-/)
  expectHidden(report, sightings, ['commands', 'containers'])
  expect(JSON.parse(await readFile(adminFile(), 'utf8'))).toEqual(report.admin)
  expect(report.warnings.join()).toContain('is missing')
  expect(await clients()).toEqual(['Survivor'])
  const log = await readFile(join(instance.folder, 'keycloak.log'), 'utf8')
  expect(log).not.toContain(report.admin?.password)
})

it('is purged with a damaged state: the server ends before its folder goes', async () => {
  const running = await pids()
  await writeFile(stateFile(), 'garbage')
  expect(running).toHaveLength(2)
  expect(await cliJson<DownReport>(['down', '--purge', '--yes'], elsewhere())).toMatchObject({
    stopped: true,
  })
  expect(await Promise.all(running.map(processStart))).toEqual([undefined, undefined])
})
