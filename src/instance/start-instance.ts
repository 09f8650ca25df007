import type { Config } from '../config/schema.ts'
import { LOOPBACK, publicUrl, requiredFeatures } from '../config/server.ts'
import { wantedPorts } from '../config/wanted-ports.ts'
import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import { waitUntilReady } from '../keycloak/readiness.ts'
import { recoveryAdmin } from '../runtime/admin-recovery.ts'
import type { RunContext, Runtime } from '../runtime/runtime.ts'
import { serverTrouble } from '../runtime/server-trouble.ts'
import {
  type AdminCredentials,
  adminCredentials,
  adminFile,
  readAdmin,
  writeAdmin,
} from '../runtime/state/admin-credentials.ts'
import { withPortsLock } from '../runtime/state/instance-lock.ts'
import { type InstanceState, writeState } from '../runtime/state/state.ts'
import { assertPortsFree, choosePorts, portFreed } from './instance-ports.ts'
import { wantedVersion } from './instance-version.ts'
import { INTERRUPTED_LOAD, undoReplacement } from './snapshot/database-copy.ts'

const NEVER_READY: readonly ErrorCode[] = [
  'KEYCLOAK_EXITED',
  'KEYCLOAK_NOT_READY',
  'DISK_FULL',
  'DATABASE_LOCKED',
  'PORT_IN_USE',
  'DOCKER_ELSEWHERE',
]

/** An instance whose server was started. */
export interface StartedInstance {
  readonly state: InstanceState
  /** The time that the runtime took to download and unpack missing files. */
  readonly fetchMs: number
}

/**
 * Starts an instance with its previous ports, administrator and features, and stores its state. Returns before the
 * server is ready.
 *
 * @throws {McpKeycloakError} `PORT_IN_USE`, and the errors of the runtime
 */
export async function startInstance(
  runtime: Runtime,
  config: Config,
  before: InstanceState | undefined,
  data: string,
  context: RunContext,
): Promise<StartedInstance> {
  const { instance } = config
  const { folder, onWarning } = context
  const chosenVersion = config.keycloakVersion ?? before?.chosenVersion
  const build = {
    version: wantedVersion(config, before),
    features: [...new Set([...(before?.features ?? []), ...requiredFeatures(config.with)])],
  }
  const ports = wantedPorts(config, before)
  if (await runtime.stopStray({ instance, folder })) {
    onWarning('A Keycloak of this instance that was left over, and not known of, was stopped.')
    if (ports.port !== undefined) await portFreed(ports.port)
  }
  if (before && (await undoReplacement({ runtime, state: before }))) onWarning(INTERRUPTED_LOAD)
  await assertPortsFree(ports)
  const startedAt = Date.now()
  await runtime.prepare(build, context)
  if (before && before.version !== build.version) {
    await runtime.carryData(before, build.version)
    onWarning(
      `Keycloak ${build.version} has taken over the data of ${before.version} and brings them up to date: this instance cannot go back.`,
    )
  }
  const fetchMs = Date.now() - startedAt
  const claimed = await runtime.claim({ ...before, instance, folder }, build, context)
  // Chosen and stored under one lock: another start at this moment chooses among the remaining ports.
  const planned = await withPortsLock(data, context, async () => {
    const state: InstanceState = {
      schemaVersion: 1,
      instance,
      runtime: runtime.name,
      ...build,
      ...(chosenVersion !== undefined && { chosenVersion }),
      ...(await choosePorts(ports, before, data)),
      admin: undefined,
      folder,
      ...(before?.copiedFrom !== undefined && { copiedFrom: before.copiedFrom }),
      ...claimed,
    }
    await writeState(state)
    return state
  })
  const admin = await administrator(runtime, planned, data, context)
  context.onStep(`Starting Keycloak ${planned.version}`)
  const handle = await runtime.start({ ...planned, admin }, context).catch(async (error: unknown) => {
    await runtime.stop(planned, context.hurry) // a failed start may leave a container and a used port
    throw error
  })
  const started = { ...planned, admin, ...handle, startedAt: new Date().toISOString() }
  await writeState(started).catch(async (error: unknown) => {
    await runtime.stop(started, context.hurry)
    throw error
  })
  return { state: started, fetchMs }
}

/**
 * Finds the administrator for the start of an instance. A new database gets a new one. When the administrator's file is
 * missing or damaged, Keycloak's recovery command creates another one in the existing database.
 *
 * @throws {McpKeycloakError} `ADMIN_UNKNOWN`
 */
async function administrator(
  runtime: Runtime,
  planned: InstanceState,
  data: string,
  context: RunContext,
): Promise<AdminCredentials> {
  const { folder, instance, version } = planned
  const { admin: known, damage } = await readAdmin(folder)
  if (known) return known
  if (!(await runtime.hasDatabase({ instance, folder }, version))) return adminCredentials(data, instance)
  context.onStep('Creating a new administrator: the password of the previous one is lost')
  const admin = recoveryAdmin()
  await runtime.recoverAdmin({ ...planned, admin }, context)
  const aside = await writeAdmin(folder, admin)
  const problem = damage === undefined ? 'is missing' : `was damaged (${damage}) and is kept as ${aside}`
  context.onWarning(
    `${adminFile(folder)} ${problem}: Keycloak's recovery created the administrator "${admin.username}". Realms, users and clients are unchanged; the previous administrator is still there.`,
  )
  return admin
}

/** Whether a server never became ready, so that it is stopped. A server that failed later stays for inspection. */
export function failedToStart(error: unknown): boolean {
  return error instanceof McpKeycloakError && NEVER_READY.includes(error.code)
}

/**
 * Waits until an instance's health and its own realm answer.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_EXITED`, `KEYCLOAK_NOT_READY`, `DISK_FULL`, `DATABASE_LOCKED`
 */
export async function waitForHealth(
  runtime: Runtime,
  state: InstanceState,
  config: Config,
  signal: AbortSignal | undefined,
) {
  let seen: unknown // the runtime knows more than the log: the limit of a container
  await waitUntilReady({
    urls: [
      `http://${LOOPBACK}:${state.managementPort}/health/ready`,
      `${publicUrl(state)}/realms/master/.well-known/openid-configuration`,
    ],
    timeoutMs: config.timeout * 1000,
    isAlive: () =>
      runtime.isStarting(state).catch((error: unknown) => {
        seen = error
        throw error
      }),
    lastLog: (lines) => runtime.lastLog(state, lines),
    signal,
  }).catch(async (error: unknown) => {
    throw (error !== seen && failedToStart(error) && (await serverTrouble(runtime, state))) || error
  })
}
