import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

import { writeRealmFile } from '../../../src/operations/write-realm-file.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('a realm file is written in place of another', async () => {
  const path = join(await tempFolder(), 'realm.json')
  await writeFile(path, 'a much longer text that was there before')
  await writeRealmFile(path, { a: 1 })
  expect(await readFile(path, 'utf8')).toBe('{\n  "a": 1\n}\n')
})

it('a link from there to another folder is refused, with the command that writes there', async () => {
  const [folder, elsewhere] = [await tempFolder(), await tempFolder()]
  const target = join(elsewhere, 'profile')
  await writeFile(target, 'precious')
  await symlink(target, join(folder, 'realm.json'))
  const error = await refusal(() => writeRealmFile(join(folder, 'realm.json'), {}))
  expect([error.code, error.fix]).toEqual([
    'USAGE_INVALID',
    `Name that file if you mean it: --output ${target}`,
  ])
  expect(await readFile(target, 'utf8')).toBe('precious')
})

it('a link to a file beside it is followed', async () => {
  const folder = await tempFolder()
  await symlink('real.json', join(folder, 'realm.json'))
  await writeRealmFile(join(folder, 'realm.json'), {})
  expect(await readFile(join(folder, 'real.json'), 'utf8')).toBe('{}\n')
})

it.each(['a pipe', 'a folder'])('%s is refused at once', async (kind) => {
  const path = join(await tempFolder(), 'realm.json')
  await (kind === 'a pipe' ? promisify(execFile)('mkfifo', [path]) : mkdir(path))
  expect((await refusal(() => writeRealmFile(path, {}))).code).toBe('USAGE_INVALID')
})
