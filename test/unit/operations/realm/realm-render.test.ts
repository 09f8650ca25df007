import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { configSchema } from '../../../../src/config/schema.ts'
import { realmRender } from '../../../../src/operations/realm/realm-render.ts'
import { BASE_REALM_FILE } from '../../../../src/realm/load.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const NO_OPTIONS = configSchema.parse({})

it('renders the base realm as its file is, without a server', async () => {
  const { realm, output } = await realmRender(NO_OPTIONS)
  expect(output).toBeNull()
  expect(JSON.stringify(realm)).toBe(JSON.stringify(JSON.parse(await readFile(BASE_REALM_FILE, 'utf8'))))
})

it('writes a file that renders to the same again', async () => {
  const file = join(await tempFolder(), 'realm.json')
  const options = { ...NO_OPTIONS, realm: 'shop', scope: ['api:read'], mcpUrl: ['http://localhost:9000/mcp'] }
  const { realm } = await realmRender(options, file)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(realm)
  expect((await realmRender({ ...NO_OPTIONS, realmFile: file })).realm).toEqual(realm)
})

it('says so when the file cannot be written', async () => {
  const error = await refusal(async () =>
    realmRender(NO_OPTIONS, join(await tempFolder(), 'no', 'such.json')),
  )
  expect(error).toMatchObject({ code: 'USAGE_INVALID', exitCode: 2 })
  expect(error.message).toContain('such.json')
})
