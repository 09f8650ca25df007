import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

import { z } from 'zod'

import { McpKeycloakError } from '../errors.ts'
import { type Admin, answerText, status } from './admin.ts'
import { reasonInLog } from './log/server-log.ts'
import { ownerSchema, THIS_PROCESS } from './owner.ts'
import { withReadyHashes } from './ready-hashes.ts'
import { placeOf, RefusedField, refusedField } from './refused-field.ts'
import { updateRealm } from './update-realm.ts'

/** Realm attributes that mark a managed realm and store its origin. */
const HASH_ATTRIBUTE = 'mcp-keycloak.hash'
const OPTIONS_ATTRIBUTE = 'mcp-keycloak.options'

/** Unfinished work on the realm. */
const PENDING_ATTRIBUTE = 'mcp-keycloak.pending'

/** The prefix of a temporary realm's name. */
export const TEMPORARY_PREFIX = 'mcp-keycloak-temporary-'

/** A realm as it goes to the Admin API: Keycloak's own format. */
export type RealmFile = Readonly<Record<string, unknown>> & { readonly realm: string }

/** The record of its creation that a managed realm keeps. */
export interface RealmRecord {
  /** Hash of the realm as it was applied. */
  readonly hash: string
  /** The options that it was rendered with, as JSON. */
  readonly options: string
  /** Unfinished work on the realm. */
  readonly pending?: Pending
}

const pendingSchema = z.object({
  work: z.enum(['create', 'reset']),
  /** Time when the work began, ISO 8601. */
  at: z.string(),
  /** Options of the wanted realm, as JSON. */
  options: z.string(),
  /** A reset that keeps nothing. */
  hard: z.boolean(),
  by: ownerSchema,
})

/** Unfinished work on a realm. Either a process still does it, or it was interrupted. */
export type Pending = Readonly<z.infer<typeof pendingSchema>>

/** Reads a realm's record; `null` for a realm that is not managed, `undefined` when the realm does not exist. */
export async function findRealmRecord(admin: Admin, realm: string): Promise<RealmRecord | null | undefined> {
  const found = await admin.realms.findOne({ realm })
  return found ? (recordOf(found) ?? null) : undefined
}

/** The names of all realms, except Keycloak's own and temporary ones. */
export async function realmNames(admin: Admin): Promise<readonly string[]> {
  const realms = await admin.realms.find({ briefRepresentation: true })
  return realms
    .flatMap(({ realm = 'master' }) =>
      realm === 'master' || realm.startsWith(TEMPORARY_PREFIX) ? [] : [realm],
    )
    .sort()
}

/** The managed realms. */
export async function ourRealms(
  admin: Admin,
): Promise<readonly (RealmRecord & { readonly realm: string })[]> {
  const realms = await admin.realms.find({ briefRepresentation: false })
  return realms.flatMap((found) => {
    const record = recordOf(found)
    return found.realm && record ? [{ realm: found.realm, ...record }] : []
  })
}

function recordOf({ attributes }: RealmRepresentation): RealmRecord | undefined {
  const hash = attributes?.[HASH_ATTRIBUTE]
  const pending = readPending(attributes?.[PENDING_ATTRIBUTE])
  return hash && { hash, options: attributes?.[OPTIONS_ATTRIBUTE] ?? '{}', ...(pending && { pending }) }
}

function readPending(text: unknown): Pending | undefined {
  try {
    return text ? pendingSchema.parse(JSON.parse(String(text))) : undefined
  } catch {
    return undefined // a person has edited it
  }
}

function attributesOf({ hash, options, pending }: RealmRecord): Record<string, string> {
  return {
    [HASH_ATTRIBUTE]: hash,
    [OPTIONS_ATTRIBUTE]: options,
    ...(pending && { [PENDING_ATTRIBUTE]: JSON.stringify(pending) }),
  }
}

/** Describes work that this process begins on a realm. */
export function pendingWork(work: Pending['work'], options: string, hard = false): Pending {
  return { work, at: new Date().toISOString(), options, hard, by: THIS_PROCESS }
}

/** Changes some attributes of a realm; everything else stays. */
export async function writeRealmRecord(admin: Admin, realm: string, record: RealmRecord): Promise<void> {
  const found = await admin.realms.findOne({ realm })
  const { [PENDING_ATTRIBUTE]: _, ...others } = found?.attributes ?? {}
  await updateRealm(admin, realm, { attributes: { ...others, ...attributesOf(record) } }, found)
}

/** Name of the registration policies that refuse every client while a realm is replaced. */
const CLOSED = 'closed while the realm is reset'

const REGISTRATION_POLICY = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/**
 * Lets a realm refuse all logins and registrations. A disabled realm still registers clients, because Keycloak does not
 * look at `enabled` there.
 */
export async function closeRealm(admin: Admin, realm: string): Promise<void> {
  await updateRealm(admin, realm, { enabled: false })
  for (const subType of ['anonymous', 'authenticated'])
    await admin.components.create({
      realm,
      name: CLOSED,
      providerId: 'max-clients',
      providerType: REGISTRATION_POLICY,
      subType,
      config: { 'max-clients': ['0'] },
    })
}

/** Lets a closed realm answer again. */
export async function openRealm(admin: Admin, realm: string, enabled: boolean): Promise<void> {
  const policies = await admin.components.find({ realm, type: REGISTRATION_POLICY })
  for (const { id = '', name } of policies) if (name === CLOSED) await admin.components.del({ realm, id })
  await updateRealm(admin, realm, { enabled })
}

/** Removes the policies of {@link closeRealm} from a realm file: an interrupted reset has left them. */
export function withoutClosing<File extends object>(realm: File): File {
  const { components } = realm as {
    components?: Readonly<Record<string, readonly { readonly name?: unknown }[]>>
  }
  const policies = components?.[REGISTRATION_POLICY]
  if (!policies) return realm
  const others = policies.filter(({ name }) => name !== CLOSED)
  return { ...realm, components: { ...components, [REGISTRATION_POLICY]: others } }
}

/**
 * Creates a realm from a file, completely or not at all.
 *
 * @param record the record that the realm keeps; without it the realm is not managed
 * @param lastLog the server's log, which has most of Keycloak's reasons
 * @throws {McpKeycloakError} `REALM_REFUSED`, with the reason and the field if they are known
 */
export async function createRealm(
  admin: Admin,
  realm: RealmFile,
  record: RealmRecord | undefined,
  lastLog: (lines: number) => Promise<readonly string[]>,
): Promise<void> {
  const attributes = {
    ...(realm.attributes as Record<string, string> | undefined),
    ...(record && attributesOf({ ...record, pending: pendingWork('create', record.options) })),
  }
  try {
    await admin.realms.create({ ...withReadyHashes(realm), attributes } as RealmRepresentation)
  } catch (cause) {
    if (status(cause) === undefined) throw cause
    throw await realmRefused(admin, realm, cause, lastLog)
  }
  await finishCreation(admin, realm.realm, record)
}

/** Finishes a realm that Keycloak has imported from a file. */
export async function finishCreation(
  admin: Admin,
  realm: string,
  record: RealmRecord | undefined,
): Promise<void> {
  await repairAccountConsole(admin, realm)
  if (record) await writeRealmRecord(admin, realm, { hash: record.hash, options: record.options })
}

/** Deletes a realm; one that is not there is as good as deleted. */
export async function deleteRealm(admin: Admin, realm: string): Promise<void> {
  try {
    await admin.realms.del({ realm })
  } catch (error) {
    if (status(error) !== 404) throw error
  }
}

/**
 * Gives the account console the scopes that it requires. Keycloak creates its own clients before it reads the file's
 * client scopes, and it refuses a file that names such a client. So this step comes after the import.
 */
export async function repairAccountConsole(admin: Admin, realm: string): Promise<void> {
  const [clients, scopes] = await Promise.all([
    admin.clients.find({ realm, clientId: 'account-console' }),
    admin.clientScopes.find({ realm }),
  ])
  const id = clients[0]?.id
  if (id === undefined) return
  const needed = scopes.filter(({ name }) => name === 'basic' || name === 'roles')
  await Promise.all(
    needed.map(({ id: clientScopeId = '' }) =>
      admin.clients.addDefaultClientScope({ realm, id, clientScopeId }),
    ),
  )
}

async function realmRefused(
  admin: Admin,
  realm: RealmFile,
  cause: unknown,
  lastLog: (lines: number) => Promise<readonly string[]>,
): Promise<McpKeycloakError> {
  const field = status(cause) === 400 ? await refusedField(admin, realm) : undefined
  if (field) {
    return new McpKeycloakError('REALM_REFUSED', {
      what: `Keycloak refused the realm "${realm.realm}" because of "${field}".`,
      why: placeOf(field) ?? 'It does not know that field, or wants another kind of value there.',
      fix: placeOf(field)
        ? `Move "${field}" there, or remove it. Nothing was applied.`
        : `Remove "${field}" from the realm file, or correct it. Nothing was applied.`,
      cause: new RefusedField(field, cause),
    })
  }
  // Most other faults are "unknown_error" in the answer; the reason is in the log alone.
  const isInLog = status(cause) === 500 || /see logs/i.test(answerText(cause))
  const log = isInLog ? reasonInLog(await lastLog(60)) : []
  return new McpKeycloakError('REALM_REFUSED', {
    what: `Keycloak refused the realm "${realm.realm}".`,
    why: [`It answered ${status(cause)}: ${answerText(cause)}`, ...log],
    fix: `${fixOf(realm, cause)} Nothing was applied.`,
    cause,
  })
}

function fixOf({ passwordPolicy }: RealmFile, cause: unknown): string {
  if (status(cause) === 413)
    return 'Use a file of less than 10 MiB, for example one without users; --user adds test users.'
  return typeof passwordPolicy === 'string' && /password policy/i.test(answerText(cause))
    ? `Give that user another password; the realm requires "passwordPolicy": "${passwordPolicy}".`
    : 'Correct the realm file, overlay or option that this comes from.'
}
