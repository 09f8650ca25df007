import { createHash } from 'node:crypto'
import { join } from 'node:path'

import { z } from 'zod'

import { packageVersion } from '../assets.ts'
import { throwIfInterrupted } from '../errors.ts'
import { exportRealm } from '../keycloak/export-realm.ts'
import { serverPrograms } from '../keycloak/server-info.ts'
import { withTemporaryRealm } from '../keycloak/temporary-realm.ts'
import { comparable, type Declared, renamed, withoutRegistered } from '../realm/compare/comparable.ts'
import type { Json } from '../realm/overlay.ts'
import { signingKey } from '../realm/patches/signing-key.ts'
import { withPlaceholders, withValues } from '../realm/placeholders.ts'
import { reversed, withIds } from '../realm/realm-ids.ts'
import { idsUnder, realmName } from '../realm/realm-name.ts'
import type { Realm } from '../realm/schema.ts'
import { readIfThere, writePrivateJson } from '../runtime/state/private-file.ts'
import type { LiveRealm } from './live-realm.ts'
import { newSigningKey } from './signing-key-file.ts'

const madeSchema = z.object({
  /** Hash of the realm file's content, the server's programs and the version of this program. */
  hash: z.string(),
  made: z.record(z.string(), z.unknown()),
})

/**
 * Reads how the server imports a realm file, with {@link readMade}. That takes a second, so the result is kept. It depends
 * only on the file, and on the server's version, features and providers.
 *
 * @param signal aborting it removes the temporary realm at once
 * @throws {McpKeycloakError} `REALM_REFUSED`, `INTERRUPTED`
 */
export async function madeRealm(
  live: LiveRealm,
  realm: Realm,
  declared: Declared,
  signal?: AbortSignal,
): Promise<Json> {
  const { admin, keycloak, name } = live
  const file = join(keycloak.folder, 'made', `${encodeURIComponent(name)}.json`)
  const [programs, text] = await Promise.all([serverPrograms(admin), readIfThere(file)])
  const hash = createHash('sha256')
    .update(JSON.stringify([realm, programs, packageVersion()]))
    .digest('hex')
  const kept = text === undefined ? undefined : parsed(text)
  if (kept?.hash === hash) return kept.made
  const made = await readMade(live, realm, declared, signal)
  await writePrivateJson(file, { hash, made }).catch(() => {}) // it only saves time
  return made
}

function parsed(text: string): z.infer<typeof madeSchema> | undefined {
  try {
    return madeSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * Reads this server's representation of a realm file: applies it under a temporary name, and exports it. So it includes
 * the defaults of this Keycloak version.
 *
 * @param signal aborting it removes that realm at once
 * @throws {McpKeycloakError} `REALM_REFUSED`, `INTERRUPTED`
 */
export async function readMade(
  server: LiveRealm,
  realm: Realm,
  declared: Declared,
  signal?: AbortSignal,
): Promise<Json> {
  const signed = signingKey(await newSigningKey())(withoutRegistered(realm))
  const exported = await withTemporaryRealm(
    server.admin,
    server.name,
    (name) => withValues(realmName(name)(signed), realm),
    server.keycloak.lastLog,
    async (name) => {
      throwIfInterrupted(signal)
      const exported = renamed(await exportRealm(server.admin, name), name, server.name)
      return withPlaceholders(withIds(exported, reversed(idsUnder(name, signed))), realm)
    },
  )
  const users = (exported.users as readonly Json[]).map((user) => ({
    ...user,
    id: declared.userIds.get(String(user.username)),
  }))
  return comparable({ ...exported, users }, declared)
}
