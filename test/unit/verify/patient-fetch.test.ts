import { expect, it } from 'vitest'

import { patientFetch } from '../../../src/verify/patient-fetch.ts'

/** A server that gives these responses one after the other, and then 200. */
function server(...busy: readonly [status: number, retryAfter?: string][]) {
  const left = busy.map(
    ([status, after]) => new Response('', { status, headers: after ? { 'retry-after': after } : {} }),
  )
  return patientFetch(async () => left.shift() ?? new Response('good'))
}

it.each<[string, [number, string?][], number, boolean]>([
  ['asks again after a 429', [[429, '0']], 200, true],
  ['asks again after a 503 of a server that starts', [[503, '0']], 200, false],
  ['returns a 503 without a time', [[503]], 503, false],
  ['returns a 429 that asks for more than 3 seconds', [[429, '4']], 429, true],
  ['reads a date', [[429, new Date(Date.now() - 1_000).toUTCString()]], 200, true],
])('%s', async (_case, busy, status, isLimited) => {
  const patience = server(...busy)
  expect((await patience.fetch('http://a.test/')).status).toBe(status)
  expect([patience.isLimited(), patience.isOver()]).toEqual([isLimited, false])
})

it('is over after 10 seconds of waits', async () => {
  const patience = server([429, '9'], [429, '9'])
  await patience.fetch('http://a.test/')
  expect(patience.isOver()).toBe(false)
  await patience.fetch('http://a.test/')
  expect(patience.isOver()).toBe(true)
})
