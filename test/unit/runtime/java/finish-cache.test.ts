import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { finishCache } from '../../../../src/runtime/java/finish-cache.ts'
import { shareDistribution, sharedDistribution } from '../../../../src/runtime/java/shared-distribution.ts'
import type { InstanceState } from '../../../../src/runtime/state/state.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { zipOf } from '../../support/zip.ts'

const STATE = { version: '26.6.99', features: [], pid: 7 } as unknown as InstanceState

/** A cache with the zip, the unpacked distribution and an archive that is being written. */
async function cache() {
  const cache = await tempFolder()
  const zip = join(cache, 'keycloak-26.6.99.zip')
  await writeFile(zip, zipOf([{ name: 'keycloak/version.txt', text: 'twelve bytes' }]))
  await shareDistribution(zip, sharedDistribution('26.6.99', cache))
  await mkdir(join(cache, 'archives'))
  await writeFile(join(cache, 'archives', '1.jsa'), 'archive')
  return cache
}

it('waits for the archive, and lists each part with its size', async () => {
  const folder = await cache()
  const list = join(folder, 'archives', '7.lst')
  await writeFile(list, '')
  const finished = finishCache(STATE, folder, undefined)
  const isFirst = await Promise.race([
    finished.then(() => false),
    new Promise((done) => setTimeout(done, 300, true)),
  ])
  await rm(list)
  expect(isFirst).toBe(true)
  expect(await finished).toEqual([
    { name: 'distribution', path: sharedDistribution('26.6.99', folder), bytes: 12 },
    { name: 'archive', path: join(folder, 'archives', '1.jsa'), bytes: 7 },
  ])
  expect((await readdir(folder)).sort()).toEqual(['archives', 'keycloak-26.6.99'])
})

it('keeps the zip of a distribution that has changed since it was unpacked', async () => {
  const folder = await cache()
  await writeFile(join(sharedDistribution('26.6.99', folder), 'version.txt'), 'changed')
  await finishCache(STATE, folder, undefined)
  expect(await readdir(folder)).toContain('keycloak-26.6.99.zip')
})

it('stops waiting when it is interrupted', async () => {
  const folder = await cache()
  await writeFile(join(folder, 'archives', '7.lst'), '')
  await expect(finishCache(STATE, folder, AbortSignal.abort())).rejects.toMatchObject({ code: 'INTERRUPTED' })
})
