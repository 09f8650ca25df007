import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import { findInstance } from '../../../src/instance/instance.ts'
import { down } from '../../../src/operations/down.ts'
import { logs } from '../../../src/operations/logs/logs.ts'
import { type InstanceState, writeState } from '../../../src/runtime/state/state.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** A data folder with a stopped instance `known`. */
async function machine(members: Partial<InstanceState> = {}): Promise<Config> {
  const dataFolder = await tempFolder()
  const folder = join(dataFolder, 'instances', 'known')
  await mkdir(folder, { recursive: true })
  const admin = { username: 'admin', password: 'pw' }
  const state = { schemaVersion: 1, instance: 'known', runtime: 'java', version: '26.7.5', port: 1 } as const
  await writeState({ ...state, managementPort: 2, features: [], admin, folder, ...members })
  return configSchema.parse({ dataFolder, instance: 'known' })
}

describe('an instance that does not run', () => {
  it('a stopped instance is reported as not running', async () => {
    const config = await machine()
    expect(await refusal(() => findInstance(config))).toMatchObject({
      code: 'NOT_RUNNING',
      why: 'It was stopped.',
      fix: expect.stringContaining('mcp-keycloak up --instance known'),
    })
  })

  it('has died when nobody has stopped it, and its data are there', async () => {
    const config = await machine({
      pid: 2 ** 22 + 1,
      processStart: 'then',
      startedAt: '2026-11-21T08:00:00Z',
    })
    const { code, why, fix } = await refusal(() => findInstance(config))
    expect(code).toBe('NOT_RUNNING')
    expect(why.replace(/at .+ and/, 'at <time> and')).toMatchInlineSnapshot(
      `"It was started at <time> and not stopped by mcp-keycloak: it was killed, it crashed, or the machine was restarted."`,
    )
    expect(fix).toMatchInlineSnapshot(
      `"Start it again with its previous data: mcp-keycloak up --instance known. What it said last: mcp-keycloak logs --instance known"`,
    )
  })
})

describe('an instance that nobody has started', () => {
  it.each<[string, (config: Config) => Promise<unknown>]>([
    ['found', findInstance],
    ['stopped', (config) => down(config)],
    ['purged', (config) => down(config, { purge: true })],
    ['asked for its log', (config) => logs(config).next()],
  ])('an unknown instance cannot be %s; the error names the known ones', async (_, ask) => {
    const config = await machine()
    expect(await refusal(() => ask({ ...config, instance: 'knwon' }))).toMatchObject({
      code: 'NOT_RUNNING',
      message: expect.stringContaining('"knwon"'),
      why: expect.stringContaining(': known.'),
      fix: expect.stringContaining('mcp-keycloak up --instance knwon'),
    })
    expect(await readdir(join(config.dataFolder ?? '', 'instances'))).toEqual(['known'])
  })

  it('is not named among those that are there when only its folder is', async () => {
    const config = await machine()
    await mkdir(join(config.dataFolder ?? '', 'instances', 'failed', 'keycloak-26.7.5.partial'), {
      recursive: true,
    })
    expect(await refusal(() => findInstance({ ...config, instance: 'failed' }))).toMatchInlineSnapshot(`
      ✘ There is no instance "failed".  [NOT_RUNNING]
        Why  Instances of this machine: known.
        Fix  Name one of them (--instance <name>), or start it: mcp-keycloak up --instance failed
    `)
  })

  it('down on an unknown default instance succeeds', async () => {
    const { dataFolder } = await machine()
    const config = configSchema.parse({ dataFolder })
    expect(await down(config, { purge: true })).toMatchObject({ stopped: false, purged: false })
    expect(await readdir(join(dataFolder ?? '', 'instances'))).toEqual(['known'])
  })
})
