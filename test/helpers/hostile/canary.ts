import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'

/** A listener on a port that nobody named. Whatever reaches it is a fault. */
export interface Canary extends AsyncDisposable {
  readonly url: string
  /** Connections and bytes that reached it. */
  readonly reached: { connections: number; bytes: number }
}

/** Listens on both addresses of this machine's loopback, at one port. */
export async function canary(): Promise<Canary> {
  const reached = { connections: 0, bytes: 0 }
  const listen = async (host: string, port: number): Promise<Server> => {
    const server = createServer((socket) => {
      reached.connections += 1
      socket.on('data', (chunk) => {
        reached.bytes += chunk.length
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
      })
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
    return server
  }
  const first = await listen('127.0.0.1', 0)
  const { port } = first.address() as AddressInfo
  const second = await listen('::1', port).catch(() => undefined) // this machine may have no IPv6
  return {
    url: `http://127.0.0.1:${port}`,
    reached,
    async [Symbol.asyncDispose]() {
      for (const server of [first, second]) server?.close()
    },
  }
}
