import { isPortFree, portHolder } from '../../runtime/probe-port.ts'
import { type Check, type Finding, fail, ok, skip } from '../check.ts'

const DEFAULT_PORT = 8080

/** A port that the server has, or is to have. */
interface Port {
  readonly port: number
  readonly flag: '--port' | '--management-port'
  /** In words; `undefined` when nobody listens there. */
  readonly holder: string | undefined
}

/** Whether the ports are free that the server is to listen on, or it is the server that has them. */
export const ports: Check<'machine'> = {
  name: 'ports',
  title: 'Ports',
  group: 'machine',
  asks: 'machine',
  async run({ config, state, running }) {
    if (config.keycloakUrl !== undefined) return skip('not looked at', 'Somebody else runs that Keycloak.')
    if (running && state) return ok(`${state.port} and ${state.managementPort} are this instance's`)
    const wanted = [
      { port: config.port ?? state?.port ?? DEFAULT_PORT, flag: '--port' },
      { port: config.managementPort ?? state?.managementPort, flag: '--management-port' },
    ] as const
    const held = await Promise.all(
      wanted.map(async ({ port, flag }): Promise<readonly Port[]> => {
        if (port === undefined) return []
        const free = await isPortFree(port)
        return [
          {
            port,
            flag,
            holder: free ? undefined : ((await portHolder(port)) ?? 'a program of another user'),
          },
        ]
      }),
    )
    return judgePorts(held.flat())
  },
}

/** What it means who holds the ports. */
export function judgePorts(list: readonly Port[]): Finding {
  const taken = list.filter(({ holder }) => holder !== undefined)
  const [first] = taken
  if (!first)
    return ok(`${list.map(({ port }) => port).join(' and ')} ${list.length === 1 ? 'is' : 'are'} free`)
  return fail(
    `${taken.map(({ port }) => port).join(' and ')} taken`,
    `${taken.map(({ port, holder }) => `${holder} listens on ${port}`).join('; ')}.`,
    `mcp-keycloak up ${first.flag} ${first.port + 1}, or stop what listens there.`,
  )
}
