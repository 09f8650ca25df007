import type { Admin } from '../keycloak/admin.ts'
import { deleteRealm } from '../keycloak/realms.ts'
import { removeLeftBehind, type TemporaryKind } from '../keycloak/temporary-realm.ts'
import { removeSigningKey } from '../provisioning/signing-key-file.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

/** Realms of tests. A run may last as long as somebody watches it: a day. */
export const TEST_REALMS: TemporaryKind = { prefix: 'mcp-keycloak-test-', leftBehindMs: 86_400_000 }

/** Removes a realm, and its key with it; one that is not there is as good as removed. */
export async function removeRealm(
  { folder }: Pick<RunningKeycloak, 'folder'>,
  admin: Admin,
  realm: string,
): Promise<void> {
  await deleteRealm(admin, realm)
  await removeSigningKey(folder, realm)
}

/** Removes the realms of runs that were killed; never the one that the environment names, which is this run's. */
export async function sweepTestRealms(
  { folder }: Pick<RunningKeycloak, 'folder'>,
  admin: Admin,
): Promise<void> {
  const removed = await removeLeftBehind(admin, TEST_REALMS, process.env.KEYCLOAK_REALM)
  await Promise.all(removed.map((realm) => removeSigningKey(folder, realm)))
}
