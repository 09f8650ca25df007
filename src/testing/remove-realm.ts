import type { Admin } from '../keycloak/admin.ts'
import { deleteRealm } from '../keycloak/realms.ts'
import { removeLeftBehind, type TemporaryKind } from '../keycloak/temporary-realm.ts'
import { removeSigningKey } from '../provisioning/signing-key-file.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

/** Test realms. A run may last a day, as in watch mode. */
export const TEST_REALMS: TemporaryKind = { prefix: 'mcp-keycloak-test-', leftBehindMs: 86_400_000 }

/** Removes a realm and its key. A missing realm is not an error. */
export async function removeRealm(
  { folder }: Pick<RunningKeycloak, 'folder'>,
  admin: Admin,
  realm: string,
): Promise<void> {
  await deleteRealm(admin, realm)
  await removeSigningKey(folder, realm)
}

/** Removes the realms of killed runs, except the realm in the environment, which belongs to this run. */
export async function removeStrayRealms(
  { folder }: Pick<RunningKeycloak, 'folder'>,
  admin: Admin,
): Promise<void> {
  const removed = await removeLeftBehind(admin, TEST_REALMS, process.env.KEYCLOAK_REALM)
  await Promise.all(removed.map((realm) => removeSigningKey(folder, realm)))
}
