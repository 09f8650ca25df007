import { setTimeout as sleep } from 'node:timers/promises'

import { DEFAULT_PORT } from '../config/schema.ts'
import type { WantedPorts } from '../config/wanted-ports.ts'
import { assertPortFree, freePort, freePortFrom, isPortFree } from '../runtime/probe-port.ts'
import { type InstanceState, listInstances, readState } from '../runtime/state/state.ts'

const PORT_FREED_MS = 5000

/** The ports of an instance on the machine's loopback interface. */
export interface InstancePorts {
  readonly port: number
  readonly managementPort: number
}

/**
 * Checks that the ports of an instance are free.
 *
 * @throws {McpKeycloakError} `PORT_IN_USE`
 */
export async function assertPortsFree({ port, managementPort }: WantedPorts): Promise<void> {
  if (port !== undefined) await assertPortFree(port, 'port')
  if (managementPort !== undefined) await assertPortFree(managementPort, 'managementPort')
}

/** Waits for the port of a killed process: the system may free it later than the process ends. */
export async function portFreed(port: number): Promise<void> {
  const deadline = Date.now() + PORT_FREED_MS
  while (!(await isPortFree(port)) && Date.now() < deadline) await sleep(100)
}

/** Chooses the ports that were not given: a port that no other instance has used, and a management port. */
export async function choosePorts(
  wanted: WantedPorts,
  before: InstanceState | undefined,
  data: string,
): Promise<InstancePorts> {
  const port = wanted.port ?? (await firstPort(data))
  return { port, managementPort: wanted.managementPort ?? (await managementPort(before, port)) }
}

async function firstPort(data: string): Promise<number> {
  const others = await Promise.all((await listInstances(data)).map((name) => readState(data, name)))
  const taken = others.flatMap(({ state }) => (state ? [state.port, state.managementPort] : []))
  return freePortFrom(DEFAULT_PORT + 1, taken)
}

async function managementPort(before: InstanceState | undefined, port: number): Promise<number> {
  const remembered = before?.managementPort
  const isGood = remembered !== undefined && remembered !== port && (await isPortFree(remembered))
  return isGood ? remembered : freePort()
}
