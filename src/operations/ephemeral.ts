import { randomBytes } from 'node:crypto'

import { withoutTrailingSlash } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { ResolvedConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError, tellIfInterrupted } from '../errors.ts'
import { externalKeycloak } from '../instance/instance.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { adminWhenReady } from '../keycloak/admin-when-ready.ts'
import { deleteRealm } from '../keycloak/realms.ts'
import { plannedRealmName } from '../provisioning/plan-realm.ts'
import { freePort } from '../runtime/probe-port.ts'
import type { OnStep } from '../runtime/runtime.ts'
import {
  type EphemeralRecord,
  ephemeralDataFolder,
  ownerlessRecords,
  removeEphemeralRecord,
  writeEphemeralRecord,
} from '../runtime/state/ephemeral-record.ts'
import { type DownReport, down } from './down.ts'

/** Callbacks and signals of a run. */
interface Listener {
  readonly onStep: OnStep
  /** Called for each thing that could not be removed. */
  readonly onWarning: (warning: string) => void
  /** Aborting ends the wait for an external Keycloak that is starting. */
  readonly signal?: AbortSignal | undefined
  /** Aborting it kills a stopping server. */
  readonly hurry?: AbortSignal | undefined
}

/**
 * Runs some work with its own instance, on free ports and in its own data folder. On an external Keycloak the work gets
 * its own realm instead. Both are removed afterwards, also when the work fails.
 *
 * First removes the instances and realms that killed processes left behind.
 *
 * @param work receives the options of that instance
 * @throws {McpKeycloakError} `USAGE_INVALID` when an instance was named; the errors of `work`
 */
export async function withEphemeralInstance<Result>(
  resolved: ResolvedConfig,
  listener: Listener,
  work: (config: Config) => Promise<Result>,
): Promise<Result> {
  const { config, origins } = resolved
  if (origins.instance === 'flag') throw namedInstance(config.instance)
  const { data } = folders(config)
  if (config.keycloakUrl !== undefined) {
    // Log in before the record is written: without a login there is no realm to remove.
    const { onStep, signal } = listener
    await adminWhenReady(externalKeycloak(config), { timeoutMs: config.timeout * 1000, onStep, signal })
  }
  await removeLeftBehind(config, listener)
  const suffix = randomBytes(4).toString('hex')
  const own = await ownConfig(resolved, `ephemeral-${suffix}`, suffix)
  const record = await writeEphemeralRecord(data, {
    name: `ephemeral-${suffix}`,
    ...(own.keycloakUrl !== undefined && {
      keycloakUrl: withoutTrailingSlash(own.keycloakUrl),
      realm: own.realm,
    }),
  })
  const isServer = own.keycloakUrl === undefined
  let isRemoved = false
  const outcome = () =>
    `${isServer ? 'the ephemeral Keycloak' : `the realm "${own.realm}"`} ${isRemoved ? 'is removed.' : 'is still there.'}`
  return tellIfInterrupted(listener.signal, outcome, async () => {
    try {
      return await work(own)
    } finally {
      listener.onStep(isServer ? 'Removing Keycloak and its data' : 'Removing the realm')
      isRemoved = await removeOrWarn(record, config, listener)
    }
  })
}

/**
 * Removes the instances and realms that killed processes left behind.
 *
 * @returns a report for each instance that was removed
 */
export async function removeLeftBehind(config: Config, listener: Listener): Promise<readonly DownReport[]> {
  const url = config.keycloakUrl && withoutTrailingSlash(config.keycloakUrl)
  const reports: DownReport[] = []
  for (const record of await ownerlessRecords(folders(config).data)) {
    // Only the administrator of another Keycloak can remove a realm there.
    if (record.keycloakUrl !== undefined && record.keycloakUrl !== url) continue
    listener.onStep(`Removing ${record.realm ?? record.name}, which a killed process left behind`)
    await removeOrWarn(record, config, listener, (report) => reports.push(report))
  }
  return reports
}

/** The options of the ephemeral instance, independent of the name and place of the project's usual instance. */
async function ownConfig({ config, origins }: ResolvedConfig, name: string, suffix: string): Promise<Config> {
  const dataFolder = ephemeralDataFolder(folders(config).data, name)
  if (config.keycloakUrl !== undefined) {
    return { ...config, dataFolder, realm: `${await plannedRealmName(config)}-${suffix}` }
  }
  return {
    ...config,
    instance: name,
    dataFolder,
    port: origins.port === 'flag' ? config.port : await freePort(),
    managementPort: origins.managementPort === 'flag' ? config.managementPort : undefined,
  }
}

/** @returns whether everything is removed */
async function removeOrWarn(
  record: EphemeralRecord,
  config: Config,
  { onWarning, hurry }: Listener,
  onDown: (report: DownReport) => void = () => {},
): Promise<boolean> {
  const { data } = folders(config)
  const { name, keycloakUrl, realm } = record
  try {
    const report =
      keycloakUrl === undefined ? await removeEphemeralInstance(name, data, config, hurry) : undefined
    if (realm !== undefined) await deleteRealm(await adminLogin(externalKeycloak(config)), realm)
    await removeEphemeralRecord(data, name)
    for (const warning of report?.warnings ?? []) onWarning(warning)
    if (report) onDown(report)
    return true
  } catch (error) {
    onWarning(
      `${realm ? `The realm "${realm}" at ${keycloakUrl}` : `The instance "${name}"`} could not be removed: ${(error as Error).message} The next exec --ephemeral tries again.`,
    )
    return false
  }
}

/**
 * Stops an ephemeral instance and removes its data. Its record stays.
 *
 * @returns `undefined` when the instance does not exist: its process was stopped after it wrote the record
 */
export async function removeEphemeralInstance(
  name: string,
  data: string,
  config: Config,
  hurry?: AbortSignal,
): Promise<DownReport | undefined> {
  const own = { ...config, instance: name, dataFolder: ephemeralDataFolder(data, name) }
  return down({ ...own, keycloakUrl: undefined }, { purge: true, hurry }).catch((error: unknown) => {
    if (error instanceof McpKeycloakError && error.code === 'NOT_RUNNING') return undefined
    throw error
  })
}

function namedInstance(instance: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `--ephemeral and --instance ${instance} contradict each other.`,
    why: 'An ephemeral instance has a name that nobody else has, and is removed afterwards.',
    fix: 'Leave out one of the two.',
  })
}
