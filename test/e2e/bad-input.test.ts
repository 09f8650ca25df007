import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { processStart } from '../../src/runtime/java/process-start.ts'
import { BIN, cli } from '../helpers/program/cli.ts'
import { fakeHome } from '../helpers/program/fake-home.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { canMount } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

/** The testing module as it is shipped. */
const TESTING = fileURLToPath(new URL('../../dist/testing/index.js', import.meta.url))

let folder: string
let instance: TestInstance
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-bad-'))
  instance = await testInstance('java')
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('what cannot be understood', () => {
  it.each([
    ['an unknown command', ['upp'], 'Did you mean up?'],
    ['an unknown option', ['up', '--prot', '8081'], 'Did you mean --port?'],
    ['an option without its value', ['up', '--port'], '--port'],
    ['a port that is none', ['up', '--port', '99999'], 'from 1 to 65535'],
    ['a URL that is none', ['up', '--mcp-url', 'localhost:8000/mcp'], '"localhost:8000/mcp"'],
    ['an MCP URL with a fragment', ['up', '--mcp-url', 'http://localhost:8000/mcp#x'], 'fragment'],
    ['a trusted host that is a URL', ['up', '--trusted-host', 'https://example.com'], 'no scheme'],
    ["Keycloak's own realm", ['up', '--realm', 'master'], 'master'],
    ['a user with a role that nobody defines', ['up', '--user', 'alice:secret:boss'], '"boss"'],
    ['a Keycloak that is too old', ['up', '--keycloak-version', '26.5.4'], 'keycloak#44403'],
    ['a Keycloak version that is none', ['up', '--keycloak-version', 'latest'], '"latest"'],
    ['a snippet that is not there', ['snippets', 'claude-cod', '--keycloak-url', 'http://localhost:1'], ''],
  ])('%s: exit 2, what, why and fix, nothing on stdout', async (_, args, named) => {
    const { exitCode, stdout, stderr } = await cli(args, { env: instance.env, cwd: folder })
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(named)
    expect(stderr).toMatch(/^✘ .+\[[A-Z_]+\]\n {2}Why {2}.+\n(.*\n)* {2}Fix {2}./m)
  })
})

describe('a config file', () => {
  it.each([
    ['with a key that is misspelt', '{"mcpURL": []}', 'Did you mean "mcpUrl"?'],
    ['that is not JSON', '{mcpUrl:', 'JSON'],
    ['with a value that does not fit', '{"port": "many"}', '"port" in'],
    ['with a password in it', '{"adminPassword": "x"}', 'MCP_KEYCLOAK_ADMIN_PASSWORD'],
  ])('%s: exit 2, and the file is named', async (_, text, named) => {
    const cwd = await mkdtemp(join(folder, 'config-'))
    await writeFile(join(cwd, 'mcp-keycloak.config.json'), text)
    const { MCP_KEYCLOAK_PORT: _port, ...env } = instance.env
    const { exitCode, stderr } = await cli(['up'], { env, cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('mcp-keycloak.config.json')
    expect(stderr).toContain(named)
  })
})

describe('a realm file', () => {
  it.each([
    ['that is not there', undefined, '[REALM_INVALID]'],
    ['that is not JSON', '{"realm" "shop"}', 'It is not JSON'],
    ['that has no realm', '{"enabled": true}', 'It has no "realm"'],
  ])('%s: exit 2, and no server is started for it', async (_, text, named) => {
    const file = join(folder, 'realm.json')
    await rm(file, { force: true })
    if (text !== undefined) await writeFile(file, text)
    const { exitCode, stderr } = await cli(['up', '--realm-file', file], { env: instance.env })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(named)
    expect((await cli(['status'], { env: instance.env })).exitCode).toBe(3)
  })
})

describe('this machine', () => {
  it('has the port in use: says by whom, and names a free one', async () => {
    await using listener = await listen()
    const { exitCode, stderr } = await cli(['up', '--port', String(listener.port)], { env: instance.env })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('[PORT_IN_USE]')
    expect(stderr).toContain(`(pid ${process.pid})`)
    expect(stderr).toMatch(/Fix {2}mcp-keycloak up --port \d+/)
  })

  it('has neither Docker nor Java: one error, both ways out', needs(canMount, 'root on Linux'), async () => {
    // Other folders than PATH are searched for JDKs; a mount namespace of our own hides them. Linux, root.
    const hide = ['/usr/lib/jvm', '/opt'].map(
      (path) => `if [ -d ${path} ]; then mount -t tmpfs none ${path}; fi`,
    )
    const env = {
      ...instance.env,
      PATH: `${folder}/empty`,
      NO_COLOR: '1',
      HOME: folder,
      MCP_KEYCLOAK_RUNTIME: 'auto',
    }
    const { exitCode, stderr } = await withMounts(hide.join('; '), env, [BIN, 'up'])
    expect(exitCode, stderr).toBe(3)
    const code = `import { startKeycloak } from ${JSON.stringify(TESTING)}; await startKeycloak()`
    const library = await withMounts(hide.join('; '), env, ['--input-type=module', '--eval', code])
    for (const text of [stderr, library.stderr]) {
      expect(text).toContain('NO_RUNTIME')
      expect(text).toContain('https://docs.docker.com/get-docker/')
      expect(text).toContain('https://adoptium.net')
    }
  })

  it(
    'up on a full disk reports the needed and the free space',
    needs(canMount, 'root on Linux'),
    async () => {
      const cache = join(folder, 'small')
      await mkdir(cache)
      const env = { ...instance.env, PATH: process.env.PATH ?? '', MCP_KEYCLOAK_CACHE_FOLDER: cache }
      const { exitCode, stderr } = await withMounts(
        `mount -t tmpfs -o size=50m,mode=700 none ${cache}`,
        env,
        [BIN, 'up'],
      )
      expect(exitCode, stderr).toBe(3)
      expect(stderr).toContain('[DISK_FULL]')
      expect(stderr).toMatch(/200 MB are needed in .+small, and 52 MB are free/)
    },
  )

  it('up ends with 4 and the last log errors when the server dies', async () => {
    const home = await fakeHome(
      folder,
      'echo "ERROR: Failed to start server in (development) mode" >&2; exit 1',
    )
    const { exitCode, stderr } = await cli(['up', '--keycloak-home', home], { env: instance.env })
    expect(exitCode, stderr).toBe(4)
    expect(stderr).toContain('[KEYCLOAK_EXITED]')
    expect(stderr).toContain('ERROR: Failed to start server')
  })

  it('up stops a server that is not ready in time and ends with 4', async () => {
    await cli(['down', '--purge', '--yes'], { env: instance.env })
    const home = await fakeHome(folder, 'echo "still thinking"; sleep 300')
    const { exitCode, stderr } = await cli(['up', '--keycloak-home', home, '--timeout', '2'], {
      env: instance.env,
    })
    expect(exitCode, stderr).toBe(4)
    expect(stderr).toContain('[KEYCLOAK_NOT_READY]')
    expect((await cli(['status'], { env: instance.env })).exitCode).toBe(3)
  })

  it('has a --keycloak-home that is something else: says what it is', async () => {
    await cli(['down', '--purge', '--yes'], { env: instance.env })
    const { exitCode, stderr } = await cli(['up', '--keycloak-home', folder], { env: instance.env })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('is not Keycloak 26.7.5')
  })
})

describe('an instance that is not there', () => {
  it.each([
    ['status'],
    ['logs'],
    ['down'],
    ['down', '--purge', '--yes'],
    ['snippets', 'fastmcp'],
    ['token'],
    ['env'],
    ['reset-realm'],
    ['clients', 'list'],
    ['clients', 'prune', '--unused'],
    ['clients', 'delete', 'some-client'],
    ['realm', 'diff'],
    ['realm', 'export'],
  ])('%s %s: exit 3, and those that are there are named', async (...args) => {
    const dataFolder = join(folder, 'known')
    await mkdir(join(dataFolder, 'instances', 'shop'), { recursive: true })
    await writeFile(join(dataFolder, 'instances', 'shop', 'state.json'), JSON.stringify(await runningState()))
    const env = { MCP_KEYCLOAK_DATA_FOLDER: dataFolder, MCP_KEYCLOAK_INSTANCE: 'shpo' }
    const { exitCode, stdout, stderr } = await cli(args.filter(Boolean), { env })
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toMatch(/"shpo".*\[NOT_RUNNING\]/)
    expect(stderr).toMatch(/: shop\.$/m)
    expect(await readdir(join(dataFolder, 'instances'))).toEqual(['shop'])
  })
})

describe('a data folder that is read-only', needs(canMount, 'root on Linux'), () => {
  it.each([['up'], ['down'], ['reset-realm']])('%s: says so at once', async (command) => {
    const data = join(folder, 'read-only')
    const instance = join(data, 'instances', 'default')
    await mkdir(instance, { recursive: true })
    await writeFile(join(instance, 'admin.json'), '{"username":"admin","password":"pw"}')
    await writeFile(join(instance, 'state.json'), JSON.stringify(await runningState()))
    const mounts = `mount --bind ${data} ${data}; mount -o remount,bind,ro ${data}`
    const env = { PATH: process.env.PATH ?? '', MCP_KEYCLOAK_DATA_FOLDER: data }
    const { exitCode, stderr } = await withMounts(mounts, env, [BIN, command])
    expect(exitCode, stderr).toBe(3)
    expect(stderr).toContain(`mcp-keycloak cannot use ${instance}.  [STATE_UNWRITABLE]`)
    expect(stderr).toContain('EROFS: read-only file system')
    expect(stderr).toContain('--data-folder')
  })
})

it('asks before it purges, and does nothing without a terminal to ask on', async () => {
  const { exitCode, stderr } = await cli(['down', '--purge'], { env: instance.env })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('--yes')
})

/** Runs Node in a mount namespace of its own, with just these variables. Linux, root. */
function withMounts(mounts: string, env: Readonly<Record<string, string>>, args: readonly string[]) {
  const variables = Object.entries({ ...env, NO_COLOR: '1' }).map(([name, value]) => `${name}=${value}`)
  const script = `${mounts}; exec env -i "$@"`
  const command = ['--mount', 'sh', '-c', script, 'sh', ...variables, process.execPath, ...args]
  return execa('unshare', command, { reject: false, stdin: 'ignore' })
}

/** The state of an instance whose server is this process. */
async function runningState() {
  const state = { schemaVersion: 1, instance: 'default', runtime: 'java', version: '26.7.5', features: [] }
  const { pid } = process
  return { ...state, port: 1, managementPort: 2, pid, processStart: await processStart(pid) }
}

async function listen(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}
