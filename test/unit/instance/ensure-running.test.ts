import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { instanceFolder } from '../../../src/config/folders.ts'
import { type Config, configSchema } from '../../../src/config/schema.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'
import { type EnsureRunningContext, type Running, withRunning } from '../../../src/instance/ensure-running.ts'
import { planRealm } from '../../../src/provisioning/plan-realm.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { runtimeOf, selectRuntime } from '../../../src/runtime/select.ts'
import { adminCredentials } from '../../../src/runtime/state/admin-credentials.ts'
import { readState, writeState } from '../../../src/runtime/state/state.ts'
import { fakeRuntime } from '../support/fake-runtime.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

// The runtime that is selected here starts nothing. A web server of the test is ready in its place.
vi.mock('../../../src/runtime/select.ts', () => ({ runtimeOf: vi.fn(), selectRuntime: vi.fn() }))

/** Web servers that are ready wherever one looks. */
function readyServer() {
  const servers: Server[] = []
  const close = async () => {
    for (const server of servers.splice(0)) server.close()
  }
  onTestFinished(close)
  const open = async (ports: readonly number[]) => {
    for (const port of ports) {
      const server = createServer((_, response) => response.setHeader('connection', 'close').end())
      servers.push(server)
      await once(server.listen(port, '127.0.0.1'), 'listening')
    }
  }
  return { open, close }
}

/** An instance that was started with some features, and that runs or does not. */
async function instance(features: readonly string[], running: boolean) {
  const data = await tempFolder()
  const folder = instanceFolder(data, 'default')
  await mkdir(folder, { recursive: true })
  const [port, managementPort] = [await freePort(), await freePort()]
  await writeState({
    ...{ schemaVersion: 1, instance: 'default', runtime: 'java', version: PINNED_VERSION },
    ...{ port, managementPort, features: [...features], folder },
    admin: await adminCredentials(data, 'default'),
  })
  const server = readyServer()
  if (running) await server.open([port, managementPort])
  const runtime = fakeRuntime({ running, server })
  vi.mocked(runtimeOf).mockReturnValue(runtime)
  vi.mocked(selectRuntime).mockResolvedValue({ runtime, reason: 'it is played' })
  const config = (options: Partial<Config>): Config => ({
    ...configSchema.parse({ dataFolder: data }),
    ...options,
  })
  const featuresNow = async () => (await readState(data, 'default')).state?.features
  return { runtime, config, featuresNow }
}

/** Starts it unless it runs, and returns what the work was given and what was said. */
async function running(config: Config, options: Partial<EnsureRunningContext> = {}, work = async () => {}) {
  const steps: string[] = []
  const warnings: string[] = []
  const context: EnsureRunningContext = {
    onStep: (step) => void steps.push(step),
    onWarning: (warning) => void warnings.push(warning),
    onOutcome: () => {},
    assertRealm: () => planRealm(config),
    restart: false,
    signal: undefined,
    hurry: undefined,
    ...options,
  }
  const given = await withRunning(config, context, async (running: Running) => {
    await work()
    return running
  })
  return { ...given, steps, warnings }
}

describe('a running server that lacks a feature', () => {
  it('is left alone, and what to do is said', async () => {
    const { runtime, config } = await instance(['cimd'], true)
    const work = vi.fn()
    const error = await refusal(() => running(config({ with: ['cimd', 'resource-indicators'] }), {}, work))
    expect(error).toMatchObject({
      code: 'USAGE_INVALID',
      message: 'Instance "default" runs without --features=resource-indicators.',
    })
    expect(error.fix).toContain('--yes')
    expect([runtime.calls, work.mock.calls]).toEqual([[], []])
  })

  it.each([
    ['an overlay that is not there', { with: ['resource-indicators', 'strickt'] }, '"strickt"'],
    ['a realm that cannot be made', { with: ['cimd'], user: ['eve::boss'] }, '"boss"'],
  ])('is not restarted for %s', async (_, options, message) => {
    const { runtime, config } = await instance([], true)
    const error = await refusal(() => running(config(options), { restart: true }))
    expect(error.code).toBe('REALM_INVALID')
    expect(error.message).toContain(message)
    expect(runtime.calls).toEqual([])
  })

  it('an allowed restart adds the feature and keeps the others', async () => {
    const { runtime, config, featuresNow } = await instance(['cimd'], true)
    const options = config({ with: ['resource-indicators'] })
    const { steps, ...report } = await running(options, { restart: true })
    expect(runtime.calls).toEqual(['stop', 'prepare', 'start', 'clear bootstrap'])
    expect(await featuresNow()).toEqual(['cimd', 'resource-indicators'])
    expect(steps[0]).toMatchInlineSnapshot(`"Stopping Keycloak, to start it with resource-indicators"`)
    expect(report).toMatchObject({ alreadyRunning: false, reason: 'it is played' })
  })
})

describe('a server that has all that is needed', () => {
  it.each([
    [[], []],
    [['cimd'], ['cimd']],
    [
      ['cimd', 'resource-indicators'],
      ['cimd', 'strict'],
    ],
  ])('is not restarted: with %j, asked for %j', async (features, overlays) => {
    const { runtime, config } = await instance(features, true)
    const report = await running(config({ with: overlays }), { restart: true })
    expect(runtime.calls).toEqual(['clear bootstrap']) // an up that was killed did not clear it
    expect(report.alreadyRunning).toBe(true)
  })

  it('whose first password cannot be removed is reported, and works', async () => {
    const { runtime, config } = await instance([], true)
    vi.spyOn(runtime, 'clearBootstrap').mockRejectedValue(new Error('No space left.'))
    const { warnings } = await running(config({}))
    expect(warnings).toMatchInlineSnapshot(`
      [
        "The first administrator's password is still in the server's configuration file. The next up removes it. No space left.",
      ]
    `)
  })

  it('is started with the feature at once when it does not run', async () => {
    const { runtime, config, featuresNow } = await instance([], false)
    await running(config({ with: ['cimd'] }))
    expect(runtime.calls).toEqual(['prepare', 'start', 'clear bootstrap'])
    expect(await featuresNow()).toEqual(['cimd'])
  })
})

describe('a running server', () => {
  it('does not change its port', async () => {
    const { runtime, config } = await instance([], true)
    const error = await refusal(() => running(config({ port: 1 })))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error).toMatchInlineSnapshot(`
      ✘ Instance "default" runs already, on port <port> and not on 1.  [USAGE_INVALID]
        Why  A running server cannot change its port.
        Fix  Stop it first: mcp-keycloak down. Or run another beside it: --instance <name>
    `)
    expect(runtime.calls).toEqual([])
  })

  it('of an older version is used, with a word about it', async () => {
    const { config } = await instance([], true)
    const { warnings } = await running(config({ keycloakVersion: '26.99.0' }))
    expect(warnings).toEqual([
      `It runs Keycloak ${PINNED_VERSION}; 26.99.0 is taken after mcp-keycloak down.`,
    ])
  })

  it('of a newer version is left alone', async () => {
    const { runtime, config } = await instance([], true)
    const error = await refusal(() => running(config({ keycloakVersion: '26.6.4' })))
    expect(error).toMatchObject({
      code: 'VERSION_UNSUPPORTED',
      message: expect.stringMatching(`${PINNED_VERSION} .*26\\.6\\.4`),
    })
    expect(error.fix).toContain('--instance <name> --keycloak-version 26.6.4')
    expect(runtime.calls).toEqual([])
  })
})

it('stays when the realm is refused: it can be looked at', async () => {
  const { runtime, config } = await instance([], false)
  const work = () => Promise.reject(new Error('refused'))
  await expect(running(config({}), {}, work)).rejects.toThrow('refused')
  expect(runtime.calls).toEqual(['prepare', 'start', 'clear bootstrap'])
})
