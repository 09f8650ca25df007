import { readFile } from 'node:fs/promises'

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'

import { configSchemaText } from '../../../scripts/config-schema.ts'
import { assetPath } from '../../../src/assets.ts'
import { CONFIG_KEYS, type ConfigKey, optionMeta } from '../../../src/config/schema.ts'
import { SCHEMA_FILE_NAME } from '../../../src/operations/init.ts'
import { overlayNames } from '../../../src/realm/load-overlay.ts'
import { OPTION_SAMPLES } from '../support/option-samples.ts'

const text = await readFile(assetPath(SCHEMA_FILE_NAME), 'utf8')
const schema = JSON.parse(text)
const ajv = new Ajv2020({ allErrors: true, strict: true })
addFormats.default(ajv)
const validate = ajv.compile(schema)

/** Bad values that only the program knows for bad: a JSON Schema compares no numbers in texts. */
const ONLY_THE_PROGRAM: Partial<Record<ConfigKey, readonly unknown[]>> = {
  port: ['65536', '80.5'],
  tokenLifespan: ['0'],
}

describe('the JSON Schema of the config file', () => {
  it('is what npm run schema makes of the options', async () => {
    expect(text).toBe(await configSchemaText())
  })

  it('has every option but the secrets, each with its help', () => {
    const { $schema: _, ...properties } = schema.properties
    expect(Object.keys(properties)).toEqual(CONFIG_KEYS.filter((key) => !optionMeta(key).secret))
    for (const { description } of Object.values<{ description: string }>(properties)) {
      expect(description).toMatch(/^[A-Z].+ Flag --[a-z-]+, variable MCP_KEYCLOAK_[A-Z_]+\.$/)
    }
  })

  it('tells defaults and examples, which are valid themselves', () => {
    expect(schema.properties.timeout.default).toBe(180)
    for (const key of CONFIG_KEYS.filter((name) => !optionMeta(name).secret)) {
      const { default: value, examples = [] } = schema.properties[key]
      for (const sample of [...(value === undefined ? [] : [value]), ...examples]) {
        expect(validate({ [key]: sample }), `${key}: ${ajv.errorsText(validate.errors)}`).toBe(true)
      }
    }
  })

  it('accepts the config file that the docs show', async () => {
    const page = await readFile(assetPath('docs/configuration.md'), 'utf8')
    const [, shown = ''] = /```json\n(\{\n {2}"\$schema"[\s\S]*?)```/.exec(page) ?? []
    expect(validate(JSON.parse(shown)), ajv.errorsText(validate.errors)).toBe(true)
  })

  it('offers the overlays that come with the package, and takes any path', async () => {
    const [offered] = schema.properties.with.items.anyOf
    expect(offered.enum).toEqual([...(await overlayNames())].sort())
    expect(validate({ with: ['strict', './mine.json', 'realms/mine'] })).toBe(true)
    expect(validate({ with: ['strickt'] })).toBe(false)
  })

  it.each(OPTION_SAMPLES)(
    'takes for %s what the program takes, and refuses what it refuses',
    (key, good, bad) => {
      const isTaken = (value: unknown) => validate({ [key]: value })
      expect(good.filter((value) => !isTaken(value))).toEqual([])
      expect(bad.filter(isTaken)).toEqual(ONLY_THE_PROGRAM[key] ?? [])
    },
  )

  it('names the place of what is not right', () => {
    expect(validate({ $schema: './x.json', mcpURL: [], port: 'many' })).toBe(false)
    expect(validate.errors?.map(({ instancePath, params }) => [instancePath, params])).toEqual(
      expect.arrayContaining([
        ['', { additionalProperty: 'mcpURL' }],
        ['/port', expect.anything()],
      ]),
    )
    for (const wrong of [{ adminPassword: 'x' }, [], 'x', null]) expect(validate(wrong)).toBe(false)
  })
})
