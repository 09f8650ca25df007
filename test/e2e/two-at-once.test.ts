import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { UpReport } from '../../src/operations/up.ts'
import { strayServers } from '../../src/runtime/stray-servers.ts'
import { cli, cliJson, start } from '../helpers/cli.ts'
import { type TestInstance, testInstance } from '../helpers/instance.ts'

/** From "nothing done yet" over "the server starts" to "the realm is there". */
const KILLED_AFTER_MS = [100, 300, 500, 800, 1200, 2000, 3000, 4500, 6000, 8000]

let instance: TestInstance
beforeAll(async () => {
  instance = await testInstance('java')
})
afterAll(() => instance[Symbol.asyncDispose]())

describe('two at once', () => {
  it('up: one starts the server, the other waits and reports the same', async () => {
    const [one, other] = await Promise.all([
      cliJson<UpReport>(['up'], instance.env),
      cliJson<UpReport>(['up'], instance.env),
    ])
    expect([one.alreadyRunning, other.alreadyRunning].sort()).toEqual([false, true])
    expect([one.realm, other.realm].sort()).toEqual(['created', 'unchanged'])
    expect(one.endpoints).toEqual(other.endpoints)
    expect(one.admin).toEqual(other.admin)
    expect(await servers()).toBeGreaterThan(0)
  })
})

describe('an up that is killed', () => {
  it.each(KILLED_AFTER_MS)('after %i ms leaves a state from which down and the next up work', async (ms) => {
    await cli(['down'], { env: instance.env })
    const begun = start(['up'], { env: instance.env })
    await sleep(ms)
    begun.kill('SIGKILL')
    await begun
    const report = await cliJson<UpReport>(['up', '--no-proof'], instance.env)
    expect(report.realm).toBe('unchanged')
    expect((await cli(['down'], { env: instance.env })).exitCode).toBe(0)
    expect(await servers()).toBe(0)
  })
})

describe('a server whose state was lost', () => {
  it('is stopped and started anew, with its data', async () => {
    await cliJson<UpReport>(['up', '--no-proof'], instance.env)
    await writeFile(join(instance.folder, 'state.json'), 'garbage')
    const report = await cliJson<UpReport>(['up'], instance.env)
    expect(report).toMatchObject({ alreadyRunning: false, realm: 'unchanged' })
    expect(report.warnings.join('\n')).toMatch(/set aside[\s\S]*left over/)
    expect(JSON.parse(await readFile(join(instance.folder, 'state.json'), 'utf8'))).toMatchObject({
      runtime: 'java',
    })
  })
})

async function servers(): Promise<number> {
  return (await strayServers(instance.folder)).length
}
