import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { PINNED_VERSION } from '../../src/config/versions.ts'
import { probeJava } from '../../src/runtime/java/probe-java.ts'
import { cli, ownEnvironment } from '../helpers/program/cli.ts'
import { fakeHome } from '../helpers/program/fake-home.ts'
import { CTRL_C, onTerminalOfOurs } from '../helpers/program/terminal.ts'
import { needs } from '../helpers/suite/needs.ts'

/** A secret in the user's environment that a cloned repository wants. */
const PASSWORD = 'the-administrators-password'
const TIMEOUT_MS = 30_000

/** A call of each command that resolves options. */
const COMMANDS = [
  'up',
  'up --yes',
  'up --no-proof',
  'down',
  'down --all',
  'down --all --purge --yes',
  'status',
  'status --all',
  'reset-realm',
  'reset-realm --hard --yes',
  'snippets',
  'snippets cursor --write',
  'token',
  'token --bad aud',
  'env',
  'env --format github',
  'exec -- true',
  'exec --ephemeral -- true',
  'clients list',
  'clients prune --unused --yes',
  'clients delete x --yes',
  'doctor',
  'doctor --fix --yes',
  'verify',
  'verify http://localhost:1/mcp',
  'explain invalid_grant',
  'logs',
  'logs --explain',
  'realm render',
  'realm diff',
  'realm export',
]

const hasJava = (await probeJava()).length > 0

let root: string
let home: Readonly<Record<string, string>>
let listener: Server
let heard: { connections: number; bytes: number }
let url: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mcp-keycloak-untrusted-'))
  listener = createServer((socket) => {
    heard.connections++
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard.bytes += chunk.length
      socket.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
})
beforeEach(async () => {
  heard = { connections: 0, bytes: 0 }
  const own = await mkdtemp(join(root, 'home-'))
  home = {
    HOME: own,
    XDG_DATA_HOME: join(own, 'data'),
    XDG_CACHE_HOME: join(own, 'cache'),
    MCP_KEYCLOAK_ADMIN_PASSWORD: PASSWORD,
  }
})
afterAll(async () => {
  listener.close()
  await rm(root, { recursive: true, force: true })
})

/** A cloned repository with that config file. */
async function clone(values: object): Promise<string> {
  const folder = await mkdtemp(join(root, 'clone-'))
  await writeFile(join(folder, 'mcp-keycloak.config.json'), JSON.stringify(values))
  return folder
}

const run = (line: string, cwd: string, env = {}) =>
  cli(line.split(' '), { cwd, env: { ...home, ...env }, timeoutMs: TIMEOUT_MS })

describe('a Keycloak that a repository names', () => {
  it.each(COMMANDS)('gets no byte of: mcp-keycloak %s', async (line) => {
    const { exitCode, stderr } = await run(line, await clone({ keycloakUrl: url }))
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[CONFIG_UNTRUSTED]')])
    expect(stderr).not.toContain(PASSWORD)
    expect(heard).toEqual({ connections: 0, bytes: 0 })
  })

  it('gets no byte of the testing module, which ends with an error', async () => {
    const module = pathToFileURL(fileURLToPath(new URL('../../dist/testing/index.js', import.meta.url))).href
    const script = `import { startKeycloak } from '${module}'
      await startKeycloak().then(() => console.log('started'), ({ code, fix }) => console.log(code, fix))`
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], {
      cwd: await clone({ keycloakUrl: url, dataFolder: 'data' }),
      env: ownEnvironment(home),
      extendEnv: false,
      timeout: TIMEOUT_MS,
    })
    expect(stdout).toMatch(/^CONFIG_UNTRUSTED [^\n]*mcp-keycloak trust /)
    expect(heard).toEqual({ connections: 0, bytes: 0 })
  })

  it('is used after mcp-keycloak trust, no longer after --revoke, and not after a pull', async () => {
    const cwd = await clone({ keycloakUrl: url })
    const trusted = await run('trust', cwd)
    expect([trusted.exitCode, trusted.stdout]).toEqual([0, expect.stringContaining(url)])
    await run('realm diff', cwd)
    expect(heard.bytes).toBeGreaterThan(0)

    heard = { connections: 0, bytes: 0 }
    await writeFile(join(cwd, 'mcp-keycloak.config.json'), JSON.stringify({ keycloakUrl: `${url}/other` }))
    expect((await run('realm diff', cwd)).stderr).toContain('[CONFIG_UNTRUSTED]')
    await run('trust', cwd)
    await run('trust --revoke', cwd)
    expect((await run('realm diff', cwd)).stderr).toContain('[CONFIG_UNTRUSTED]')
    expect(heard).toEqual({ connections: 0, bytes: 0 })
  })

  it('is used without trust when the user names it', async () => {
    const cwd = await clone({ keycloakUrl: 'http://127.0.0.1:9' })
    await run(`realm diff --keycloak-url ${url}`, cwd)
    expect(heard.bytes).toBeGreaterThan(0)
  })

  it('is used when init has written it', async () => {
    const cwd = await mkdtemp(join(root, 'own-'))
    await run(`init --keycloak-url ${url} --data-folder data`, cwd)
    const { stderr } = await run('realm diff', cwd)
    expect(stderr).not.toContain('CONFIG_UNTRUSTED')
    expect(heard.bytes).toBeGreaterThan(0)
  })
})

describe('a start script that a repository brings', () => {
  /** A repository with a server in each folder that a key may name; each script writes the file `ran`. */
  async function baited(): Promise<{ readonly cwd: string; readonly ran: () => Promise<boolean> }> {
    const folder = await mkdtemp(join(root, 'clone-'))
    const ran = join(folder, 'ran')
    const bait = `echo "$0" >> '${ran}'; exit 1`
    const keycloakHome = await fakeHome(folder, bait)
    const instance = join(folder, 'data', 'instances', 'default')
    await mkdir(instance, { recursive: true })
    const server = await fakeHome(instance, bait)
    await promisify(execFile)('mv', [server, join(instance, `keycloak-${PINNED_VERSION}`)])
    await writeFile(join(instance, 'admin.json'), '{"username":"admin","password":"x"}')
    const { port } = listener.address() as AddressInfo
    const state = { schemaVersion: 1, instance: 'default', runtime: 'java', version: PINNED_VERSION }
    await writeFile(join(instance, 'state.json'), JSON.stringify({ ...state, port, managementPort: port }))
    const values = { runtime: 'java', keycloakHome, dataFolder: './data', cacheFolder: './cache' }
    await writeFile(join(folder, 'mcp-keycloak.config.json'), JSON.stringify(values))
    const isThere = () =>
      access(ran).then(
        () => true,
        () => false,
      )
    return { cwd: folder, ran: isThere }
  }

  it.each([
    'up',
    'up --yes',
    'exec -- true',
    'exec --ephemeral -- true',
    'status',
    'doctor',
    'down --all',
    'logs',
  ])('is not executed by: mcp-keycloak %s', async (line) => {
    const { cwd, ran } = await baited()
    const { exitCode, stderr } = await run(line, cwd)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[CONFIG_UNTRUSTED]')])
    expect([await ran(), heard.bytes]).toEqual([false, 0])
  })

  it('is executed after mcp-keycloak trust', needs(hasJava, 'a JDK'), async () => {
    const { cwd, ran } = await baited()
    await run('trust', cwd)
    await run('up --port 18999', cwd)
    expect(await ran()).toBe(true)
  })
})

describe('on a terminal', () => {
  const type = async (keys: string, keycloakUrl = url, line = 'realm diff') => {
    const cwd = await clone({ keycloakUrl, keycloakHome: './x\u001b[2J' })
    const terminal = await onTerminalOfOurs(line.split(' '), home, TIMEOUT_MS, cwd)
    await terminal.shows('[y/N]')
    if (keys === 'SIGTERM') terminal.signal('SIGTERM')
    else terminal.type(keys)
    return { cwd, ...(await terminal.ended) }
  }

  it('the question shows the file, the values, and where the password goes', async () => {
    const { cwd, seen } = await type('n\r', url.replace('//', '//good.example@'))
    expect(seen).toContain(join(cwd, 'mcp-keycloak.config.json'))
    expect(seen).toMatch(new RegExp(`password .* ${new URL(url).host}\\)`))
    expect(seen).not.toContain('\u001b[2J')
  })

  it.each([
    ['no', 'n\r', 2],
    ['nothing', '\r', 2],
    ['Ctrl-C', CTRL_C, 130],
    ['SIGTERM', 'SIGTERM', 143],
  ])('%s does not trust the folder', async (_, keys, exitCode) => {
    expect((await type(keys)).exitCode).toBe(exitCode)
    expect(heard).toEqual({ connections: 0, bytes: 0 })
  })

  it('yes is remembered', async () => {
    const { cwd } = await type('y\r')
    expect(heard.bytes).toBeGreaterThan(0)
    expect((await run('trust --list --json', cwd)).stdout).toContain(cwd)
    expect((await run('realm diff', cwd)).stderr).not.toContain('CONFIG_UNTRUSTED')
  })

  it('--yes does not trust the folder and asks nothing', async () => {
    const cwd = await clone({ keycloakUrl: url })
    const terminal = await onTerminalOfOurs(['realm', 'diff', '--yes'], home, TIMEOUT_MS, cwd)
    const { exitCode, seen } = await terminal.ended
    expect([exitCode, seen.includes('[y/N]')]).toEqual([2, false])
  })
})

describe('a file that a repository names', () => {
  it.each(['/etc/passwd', '/etc/hosts'])(
    'outside the project is reported and never quoted: %s',
    async (file) => {
      const cwd = await clone({ realmFile: file })
      const { exitCode, stderr } = await run('realm render', cwd)
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`: ${file}\n`)])
      const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.length > 8)
      for (const line of lines) expect(stderr).not.toContain(line.slice(0, 8))
    },
  )

  it.each(['realmFile', 'with', 'the config file itself'])(
    'that is a pipe is refused at once: %s',
    async (key) => {
      const cwd = await clone({
        realmFile: 'pipe.json',
        ...(key === 'with' && { realmFile: undefined, with: ['./pipe.json'] }),
      })
      await promisify(execFile)('mkfifo', [join(cwd, 'pipe.json')])
      if (key.includes('itself')) {
        await rm(join(cwd, 'mcp-keycloak.config.json'))
        await symlink('pipe.json', join(cwd, 'mcp-keycloak.config.json'))
      }
      for (const line of ['realm render', 'up']) {
        const { exitCode, stderr } = await run(line, cwd)
        expect([exitCode, stderr]).toEqual([2, expect.stringContaining('pipe')])
      }
    },
  )

  it.each(['/dev/zero', '/dev/stdin', '/proc/self/mem', '/sys/kernel', '/dev/tty'])(
    'that is no regular file is refused at once: %s',
    async (file) => {
      for (const flag of ['--realm-file', '--with']) {
        const { exitCode, stderr } = await run(`realm render ${flag} ${file}`, root)
        expect([exitCode, stderr]).toEqual([
          2,
          expect.stringMatching(/ a (device|pipe|folder|file of the kernel)\b|ENXIO/),
        ])
      }
    },
  )
})

describe('a data folder', () => {
  it.each(['up --runtime java', 'status', 'down --all', 'logs', 'exec --ephemeral -- true'])(
    'in /proc is refused at once by: mcp-keycloak %s',
    needs(process.platform === 'linux', 'Linux'),
    async (line) => {
      const [command = '', ...rest] = line.split(' ')
      const { exitCode, stderr } = await run([command, '--data-folder', '/proc', ...rest].join(' '), root)
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('[STATE_UNWRITABLE]')])
    },
  )
})
