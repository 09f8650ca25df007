import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'

import { execa } from 'execa'
import { expect, it, vi } from 'vitest'

import { ephemeralFolder } from '../../../src/config/folders.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { makeSandbox, removeSandbox, removeStraySandboxes } from '../../../src/testing/sandbox.ts'
import { tempFolder } from '../support/temp-folder.ts'

const configIn = async (dataFolder: string) =>
  (await resolveConfig({ flags: { dataFolder }, env: {}, cwd: dataFolder })).config

const WORKSHOP = new URL('../../../src/testing/sandbox.ts', import.meta.url).href

/** A process that makes a sandbox and is killed; the folder of the sandbox. */
async function killedRun(dataFolder: string, more = ''): Promise<string> {
  const code = `
    import * as sandboxes from ${JSON.stringify(WORKSHOP)}
    const config = { dataFolder: ${JSON.stringify(dataFolder)} }
    const sandbox = await sandboxes.makeSandbox(config)
    ${more}
    console.log(sandbox.folder)
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
  const sandbox = await makeSandbox(config)
  await removeStraySandboxes(config, () => {})
  expect(await readdir(sandbox.folder)).toEqual([])
  await removeSandbox(config, sandbox)
  expect(await readdir(ephemeralFolder(config.dataFolder ?? ''))).toEqual([])
})

it('of a process that was killed is removed at once by its reaper', async () => {
  const folder = await killedRun(await tempFolder(), 'sandboxes.startReaper(config, sandbox)')
  await vi.waitUntil(() => !existsSync(folder), { timeout: 30_000 })
}, 60_000)

it('the next sweep removes the folder of a killed process and its reaper', async () => {
  const data = await tempFolder()
  const folder = await killedRun(data)
  const steps: string[] = []
  await removeStraySandboxes(await configIn(data), (step) => steps.push(step))
  expect(existsSync(folder), steps.join()).toBe(false)
  expect(steps[0]).toMatch(/^Removing /)
}, 60_000)
