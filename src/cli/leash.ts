import { interrupted } from '../errors.ts'
import type { Interrupt } from './interrupt.ts'

/** Long enough for a busy server, short enough for somebody who has pressed Ctrl-C. */
const READ_MS = 5000

/** Where a login ends: nothing has to be undone after it. */
const TOKEN_ENDPOINT = /\/protocol\/openid-connect\/token$/

/**
 * Bounds the requests of an interrupted program: one that only reads is given up after {@link READ_MS}, or by the second
 * signal. One that changes something goes on, because clean-up has to know what became of it. Clean-up sends requests of
 * its own, so the first signal must not abort them.
 */
export function leashed(
  fetch: typeof globalThis.fetch,
  { begun, hurry }: Pick<Interrupt, 'begun' | 'hurry'>,
): typeof globalThis.fetch {
  const before = new AbortController()
  const giveUp = () => before.abort(interrupted())
  begun.addEventListener('abort', () => setTimeout(giveUp, READ_MS).unref(), { once: true })
  hurry.addEventListener('abort', giveUp, { once: true })
  return (input, init) => {
    const { method, url, signal } =
      input instanceof Request ? input : { method: 'GET', url: String(input), signal: undefined }
    if (!isRead(init?.method ?? method, url)) return fetch(input, init)
    const own = begun.aborted ? AbortSignal.timeout(READ_MS) : before.signal
    const signals = [init?.signal, signal, own].filter((one) => one != null)
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
}

function isRead(method: string, url: string): boolean {
  return /^(get|head)$/i.test(method) || TOKEN_ENDPOINT.test(url.replace(/[?#].*$/, ''))
}
