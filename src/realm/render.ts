import { createHash } from 'node:crypto'

import { audience } from './audience.ts'
import { realmName } from './realm-name.ts'
import type { Realm, RealmPatch } from './schema.ts'
import { trustedHosts } from './trusted-hosts.ts'
import { users } from './users.ts'

/** The options that a realm depends on; what is left out stays as the file has it. */
export interface RealmOptions {
  readonly realm?: string | undefined
  readonly mcpUrl: readonly string[]
  readonly trustedHost: readonly string[]
  readonly user: readonly string[]
}

/** The realm as it is applied: the file, and the patches that the options ask for, in this order. */
export function renderRealm(base: Realm, options: RealmOptions): Realm {
  const patches: readonly (RealmPatch | undefined)[] = [
    options.realm ? realmName(options.realm) : undefined,
    options.trustedHost.length > 0 ? trustedHosts(options.trustedHost) : undefined,
    options.mcpUrl.length > 0 ? audience(options.mcpUrl) : undefined,
    options.user.length > 0 ? users(options.user) : undefined,
  ]
  return patches.reduce<Realm>((realm, patch) => (patch ? patch(realm) : realm), base)
}

/** A short hash of a rendered realm: two realms with the same hash are the same. */
export function hashRealm(realm: Realm): string {
  return createHash('sha256').update(JSON.stringify(realm)).digest('hex').slice(0, 16)
}
