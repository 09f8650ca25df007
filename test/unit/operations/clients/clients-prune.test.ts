import { describe, expect, it } from 'vitest'

import { configSchema } from '../../../../src/config/schema.ts'
import type { ClientEntry } from '../../../../src/operations/clients/clients.ts'
import { clientsPrune, isDoomed } from '../../../../src/operations/clients/clients-prune.ts'
import { refusal } from '../../support/refusal.ts'

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T00:00:00.000Z`
const BEFORE = Date.parse(day(10))

const CLIENT: ClientEntry = {
  clientId: 'c',
  kind: 'registered',
  name: null,
  redirectHosts: [],
  registeredAt: day(2),
  lastSessionAt: null,
  used: false,
  knownSince: day(1),
}

describe('a client that is older', () => {
  it.each<[string, Partial<ClientEntry>, boolean | undefined]>([
    ['registered before, and never used', {}, true],
    ['registered and used before', { lastSessionAt: day(9), used: true }, true],
    ['registered before, used since', { lastSessionAt: day(11), used: true }, false],
    ['registered since', { registeredAt: day(10) }, false],
    ['of before the time that is known of, not used since', { registeredAt: null, used: null }, true],
    [
      'of which only a time since then is known',
      { registeredAt: null, used: null, knownSince: day(11) },
      undefined,
    ],
    ['registered before, but of its use only a time since then is known', { knownSince: day(11) }, undefined],
    [
      'used since, whatever else is known',
      { registeredAt: null, lastSessionAt: day(12), knownSince: day(12) },
      false,
    ],
  ])('%s: %o is %s', (_, members, doomed) => {
    expect(isDoomed({ ...CLIENT, ...members }, false, BEFORE)).toBe(doomed)
  })
})

describe('an unused client', () => {
  it.each([
    [false, true],
    [true, false],
    [null, undefined],
  ])('is one that is known to be: used %s', (used, doomed) => {
    expect(isDoomed({ ...CLIENT, used }, true, undefined)).toBe(doomed)
  })

  it('has to be older as well, when both are asked for', () => {
    expect(isDoomed(CLIENT, true, BEFORE)).toBe(true)
    expect(isDoomed({ ...CLIENT, registeredAt: day(11) }, true, BEFORE)).toBe(false)
    expect(isDoomed({ ...CLIENT, used: true }, true, BEFORE)).toBe(false)
    expect(isDoomed({ ...CLIENT, used: null }, true, BEFORE)).toBeUndefined()
    expect(isDoomed({ ...CLIENT, used: null, registeredAt: day(11) }, true, BEFORE)).toBe(false)
  })
})

it('prunes nothing without a condition, and does not even look', async () => {
  const config = configSchema.parse({ keycloakUrl: 'http://localhost:1' })
  expect(await refusal(() => clientsPrune(config, {}))).toMatchObject({
    code: 'USAGE_INVALID',
    fix: expect.stringContaining('--unused'),
  })
})
