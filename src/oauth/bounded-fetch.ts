import { McpKeycloakError } from '../errors.ts'

/** Bounds of the requests to one server. */
export interface FetchLimits {
  /** Time for a whole request and its response. */
  readonly timeoutMs: number
  /** Length of a response body, decompressed. A longer one is cut off. */
  readonly maxBytes: number
  /** URLs that the user named. Requests go to their origins only. Default: every origin. */
  readonly named?: readonly string[] | undefined
  /** Aborted when the user interrupts. */
  readonly signal?: AbortSignal | undefined
}

/** A subset of the global `fetch` that our clients and the MCP SDK use. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** Sends one request and follows no redirect. */
export type Send = (request: Request, signal: AbortSignal) => Promise<Response>

/** A server that has not sent its whole response in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/** A response that was cut off. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'
}

/** Sends by Node's own `fetch`. Looks it up for each request, because the command line replaces it. */
const byNode: Send = (request, signal) => globalThis.fetch(request, { signal, redirect: 'manual' })

/**
 * Creates a `fetch` with limits for time and length. It follows no redirect. With `named`, it opens no connection to an
 * origin that the user did not name, even when a server points there.
 *
 * @throws {McpKeycloakError} `DISCOVERY_FAILED` for a request that was not sent
 */
export function boundedFetch(limits: FetchLimits, send: Send = byNode): Fetch {
  const origins = limits.named?.map((url) => new URL(url).origin)
  return async (input, init) => {
    assertNamed(input instanceof Request ? input.url : String(input), origins)
    const request = new Request(input, init)
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    const signals = [deadline, request.signal, ...(limits.signal ? [limits.signal] : [])]
    const reason = (error: unknown) =>
      deadline.aborted ? new TimedOut(`no answer within ${limits.timeoutMs / 1000} s`) : error
    try {
      return cutOff(await send(request, AbortSignal.any(signals)), limits.maxBytes, reason)
    } catch (error) {
      throw reason(error)
    }
  }
}

/** Compares whole origins. So no other spelling of an address, and no name that resolves to it, gets through. */
function assertNamed(text: string, origins: readonly string[] | undefined): void {
  const url = URL.parse(text)
  const isHttp = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (isHttp && (origins === undefined || origins.includes(url.origin))) return
  throw new McpKeycloakError('DISCOVERY_FAILED', {
    what: `A server points to ${JSON.stringify(text.slice(0, 200))}. No request was sent there.`,
    why: origins
      ? `Requests go only to ${[...new Set(origins)].join(' and ')}, which you named.`
      : 'It is not a plain http or https URL.',
    fix: 'Correct that URL in the metadata, redirect or form of the server that names it.',
  })
}

function cutOff(answer: Response, maxBytes: number, reason: (error: unknown) => unknown): Response {
  const { status, headers, body } = answer
  if (body === null) return new Response(null, { status, headers })
  const reader = body.getReader()
  let size = 0
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        size += value.length
        if (size > maxBytes) throw new AnswerTooLong(`more than ${maxBytes / 1_000_000} MB`)
        controller.enqueue(value)
      } catch (error) {
        reader.cancel().catch(() => {}) // the connection ends when nobody reads the rest
        throw reason(error)
      }
    },
    cancel: () => reader.cancel().catch(() => {}),
  })
  return new Response(stream, { status, headers })
}
