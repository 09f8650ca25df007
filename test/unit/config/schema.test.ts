import { describe, expect, it } from 'vitest'

import { REALM_OPTION_KEYS } from '../../../src/config/realm-options.ts'
import {
  CONFIG_KEYS,
  type ConfigKey,
  configSchema,
  environmentName,
  flagName,
  isList,
  isSwitch,
  optionMeta,
} from '../../../src/config/schema.ts'
import { OPTION_SAMPLES } from '../support/option-samples.ts'

const DEFAULTS = configSchema.parse({})

describe('every option', () => {
  it.each(CONFIG_KEYS)('%s has a line of help', (key) => {
    const { description } = optionMeta(key)
    expect(description).toMatch(/^\S.{10,}[^.]$/)
  })

  it.each(CONFIG_KEYS)('the option %s names its value unless it is a switch or a secret', (key) => {
    const { placeholder, secret } = optionMeta(key)
    if (isSwitch(key) || secret) expect(placeholder).toBeUndefined()
    else expect(placeholder).toMatch(/^<[a-z|]+>$/)
  })

  it("an option's default tells whether it is a list or a switch", () => {
    expect(CONFIG_KEYS.filter(isList)).toEqual(CONFIG_KEYS.filter((key) => Array.isArray(DEFAULTS[key])))
    expect(CONFIG_KEYS.filter(isSwitch)).toEqual(['variables', 'consent', 'proof'])
  })

  it('an option that the realm remembers has no default', () => {
    expect(REALM_OPTION_KEYS.filter((key) => DEFAULTS[key] !== undefined && !isList(key))).toEqual([])
  })

  it.each(CONFIG_KEYS)('%s has examples that are taken', (key) => {
    for (const example of optionMeta(key).examples ?? []) {
      expect(configSchema.shape[key].safeParse(example), `${example}`).toMatchObject({ success: true })
    }
  })

  it('says in its help that a list is repeatable', () => {
    for (const key of CONFIG_KEYS.filter(isList)) expect(optionMeta(key).description).toMatch(/; repeatable$/)
  })

  it('is one word in three spellings', () => {
    const spellings = (key: ConfigKey) => [flagName(key), environmentName(key)]
    expect(spellings('mcpUrl')).toEqual(['--mcp-url', 'MCP_KEYCLOAK_MCP_URL'])
    expect(spellings('port')).toEqual(['--port', 'MCP_KEYCLOAK_PORT'])
    expect(spellings('adminPassword')).toEqual(['--admin-password', 'MCP_KEYCLOAK_ADMIN_PASSWORD'])
  })

  it('is secret exactly when it is about the administrator', () => {
    expect(CONFIG_KEYS.filter((key) => optionMeta(key).secret)).toEqual(['adminUsername', 'adminPassword'])
  })
})

describe('a value', () => {
  const accepts = (key: ConfigKey, value: unknown) => configSchema.shape[key].safeParse(value).success

  it.each(OPTION_SAMPLES)('of %s is checked', (key, good, bad) => {
    expect(good.filter((value) => !accepts(key, value))).toEqual([])
    expect(bad.filter((value) => accepts(key, value))).toEqual([])
  })
})
