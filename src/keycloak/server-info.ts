import type { Admin } from './admin.ts'

/** The version of a server, e.g. `26.7.4`. */
export async function serverVersion(admin: Admin): Promise<string> {
  const { systemInfo } = await admin.serverInfo.find()
  return systemInfo?.version ?? 'unknown'
}
