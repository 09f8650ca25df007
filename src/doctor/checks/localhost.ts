import { lookup } from 'node:dns/promises'

import { someoneListens } from '../../runtime/probe-port.ts'
import { type Check, type Finding, fail, ok, skip } from '../check.ts'

/** What was found out of `localhost`. */
interface Localhost {
  /** Its addresses, in the order in which programs get them. */
  readonly addresses: readonly string[]
  readonly port: number
  /** Somebody listens on that port of `::1`, where nothing of ours does. */
  readonly strangerOnIpv6: boolean
}

/** Whether `localhost` leads to the server, which listens on 127.0.0.1. */
export const localhost: Check<'machine'> = {
  name: 'localhost',
  title: 'localhost',
  group: 'machine',
  asks: 'machine',
  async run({ config, state }) {
    if (config.keycloakUrl !== undefined) return skip('not looked at', 'Somebody else runs that Keycloak.')
    const port = state?.port ?? config.port ?? 8080
    const found = await lookup('localhost', { all: true, order: 'verbatim' }).catch(() => [])
    const strangerOnIpv6 = await someoneListens('::1', port)
    return judgeLocalhost({ addresses: found.map(({ address }) => address), port, strangerOnIpv6 })
  },
}

/** What the addresses of `localhost` mean for a server on 127.0.0.1. */
export function judgeLocalhost({ addresses, port, strangerOnIpv6 }: Localhost): Finding {
  const what = addresses.length > 0 ? `is ${addresses.join(', then ')}` : 'is not known to this machine'
  if (!addresses.includes('127.0.0.1')) {
    return fail(
      what,
      'Keycloak listens on 127.0.0.1 and is called localhost: no program would find it.',
      'Add the line "127.0.0.1 localhost" to /etc/hosts (Windows: C:\\Windows\\System32\\drivers\\etc\\hosts).',
    )
  }
  if (addresses.includes('::1') && strangerOnIpv6) {
    return fail(
      what,
      `Another program listens on [::1]:${port}, and programs that try IPv6 first talk to that one.`,
      `Stop it, or take another port: mcp-keycloak down, then mcp-keycloak up --port ${port + 1}`,
    )
  }
  return ok(what)
}
