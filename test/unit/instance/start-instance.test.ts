import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'
import { startInstance } from '../../../src/instance/start-instance.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { withInstanceLock } from '../../../src/runtime/state/instance-lock.ts'
import { type InstanceState, readState, writeState } from '../../../src/runtime/state/state.ts'
import { fakeRuntime } from '../support/fake-runtime.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const START_BESIDE = fileURLToPath(new URL('../support/start-beside.ts', import.meta.url))

/** Starts an instance as `up` does, and returns what was started and what is remembered. */
async function started(options: Partial<Config>, { data, failing }: { data?: string; failing?: Error } = {}) {
  const folderOfData = data ?? (await tempFolder())
  const runtime = fakeRuntime({ failing })
  const config = { ...configSchema.parse({}), ...options }
  const warnings: string[] = []
  const { instance } = config
  const before = (await readState(folderOfData, instance)).state
  const start = () =>
    withInstanceLock(folderOfData, instance, { waitMs: 1000 }, (folder) => {
      const context = {
        instance,
        folder,
        onStep: () => {},
        onWarning: (text: string) => void warnings.push(text),
        signal: undefined,
      }
      return startInstance(runtime, config, before, folderOfData, context)
    })
  const state = failing ? undefined : (await start()).state
  const remembered = await readState(folderOfData, instance)
  return { start, state, runtime, data: folderOfData, remembered, warnings }
}

async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('an instance', () => {
  it('is started with the features that the overlays need, and is remembered so', async () => {
    const port = await freePort()
    const { state, remembered } = await started({ port, with: ['cimd', 'strict'] })
    expect(state).toMatchObject({ port, features: ['cimd'], pid: 4711 })
    expect(remembered.state).toEqual(state)
    expect(state?.managementPort).not.toBe(port)
  })

  it('an instance keeps ports, administrator and features at the next start', async () => {
    const first = await started({ port: await freePort(), with: ['cimd'] })
    const second = await started({ with: ['resource-indicators'] }, { data: first.data })
    expect(second.state).toMatchObject({
      port: first.state?.port,
      managementPort: first.state?.managementPort,
      admin: first.state?.admin,
      features: ['cimd', 'resource-indicators'],
    })
    const third = await started({}, { data: first.data })
    expect(third.state?.features).toEqual(['cimd', 'resource-indicators'])
  })

  it('an instance takes over older data and remembers the requested version', async () => {
    const older = { port: await freePort(), keycloakVersion: '26.6.4' }
    const first = await started(older)
    expect(first.state).toMatchObject({ version: '26.6.4', chosenVersion: '26.6.4' })
    const again = await started({}, { data: first.data })
    expect(again.state).toMatchObject({ version: '26.6.4', chosenVersion: '26.6.4' })
    expect([again.runtime.calls, again.warnings]).toEqual([['prepare', 'start'], []])
    const newer = await started({ keycloakVersion: '26.7.5' }, { data: first.data })
    expect(newer.state).toMatchObject({ version: '26.7.5', chosenVersion: '26.7.5' })
    expect(newer.runtime.calls).toEqual(['prepare', 'carry data from 26.6.4 to 26.7.5', 'start'])
    expect(newer.warnings.join()).toContain('cannot go back')
  })

  it('an instance without a requested version follows the pinned one', async () => {
    const first = await started({ port: await freePort() })
    expect(first.state?.chosenVersion).toBeUndefined()
    await writeState({ ...(first.state as InstanceState), version: '26.6.4' })
    expect((await started({}, { data: first.data })).state?.version).toBe(PINNED_VERSION)
  })

  it('a named instance gets a port that no other instance has', async () => {
    const first = await started({ instance: 'shop' })
    const second = await started({ instance: 'blog' }, { data: first.data })
    expect(first.state?.port).toBeGreaterThan(8080)
    expect(second.state?.port).toBeGreaterThan(8080)
    const ports = [first, second].flatMap(({ state }) => [state?.port, state?.managementPort])
    expect(new Set(ports).size).toBe(4)
    const again = await started({ instance: 'shop' }, { data: first.data })
    expect(again.state?.port).toBe(first.state?.port)
  })

  it('two new instances get different ports when they start at once', async () => {
    const data = await tempFolder()
    const meetingPoint = await tempFolder()
    const names = ['shop', 'blog', 'wiki']
    const runs = names.map((name) =>
      execa(process.execPath, [START_BESIDE, data, name, meetingPoint, String(names.length)]),
    )
    const ports = (await Promise.all(runs)).map(({ stdout }) => JSON.parse(stdout) as [number, number])
    expect(new Set(ports.map(([port]) => port)).size).toBe(names.length)
    const remembered = await Promise.all(names.map(async (name) => (await readState(data, name)).state?.port))
    expect(remembered).toEqual(ports.map(([port]) => port))
  })

  it('an instance gets another management port when the previous one is taken', async () => {
    const first = await started({ port: await freePort(), managementPort: await freePort() })
    const server = createServer().listen(first.state?.managementPort, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const second = await started({}, { data: first.data })
    expect(second.state?.managementPort).not.toBe(first.state?.managementPort)
  })

  it('is not prepared when its port is taken', async () => {
    const { start, runtime } = await started({ port: await takenPort() }, { failing: new Error('unused') })
    expect((await refusal(start)).code).toBe('PORT_IN_USE')
    expect(runtime.calls).toEqual([])
  })

  it('is stopped when its start fails half-way', async () => {
    const { start, runtime } = await started({ port: await freePort() }, { failing: new Error('no memory') })
    await expect(start()).rejects.toThrow('no memory')
    expect(runtime.calls).toEqual(['prepare', 'start', 'stop'])
  })
})
