import { LOOPBACK } from '../config/loopback.ts'
/** Where a server listens so that it is reached under its MCP URL. */
export interface ListenAddress {
  /** Address to bind to: loopback, unless the URL's name is for other machines or containers. */
  readonly host: string
  readonly port: number
  /** Path of the MCP endpoint. */
  readonly path: string
  /** Scheme, host and port of the MCP URL. */
  readonly origin: string
  /** The one foreign name in the Host header to accept; `undefined` for loopback names, which need no permission. */
  readonly publicHost: string | undefined
  /** What to do beside running the server; `undefined` when that is all. */
  readonly note: string | undefined
}

/** Port behind whatever ends TLS for an `https` MCP URL. */
const PORT_BEHIND_TLS = 8000

/** Where a server with this MCP URL must listen. */
export function listenAddress(mcpUrl: string): ListenAddress {
  const { protocol, hostname, port, pathname, origin } = new URL(mcpUrl)
  const secure = protocol === 'https:'
  const loopback = new RegExp(`^${LOOPBACK}$`).test(hostname)
  return {
    host: hostname === '[::1]' ? '::1' : secure || loopback ? '127.0.0.1' : '0.0.0.0',
    port: secure ? PORT_BEHIND_TLS : Number(port || 80),
    path: pathname,
    origin,
    publicHost: loopback ? undefined : hostname,
    note: secure
      ? `It speaks plain http: let whatever ends TLS for ${origin} forward to http://127.0.0.1:${PORT_BEHIND_TLS}.`
      : undefined,
  }
}
