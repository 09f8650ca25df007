import { McpKeycloakError } from '../errors.ts'
import { type Admin, answerText, status } from '../keycloak/admin.ts'
import { alignRealm } from '../keycloak/align/align-realm.ts'
import { alignKeys } from '../keycloak/align/components.ts'
import type { Alignment } from '../keycloak/align/list.ts'
import { exportRealm } from '../keycloak/export-realm.ts'
import type { KeptData } from '../keycloak/kept-data.ts'
import {
  comparable,
  type Declared,
  isOfRealm,
  registeredIn,
  withoutNotes,
  withoutTransient,
} from '../realm/compare/comparable.ts'
import { driftBetween } from '../realm/compare/drift.ts'
import { unmasked } from '../realm/compare/tidy.ts'
import type { Json } from '../realm/overlay.ts'
import { KEY_PROVIDER } from '../realm/patches/signing-key.ts'
import { withValues } from '../realm/placeholders.ts'
import type { Realm } from '../realm/schema.ts'
import { formerUserIds } from './backup.ts'
import type { LiveRealm } from './live-realm.ts'

/** Settings that the Admin API cannot change in one step: flows refer to each other by ids. */
const NOT_IN_PLACE = /^(authenticationFlows|authenticatorConfig|organizations)\b|\.authorizationSettings\b/

/** A wanted realm. */
export interface Target {
  /** The rendered realm with its signing key. */
  readonly realm: Realm
  /** The realm as the server imports it. */
  readonly made: Json
  readonly declared: Declared
  /** The realm on the server does not sign with the wanted key. */
  readonly newKey: boolean
}

/**
 * Brings the live realm to its file. Does not touch self-registered clients, users' ids, sessions and the signing key.
 *
 * @returns the reason why the realm cannot be changed in place; `undefined` when it was changed
 */
export async function bringInPlace(
  { admin, name, keycloak }: LiveRealm,
  target: Target,
  kept: KeptData,
): Promise<string | undefined> {
  const { declared, newKey } = target
  const [realm, made] = [withValues(target.realm, target.realm), withValues(target.made, target.realm)]
  const before = driftBetween(made, comparable(kept.exported, declared))
  const apart = before.find(({ path }) => NOT_IN_PLACE.test(path))
  if (apart) return apart.path
  const at = alignment(admin, name)
  const wanted = unmasked(made, realm) as Json
  const { users, ...exported } = withoutTransient(kept.exported)
  const actual = { ...exported, users: (users as readonly Json[]).filter(isOfRealm) }
  const isMissing = (username: string) => !kept.userIds.has(username)
  const missing = ((made.users ?? []) as readonly Json[])
    .map((user) => String(user.username))
    .filter(isMissing)
  const formerIds = await formerUserIds(keycloak.folder, name, missing)
  const known = new Set(kept.registered.map(({ clientId }) => clientId))
  try {
    await alignRealm(at, { wanted, actual, file: { users: realm.users ?? [], formerIds } })
    for (const client of registeredIn(realm))
      if (!known.has(client.clientId)) await admin.clients.create({ realm: name, ...(client as Json) })
    await alignKeys(at, realm.components?.[KEY_PROVIDER], newKey)
    await admin.attackDetection.delAll({ realm: name })
  } catch (error) {
    if (!isRefused(error)) throw error
    return (error as Error).message
  }
  if (before.length === 0) return undefined
  const [left] = driftBetween(made, comparable(await exportRealm(admin, name), declared))
  return left?.path
}

/**
 * Changes an exported realm on the server to the wanted one. Only differences are written. Passwords and keys are not touched.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_FAILED` when Keycloak refuses a change; the changes before it stay
 */
export async function addInPlace(
  { admin, name }: Pick<LiveRealm, 'admin' | 'name'>,
  actual: Json,
  wanted: Json,
): Promise<void> {
  try {
    await alignRealm({ ...alignment(admin, name), keepsDefaults: true }, { wanted, actual })
  } catch (cause) {
    const isForbidden = cause instanceof McpKeycloakError && cause.code === 'ADMIN_LOGIN_REFUSED'
    if (isForbidden || !isRefused(cause)) throw cause
    throw new McpKeycloakError('KEYCLOAK_FAILED', {
      what: `Keycloak refused a change of the realm "${name}".`,
      why: answerText(cause),
      fix: 'Fix the cause, and run the command again. The changes before that one stay.',
      cause,
    })
  }
}

/**
 * Whether Keycloak refused a single change. Some refused values cause status 500, and changes of its own clients 403. A
 * failing server is left alone.
 */
function isRefused(error: unknown): boolean {
  if (status(error) !== undefined) return true
  return error instanceof McpKeycloakError && [400, 403, 500].includes(status(error.cause) ?? 0)
}

function alignment(admin: Admin, realm: string): Alignment {
  return {
    admin,
    realm,
    settings: withoutNotes,
    isSame: (one, other) => driftBetween({ it: withoutNotes(one) }, { it: withoutNotes(other) }).length === 0,
  }
}
