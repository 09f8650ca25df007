import { createHash } from 'node:crypto'
import { join } from 'node:path'

import { z } from 'zod'

import { serverStartedAt } from '../keycloak/server-info.ts'
import type { Stated } from '../realm/compare/comparable.ts'
import type { Json } from '../realm/overlay.ts'
import type { Realm } from '../realm/schema.ts'
import { readIfThere, writePrivateJson } from '../runtime/state/private-file.ts'
import type { LiveRealm } from './live-realm.ts'
import { readMade } from './server-realm.ts'

const madeSchema = z.object({
  /** Hash of the realm file's content. */
  hash: z.string(),
  /** Start time of the server, ms since 1970. */
  startedAt: z.number(),
  made: z.record(z.string(), z.unknown()),
})

/** Tolerance for the start time: Keycloak reports its uptime in whole seconds. */
const CLOCK_MS = 3000

/**
 * Reads how the server imports a realm file, with {@link readMade}. That takes a second, so the result is kept until the
 * server's next start: it depends only on the file and the running server.
 *
 * @throws {McpKeycloakError} `REALM_REFUSED`, `STATE_UNWRITABLE`
 */
export async function madeRealm(live: LiveRealm, realm: Realm, stated: Stated): Promise<Json> {
  const { admin, keycloak, name } = live
  const file = join(keycloak.folder, 'made', `${encodeURIComponent(name)}.json`)
  const [startedAt, text] = await Promise.all([serverStartedAt(admin), readIfThere(file)])
  const hash = createHash('sha256').update(JSON.stringify(realm)).digest('hex')
  const kept = text === undefined ? undefined : parsed(text)
  if (kept?.hash === hash && Math.abs(kept.startedAt - startedAt) < CLOCK_MS) return kept.made
  const made = await readMade(live, realm, stated)
  await writePrivateJson(file, { hash, startedAt, made })
  return made
}

function parsed(text: string): z.infer<typeof madeSchema> | undefined {
  try {
    return madeSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
