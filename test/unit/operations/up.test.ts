import { mkdir } from 'node:fs/promises'

import { beforeEach, describe, expect, it, vi } from 'vitest'

import { instanceFolder } from '../../../src/config/folders.ts'
import { type Config, configSchema } from '../../../src/config/schema.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'
import { up } from '../../../src/operations/up.ts'
import { provision } from '../../../src/provisioning/provision.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { runtimeOf, selectRuntime } from '../../../src/runtime/select.ts'
import { adminCredentials } from '../../../src/runtime/state/admin-credentials.ts'
import { readState, writeState } from '../../../src/runtime/state/state.ts'
import { fakeRuntime } from '../support/fake-runtime.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

// No server and no network here: who runs it, whether it answers and what is applied to it are played.
vi.mock('../../../src/runtime/select.ts', () => ({ runtimeOf: vi.fn(), selectRuntime: vi.fn() }))
vi.mock('../../../src/keycloak/readiness.ts', () => ({ waitUntilReady: async () => {} }))
vi.mock('../../../src/provisioning/provision.ts', async (original) => ({
  ...(await original<object>()),
  provision: vi.fn(),
}))
vi.mock('../../../src/keycloak/admin.ts', () => ({ adminLogin: async () => ({}) }))
vi.mock('../../../src/keycloak/realms.ts', async (original) => ({
  ...(await original<object>()),
  findRealmRecord: async () => undefined,
}))

beforeEach(() => {
  vi.mocked(provision)
    .mockReset()
    .mockResolvedValue({ report: { warnings: [] } } as never)
})

/** An instance that was started with some features, and that runs or does not. */
async function instance(features: readonly string[], running: boolean) {
  const data = await tempFolder()
  const folder = instanceFolder(data, 'default')
  await mkdir(folder, { recursive: true })
  await writeState({
    ...{ schemaVersion: 1, instance: 'default', runtime: 'java', version: PINNED_VERSION },
    ...{ port: await freePort(), managementPort: await freePort(), features: [...features], folder },
    admin: await adminCredentials(data, 'default'),
  })
  const runtime = fakeRuntime({ running })
  vi.mocked(runtimeOf).mockReturnValue(runtime)
  vi.mocked(selectRuntime).mockResolvedValue({ runtime, reason: 'it is played' })
  const config = (options: Partial<Config>): Config => ({
    ...configSchema.parse({ dataFolder: data }),
    ...options,
  })
  const featuresNow = async () => (await readState(data, 'default')).state?.features
  return { runtime, config, featuresNow }
}

describe('a running server that lacks a feature', () => {
  it('is left alone, and what to do is said', async () => {
    const { runtime, config } = await instance(['cimd'], true)
    const error = await refusal(() => up(config({ with: ['cimd', 'resource-indicators'] })))
    expect(error).toMatchObject({
      code: 'USAGE_INVALID',
      message: 'Instance "default" runs without --features=resource-indicators.',
    })
    expect(error.fix).toContain('--yes')
    expect([runtime.calls, vi.mocked(provision).mock.calls]).toEqual([[], []])
  })

  it.each([
    [
      'an overlay that is not there',
      { with: ['resource-indicators', 'strickt'] },
      'There is no overlay "strickt".',
    ],
    ['a realm that cannot be made', { with: ['cimd'], user: ['eve::boss'] }, 'cannot have the role "boss"'],
  ])('is not restarted for %s', async (_, options, message) => {
    const { runtime, config } = await instance([], true)
    const error = await refusal(() => up(config(options), { restart: true }))
    expect(error.code).toBe('REALM_INVALID')
    expect(error.message).toContain(message)
    expect(runtime.calls).toEqual([])
  })

  it('is restarted with it when that is allowed, and keeps the features that it had', async () => {
    const { runtime, config, featuresNow } = await instance(['cimd'], true)
    const steps: string[] = []
    const onStep = (step: string) => void steps.push(step)
    const report = await up(config({ with: ['resource-indicators'] }), { restart: true, onStep })
    expect(runtime.calls).toEqual(['stop', 'prepare', 'start', 'clear bootstrap'])
    expect(await featuresNow()).toEqual(['cimd', 'resource-indicators'])
    expect(steps).toContain('Stopping Keycloak, to start it with resource-indicators')
    expect(report).toMatchObject({ alreadyRunning: false, runtimeReason: 'it is played' })
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
    const report = await up(config({ with: overlays }), { restart: true })
    expect(runtime.calls).toEqual(['clear bootstrap']) // an up that was killed did not clear it
    expect(report.alreadyRunning).toBe(true)
  })

  it('whose first password cannot be removed is reported, and works', async () => {
    const { runtime, config } = await instance([], true)
    vi.spyOn(runtime, 'clearBootstrap').mockRejectedValue(new Error('No space left.'))
    const { warnings } = await up(config({}))
    expect(warnings.join()).toContain("password is still in the server's configuration file")
  })

  it('is started with the feature at once when it does not run', async () => {
    const { runtime, config, featuresNow } = await instance([], false)
    await up(config({ with: ['cimd'] }))
    expect(runtime.calls).toEqual(['prepare', 'start', 'clear bootstrap'])
    expect(await featuresNow()).toEqual(['cimd'])
  })
})

describe('a running server', () => {
  it('does not change its port', async () => {
    const { runtime, config } = await instance([], true)
    const error = await refusal(() => up(config({ port: 1 })))
    expect(error.message).toMatch(/runs already, on port \d+ and not on \d+\.$/)
    expect(runtime.calls).toEqual([])
  })

  it('of an older version is used, with a word about it', async () => {
    const { config } = await instance([], true)
    const { warnings } = await up(config({ keycloakVersion: '26.99.0' }))
    expect(warnings).toEqual([
      `It runs Keycloak ${PINNED_VERSION}; 26.99.0 is taken after mcp-keycloak down.`,
    ])
  })

  it('of a newer version is left alone', async () => {
    const { runtime, config } = await instance([], true)
    const error = await refusal(() => up(config({ keycloakVersion: '26.6.4' })))
    expect(error).toMatchObject({
      code: 'VERSION_UNSUPPORTED',
      message: `Instance "default" cannot go back from Keycloak ${PINNED_VERSION} to 26.6.4.`,
    })
    expect(error.fix).toContain('--instance <name> --keycloak-version 26.6.4')
    expect(runtime.calls).toEqual([])
  })
})

it('stays when the realm is refused: it can be looked at', async () => {
  const { runtime, config } = await instance([], false)
  vi.mocked(provision).mockRejectedValue(new Error('refused'))
  await expect(up(config({}))).rejects.toThrow('refused')
  expect(runtime.calls).toEqual(['prepare', 'start', 'clear bootstrap'])
})
