import { interrupted } from '../errors.ts'
import type { Interrupt } from './interrupt.ts'

/** Long enough for a busy server, short enough for a user who has pressed Ctrl-C. */
const READ_MS = 5000

/** The last request of a login. A login leaves nothing to undo. */
const TOKEN_ENDPOINT = /\/protocol\/openid-connect\/token$/

/**
 * Limits the requests of an interrupted program. A read ends after {@link READ_MS}, or at the second signal. A write
 * goes on, because clean-up has to know its outcome. Clean-up also sends requests, so the first signal does not abort
 * them.
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
  return /^(get|head)$/i.test(method) || TOKEN_ENDPOINT.test(url.split(/[?#]/, 1)[0] ?? '')
}
