import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

import type { Admin } from './admin.ts'

/** Settings that Keycloak 26.7 resets to its defaults when a change of a realm leaves them out. */
const RESET = ['oauth2DeviceCodeLifespan', 'oauth2DevicePollingInterval'] as const

/**
 * Changes some settings of a realm; everything else stays.
 *
 * @param found the realm as it was just read. Default: it is read here
 */
export async function updateRealm(
  admin: Admin,
  realm: string,
  change: RealmRepresentation,
  found?: RealmRepresentation,
): Promise<void> {
  const before = (found ?? (await admin.realms.findOne({ realm }))) as
    | Readonly<Record<string, unknown>>
    | undefined
  const kept = Object.fromEntries(RESET.map((key) => [key, before?.[key]]))
  await admin.realms.update({ realm }, { ...kept, ...change })
}
