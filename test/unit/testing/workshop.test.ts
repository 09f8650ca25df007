import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'

import { execa } from 'execa'
import { expect, it, vi } from 'vitest'

import { ephemeralFolder } from '../../../src/config/folders.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { makeWorkshop, removeWorkshop, sweepWorkshops } from '../../../src/testing/workshop.ts'
import { tempFolder } from '../support/temp-folder.ts'

const configIn = async (dataFolder: string) =>
  (await resolveConfig({ flags: { dataFolder }, env: {}, cwd: dataFolder })).config

const WORKSHOP = new URL('../../../src/testing/workshop.ts', import.meta.url).href

/** A process that makes a workshop and is killed; the folder of the workshop. */
async function killedRun(dataFolder: string, more = ''): Promise<string> {
  const code = `
    import * as workshops from ${JSON.stringify(WORKSHOP)}
    const config = { dataFolder: ${JSON.stringify(dataFolder)} }
    const workshop = await workshops.makeWorkshop(config)
    ${more}
    console.log(workshop.folder)
    setInterval(() => {}, 1000)`
  const run = execa(process.execPath, ['--input-type=module', '--eval', code], {
    reject: false,
    stdin: 'ignore',
  })
  const folder = await new Promise<string>((resolve, reject) => {
    run.stdout.once('data', (line) => resolve(String(line).trim()))
    run.then(({ stderr }) => reject(new Error(stderr)))
  })
  expect(existsSync(folder)).toBe(true)
  run.kill('SIGKILL')
  await run
  return folder
}

it('is there until it is removed; a sweep leaves it', async () => {
  const config = await configIn(await tempFolder())
  const workshop = await makeWorkshop(config)
  await sweepWorkshops(config, () => {})
  expect(await readdir(workshop.folder)).toEqual([])
  await removeWorkshop(config, workshop)
  expect(await readdir(ephemeralFolder(config.dataFolder ?? ''))).toEqual([])
})

it('of a process that was killed is removed at once by its reaper', async () => {
  const folder = await killedRun(await tempFolder(), 'workshops.startReaper(config, workshop)')
  await vi.waitUntil(() => !existsSync(folder), { timeout: 30_000 })
}, 60_000)

it('the next sweep removes the folder of a killed process and its reaper', async () => {
  const data = await tempFolder()
  const folder = await killedRun(data)
  const steps: string[] = []
  await sweepWorkshops(await configIn(data), (step) => steps.push(step))
  expect(existsSync(folder), steps.join()).toBe(false)
  expect(steps[0]).toMatch(/^Removing /)
}, 60_000)
