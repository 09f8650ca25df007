import type { Admin } from './admin.ts'

/** Keycloak's own registration format. A client may set its id, roles for all users, and protocol mappers in it. */
export const OWN_FORMAT = 'default'

/** A server's description of itself. */
export interface ServerSelf {
  /** E.g. `26.7.5`. */
  readonly version: string
  /** The features that are on, in the spelling of `--features`: `cimd`, `resource-indicators`. */
  readonly features: readonly string[]
  /** The registration formats: `openid-connect` (RFC 7591), `default` (Keycloak's own), … */
  readonly registrationFormats: readonly string[]
}

/** Reads a server's description of itself. */
export async function serverSelf(admin: Admin): Promise<ServerSelf> {
  const { systemInfo, features = [], providers } = await admin.serverInfo.find()
  return {
    version: systemInfo?.version ?? 'unknown',
    features: features
      .filter(({ enabled }) => enabled)
      .map(({ name }) => name.toLowerCase().replaceAll('_', '-')),
    registrationFormats: Object.keys(providers?.['client-registration']?.providers ?? {}),
  }
}

/**
 * Identifies the programs of a server by its version, features and providers. Equal servers import a realm file alike,
 * also after a restart.
 */
export async function serverPrograms(admin: Admin): Promise<string> {
  const { systemInfo, features = [], providers = {} } = await admin.serverInfo.find()
  const enabled = features.filter(({ enabled }) => enabled).map(({ name }) => name)
  const names = Object.entries(providers).map(([spi, { providers = {} }]) => [
    spi,
    ...Object.keys(providers).sort(),
  ])
  return JSON.stringify([systemInfo?.version, enabled.sort(), names.sort()])
}

/** The version of a server, e.g. `26.7.5`. */
export async function serverVersion(admin: Admin): Promise<string> {
  return (await serverSelf(admin)).version
}

/** The features that are on, in the spelling of `--features`: `cimd`, `resource-indicators`. */
export async function enabledFeatures(admin: Admin): Promise<readonly string[]> {
  return (await serverSelf(admin)).features
}
