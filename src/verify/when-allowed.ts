import { setTimeout as sleep } from 'node:timers/promises'

import type { Answer } from './mcp-endpoint.ts'

/** The longest wait for one request. A server may ask for more. */
const LONGEST_WAIT_MS = 3_000

/** Requests again after a 429. */
const MOST_TRIES = 3

/**
 * Sends a request, and again after the time that a 429 names.
 *
 * @returns `undefined` when the server still answers 429, or asks for more than 3 seconds
 * @see {@link https://www.rfc-editor.org/rfc/rfc6585.html#section-4 RFC 6585 §4}
 */
export async function whenAllowed(
  ask: () => Promise<Answer>,
  { tries = MOST_TRIES, signal }: { readonly tries?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Answer | undefined> {
  for (let at = 1; ; at++) {
    const answer = await ask()
    if (answer.response.status !== 429) return answer
    const waitMs = retryAfterMs(answer.response.headers.get('retry-after'))
    if (at >= tries || waitMs > LONGEST_WAIT_MS) return undefined
    await sleep(waitMs, undefined, signal && { signal })
  }
}

/** Reads `Retry-After`: seconds or a date. Default: one second. */
export function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? 1)
  const ms = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : seconds * 1000
  return Number.isFinite(ms) ? Math.max(ms, 100) : 1_000
}
