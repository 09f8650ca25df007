import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { assertServerPath, isOptionPath } from '../../../../src/runtime/java/server-paths.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('the folder of a server', () => {
  it.each([
    ["o'brien", "an apostrophe (')"],
    ['data[1]', 'a square bracket'],
    ['a;b', 'a semicolon'],
    ['a:b', 'a colon'],
  ])('is refused with its path when it is %j', async (name, character) => {
    const folder = join(await tempFolder(), name, 'instances', 'default')
    const error = await refusal(() => assertServerPath(folder))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 })
    expect(error.message).toContain(JSON.stringify(folder))
    expect(error.why).toContain(character)
    expect(error.fix).toContain('--data-folder')
  })

  it('a linked folder is judged by its target', async () => {
    const root = await tempFolder()
    await mkdir(join(root, "o'brien"))
    await symlink(join(root, "o'brien"), join(root, 'plain'))
    expect((await refusal(() => assertServerPath(join(root, 'plain', 'new')))).message).toContain("o'brien")
    await mkdir(join(root, 'good'))
    await symlink(join(root, 'good'), join(root, "i'll"))
    await assertServerPath(join(root, "i'll", 'new'))
  })

  it.each(['a b', 'müller', '$HOME', '`id`', 'a&b', '100%', '-a', 'back\\slash', '"quoted"', 'a\nb'])(
    'the folder of a server may be named %j',
    async (name) => {
      await assertServerPath(join(await tempFolder(), name))
    },
  )
})

it('a path within JVM options has neither quotes nor line breaks', () => {
  expect(['/a b', "/o'brien", '/a"b', '/a\nb'].map(isOptionPath)).toEqual([true, true, false, false])
})
