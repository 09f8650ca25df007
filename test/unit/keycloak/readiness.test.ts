import { describe, expect, it, vi } from 'vitest'

import { answers, type ReadinessTarget, waitUntilReady } from '../../../src/keycloak/readiness.ts'
import { deadUrl, localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

// Between two questions no time passes here.
vi.mock('node:timers/promises', () => ({ setTimeout: () => new Promise(setImmediate) }))

const target = (urls: readonly string[], others: Partial<ReadinessTarget> = {}): ReadinessTarget => ({
  urls,
  timeoutMs: 5000,
  isAlive: async () => true,
  lastLog: async () => [],
  signal: undefined,
  ...others,
})

/** A server that answers 503 so many times, and 200 from then on. */
function readyAfter(times: number): Promise<string> {
  let asked = 0
  return localServer((_, response) => void response.writeHead(asked++ < times ? 503 : 200).end('{}'))
}

describe('a server', () => {
  it('is ready once everything answers 200', async () => {
    let alive = 0
    const urls = [await readyAfter(2), await readyAfter(0)]
    const isAlive = async () => {
      alive += 1
      return true
    }
    await waitUntilReady(target(urls, { isAlive }))
    expect(alive).toBe(1) // not at each question: it may take a program of its own
  })

  it('is ready at once when it was before, whatever is said of its process', async () => {
    await waitUntilReady(target([await readyAfter(0)], { isAlive: async () => false, timeoutMs: 0 }))
  })

  it('that dies is not waited for, and its log is quoted', async () => {
    const lastLog = async (lines: number) => {
      expect(lines).toBeGreaterThan(50)
      return ['INFO started', 'ERROR Failed to bind', '\tat x.y.z']
    }
    const error = await refusal(async () =>
      waitUntilReady(target([await deadUrl()], { isAlive: async () => false, lastLog })),
    )
    expect(error).toMatchObject({ code: 'KEYCLOAK_EXITED', exitCode: 4 })
    expect(error.why.split('\n').slice(1)).toEqual(['ERROR Failed to bind'])
  })

  it('that dies without a word is said to have written none', async () => {
    const error = await refusal(async () =>
      waitUntilReady(target([await deadUrl()], { isAlive: async () => false })),
    )
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak stopped while it was starting.  [KEYCLOAK_EXITED]
        Why  It wrote nothing to its log.
        Fix  Fix what the log says, then run the command again.
    `)
  })

  it('is given up when its time is up', async () => {
    const url = await readyAfter(Number.POSITIVE_INFINITY)
    const error = await refusal(() =>
      waitUntilReady(target([url], { timeoutMs: 30, lastLog: async () => ['still building'] })),
    )
    expect(error).toMatchObject({ code: 'KEYCLOAK_NOT_READY', exitCode: 4 })
    expect(error.why).toContain('still building')
    expect(error.fix).toContain('--timeout')
  })

  it('is not waited for when the user interrupts', async () => {
    const interrupt = new AbortController()
    const url = await localServer((_, response) => {
      interrupt.abort()
      response.writeHead(503).end()
    })
    const error = await refusal(() => waitUntilReady(target([url], { signal: interrupt.signal })))
    expect(error.code).toBe('INTERRUPTED')
  })
})

describe('a URL', () => {
  it('answers when it says 200, and not when it says something else or nothing', async () => {
    expect(await answers(await readyAfter(0))).toBe(true)
    expect(await answers(await readyAfter(1))).toBe(false)
    expect(await answers(await deadUrl())).toBe(false)
  })
})
