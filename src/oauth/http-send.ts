import { lookup } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import * as zlib from 'node:zlib'

import type { Send } from './bounded-fetch.ts'
import { pinnedAddresses } from './pinned-addresses.ts'

/**
 * Creates a sender on `node:http`. It accepts any certificate of one origin and sends a given `Host` header, which
 * Node's own `fetch` cannot without another library. All its requests to a host go to the address that the first one reached.
 *
 * @param insecureOrigin the origin whose certificate need not be trusted
 */
export function httpSend(insecureOrigin?: string, resolve: typeof lookup = lookup): Send {
  const pinned = pinnedAddresses(resolve)
  return async (request, signal) => {
    const url = new URL(request.url)
    const body = Buffer.from(await request.arrayBuffer())
    const options = {
      method: request.method,
      headers: {
        'user-agent': 'mcp-keycloak', // firewalls refuse requests without one
        ...Object.fromEntries(request.headers),
        ...(body.length > 0 && { 'content-length': body.length }),
      },
      agent: false,
      signal,
      lookup: pinned.lookup,
      rejectUnauthorized: url.origin !== insecureOrigin,
      ALPNProtocols: ['http/1.1'], // a server of HTTP/2 only then says so
      servername: isIP(url.hostname.replace(/^\[|\]$/g, '')) ? '' : url.hostname, // Node would take it from a Host header
    } as const
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
      const lost = () => reject(new Error('The connection ended without a response'))
      outgoing.on('socket', (socket) => {
        socket.once('connect', () => pinned.reached(url.hostname, socket.remoteAddress))
      })
      outgoing.on('response', resolve).on('error', reject).on('close', lost).end(body) // a 101 ends it without an error
    })
    return response(answer)
  }
}

/** Statuses whose responses have no body. */
const WITHOUT_BODY = [204, 205, 304]

function response(answer: IncomingMessage): Response {
  const { statusCode: status = 0, rawHeaders } = answer
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  const plain = decoded(answer, headers.get('content-encoding') ?? '')
  plain.on('error', () => {}) // a reader of the body gets the error; there may be no reader
  const chunks: AsyncIterator<Uint8Array> = plain[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      plain.destroy()
      answer.destroy()
    },
  })
  if (WITHOUT_BODY.includes(status)) {
    answer.resume()
    return new Response(null, { status, headers })
  }
  return new Response(body, { status, headers })
}

/** Decompresses a body. A server may compress without being asked, because no `Accept-Encoding` allows everything. */
function decoded(answer: IncomingMessage, coding: string): Readable {
  const name = coding.trim().toLowerCase()
  const { Z_SYNC_FLUSH: flush } = zlib.constants
  const early = { flush, finishFlush: flush } // for event streams
  if (/^(x-)?gzip$|^deflate$/.test(name)) return pipeline(answer, zlib.createUnzip(early), () => {})
  if (name === 'br') return pipeline(answer, zlib.createBrotliDecompress(), () => {})
  // Node has it from 22.15 on.
  if (name === 'zstd' && 'createZstdDecompress' in zlib)
    return pipeline(answer, zlib.createZstdDecompress(), () => {})
  return answer
}
