import { folders, instanceFolder } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { TESTED_VERSIONS } from '../../config/versions.ts'
import { isPrintable } from '../../printable.ts'
import { listInstances, readState } from '../../runtime/state/state.ts'

/** A value that completes a command line. */
export interface Suggestion {
  readonly value: string
  /** A few words about it. */
  readonly description?: string
}

/** The time that Keycloak may take to list its clients. */
const CLIENTS_MS = 2000

/** The sources of values. Only `client` asks a running Keycloak. The others read files. */
const SOURCES = {
  instance: instanceNames,
  realm: realmNames,
  client: clientIds,
  overlay: async () => named(await (await import('../../realm/load-overlay.ts')).overlayNames()),
  version: async () => named(TESTED_VERSIONS),
  program: async () => [...(await servers()), ...(await clients())],
  'client program': clients,
  'bad token': async () => named((await import('../../oauth/mint-bad.ts')).BAD_TOKEN_KINDS),
  snapshot: snapshotNames,
  level: async () => named((await import('../../keycloak/log/log-filter.ts')).LOG_LEVELS),
} satisfies Readonly<Record<string, (config: Config) => Promise<readonly Suggestion[]>>>

/** A kind of values that complete a command line. */
export type ValueKind = keyof typeof SOURCES

/** Lists values for a command line. A value that a shell could not show is left out. */
export async function completionValues(kind: ValueKind, config: Config): Promise<readonly Suggestion[]> {
  const all = await SOURCES[kind](config)
  return all.filter(({ value }) => isPrintable(value))
}

function named(values: readonly string[]): readonly Suggestion[] {
  return values.map((value) => ({ value }))
}

async function instanceNames(config: Config): Promise<readonly Suggestion[]> {
  const { data } = folders(config)
  return Promise.all(
    (await listInstances(data)).map(async (value) => {
      const { state } = await readState(data, value)
      return state ? { value, description: `Keycloak ${state.version}, port ${state.port}` } : { value }
    }),
  )
}

/** The realms whose signing keys the instance's folder has: those that were created there. */
async function realmNames(config: Config): Promise<readonly Suggestion[]> {
  if (config.keycloakUrl !== undefined) return []
  const { keptRealms } = await import('../../provisioning/signing-key-file.ts')
  return named(await keptRealms(instanceFolder(folders(config).data, config.instance)))
}

async function snapshotNames(config: Config): Promise<readonly Suggestion[]> {
  const { snapshotList } = await import('../snapshot/snapshots.ts')
  const { snapshots } = await snapshotList(config)
  return snapshots.map(({ name, realms }) => ({ value: name, description: realms.join(', ') }))
}

async function clientIds(config: Config): Promise<readonly Suggestion[]> {
  const { clientsList } = await import('../clients/clients.ts')
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), CLIENTS_MS).unref())
  const report = await Promise.race([clientsList(config), late])
  return (report?.clients ?? []).map(({ clientId, name }) => ({
    value: clientId,
    ...(name && { description: name }),
  }))
}

async function clients(): Promise<readonly Suggestion[]> {
  const { CLIENT_PROFILES } = await import('../../clients/all.ts')
  return CLIENT_PROFILES.map(({ name, title }) => ({ value: name, description: title }))
}

async function servers(): Promise<readonly Suggestion[]> {
  const { SERVER_PROFILES } = await import('../../servers/all.ts')
  return SERVER_PROFILES.map(({ name, title }) => ({ value: name, description: title }))
}
