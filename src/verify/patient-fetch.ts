import { setTimeout as sleep } from 'node:timers/promises'

import type { Fetch } from '../oauth/bounded-fetch.ts'

/** The longest wait for one request. A server may ask for more. */
const LONGEST_WAIT_MS = 3_000

/** Time for all waits. */
const MOST_WAIT_MS = 10_000

/** A `fetch` that waits when the server asks for it. */
export interface Patience {
  readonly fetch: Fetch
  /** Whether the server has limited how often it is asked. */
  isLimited(): boolean
  /** Whether it has asked for more time than there is. */
  isOver(): boolean
}

/**
 * Sends a request again after the time that a 429, or a 503 of a server that starts, names. Returns the last response
 * when the server asks for more than 3 seconds, or for more than 10 seconds in all.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3 RFC 9110 §10.2.3}
 */
export function patientFetch(fetch: Fetch, signal?: AbortSignal): Patience {
  let isLimited = false
  let waitedMs = 0
  return {
    isLimited: () => isLimited,
    isOver: () => waitedMs > MOST_WAIT_MS,
    async fetch(input, init) {
      for (;;) {
        const response = await fetch(input instanceof Request ? input.clone() : input, init)
        if (!isBusy(response)) return response
        isLimited ||= response.status === 429
        const ms = retryAfterMs(response.headers.get('retry-after'))
        waitedMs += ms
        if (ms > LONGEST_WAIT_MS || waitedMs > MOST_WAIT_MS) return response
        await response.body?.cancel()
        await sleep(ms, undefined, signal && { signal })
      }
    },
  }
}

/** Whether the server asks for a later request. */
export function isBusy({ status, headers }: Response): boolean {
  return status === 429 || (status === 503 && headers.has('retry-after'))
}

/** Reads `Retry-After`: seconds or a date. Default: one second. */
function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? 1)
  const ms = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : seconds * 1000
  return Number.isFinite(ms) ? Math.max(ms, 100) : 1_000
}
