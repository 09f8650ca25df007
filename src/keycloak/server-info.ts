import type { Admin } from './admin.ts'

/** The version of a server, e.g. `26.7.4`. */
export async function serverVersion(admin: Admin): Promise<string> {
  const { systemInfo } = await admin.serverInfo.find()
  return systemInfo?.version ?? 'unknown'
}

/** The features that are on, in the spelling of `--features`: `cimd`, `resource-indicators`. */
export async function enabledFeatures(admin: Admin): Promise<readonly string[]> {
  const { features = [] } = await admin.serverInfo.find()
  return features.filter(({ enabled }) => enabled).map(({ name }) => name.toLowerCase().replaceAll('_', '-'))
}

/** The formats in which clients may register: `openid-connect` (RFC 7591), `default` (Keycloak's own), … */
export async function registrationFormats(admin: Admin): Promise<readonly string[]> {
  const { providers } = await admin.serverInfo.find()
  return Object.keys(providers?.['client-registration']?.providers ?? {})
}
