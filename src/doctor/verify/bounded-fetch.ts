import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** How far an answer of a server that nobody vouches for is gone along with. */
export interface FetchLimits {
  /** For a whole request and its answer. */
  readonly timeoutMs: number
  /** What is longer is cut off. */
  readonly maxBytes: number
  /** The one origin whose certificate need not be trusted. */
  readonly insecureOrigin?: string | undefined
  /** Aborted when the user interrupts. */
  readonly signal?: AbortSignal | undefined
}

/** As the global `fetch`, as far as clients of ours and of the MCP SDK use it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A server that has not answered, or not to the end, in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/** An answer that was cut off. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'
}

/** Statuses whose answers have no body. */
const WITHOUT_BODY = [204, 205, 304]

/**
 * A `fetch` for servers that nobody vouches for: it waits only so long, reads only so much, follows no redirect, and
 * can do without a trusted certificate at one origin, which Node's own `fetch` cannot without another library.
 */
export function boundedFetch(limits: FetchLimits): Fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    const signals = [deadline, request.signal, ...(limits.signal ? [limits.signal] : [])]
    const reason = (error: unknown) =>
      deadline.aborted ? new TimedOut(`no answer within ${limits.timeoutMs / 1000} s`) : error
    try {
      const answer = await send(request, AbortSignal.any(signals), limits)
      return response(answer, limits.maxBytes, reason)
    } catch (error) {
      throw reason(error)
    }
  }
}

async function send(
  request: Request,
  signal: AbortSignal,
  { insecureOrigin }: FetchLimits,
): Promise<IncomingMessage> {
  const url = new URL(request.url)
  const body = Buffer.from(await request.arrayBuffer())
  const options = {
    method: request.method,
    headers: {
      ...Object.fromEntries(request.headers),
      ...(body.length > 0 && { 'content-length': body.length }),
    },
    agent: false,
    signal,
    rejectUnauthorized: url.origin !== insecureOrigin,
  } as const
  return new Promise((resolve, reject) => {
    const outgoing = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
    outgoing.on('response', resolve).on('error', reject).end(body)
  })
}

function response(answer: IncomingMessage, maxBytes: number, reason: (error: unknown) => unknown): Response {
  const { statusCode: status = 0, rawHeaders } = answer
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  answer.on('error', () => {}) // whoever reads hears of it; nobody may be reading
  if (WITHOUT_BODY.includes(status)) {
    answer.resume()
    return new Response(null, { status, headers })
  }
  const chunks = upTo(maxBytes, answer, reason)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      answer.destroy() // the connection ends when nobody wants the rest
    },
  })
  return new Response(body, { status, headers })
}

async function* upTo(
  maxBytes: number,
  source: AsyncIterable<Uint8Array>,
  reason: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  let size = 0
  try {
    for await (const chunk of source) {
      size += chunk.length
      if (size > maxBytes) throw new AnswerTooLong(`more than ${maxBytes / 1_000_000} MB`)
      yield chunk
    }
  } catch (error) {
    throw reason(error)
  }
}
