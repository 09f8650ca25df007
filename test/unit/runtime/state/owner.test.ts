import { cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { knownOwner, ownerOf } from '../../../../src/runtime/state/owner.ts'
import { tempFolder } from '../../support/temp-folder.ts'

async function dataFolder(name = 'data'): Promise<string> {
  const folder = join(await tempFolder(), name)
  await mkdir(folder)
  return folder
}

it('two simultaneous first starts get one owner id, which only the user can read', async () => {
  const data = await dataFolder()
  expect(await knownOwner(data)).toBeUndefined()
  const [one, other] = await Promise.all([ownerOf(data), ownerOf(data)])
  expect(one.id).toMatch(/^[0-9a-f]{12}$/)
  expect(other).toEqual(one)
  expect(await ownerOf(data)).toEqual(one)
  expect(await knownOwner(data)).toBe(one.id)
  expect((await stat(join(data, 'owner.json'))).mode & 0o777).toBe(0o600)
  expect((await ownerOf(await dataFolder())).id).not.toBe(one.id)
})

it('keeps the id of a folder that was moved, or has a second path', async () => {
  const data = await dataFolder()
  const { id } = await ownerOf(data)
  await symlink(data, `${data}-link`)
  expect(await ownerOf(`${data}-link`)).toEqual({ id })
  await rm(`${data}-link`)
  await rename(data, `${data}-moved`)
  expect(await ownerOf(`${data}-moved`)).toEqual({ id })
  expect(JSON.parse(await readFile(join(`${data}-moved`, 'owner.json'), 'utf8')).folder).toBe(`${data}-moved`)
})

it('a copied data folder gets another owner id', async () => {
  const data = await dataFolder()
  const { id } = await ownerOf(data)
  await cp(data, `${data}-copy`, { recursive: true })
  expect(await knownOwner(`${data}-copy`)).toBeUndefined()
  const copy = await ownerOf(`${data}-copy`)
  expect(copy).toEqual({ id: expect.not.stringMatching(id), copyOf: data })
  expect(await ownerOf(`${data}-copy`)).toEqual({ id: copy.id })
  expect(await ownerOf(data)).toEqual({ id })
})

it.each(['garbage', undefined])('takes the id from an instance when the record is %s', async (record) => {
  const data = await dataFolder()
  const { id } = await ownerOf(data)
  await mkdir(join(data, 'instances', 'shop'), { recursive: true })
  await writeFile(join(data, 'instances', 'shop', 'state.json'), JSON.stringify({ owner: id }))
  if (record === undefined) await rm(join(data, 'owner.json'))
  else await writeFile(join(data, 'owner.json'), record)
  expect(await knownOwner(data)).toBe(id)
  expect(await ownerOf(data)).toEqual({ id })
})
