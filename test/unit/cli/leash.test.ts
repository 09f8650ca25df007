import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { leashed } from '../../../src/cli/leash.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Requests that never get an answer. */
function program() {
  const [first, second] = [new AbortController(), new AbortController()]
  const fetch = leashed(
    (input, init) =>
      new Promise((_, reject) => {
        const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
    { begun: first.signal, hurry: second.signal },
  )
  const begin = (url: string, init?: RequestInit) => {
    const request = { isOver: false }
    void fetch(url, init).catch(() => {
      request.isOver = true
    })
    return request
  }
  return { first, second, begin }
}

const TOKEN = 'http://localhost:8080/realms/master/protocol/openid-connect/token'

it('gives up reads and logins 5 seconds after the signal, and no write', async () => {
  const { first, begin } = program()
  const requests = [
    begin('http://localhost:8080/admin/realms'),
    begin(TOKEN, { method: 'POST' }),
    begin('http://localhost:8080/admin/realms', { method: 'POST' }),
  ]
  await vi.advanceTimersByTimeAsync(60_000)
  expect(requests.map(({ isOver }) => isOver)).toEqual([false, false, false])
  first.abort()
  await vi.advanceTimersByTimeAsync(4000)
  expect(requests.map(({ isOver }) => isOver)).toEqual([false, false, false])
  await vi.advanceTimersByTimeAsync(1001)
  expect(requests.map(({ isOver }) => isOver)).toEqual([true, true, false])
})

it('gives up reads at once by the second signal', async () => {
  const { first, second, begin } = program()
  const [read, write] = [begin('http://localhost/'), begin('http://localhost/', { method: 'DELETE' })]
  first.abort()
  second.abort()
  await vi.advanceTimersByTimeAsync(0)
  expect([read.isOver, write.isOver]).toEqual([true, false])
})

it('lets a request be aborted by its own signal', async () => {
  const { begin } = program()
  const own = new AbortController()
  const [read, write] = [
    begin('http://localhost/', { signal: own.signal }),
    begin('http://localhost/', { method: 'PUT', signal: own.signal }),
  ]
  own.abort()
  await vi.advanceTimersByTimeAsync(0)
  expect([read.isOver, write.isOver]).toEqual([true, true])
})

it('does not abort what clean-up asks for after the signal', async () => {
  const { first, begin } = program()
  first.abort()
  const request = begin('http://localhost/')
  await vi.advanceTimersByTimeAsync(0)
  expect(request.isOver).toBe(false)
})
