import { wantedPorts } from '../../../config/wanted-ports.ts'
import {
  anotherPort,
  isPortFree,
  nextFreePort,
  type PortKey,
  portHolder,
} from '../../../runtime/probe-port.ts'
import { type DoctorCheck, type Finding, fail, ok } from '../../check.ts'
import type { Machine } from '../../subjects.ts'

/** A port of the server. */
interface Port {
  readonly port: number
  readonly key: PortKey
  /** The program that listens there, in words; `undefined` for none. */
  readonly holder: string | undefined
}

/** Finds the port of a running server, or the port that `up` requires; `undefined` when any free port will do. */
export function portOf({ config, state, running }: Machine): number | undefined {
  return wantedPorts(running ? { ...config, port: undefined } : config, state).port
}

/** Checks that the ports that `up` requires are free, or used by this instance. */
export const ports: DoctorCheck<'host'> = {
  name: 'ports',
  title: 'Ports',
  group: 'machine',
  asks: 'host',
  async run(machine) {
    const { config, state, running } = machine
    if (running && state) return ok(`${state.port} and ${state.managementPort} are this instance's`)
    const wanted = [
      { port: portOf(machine), key: 'port' },
      { port: config.managementPort, key: 'managementPort' },
    ] as const
    const held = await Promise.all(
      wanted.map(async ({ port, key }): Promise<readonly Port[]> => {
        if (port === undefined) return []
        const free = await isPortFree(port)
        return [
          {
            port,
            key,
            holder: free ? undefined : ((await portHolder(port)) ?? 'a program of another user'),
          },
        ]
      }),
    )
    const ports = held.flat()
    const taken = ports.find(({ holder }) => holder !== undefined)
    return judgePorts(ports, taken && (await nextFreePort(taken.port)))
  },
}

/**
 * Judges which programs hold the ports.
 *
 * @param next the first free port after a used one
 */
export function judgePorts(list: readonly Port[], next?: number): Finding {
  const taken = list.filter(({ holder }) => holder !== undefined)
  const [first] = taken
  if (list.length === 0) return ok('up takes free ones')
  if (!first)
    return ok(`${list.map(({ port }) => port).join(' and ')} ${list.length === 1 ? 'is' : 'are'} free`)
  return fail(
    `${taken.map(({ port }) => port).join(' and ')} taken`,
    `${taken.map(({ port, holder }) => `${holder} listens on ${port}`).join('; ')}.`,
    anotherPort(first.key, next ?? first.port + 1, first.holder),
  )
}
