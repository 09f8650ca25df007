import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The host of a page whose name was rebound to the loopback interface. */
export const EVIL = 'evil.example'

/** An answer to a page. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends a request as a page on {@link EVIL} does after its name was rebound: to loopback, with its own name as the host. */
export function fromReboundPage(
  server: string,
  path: string,
  options: { method?: string; body?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { port } = new URL(server)
  const { body, method = body === undefined ? 'GET' : 'POST', headers } = options
  const host = `${EVIL}:${port}`
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers, host } },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          }),
        )
      },
    )
    sent.on('error', reject).end(body)
  })
}

/**
 * A proxy that stands for the attacker's name server: `/attack.html` comes from the attacker, everything else of the same
 * origin from the loopback interface.
 *
 * @returns the server, and its address for a browser
 */
export async function rebindingProxy(page: string): Promise<{ server: Server; address: string }> {
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '', `http://${EVIL}`)
    if (url.hostname !== EVIL) return outgoing.writeHead(502).end() // the browser's own requests
    if (url.pathname === '/attack.html') return outgoing.setHeader('content-type', 'text/html').end(page)
    const { method, headers } = incoming
    const path = `${url.pathname}${url.search}`
    const forwarded = request({ host: '127.0.0.1', port: url.port, path, method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.writeHead(502).end())
    return incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
