import { describe, expect, it, vi } from 'vitest'

import { notStarted } from '../../../../src/testing/container/container-errors.ts'
import {
  freePorts,
  newAdmin,
  reusedAdmin,
  reusedPorts,
} from '../../../../src/testing/container/container-plan.ts'
import {
  type EngineContainer,
  KeycloakReadiness,
  lastLog,
} from '../../../../src/testing/container/container-readiness.ts'
import { warmBind, warmVolume } from '../../../../src/testing/container/warm-start.ts'
import { localServer } from '../../support/local-server.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** A piece of log as the engine sends it. */
function piece(text: string): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

const container = (log: readonly string[], Running = true) =>
  ({
    logs: async () => Buffer.concat(log.map(piece)),
    inspect: async () => ({ State: { Running } }),
  }) as unknown as EngineContainer

describe('the log of a container', () => {
  it('is read without what the engine puts between', async () => {
    const log = await lastLog(container(['one\ntwo\n', 'größer\n']), 10)
    expect(log).toEqual(['one', 'two', 'größer'])
  })
})

describe('the readiness of a container', () => {
  it('is there when all answer', async () => {
    const url = await localServer((_, response) => response.end('up'))
    await new KeycloakReadiness([url], 5000).waitUntilReady(container([]))
  })

  it('does not come when Keycloak ends: its last errors are quoted', async () => {
    const url = await localServer((_, response) => response.writeHead(503).end())
    const ended = container(['INFO starting\n', 'ERROR no database\n'], false)
    await expect(new KeycloakReadiness([url], 5000).waitUntilReady(ended)).rejects.toMatchObject({
      code: 'KEYCLOAK_EXITED',
      why: expect.stringMatching(/\nERROR no database$/),
    })
  })

  it('has the time that the container is given', async () => {
    const url = await localServer((_, response) => response.writeHead(503).end())
    const readiness = new KeycloakReadiness([url], 5000)
    expect([readiness.isStartupTimeoutSet(), readiness.getStartupTimeout()]).toEqual([false, 5000])
    readiness.withStartupTimeout(1)
    expect([readiness.isStartupTimeoutSet(), readiness.getStartupTimeout()]).toEqual([true, 1])
    await expect(readiness.waitUntilReady(container([]))).rejects.toMatchObject({
      code: 'KEYCLOAK_NOT_READY',
      fix: expect.stringContaining('withStartupTimeout(300_000)'),
    })
  })
})

describe('the plan of a container', () => {
  it('has other ports and another password each time', async () => {
    const [one, two] = await Promise.all([freePorts(), freePorts()])
    expect(new Set([one.port, one.managementPort, two.port, two.managementPort]).size).toBe(4)
    expect(newAdmin().password).not.toBe(newAdmin().password)
  })

  it('a reusable container keeps its ports and password; another server gets others', async () => {
    vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', await tempFolder())
    const first = reusedPorts([{ Image: 'image' }, { KC_LOG_LEVEL: 'info' }])
    expect(reusedPorts([{ Image: 'image' }, { KC_LOG_LEVEL: 'info' }])).toEqual(first)
    const other = reusedPorts([{ Image: 'image' }, { KC_LOG_LEVEL: 'debug' }])
    expect([other.port, other.managementPort]).not.toContain(first.port)
    expect(await reusedAdmin()).toEqual(await reusedAdmin())
    vi.unstubAllEnvs()
  })
})

describe('a container that cannot be started', () => {
  const plan = { port: 20_002, managementPort: 20_003 }

  it('because of a port says which one, and who has it', async () => {
    const url = await localServer((_, response) => response.end())
    const port = Number(new URL(url).port)
    const cause = new Error(`Bind for 127.0.0.1:${port} failed: port is already allocated`)
    expect(await notStarted(cause, 'image', { ...plan, managementPort: port })).toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`${port}`),
      why: expect.stringContaining(`pid ${process.pid}`),
    })
  })

  it('for another reason fails with that', async () => {
    const cause = new Error('no space left on device')
    expect(await notStarted(cause, 'image', plan)).toBe(cause)
  })
})

const OWNER = 'c0ffee123456'

it('keeps what is built by image, command and data folder', () => {
  const volume = warmVolume('keycloak:1', ['start-dev'], OWNER)
  expect(volume).toMatch(/^mcp-keycloak-built-[0-9a-f]{12}-c0ffee$/)
  expect(warmVolume('keycloak:2', ['start-dev'], OWNER)).not.toBe(volume)
  expect(warmVolume('keycloak:1', ['start-dev', '--features=cimd'], OWNER)).not.toBe(volume)
  expect(warmVolume('keycloak:1', ['start-dev'], 'aaaaaa111111')).not.toBe(volume)
  expect(warmBind(volume)).toBe(`${volume}:/opt/keycloak/lib/quarkus`)
})
