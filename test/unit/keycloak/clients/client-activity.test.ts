import { describe, expect, it } from 'vitest'

import {
  type ClientTraces,
  carrying,
  clientActivity,
} from '../../../../src/keycloak/clients/client-activity.ts'

const HOUR = 3_600_000
const NOW = Date.now()
const ago = (hours: number) => NOW - hours * HOUR

interface Seen {
  readonly registered?: number
  readonly logins?: readonly number[]
  readonly oldest?: number
  readonly expirationMs?: number
  readonly session?: number
  readonly consented?: readonly string[] | 'not asked'
}

function traces({
  registered,
  logins = [],
  oldest,
  expirationMs,
  session,
  consented = [],
}: Seen): ClientTraces {
  const events = [
    ...logins.map((time) => ({ type: 'LOGIN' as const, time, clientId: 'c' })),
    ...(registered === undefined
      ? []
      : [{ type: 'CLIENT_REGISTER' as const, time: registered, clientId: 'c' }]),
  ]
  return {
    events: {
      byClient: new Map([['c', events]]),
      oldest: oldest ?? Math.min(NOW, ...events.map(({ time }) => time)),
      expirationMs: expirationMs ?? 24 * HOUR,
    },
    sessions: new Map(session === undefined ? [] : [['c', session]]),
    consented: consented === 'not asked' ? undefined : new Set(consented),
  }
}

const client = { id: 'c', clientId: 'c', consentRequired: false }

describe('what is known of a client', () => {
  it('a client is known as unused while its registration event exists', () => {
    expect(clientActivity(client, traces({ registered: ago(2), oldest: ago(5) }))).toEqual({
      registeredAt: ago(2),
      lastSessionAt: null,
      used: false,
      knownSince: ago(5),
    })
  })

  it('is its last use: the latest of its logins and of its sessions', () => {
    const seen = { registered: ago(9), logins: [ago(3), ago(8)] }
    expect(clientActivity(client, traces(seen))).toMatchObject({ used: true, lastSessionAt: ago(3) })
    expect(clientActivity(client, traces({ ...seen, session: ago(1) })).lastSessionAt).toBe(ago(1))
    expect(clientActivity(client, traces({ session: ago(1) }))).toMatchObject({
      used: true,
      registeredAt: null,
    })
  })

  it('a client without an event is dated by its secret', () => {
    const attributes = { 'client.secret.creation.time': String(ago(50) / 1000) }
    expect(clientActivity({ ...client, attributes }, traces({ oldest: ago(20) }))).toMatchObject({
      registeredAt: ago(50),
      used: null,
    })
  })

  it('a client with a consent counts as used, one without as unused', () => {
    const asking = { ...client, consentRequired: true }
    expect(clientActivity(asking, traces({ consented: ['c'] })).used).toBe(true)
    expect(clientActivity(asking, traces({ consented: ['other'] })).used).toBe(false)
    expect(clientActivity(asking, traces({ consented: 'not asked' })).used).toBeNull()
    expect(clientActivity(client, traces({})).used).toBeNull()
  })
})

describe('what a client carries over a reset of the realm', () => {
  const before = clientActivity(client, traces({ registered: ago(4), logins: [ago(3)], oldest: ago(10) }))
  const kept = carrying(client, before)

  it('is all that was known, though events and sessions are gone', () => {
    expect(clientActivity(kept, traces({}))).toEqual(before)
  })

  it('is followed by what came after', () => {
    const after = clientActivity(kept, traces({ logins: [NOW + HOUR] }))
    expect(after).toEqual({ ...before, lastSessionAt: NOW + HOUR })
  })

  it('says nothing of a later use when events of after the reset have expired', () => {
    expect(clientActivity(kept, traces({ oldest: NOW, expirationMs: 0 }))).toMatchObject({
      registeredAt: ago(4),
      knownSince: NOW,
    })
  })

  it.each(['', 'oops', '{}', '[]', '{"registeredAt":"x"}'])(
    'is as if it were not there when it is %j',
    (text) => {
      const attributes = { 'mcp-keycloak.activity': text }
      expect(clientActivity({ ...client, attributes }, traces({})).registeredAt).toBeNull()
    },
  )
})
