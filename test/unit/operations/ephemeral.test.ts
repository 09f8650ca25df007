import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it, vi } from 'vitest'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { down } from '../../../src/operations/down.ts'
import { removeLeftBehind, withEphemeralInstance } from '../../../src/operations/ephemeral.ts'
import { deadUrl } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

// No server here: stopping one is played.
vi.mock('../../../src/operations/down.ts', () => ({ down: vi.fn() }))
beforeEach(
  () =>
    void vi
      .mocked(down)
      .mockReset()
      .mockResolvedValue({ stopped: true } as never),
)

/** What the options mean, with a data folder of the test's own. */
async function resolved(flags: object = {}, env: Record<string, string> = {}) {
  const dataFolder = await tempFolder()
  return {
    dataFolder,
    resolved: await resolveConfig({ flags: { dataFolder, ...flags }, env, cwd: dataFolder }),
  }
}

function listener() {
  const steps: string[] = []
  const warnings: string[] = []
  const onStep = (text: string) => void steps.push(text)
  return { onStep, onWarning: (text: string) => void warnings.push(text), steps, warnings }
}

/** Leaves what a process leaves that was killed. */
async function leaveBehind(dataFolder: string, record: object): Promise<void> {
  const { name } = record as { name: string }
  await mkdir(join(dataFolder, 'ephemeral', name), { recursive: true })
  const text = JSON.stringify({ schemaVersion: 1, pid: 2 ** 30, processStart: 'long ago', ...record })
  await writeFile(join(dataFolder, 'ephemeral', `${name}.json`), text)
}

const left = (dataFolder: string) => readdir(join(dataFolder, 'ephemeral')).catch(() => [])

describe('an ephemeral instance', () => {
  it('an ephemeral instance has its own name, data folder and port', async () => {
    const env = {
      MCP_KEYCLOAK_INSTANCE: 'shop',
      MCP_KEYCLOAK_PORT: '8080',
      MCP_KEYCLOAK_MANAGEMENT_PORT: '9000',
    }
    const { dataFolder, resolved: options } = await resolved({ realm: 'shop' }, env)
    const own = await withEphemeralInstance(options, listener(), async (config) => config)
    expect(own.instance).toMatch(/^ephemeral-[0-9a-f]{8}$/)
    expect(own.dataFolder).toBe(join(dataFolder, 'ephemeral', own.instance))
    expect(own.port).toBeGreaterThan(1024)
    expect(own.port).not.toBe(8080)
    expect([own.managementPort, own.realm]).toEqual([undefined, 'shop'])
  })

  it('has the ports that were asked for by a flag', async () => {
    const { resolved: options } = await resolved({ port: '12345', managementPort: '12346' })
    const own = await withEphemeralInstance(options, listener(), async (config) => config)
    expect([own.port, own.managementPort]).toEqual([12345, 12346])
  })

  it('is noted while it lasts, then stopped with its data, and nothing is left', async () => {
    const { dataFolder, resolved: options } = await resolved()
    const { instance, noted } = await withEphemeralInstance(options, listener(), async (config) => {
      const text = await readFile(join(dataFolder, 'ephemeral', `${config.instance}.json`), 'utf8')
      expect(down).not.toHaveBeenCalled()
      return { instance: config.instance, noted: JSON.parse(text) }
    })
    expect(noted).toMatchObject({ name: instance, pid: process.pid })
    expect(vi.mocked(down).mock.calls).toMatchObject([[{ instance }, { purge: true }]])
    expect(await left(dataFolder)).toEqual([])
  })

  it('is removed when the work fails', async () => {
    const { dataFolder, resolved: options } = await resolved()
    const failing = withEphemeralInstance(options, listener(), () => Promise.reject(new Error('no luck')))
    await expect(failing).rejects.toThrow('no luck')
    expect(down).toHaveBeenCalledOnce()
    expect(await left(dataFolder)).toEqual([])
  })

  it('that cannot be removed is said and stays noted, and the work counts', async () => {
    const { dataFolder, resolved: options } = await resolved()
    vi.mocked(down).mockRejectedValue(new Error('The engine is gone.'))
    const heard = listener()
    expect(await withEphemeralInstance(options, heard, async () => 3)).toBe(3)
    expect(heard.warnings).toEqual([expect.stringMatching(/"ephemeral-\w+".+: The engine is gone\./)])
    expect(await left(dataFolder)).toHaveLength(1)
  })

  it('has no name that one could choose', async () => {
    const { resolved: options } = await resolved({ instance: 'shop' })
    const error = await refusal(() => withEphemeralInstance(options, listener(), async () => 0))
    expect([error.code, error.message]).toEqual([
      'USAGE_INVALID',
      '--ephemeral and --instance shop contradict each other.',
    ])
  })
})

describe('what a killed process left', () => {
  it('the next ephemeral instance removes dead ones and no living one', async () => {
    const { dataFolder, resolved: options } = await resolved()
    await leaveBehind(dataFolder, { name: 'ephemeral-dead' })
    await leaveBehind(dataFolder, { name: 'ephemeral-alive', pid: process.pid, processStart: undefined })
    const heard = listener()
    await withEphemeralInstance(options, heard, async () => {
      expect(vi.mocked(down).mock.calls).toMatchObject([
        [
          { instance: 'ephemeral-dead', dataFolder: join(dataFolder, 'ephemeral', 'ephemeral-dead') },
          { purge: true },
        ],
      ])
      await expect(access(join(dataFolder, 'ephemeral', 'ephemeral-dead'))).rejects.toThrow('ENOENT')
    })
    expect(heard.steps[0]).toMatchInlineSnapshot(
      `"Removing ephemeral-dead, which a killed process left behind"`,
    )
    expect(await left(dataFolder)).toEqual(['ephemeral-alive', 'ephemeral-alive.json'])
  })

  it('is left for the next one when it is a realm of another Keycloak', async () => {
    const { dataFolder, resolved: options } = await resolved()
    const record = { name: 'ephemeral-far', keycloakUrl: 'http://keycloak.test', realm: 'fastmcp-1' }
    await leaveBehind(dataFolder, record)
    expect(await removeLeftBehind(options.config, listener())).toEqual([])
    expect(down).not.toHaveBeenCalled()
    expect(await left(dataFolder)).toHaveLength(2)
  })
})

it('a refused login creates no realm on an external Keycloak', async () => {
  const env = { MCP_KEYCLOAK_ADMIN_PASSWORD: 'secret' }
  const keycloakUrl = await deadUrl()
  const { dataFolder, resolved: options } = await resolved({ keycloakUrl, timeout: 1.2 }, env)
  const work = vi.fn()
  const heard = listener()
  const error = await refusal(() => withEphemeralInstance(options, heard, work))
  expect(error.code).toBe('KEYCLOAK_UNREACHABLE')
  expect(heard.steps).toEqual([expect.stringContaining(keycloakUrl)])
  expect(work).not.toHaveBeenCalled()
  expect(await left(dataFolder)).toEqual([])
})
