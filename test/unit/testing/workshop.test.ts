import { existsSync } from 'node:fs'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { execa } from 'execa'
import { expect, it, vi } from 'vitest'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { makeWorkshop, removeWorkshop, sweepWorkshops } from '../../../src/testing/workshop.ts'
import { tempFolder } from '../support/temp-folder.ts'

const configIn = async (dataFolder: string) =>
  (await resolveConfig({ flags: { dataFolder }, env: {}, cwd: dataFolder })).config

it('is a folder of this process, readable by its owner alone, until it is removed', async () => {
  const config = await configIn(await tempFolder())
  const folder = await makeWorkshop(config)
  await sweepWorkshops(config)
  expect(await readdir(folder)).toEqual(['owner.json'])
  await removeWorkshop(config, folder)
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

it('of a process that is gone is swept, and one that is just being made is not', async () => {
  const data = await tempFolder()
  const config = await configIn(data)
  const mine = await makeWorkshop(config)
  const all = join(data, 'testing')
  await mkdir(join(all, 'dead'))
  await writeFile(
    join(all, 'dead', 'owner.json'),
    JSON.stringify({ pid: 4_194_303, processStart: 'long ago' }),
  )
  await mkdir(join(all, 'reborn')) // another process has that pid now
  await writeFile(
    join(all, 'reborn', 'owner.json'),
    JSON.stringify({ pid: process.pid, processStart: 'long ago' }),
  )
  await mkdir(join(all, 'begun'))
  await mkdir(join(all, 'never-finished'))
  await utimes(join(all, 'never-finished'), 0, 0)
  await sweepWorkshops(config)
  expect((await readdir(all)).toSorted()).toEqual(['begun', basename(mine)].toSorted())
})

it('is removed when its process is killed', async () => {
  const data = await tempFolder()
  const url = new URL('../../../src/testing/workshop.ts', import.meta.url)
  const code = `
    import { makeWorkshop, startReaper } from ${JSON.stringify(url.href)}
    const folder = await makeWorkshop({ dataFolder: ${JSON.stringify(data)} })
    startReaper(folder)
    console.log(folder)
    setInterval(() => {}, 1000)`
  const run = execa(process.execPath, ['--input-type=module', '--eval', code], {
    reject: false,
    stdin: 'ignore',
  })
  const folder = await new Promise<string>((resolve) => {
    run.stdout.once('data', (line) => resolve(String(line).trim()))
  })
  expect(await readdir(folder)).toEqual(['owner.json'])
  run.kill('SIGKILL')
  await vi.waitUntil(() => !existsSync(folder), { timeout: 30_000 })
}, 60_000)
