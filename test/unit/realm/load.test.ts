import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { LARGEST_FILE } from '../../../src/config/files/read-file.ts'
import { loadRealm } from '../../../src/realm/load.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

async function fileWith(text: string): Promise<string> {
  const file = join(await tempFolder(), 'realm.json')
  await writeFile(file, text)
  return file
}

async function whyRefused(text: string): Promise<string> {
  const file = await fileWith(text)
  const error = await refusal(() => loadRealm(file))
  expect(error).toMatchObject({ code: 'REALM_INVALID', message: expect.stringContaining(file) })
  return error.why
}

describe('a realm file', () => {
  it('a realm file keeps its order and unknown settings', async () => {
    const text =
      '{"zebra":{"b":1,"a":[2]},"users":[{"email":"x","username":"u","odd":true}],"realm":"r","enabled":true}'
    expect(JSON.stringify(await loadRealm(await fileWith(text)))).toBe(text)
  })

  it('a realm file gets the users of the files beside it', async () => {
    const folder = await tempFolder()
    const write = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content))
    const users = (...names: string[]) => ({ users: names.map((username) => ({ username })) })
    await write('shop-realm.json', { realm: 'shop', ...users('zoe') })
    await write('shop-users-10.json', { realm: 'shop', ...users('eve') })
    await write('shop-users-9.json', { realm: 'shop', ...users('ann', 'bob') })
    await write('shop-users-0.json.bak', users('old'))
    await write('other-users-0.json', users('stranger'))
    const names = async (file: string) =>
      (await loadRealm(join(folder, file))).users?.map(({ username }) => username)
    expect(await names('shop-realm.json')).toEqual(['zoe', 'ann', 'bob', 'eve'])
    await write('shop.json', { realm: 'shop', ...users('zoe') })
    expect(await names('shop.json')).toEqual(['zoe'])
    await write('shop-users-11.json', [])
    const error = await refusal(() => loadRealm(join(folder, 'shop-realm.json')))
    expect([error.code, error.message]).toEqual([
      'REALM_INVALID',
      expect.stringContaining('shop-users-11.json cannot be used.'),
    ])
  })

  it('has to be there', async () => {
    const error = await refusal(async () => loadRealm(join(await tempFolder(), 'none.json')))
    expect(error).toMatchInlineSnapshot(`
      ✘ The realm file <temp>/none.json cannot be used.  [REALM_INVALID]
        Why  There is no such file.
        Fix  Check the path.
    `)
  })

  it('has to be a file', async () => {
    const folder = join(await tempFolder(), 'realm.json')
    await mkdir(folder)
    expect((await refusal(() => loadRealm(folder))).why).toBe('It is a folder.')
  })

  it('has to be of a size that can be read', async () => {
    const file = await fileWith('')
    await truncate(file, LARGEST_FILE + 1)
    expect(await refusal(() => loadRealm(file))).toMatchInlineSnapshot(`
      ✘ The realm file <temp>/realm.json cannot be used.  [REALM_INVALID]
        Why  It has more than 64 MiB.
        Fix  Use a smaller file, for example one without users; --user adds test users.
    `)
  })

  it('has to be JSON', async () => {
    expect(await whyRefused('{"realm": fastmcp}')).toMatch(/^It is not JSON: /)
  })

  it.each(['..', '../../x', 'a\\\\b', 'master'])('may not have the name %s', async (name) => {
    expect(await whyRefused(`{"realm":"${name}"}`)).toMatch(/must not be/)
  })

  it('has to be an object', async () => {
    expect(await whyRefused('[1]')).toMatchInlineSnapshot(`"It is not a JSON object."`)
  })

  it.each(['{}', '{"realm":""}', '{"enabled":true}'])('has to name its realm: %s', async (text) => {
    expect(await whyRefused(text)).toContain('"realm"')
  })

  it('has to be right where we look, and the error says where', async () => {
    expect(await whyRefused('{"realm":"r","users":[{"username":"a"},{"email":"b"}]}')).toMatch(
      /^At users\.1\.username: /,
    )
    expect(await whyRefused('{"realm":"r","clients":{}}')).toMatch(/^At clients: /)
  })
})
