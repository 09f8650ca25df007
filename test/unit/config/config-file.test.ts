import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { CONFIG_FILE_NAME, readConfigFile } from '../../../src/config/config-file.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

async function folderWith(text: string): Promise<string> {
  const folder = await tempFolder()
  await writeFile(join(folder, CONFIG_FILE_NAME), text)
  return folder
}

const refusalOf = async (text: string) => {
  const folder = await folderWith(text)
  const error = await refusal(() => readConfigFile(folder))
  expect(error.code).toBe('CONFIG_INVALID')
  expect(error.message).toContain(join(folder, CONFIG_FILE_NAME))
  return error
}

describe('the config file', () => {
  it('the config file is the nearest one upwards', async () => {
    const outer = await folderWith('{"port":1}')
    const inner = join(outer, 'a', 'b')
    await mkdir(inner, { recursive: true })
    expect(await readConfigFile(inner)).toEqual({
      path: join(outer, CONFIG_FILE_NAME),
      folder: outer,
      realPath: join(outer, CONFIG_FILE_NAME),
      isForeign: false,
      values: { port: 1 },
    })
    await writeFile(join(outer, 'a', CONFIG_FILE_NAME), '{"port":2}')
    expect((await readConfigFile(inner))?.values).toEqual({ port: 2 })
  })

  it('a missing config file is accepted', async () => {
    expect(await readConfigFile(await tempFolder())).toBeUndefined()
  })

  it('the config file may name its schema', async () => {
    const file = await readConfigFile(await folderWith('{"$schema":"x.json","realm":"demo"}'))
    expect(file?.values).toEqual({ realm: 'demo' })
  })

  it('suggests the key that was meant', async () => {
    expect((await refusalOf('{"mcpUrls":[]}')).fix).toBe('Did you mean "mcpUrl"?')
    expect((await refusalOf('{"mcp-url":[]}')).fix).toBe('Did you mean "mcpUrl"?')
  })

  it('lists the keys when none is near', async () => {
    const error = await refusalOf('{"colour":"red"}')
    expect(error.why).toContain('"colour"')
    expect(error.fix).toMatch(/: instance, runtime, /)
  })

  it.each([
    ['{"port":', 'value expected at line 1, column 9'],
    ['// x\n{}', 'invalid comment token at line 1, column 1'],
    ['{\n  "port": 1,\n}', 'property name expected at line 3, column 1'],
    ['{\r\n  port: 1\r\n}', 'invalid symbol at line 2, column 3'],
    ["{'port': 1}", 'invalid symbol at line 1, column 2'],
    ['{} {}', 'end of file expected at line 1, column 4'],
    ['{"realm": "a\tb"}', 'invalid character at line 1, column 11'],
  ])('invalid JSON is refused with line and column: %j', async (text, where) => {
    expect((await refusalOf(text)).why).toContain(where)
  })

  it('says what is wrong with the JSON, and how to fix it', async () => {
    expect(await refusalOf('{"port":')).toMatchInlineSnapshot(`
      ✘ The config file <temp>/mcp-keycloak.config.json is not valid.  [CONFIG_INVALID]
        Why  It is not JSON: value expected at line 1, column 9.
        Fix  Fix the JSON syntax. JSON allows no comments and no trailing commas.
    `)
    expect(await refusalOf('null')).toMatchInlineSnapshot(`
      ✘ The config file <temp>/mcp-keycloak.config.json is not valid.  [CONFIG_INVALID]
        Why  It is not a JSON object.
        Fix  It looks like { "mcpUrl": ["http://localhost:8000/mcp"] }; mcp-keycloak init writes one.
    `)
  })

  it.each(['', ' \r\n', '\uFEFF'])('refuses an empty one, and shows how it looks: %j', async (text) => {
    const { why, fix } = await refusalOf(text)
    expect(why).toBe('It is empty.')
    expect(fix).toContain('"mcpUrl": ["http')
  })

  it('a byte order mark and Windows line ends are accepted', async () => {
    const file = await readConfigFile(await folderWith('\uFEFF{\r\n  "realm": "demo"\r\n}\r\n'))
    expect(file?.values).toEqual({ realm: 'demo' })
  })

  it('the config file must be UTF-8', async () => {
    const folder = await folderWith('')
    await writeFile(join(folder, CONFIG_FILE_NAME), Buffer.from('\uFEFF{"realm":"demo"}', 'utf16le'))
    expect(await refusal(() => readConfigFile(folder))).toMatchInlineSnapshot(`
      ✘ The config file <temp>/mcp-keycloak.config.json is not valid.  [CONFIG_INVALID]
        Why  It is not a text in UTF-8.
        Fix  Save it as UTF-8; PowerShell writes UTF-16 with ">".
    `)
  })

  it.each(['[]', 'null', '"port"', '5'])('the config file must be a JSON object: %s', async (text) => {
    expect((await refusalOf(text)).why).toContain('not a JSON object')
  })

  it('a secret in the config file is refused and not repeated', async () => {
    const error = await refusalOf('{"adminPassword":"hunter2"}')
    expect(error.fix).toContain('MCP_KEYCLOAK_ADMIN_PASSWORD')
    expect(JSON.stringify([error.message, error.why, error.fix])).not.toContain('hunter2')
  })

  it('deeply nested JSON is refused', async () => {
    expect(await refusalOf('['.repeat(501))).toMatchInlineSnapshot(`
      ✘ The config file <temp>/mcp-keycloak.config.json is not valid.  [CONFIG_INVALID]
        Why  It is not JSON: it is nested more than 500 levels deep.
        Fix  Fix the JSON syntax. JSON allows no comments and no trailing commas.
    `)
  })

  it('the config file has at most 1 MiB', async () => {
    const text = (length: number) => `{"realm":"shop"}${' '.repeat(length - 16)}`
    expect((await readConfigFile(await folderWith(text(2 ** 20))))?.values).toEqual({ realm: 'shop' })
    expect((await refusalOf(text(2 ** 20 + 1))).why).toContain('1 MiB')
  })

  it('a folder in place of the config file is refused', async () => {
    const folder = await tempFolder()
    await mkdir(join(folder, CONFIG_FILE_NAME))
    expect((await refusal(() => readConfigFile(folder))).why).toBe('It is a folder.')
  })

  it('an unreadable config file is refused', async () => {
    const folder = await tempFolder()
    await symlink(CONFIG_FILE_NAME, join(folder, CONFIG_FILE_NAME)) // the superuser may read all but this
    const error = await refusal(() => readConfigFile(folder))
    expect(error.message).toContain(join(folder, CONFIG_FILE_NAME))
    expect(error.why).toMatch(/^It cannot be read: ELOOP/)
  })
})
