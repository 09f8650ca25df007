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
  it('realm options leave out the server and the command', () => {
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

  it('realm options are read back unchanged', () => {
    const options = {
      ...NO_REALM_OPTIONS,
      scope: ['a:"b c"'],
      tokenLifespan: 60,
      consent: false,
      realmFile: '/r',
    }
    expect(parseRealmOptions(JSON.stringify(options))).toEqual(options)
  })

  it('an option that an older version did not know gets its default', () => {
    expect(parseRealmOptions('{"user":["bob"]}')).toEqual({ ...NO_REALM_OPTIONS, user: ['bob'] })
  })

  it('is as if nothing were remembered when it cannot be read', () => {
    expect(parseRealmOptions('{"user":5}')).toEqual(NO_REALM_OPTIONS)
    expect(parseRealmOptions('not JSON')).toEqual(NO_REALM_OPTIONS)
  })
})

describe('present and previous options', () => {
  const before = {
    ...NO_REALM_OPTIONS,
    ...{ user: ['bob'], with: ['strict'], tokenLifespan: 60, consent: false, realmFile: '/before.json' },
  }

  it('an option that is not given keeps its previous value', () => {
    expect(mergeRealmOptions(config(), before)).toEqual(before)
    expect(mergeRealmOptions(config({ port: 1, timeout: 5, realm: 'r', proof: false }), before)).toEqual(
      before,
    )
  })

  it('a given option replaces the remembered one as a whole', () => {
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
