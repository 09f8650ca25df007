import { describe, expect, it } from 'vitest'

import {
  changedRealmOptions,
  givenRealmOptions,
  mergeRealmOptions,
  NO_REALM_OPTIONS,
  parseRealmOptions,
} from '../../../src/config/realm-options.ts'
import { type Config, configSchema } from '../../../src/config/schema.ts'

const config = (options: Partial<Config> = {}): Config => ({ ...configSchema.parse({}), ...options })

describe('what a realm remembers', () => {
  it('is what a realm depends on, and nothing of the server or of this command', () => {
    expect(NO_REALM_OPTIONS).toEqual({
      mcpUrl: [],
      trustedHost: [],
      user: [],
      with: [],
      scope: [],
      role: [],
      userAttribute: [],
      origin: [],
      downstream: [],
      serviceAccount: [],
    })
  })

  it('is read back as it was written', () => {
    const options = {
      ...NO_REALM_OPTIONS,
      scope: ['a:"b c"'],
      tokenLifespan: 60,
      consent: false,
      realmFile: '/r',
    }
    expect(parseRealmOptions(JSON.stringify(options))).toEqual(options)
  })

  it('has its default where an older version of ours did not know an option', () => {
    expect(parseRealmOptions('{"user":["bob"]}')).toEqual({ ...NO_REALM_OPTIONS, user: ['bob'] })
  })

  it('is as if nothing were remembered when it cannot be read', () => {
    expect(parseRealmOptions('{"user":5}')).toEqual(NO_REALM_OPTIONS)
    expect(parseRealmOptions('not JSON')).toEqual(NO_REALM_OPTIONS)
  })
})

describe('the options of now and of before', () => {
  const before = {
    ...NO_REALM_OPTIONS,
    ...{ user: ['bob'], with: ['strict'], tokenLifespan: 60, consent: false, realmFile: '/before.json' },
  }

  it('are those of before where nothing is given now', () => {
    expect(mergeRealmOptions(config(), before)).toEqual(before)
    expect(mergeRealmOptions(config({ port: 1, timeout: 5, realm: 'r', proof: false }), before)).toEqual(
      before,
    )
  })

  it('are those of now where something is given, option by option and not item by item', () => {
    const now = { user: ['alice'], tokenLifespan: 300, scope: ['api:read'] }
    expect(mergeRealmOptions(config(now), before)).toEqual({ ...before, ...now })
  })

  it('hold no consent page, given now or before, until it is asked for again', () => {
    expect(mergeRealmOptions(config({ consent: false }), NO_REALM_OPTIONS).consent).toBe(false)
    expect(mergeRealmOptions(config(), before).consent).toBe(false)
    expect(mergeRealmOptions(config({ consent: true }), before).consent).toBe(true)
  })
})

it('the options that were given are listed with their values, for a person', () => {
  expect(givenRealmOptions(NO_REALM_OPTIONS)).toEqual([])
  expect(givenRealmOptions({ ...NO_REALM_OPTIONS, consent: false, user: ['bob'] })).toEqual([
    { key: 'user', value: ['bob'] },
    { key: 'consent', value: false },
  ])
})

it('the options in which two realms differ are named', () => {
  const before = { ...NO_REALM_OPTIONS, user: ['bob'], tokenLifespan: 60 }
  expect(changedRealmOptions(before, { ...before })).toEqual([])
  expect(changedRealmOptions(before, { ...NO_REALM_OPTIONS, user: ['bob', 'eve'], consent: false })).toEqual([
    'user',
    'tokenLifespan',
    'consent',
  ])
})
