import type { Admin } from './admin.ts'

/** What a server says of itself. */
export interface ServerInfo {
  /** E.g. `26.7.4`. */
  readonly version: string
  /** The features that are on, in the spelling of `--features`: `cimd`, `resource-indicators`. */
  readonly features: readonly string[]
}

/** What a server says of itself, in one request: the answer is long. */
export async function readServerInfo(admin: Admin): Promise<ServerInfo> {
  const { systemInfo, features = [] } = await admin.serverInfo.find()
  const enabled = features.filter((feature) => feature.enabled)
  return {
    version: systemInfo?.version ?? 'unknown',
    features: enabled.map(({ name }) => name.toLowerCase().replaceAll('_', '-')),
  }
}

/** The version of a server, e.g. `26.7.4`. */
export async function serverVersion(admin: Admin): Promise<string> {
  return (await readServerInfo(admin)).version
}

/** The features that are on, in the spelling of `--features`: `cimd`, `resource-indicators`. */
export async function enabledFeatures(admin: Admin): Promise<readonly string[]> {
  return (await readServerInfo(admin)).features
}
