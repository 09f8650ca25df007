import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { assertDiskRoom, diskRoom } from '../../../src/runtime/disk.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('makes the folder, for its owner alone, when there is room', async () => {
  const folder = join(await tempFolder(), 'a', 'b')
  await assertDiskRoom(folder, 1, 'a byte')
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

it('says how much is needed and how much is there', async () => {
  const folder = await tempFolder()
  const error = await refusal(() => assertDiskRoom(folder, 1e18, 'Keycloak 26.7.5'))
  expect(error).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('for Keycloak 26.7.5') })
  expect(error.why).toMatch(/^1000000000000 MB are needed in .*, and \d+ MB are free\.$/)
  expect(error.why).toContain(folder)
})

it('the check reports a folder that cannot be created', async () => {
  const file = join(await tempFolder(), 'file')
  await writeFile(file, '')
  const error = await refusal(() => assertDiskRoom(join(file, 'sub'), 1, 'x'))
  expect(error).toMatchObject({ code: 'STATE_UNWRITABLE', why: expect.stringContaining('ENOTDIR') })
})

it('tells the room of a folder that is not there yet', async () => {
  const folder = await tempFolder()
  expect(await diskRoom(join(folder, 'not', 'there'))).toBeGreaterThan(0)
})
