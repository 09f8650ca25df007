import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, it, onTestFinished } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import { startInstance } from '../../../src/operations/start-instance.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { readState, withInstanceLock } from '../../../src/runtime/state.ts'
import { fakeRuntime } from '../support/fake-runtime.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Starts the instance `default` as `up` does, and returns what was started and what is remembered. */
async function started(options: Partial<Config>, { data, failing }: { data?: string; failing?: Error } = {}) {
  const folderOfData = data ?? (await tempFolder())
  const runtime = fakeRuntime({ failing })
  const config = { ...configSchema.parse({}), ...options }
  const before = (await readState(folderOfData, 'default')).state
  const start = () =>
    withInstanceLock(folderOfData, 'default', 1000, (folder) => {
      const context = {
        instance: 'default',
        folder,
        onStep: () => {},
        onWarning: () => {},
        signal: undefined,
      }
      return startInstance(runtime, config, before, folderOfData, context)
    })
  const state = failing ? undefined : (await start()).state
  return { start, state, runtime, data: folderOfData, remembered: await readState(folderOfData, 'default') }
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

  it('keeps its ports, its administrator and its features at the next start, and takes more', async () => {
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

  it('gets another management port when somebody else has taken the one of last time', async () => {
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
