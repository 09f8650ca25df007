import { lookup } from 'node:dns/promises'

import { command } from '../../../config/command.ts'
import { someoneListens } from '../../../runtime/probe-port.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'
import { portOf } from './ports.ts'

/** The addresses and the port of `localhost`. */
interface Localhost {
  /** Addresses, in the order in which programs get them. */
  readonly addresses: readonly string[]
  /** `undefined` when it is not known yet. */
  readonly port: number | undefined
  /** Whether another program listens on that port of `::1`. Keycloak does not listen there. */
  readonly strangerOnIpv6: boolean
}

/** Checks that `localhost` leads to the server, which listens on 127.0.0.1. */
export const localhost: DoctorCheck<'host'> = {
  name: 'localhost',
  title: 'localhost',
  group: 'machine',
  asks: 'host',
  async run(machine) {
    const port = portOf(machine)
    const found = await lookup('localhost', { all: true, order: 'verbatim' }).catch(() => [])
    const strangerOnIpv6 = port !== undefined && (await someoneListens('::1', port))
    return judgeLocalhost({ addresses: found.map(({ address }) => address), port, strangerOnIpv6 })
  },
}

/** Judges the addresses of `localhost` for a server on 127.0.0.1. */
export function judgeLocalhost({ addresses, port, strangerOnIpv6 }: Localhost): Finding {
  const what = addresses.length > 0 ? `is ${addresses.join(', then ')}` : 'is not known to this machine'
  if (!addresses.includes('127.0.0.1')) {
    return fail(
      what,
      'Keycloak listens on 127.0.0.1 and is called localhost: no program would find it.',
      'Add the line "127.0.0.1 localhost" to /etc/hosts (Windows: C:\\Windows\\System32\\drivers\\etc\\hosts).',
    )
  }
  if (addresses.includes('::1') && strangerOnIpv6 && port !== undefined) {
    return fail(
      what,
      `Another program listens on [::1]:${port}, and programs that try IPv6 first talk to that one.`,
      `Stop it, or take another port: ${command('down')}, then ${command('up', { port: port + 1 })}`,
    )
  }
  if (strangerOnIpv6 && port !== undefined) {
    return warn(
      what,
      `Another program listens on [::1]:${port}, and browsers try that address first for localhost.`,
      `Stop it, or take another port: ${command('down')}, then ${command('up', { port: port + 1 })}`,
    )
  }
  return ok(what)
}
