import { mkdir, writeFile } from 'node:fs/promises'
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
  it('is the nearest one upwards', async () => {
    const outer = await folderWith('{"port":1}')
    const inner = join(outer, 'a', 'b')
    await mkdir(inner, { recursive: true })
    expect(await readConfigFile(inner)).toEqual({
      path: join(outer, CONFIG_FILE_NAME),
      folder: outer,
      values: { port: 1 },
    })
    await writeFile(join(outer, 'a', CONFIG_FILE_NAME), '{"port":2}')
    expect((await readConfigFile(inner))?.values).toEqual({ port: 2 })
  })

  it('need not be there', async () => {
    expect(await readConfigFile(await tempFolder())).toBeUndefined()
  })

  it('may name its schema, for an editor', async () => {
    const file = await readConfigFile(await folderWith('{"$schema":"x.json","realm":"demo"}'))
    expect(file?.values).toEqual({ realm: 'demo' })
  })

  it('suggests the key that was meant', async () => {
    expect((await refusalOf('{"mcpUrls":[]}')).fix).toBe('Did you mean "mcpUrl"?')
    expect((await refusalOf('{"mcp-url":[]}')).fix).toBe('Did you mean "mcpUrl"?')
  })

  it('lists the keys when none is near', async () => {
    const error = await refusalOf('{"colour":"red"}')
    expect(error.why).toBe('It has the unknown key "colour".')
    expect(error.fix).toMatch(/^Known keys: instance, /)
  })

  it.each(['{"port":', '', '// x\n{}'])('refuses what is not JSON: %j', async (text) => {
    expect((await refusalOf(text)).fix).toBe('Mend the JSON.')
  })

  it.each(['[]', 'null', '"port"', '5'])('refuses JSON that is no object: %s', async (text) => {
    expect((await refusalOf(text)).why).toBe('It is not a JSON object.')
  })

  it('refuses a secret, and never repeats it', async () => {
    const error = await refusalOf('{"adminPassword":"hunter2"}')
    expect(error.fix).toBe('Set the variable MCP_KEYCLOAK_ADMIN_PASSWORD.')
    expect(JSON.stringify([error.message, error.why, error.fix])).not.toContain('hunter2')
  })

  it('says so when it cannot be read', async () => {
    const folder = await tempFolder()
    await mkdir(join(folder, CONFIG_FILE_NAME))
    expect((await refusal(() => readConfigFile(folder))).why).toMatch(/^It cannot be read: EISDIR/)
  })
})
