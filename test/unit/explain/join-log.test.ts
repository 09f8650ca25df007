import { describe, expect, it } from 'vitest'

import { joinLog } from '../../../src/explain/join-log.ts'

const DETAIL = "KC-SERVICES0108: URI 'https://a.test/' doesn't match any trustedHost or trustedDomain"
const EVENT = 'type="CLIENT_REGISTER_ERROR", realmId="1", realmName="shop", error="not_allowed"'

const entry = (atMs: number, thread: string, message: string) => ({ atMs, thread, message })

describe('the entries of a log', () => {
  it('belong to one request by their thread, even when other requests write in between', () => {
    const join = joinLog()
    expect(join.push(entry(1, 'one', DETAIL))).toEqual([])
    const other = join.push(entry(2, 'two', EVENT))
    expect(other).toMatchObject([{ logLines: [], event: { realm: 'shop' } }])
    expect(join.push(entry(3, 'one', EVENT))).toMatchObject([{ atMs: 3, logLines: [DETAIL] }])
    expect(join.flush(Number.POSITIVE_INFINITY)).toEqual([])
  })

  it('form an occurrence of their own when no event follows in time', () => {
    const join = joinLog()
    join.push(entry(1000, 'one', DETAIL))
    expect(join.flush(1000)).toEqual([])
    expect(join.flush(1001)).toEqual([{ atMs: 1000, event: undefined, logLines: [DETAIL] }])
    expect(join.flush(2000)).toEqual([])
  })

  it('do not join the event of a later request', () => {
    const join = joinLog()
    join.push(entry(1000, 'one', DETAIL))
    const told = join.push(entry(60_000, 'one', EVENT))
    expect(told).toMatchObject([
      { event: undefined, logLines: [DETAIL] },
      { logLines: [], event: { type: 'CLIENT_REGISTER_ERROR' } },
    ])
  })

  it('are omitted without a known failure', () => {
    const join = joinLog()
    join.push(entry(1, 'main', 'Keycloak 26.7.5 on JVM started in 9.5s. Listening on: http://127.0.0.1:8080'))
    expect(join.flush(Number.POSITIVE_INFINITY)).toEqual([])
  })
})
