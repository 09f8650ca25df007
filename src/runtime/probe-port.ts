import { connect, createServer } from 'node:net'
import getPort, { portNumbers } from 'get-port'
import { capitalized } from '../config/capitalized.ts'
import { command } from '../config/command.ts'

import { NAME_PREFIX } from '../config/docker-names.ts'
import { LOOPBACK } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { run } from './exec.ts'

const LAST_PORT = 65_535

/** Number of ports to try before a random one is taken. */
const PORTS_TRIED = 100

/** Finds a free port on the loopback interface. */
export function freePort(): Promise<number> {
  return getPort({ host: LOOPBACK })
}

/** Finds the first free port from `first` on that is not in `taken`; after a hundred ports, any free port. */
export function freePortFrom(first: number, taken: readonly number[]): Promise<number> {
  return getPort({ host: LOOPBACK, port: portNumbers(first, first + PORTS_TRIED - 1), exclude: taken })
}

/** The option that names a port. */
export type PortKey = 'port' | 'managementPort'

/**
 * Throws when a program listens on a port, on any address of `localhost`.
 *
 * @throws {McpKeycloakError} `PORT_IN_USE`, with the program that listens
 */
export async function assertPortFree(port: number, key: PortKey): Promise<void> {
  if (await isPortFree(port)) return
  const holder = await portHolder(port)
  throw await portHeld(port, holder, anotherPort(key, await nextFreePort(port), holder))
}

/** The fix for a used port. It never suggests to stop a managed Keycloak, which another data folder may own. */
export function anotherPort(key: PortKey, port: number, holder: string | undefined): string {
  const isOurs = holder?.startsWith(`the container "${NAME_PREFIX}`)
  return `${command('up', { [key]: port })}${isOurs ? '.' : ', or stop what listens there.'}`
}

/** Finds the first free port after `port`, which is easy to remember and stable; else any free port. */
export async function nextFreePort(port: number): Promise<number> {
  for (let next = port + 1; next <= Math.min(port + PORTS_TRIED, LAST_PORT); next++) {
    if (await isPortFree(next)) return next
  }
  return freePort()
}

/** Creates the error for a used port, with the program that listens. */
export async function portInUse(port: number, fix: string): Promise<McpKeycloakError> {
  return portHeld(port, await portHolder(port), fix)
}

async function portHeld(port: number, holder: string | undefined, fix: string): Promise<McpKeycloakError> {
  const onIpv6Alone = (await someoneListens('::1', port)) && !(await someoneListens(LOOPBACK, port))
  return new McpKeycloakError('PORT_IN_USE', {
    what: onIpv6Alone
      ? `Port ${port} is already in use on [::1], which browsers try first for http://localhost:${port}.`
      : `Port ${port} is already in use.`,
    why: holder
      ? `${capitalized(holder)} listens there.`
      : 'Something listens there; who it is cannot be seen from here.',
    fix,
  })
}

/** Whether no program listens on a port, on any address of `localhost`. */
export async function isPortFree(port: number): Promise<boolean> {
  const [bindable, onIpv4, onIpv6] = await Promise.all([
    canBind(port),
    someoneListens(LOOPBACK, port),
    someoneListens('::1', port),
  ])
  return bindable && !onIpv4 && !onIpv6
}

/** Names the program that listens on a port: `the container "web"`, `the process node (pid 4711)`; `undefined` when it is hidden. */
export async function portHolder(port: number): Promise<string | undefined> {
  const containers = await run('docker', ['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}'], {
    timeoutMs: 5000,
  })
  const container = containers.exitCode === 0 ? containers.stdout.split('\n')[0]?.trim() : ''
  if (container) return `the container "${container}"`
  const { default: findProcess } = await import('find-process') // only a refusal needs it
  const [holder] = await findProcess('port', port).catch(() => [])
  return holder ? `the process ${holder.name} (pid ${holder.pid})` : undefined
}

/** A warning about another program on the port's IPv6 side, where Keycloak does not listen; `undefined` without one. */
export async function strangerWarning(port: number): Promise<string | undefined> {
  if (!(await someoneListens('::1', port))) return undefined
  return `Another program listens on [::1]:${port}: browsers and programs that try IPv6 first reach that one at http://localhost:${port}. Stop it, or take another port: ${command('down')}, then ${command('up', { port: await nextFreePort(port) })}`
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Whether a program accepts connections on a port of an address. */
export function someoneListens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })
}
