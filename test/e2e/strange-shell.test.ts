import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import type { DoctorReport } from '../../src/operations/doctor/doctor.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { freePort, someoneListens } from '../../src/runtime/probe-port.ts'
import { BIN, cli, cliJson } from '../helpers/program/cli.ts'
import { fakeHome } from '../helpers/program/fake-home.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { canMount } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

/** Variables that stop, slow or expose a server. */
const HARMFUL = {
  ...{ DEBUG: 'true', DEBUG_SUSPEND: 'y', KC_DEBUG: 'true', KC_DEBUG_SUSPEND: 'y', PRINT_ENV: 'true' },
  ...{ JAVA: '/bin/false', JAVA_ADD_OPENS: '--nonsense', JAVA_LOCALE: '-Duser.language=tr' },
  ...{ JAVA_OPTS: '--nonsense', JAVA_OPTS_APPEND: '--nonsense', JAVA_OPTS_KC_HEAP: '--nonsense' },
  ...{ _JAVA_OPTIONS: '-Xmx16m', JAVA_TOOL_OPTIONS: '-Xmx16m', JDK_JAVA_OPTIONS: '--nonsense' },
  ...{
    KC_DB: 'postgres',
    KC_HOSTNAME: 'https://example.com',
    KC_HTTP_RELATIVE_PATH: '/auth',
    KC_LOG_LEVEL: 'OFF',
  },
  ...{
    KEYCLOAK_ADMIN: 'eve',
    KEYCLOAK_ADMIN_PASSWORD: 'eve',
    QUARKUS_HTTP_PORT: '1',
    QUARKUS_PROFILE: 'prod',
  },
  ...{ BASH_ENV: '/dev/full', ENV: '/dev/full', CDPATH: '/', GREP_OPTIONS: '-v', CLASSPATH: '/nowhere' },
  ...{ LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', SSL_CERT_FILE: '/nowhere', IFS: '/' },
}

/** All special characters in a path on which Keycloak starts. */
const ODD_NAME = '-a b$HOME`id`ü&%20"x"(y)\\z\n~'

let instance: TestInstance
let env: Readonly<Record<string, string>>
let debugPort: number

beforeAll(async () => {
  instance = await testInstance('java')
  const dataFolder = join(instance.env.MCP_KEYCLOAK_DATA_FOLDER ?? '', ODD_NAME)
  await mkdir(dataFolder)
  debugPort = await freePort()
  env = {
    ...instance.env,
    ...HARMFUL,
    DEBUG_PORT: String(debugPort),
    KC_DEBUG_PORT: String(debugPort),
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
  }
  await cliJson<UpReport>(['up'], env)
})
afterAll(async () => {
  await cli(['down', '--purge', '--yes'], { env })
  await instance[Symbol.asyncDispose]()
})

const folder = () => join(env.MCP_KEYCLOAK_DATA_FOLDER ?? '', 'instances', instance.name)

describe('a shell with variables for another Keycloak, in a folder with an odd name', () => {
  it('starts a server that has none of them, and no debugger', async () => {
    const servers = await serverProcesses(folder())
    expect(servers).toHaveLength(2) // kc.sh and its JVM
    for (const { pid } of servers) {
      const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
      const variables = new Map(
        entries.map((entry) => [entry.split('=')[0], entry.slice(entry.indexOf('=') + 1)]),
      )
      const reached = Object.entries(HARMFUL).filter(([name, value]) => variables.get(name) === value)
      expect(reached).toEqual([])
      expect(variables.get('LC_ALL')).toBe('C.UTF-8')
    }
    expect(servers.map(({ command }) => command).join()).not.toMatch(/jdwp|nonsense|language=tr/)
    expect(await someoneListens('127.0.0.1', debugPort)).toBe(false)
  })

  it('leaves nothing of the server in the folder of the project', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'mcp-keycloak-project-'))
    onTestFinished(() => rm(cwd, { recursive: true }))
    expect((await cli(['status'], { env, cwd })).exitCode).toBe(0)
    expect(await readdir(cwd)).toEqual([])
  })

  it('warns of another program on the IPv6 side of the port', async () => {
    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(instance.port, '::1', resolve))
    const { warnings } = await cliJson<UpReport>(['up', '--no-proof'], env)
    const { stdout } = await cli(['doctor', '--json'], { env })
    stranger.close()
    expect(warnings.join()).toContain(`[::1]:${instance.port}`)
    const { checks } = JSON.parse(stdout) as DoctorReport
    expect(checks.find(({ name }) => name === 'localhost')?.status).toMatch(/warn|fail/)
  })

  it('has the server stopped and its folder removed', async () => {
    expect((await cli(['down', '--purge', '--yes'], { env })).exitCode).toBe(0)
    expect(await serverProcesses(folder())).toEqual([])
  })
})

describe('before anything is started', () => {
  it.each(["o'brien", 'data[1]', 'semi;colon', 'co:lon'])(
    'a data folder %j is refused with its path',
    async (name) => {
      const dataFolder = join(instance.env.MCP_KEYCLOAK_DATA_FOLDER ?? '', name)
      const { exitCode, stderr } = await cli(['up'], {
        env: { ...instance.env, MCP_KEYCLOAK_DATA_FOLDER: dataFolder },
      })
      expect(exitCode, stderr).toBe(2)
      expect(stderr).toContain(`"${dataFolder}`)
    },
  )

  it('a port with another program on [::1] alone is refused, and why is said', async () => {
    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(instance.port, '::1', resolve))
    const { exitCode, stderr } = await cli(['up'], { env: instance.env })
    stranger.close()
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/\[::1\].*\[PORT_IN_USE\]/)
  })

  it('a management port that is taken is refused with its own flag', async () => {
    const stranger = createServer()
    const port = await freePort()
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
    const { exitCode, stderr } = await cli(['up', '--management-port', String(port)], { env: instance.env })
    stranger.close()
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/PORT_IN_USE[\s\S]+Fix {2}mcp-keycloak up .*--management-port \d+/)
  })
})

describe('too little memory', () => {
  it('is named at once, and not waited for', needs(canMount, 'Linux and root'), async () => {
    const limited = await testInstance('java')
    onTestFinished(() => limited[Symbol.asyncDispose]())
    // Only the start script gets the limit: Node reserves more memory than the JVM may have.
    const home = await fakeHome(
      limited.env.MCP_KEYCLOAK_DATA_FOLDER ?? '',
      'ulimit -v 400000; exec "$JAVA_HOME/bin/java" -Xmx768m -version',
    )
    const { exitCode, stderr } = await cli(['up', '--keycloak-home', home], { env: limited.env })
    expect(exitCode, stderr).toBe(4)
    expect(stderr).toMatch(/memory .+\[KEYCLOAK_EXITED\]/)
    expect(stderr).toContain('about 800 MB')
  })

  it('is named when the system has killed the server', async () => {
    const killed = await testInstance('java')
    onTestFinished(() => killed[Symbol.asyncDispose]())
    const home = await fakeHome(
      killed.env.MCP_KEYCLOAK_DATA_FOLDER ?? '',
      "sh -c 'kill -KILL $$' & wait $!; echo Killed",
    )
    const { exitCode, stderr } = await execa(process.execPath, [BIN, 'up', '--keycloak-home', home], {
      env: { ...killed.env, NO_COLOR: '1' },
      reject: false,
    })
    expect(exitCode, stderr).toBe(4)
    expect(stderr).toContain('Keycloak was killed')
  })
})
