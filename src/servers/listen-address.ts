import { isLoopbackName } from '../config/loopback.ts'

/** The address on which a server listens for its MCP URL. */
export interface ListenAddress {
  /** Address to bind to: loopback, unless the URL's host name is for other machines or containers. */
  readonly host: string
  readonly port: number
  /** Path of the MCP endpoint. */
  readonly path: string
  /** Scheme, host and port of the MCP URL. */
  readonly origin: string
  /** The only other host name to accept in the Host header; `undefined` for loopback names, which are always accepted. */
  readonly publicHost: string | undefined
  /** A step in addition to running the server; `undefined` when there is none. */
  readonly note: string | undefined
}

/** Port behind the TLS proxy of an `https` MCP URL. */
const PORT_BEHIND_TLS = 8000

/** Returns the address on which a server with this MCP URL must listen. */
export function listenAddress(mcpUrl: string): ListenAddress {
  const { protocol, hostname, port, pathname, origin } = new URL(mcpUrl)
  const secure = protocol === 'https:'
  const loopback = isLoopbackName(hostname)
  return {
    host: hostname === '[::1]' ? '::1' : secure || loopback ? '127.0.0.1' : '0.0.0.0',
    port: secure ? PORT_BEHIND_TLS : Number(port || 80),
    path: pathname,
    origin,
    publicHost: loopback ? undefined : hostname,
    note: secure
      ? `The server uses plain http: let the TLS proxy of ${origin} forward to http://127.0.0.1:${PORT_BEHIND_TLS}.`
      : undefined,
  }
}
