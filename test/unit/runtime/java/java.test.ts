import { access, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'

import { JVM_OPTIONS, type ServerSettings } from '../../../../src/config/server.ts'
import { javaRuntime } from '../../../../src/runtime/java/java.ts'
import { type Jdk, probeJava } from '../../../../src/runtime/java/probe-java.ts'
import { processStart } from '../../../../src/runtime/java/process-start.ts'
import type { RunContext } from '../../../../src/runtime/runtime.ts'
import type { InstanceState } from '../../../../src/runtime/state/state.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

vi.mock('../../../../src/runtime/java/probe-java.ts', async (original) => ({
  ...(await original<typeof import('../../../../src/runtime/java/probe-java.ts')>()),
  probeJava: vi.fn(),
}))

// Between two looks at a server that stops little time passes here.
vi.mock('node:timers/promises', () => ({
  setTimeout: () => new Promise((resolve) => setTimeout(resolve, 5)),
}))

const JDK: Jdk = { home: '/jdk', major: 21, version: '21.0.4' }

beforeEach(() => void vi.mocked(probeJava).mockResolvedValue([JDK]))

/** An unpacked distribution whose server is a shell script. */
async function distribution(script: string, version = '26.7.5'): Promise<string> {
  const home = await tempFolder()
  await mkdir(join(home, 'bin'))
  await mkdir(join(home, 'data'))
  await writeFile(join(home, 'version.txt'), `Keycloak - Version ${version}\n`)
  await writeFile(join(home, 'bin', 'kc.sh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  await writeFile(join(home, 'data', 'database'), "somebody else's")
  return home
}

async function instance(script: string, version?: string) {
  const folder = join(await tempFolder(), 'default')
  const keycloakHome = await distribution(script, version)
  const warnings: string[] = []
  const onWarning = (text: string) => void warnings.push(text)
  const context: RunContext = { instance: 'default', folder, onStep: () => {}, onWarning, signal: undefined }
  const settings: InstanceState & ServerSettings = {
    schemaVersion: 1,
    instance: 'default',
    runtime: 'java',
    version: '26.7.5',
    port: 8181,
    managementPort: 9191,
    features: [],
    admin: { username: 'admin', password: 'generated' },
    folder,
  }
  const runtime = javaRuntime({ cache: '/nowhere', keycloakHome })
  return { runtime, context, settings, folder, keycloakHome, warnings }
}

/** Starts it, and stops it for sure when the test is over. */
async function started(script: string) {
  const given = await instance(script)
  await given.runtime.prepare(given.settings, given.context)
  const state = { ...given.settings, ...(await given.runtime.start(given.settings, given.context)) }
  onTestFinished(() => given.runtime.stop(state))
  return { ...given, state }
}

/** How long a program may take to write its first line on a busy machine. */
const WAIT = { timeout: 4000, interval: 10 }

const RUNS_ON = 'echo "started $*"; env; exec sleep 60'

describe('Keycloak on a local JDK', () => {
  it('is a copy of the distribution that is named, without the data in it', async () => {
    const { runtime, context, settings, folder } = await instance('')
    await runtime.prepare(settings, context)
    expect(await readdir(folder)).toEqual(['keycloak-26.7.5'])
    expect((await readdir(join(folder, 'keycloak-26.7.5'))).sort()).toEqual(['bin', 'version.txt'])
    await runtime.prepare(settings, context) // the second time it is there
  })

  it('refuses a folder that has another version in it, or none', async () => {
    const other = await instance('', '26.6.4')
    const error = await refusal(() => other.runtime.prepare(other.settings, other.context))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', why: 'It is Keycloak 26.6.4.' })
    expect(error.fix).toContain('--keycloak-version 26.6.4')
    const none = javaRuntime({ cache: '/nowhere', keycloakHome: await tempFolder() })
    const { why } = await refusal(() => none.prepare(other.settings, other.context))
    expect(why).toContain('no version.txt')
  })

  it('needs a JDK before anything is fetched', async () => {
    vi.mocked(probeJava).mockResolvedValue([])
    const { runtime, context, settings } = await instance('')
    expect((await refusal(() => runtime.prepare(settings, context))).code).toBe('JAVA_MISSING')
  })

  it("is started with our variables, and not with the user's for another Keycloak", async () => {
    vi.stubEnv('KC_DB', 'postgres')
    vi.stubEnv('JAVA_OPTS_APPEND', '-Dx')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of the user')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { runtime, state } = await started(RUNS_ON)
    await vi.waitFor(
      async () => expect(await runtime.lastLog(state, 200)).toContain('KC_HTTP_PORT=8181'),
      5000,
    )
    const log = await runtime.lastLog(state, 200)
    expect(log).toEqual(
      expect.arrayContaining([
        'started start-dev',
        'JAVA_HOME=/jdk',
        expect.stringContaining(`JAVA_OPTS=${JVM_OPTIONS.join(' ')} "-XX:DumpLoadedClassList=`),
        'KC_HTTP_HOST=127.0.0.1',
        'KC_HTTP_MANAGEMENT_PORT=9191',
      ]),
    )
    expect(log.filter((line) => /^(KC_DB|JAVA_OPTS_APPEND|AWS_\w+)=|generated/.test(line))).toEqual([])
  })

  it('has its first administrator in its configuration file alone, until it has started', async () => {
    const { runtime, state, folder } = await started(RUNS_ON)
    const file = join(folder, 'keycloak-26.7.5', 'conf', 'keycloak.conf')
    expect(await readFile(file, 'utf8')).toContain('bootstrap-admin-password=generated\n')
    expect((await stat(file)).mode & 0o077).toBe(0)
    await runtime.clearBootstrap(state)
    expect(await readFile(file, 'utf8')).not.toContain('bootstrap')
  })

  it('runs until it is stopped, with all its children, and its data stay', async () => {
    const { runtime, state, folder } = await started('sleep 60 & echo $!; wait')
    expect(await runtime.isRunning(state)).toBe(true)
    await vi.waitFor(async () => expect(await runtime.lastLog(state, 1)).toHaveLength(1), WAIT)
    const child = Number((await runtime.lastLog(state, 1))[0])
    expect(await processStart(child)).toBeDefined()
    await runtime.stop(state)
    expect(await runtime.isRunning(state)).toBe(false)
    await vi.waitFor(async () => expect(await processStart(child)).toBeUndefined(), WAIT)
    await runtime.stop(state)
    await access(join(folder, 'keycloak-26.7.5'))
    await runtime.purge(state)
    await expect(access(folder)).rejects.toThrow('ENOENT')
  })

  it('another process with the old pid is not taken for the server', async () => {
    const { runtime, state } = await started(RUNS_ON)
    const mistaken = { ...state, processStart: 'another time' }
    expect(await runtime.isRunning(mistaken)).toBe(false)
    await runtime.stop(mistaken)
    expect(await runtime.isRunning(state)).toBe(true)
  })

  it('keeps the log of the time before', async () => {
    const { runtime, state, context, settings, folder } = await started(RUNS_ON)
    await vi.waitFor(async () => expect(await runtime.lastLog(state, 1)).toHaveLength(1), WAIT)
    await runtime.stop(state)
    const again = { ...settings, ...(await runtime.start(settings, context)) }
    onTestFinished(() => runtime.stop(again))
    expect(await readFile(join(folder, 'keycloak.log.1'), 'utf8')).not.toBe('')
  })

  it('says so when its program cannot be run', async () => {
    const { runtime, context, settings } = await instance('')
    const error = await refusal(() => runtime.start(settings, context))
    expect(error).toMatchObject({ code: 'KEYCLOAK_EXITED', why: expect.stringContaining('could not run') })
  })

  it('warns of an old Java', async () => {
    vi.mocked(probeJava).mockResolvedValue([{ ...JDK, major: 17 }])
    const { warnings } = await started(RUNS_ON)
    expect(warnings).toEqual([expect.stringContaining('Java 17 works')])
  })
})
