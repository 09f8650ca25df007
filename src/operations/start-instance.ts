import { setTimeout as sleep } from 'node:timers/promises'

import { type Config, DEFAULT_INSTANCE, DEFAULT_PORT } from '../config/schema.ts'
import { LOOPBACK, publicUrl, requiredFeatures } from '../config/server.ts'
import { waitUntilReady } from '../keycloak/readiness.ts'
import { assertPortFree, freePort, freePortFrom, isPortFree } from '../runtime/probe-port.ts'
import type { RunContext, Runtime } from '../runtime/runtime.ts'
import {
  adminCredentials,
  type InstanceState,
  listInstances,
  readState,
  writeState,
} from '../runtime/state.ts'
import { wantedVersion } from './instance-version.ts'

const PORT_FREED_MS = 5000

/** An instance whose server was started. */
export interface StartedInstance {
  readonly state: InstanceState
  /** How long the runtime fetched and unpacked what was missing. */
  readonly fetchMs: number
}

/**
 * Starts an instance with the ports, the administrator and the features of last time, and remembers how to find it.
 *
 * @returns at once: it is not ready yet
 * @throws {McpKeycloakError} `PORT_IN_USE`, and what the runtime throws
 */
export async function startInstance(
  runtime: Runtime,
  config: Config,
  before: InstanceState | undefined,
  data: string,
  context: RunContext,
): Promise<StartedInstance> {
  const port = config.port ?? before?.port ?? (await firstPort(config.instance, data, context))
  const chosenVersion = config.keycloakVersion ?? before?.chosenVersion
  const known: InstanceState = {
    schemaVersion: 1,
    instance: config.instance,
    runtime: runtime.name,
    version: wantedVersion(config, before),
    ...(chosenVersion !== undefined && { chosenVersion }),
    port,
    managementPort: config.managementPort ?? before?.managementPort ?? port + 1,
    features: [...new Set([...(before?.features ?? []), ...requiredFeatures(config.with)])],
    admin: await adminCredentials(data, config.instance),
    folder: context.folder,
  }
  if (await runtime.sweep(known)) {
    context.onWarning('A Keycloak of this instance that was left over, and not known of, was stopped.')
    await portFreed(port)
  }
  await assertPortFree(port, '--port')
  const planned = { ...known, managementPort: await managementPort(config, before, port) }
  const startedAt = Date.now()
  await runtime.prepare(planned, context)
  if (before && before.version !== planned.version) {
    await runtime.carryData(before, planned.version)
    context.onWarning(
      `Keycloak ${planned.version} has taken over the data of ${before.version} and brings them up to date: this instance cannot go back.`,
    )
  }
  const fetchMs = Date.now() - startedAt
  await writeState(planned)
  context.onStep(`Starting Keycloak ${planned.version}`)
  const handle = await runtime.start(planned, context).catch(async (error: unknown) => {
    await runtime.stop(planned) // a start may fail half-way, with a container made and a port held
    throw error
  })
  const started = { ...planned, ...handle, startedAt: new Date().toISOString() }
  await writeState(started)
  return { state: started, fetchMs }
}

/** Port 8080 is the default instance's; each other has one of its own, that none of them has taken before. */
async function firstPort(instance: string, data: string, { onWarning }: RunContext): Promise<number> {
  if (instance === DEFAULT_INSTANCE) return DEFAULT_PORT
  const others = await Promise.all((await listInstances(data)).map((name) => readState(data, name)))
  for (const { warning } of others) if (warning) onWarning(warning)
  const taken = others.flatMap(({ state }) => (state ? [state.port, state.managementPort] : []))
  return freePortFrom(DEFAULT_PORT + 1, taken)
}

/** A process that was killed may be gone before the system has taken its ports back. */
async function portFreed(port: number): Promise<void> {
  const deadline = Date.now() + PORT_FREED_MS
  while (!(await isPortFree(port)) && Date.now() < deadline) await sleep(100)
}

async function managementPort(
  config: Config,
  before: InstanceState | undefined,
  port: number,
): Promise<number> {
  if (config.managementPort !== undefined) {
    await assertPortFree(config.managementPort, '--management-port')
    return config.managementPort
  }
  const remembered = before?.managementPort
  const free =
    remembered !== undefined &&
    remembered !== port &&
    (await assertPortFree(remembered, '--management-port').then(
      () => true,
      () => false,
    ))
  return free ? remembered : freePort()
}

/**
 * Waits until an instance's health and its own realm answer.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_EXITED`, `KEYCLOAK_NOT_READY`
 */
export async function waitForHealth(
  runtime: Runtime,
  state: InstanceState,
  config: Config,
  signal: AbortSignal | undefined,
) {
  await waitUntilReady({
    urls: [
      `http://${LOOPBACK}:${state.managementPort}/health/ready`,
      `${publicUrl(state)}/realms/master/.well-known/openid-configuration`,
    ],
    timeoutMs: config.timeout * 1000,
    isAlive: () => runtime.isRunning(state),
    lastLog: (lines) => runtime.lastLog(state, lines),
    signal,
  })
}
