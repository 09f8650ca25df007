import { NO_REALM_OPTIONS } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { isGone } from '../keycloak/owner.ts'
import { findRealmRecord, finishCreation, type Pending } from '../keycloak/realms.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { performReset } from './perform-reset.ts'
import { plannedRealmName } from './plan-realm.ts'
import { type RealmPlace, replaceRealm } from './replace-realm.ts'
import { readJournal, removeJournal, setAsideJournal } from './reset-journal.ts'

/** Work of a process on another machine that began longer ago was interrupted. */
const ELSEWHERE_MS = 120_000

/**
 * Finishes what a command that was killed had begun with a realm: its creation, or a reset.
 *
 * @param isLocked no other command works on the realm's instance
 * @returns what was finished, a sentence each
 * @throws {McpKeycloakError} `REALM_REFUSED`; what a reset throws
 */
export async function finishRealm(
  config: Config,
  place: RealmPlace,
  isLocked: boolean,
): Promise<readonly string[]> {
  const replaced = await replay(place)
  const { admin, name } = place
  const record = await findRealmRecord(admin, name)
  const pending = record?.pending
  if (!record || !pending || !isInterrupted(pending, isLocked)) return replaced
  if (pending.work === 'create') {
    await finishCreation(admin, name, record)
    return [...replaced, toldFinished(name, pending)]
  }
  const found = { ...place, record: { ...record, options: pending.options } }
  try {
    const { warnings } = await performReset(found, { ...config, ...NO_REALM_OPTIONS }, { hard: pending.hard })
    return [...replaced, toldFinished(name, pending), ...warnings]
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || error.code !== 'REALM_INVALID') throw error
    return [...replaced, `${toldInterrupted(name, pending)} ${error.message} ${error.why}`]
  }
}

/** Finishes the replacement of a realm that was deleted and is not there again. */
export async function finishReplacement(
  config: Config,
  keycloak: RunningKeycloak,
): Promise<readonly string[]> {
  const name = await plannedRealmName(config)
  if ((await readJournal(keycloak.folder, name)) === undefined) return []
  return replay({ admin: await adminLogin(keycloak), keycloak, name })
}

async function replay(place: RealmPlace): Promise<readonly string[]> {
  const { admin, keycloak, name } = place
  const journal = await readJournal(keycloak.folder, name)
  if (journal === undefined) return []
  const record = await findRealmRecord(admin, name)
  const isReplaced = record !== undefined && record?.pending?.work !== 'reset'
  if (isReplaced) {
    await removeJournal(keycloak.folder, name)
    return []
  }
  const told = `Finished the reset of the realm "${name}" that was interrupted at ${at(journal.at)}.`
  try {
    await replaceRealm(place, journal)
    return [told]
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || error.code !== 'REALM_REFUSED') throw error
    const there = await findRealmRecord(admin, name)
    if (there === undefined) await setAsideJournal(keycloak.folder, name)
    const what = there === undefined ? `It is in ${journal.backup}.` : 'It is the previous one again.'
    return [
      `The reset of the realm "${name}" was interrupted at ${at(journal.at)}. ${what} ${error.message} ${error.why}`,
    ]
  }
}

/** Whether nobody is at the work any more. */
export function isInterrupted({ at, by }: Pending, isLocked: boolean): boolean {
  return isLocked || (isGone(by) ?? Date.now() - Date.parse(at) > ELSEWHERE_MS)
}

/** Says that interrupted work is done now. */
export function toldFinished(realm: string, pending: Pending): string {
  return `Finished the ${NAMES[pending.work]} of the realm "${realm}" that was interrupted at ${at(pending.at)}.`
}

/** Says that work was interrupted, and which command finishes it. */
export function toldInterrupted(realm: string, { work, at: time }: Pending): string {
  return `The ${NAMES[work]} of the realm "${realm}" was interrupted at ${at(time)}. Finish it: mcp-keycloak ${work === 'reset' ? 'reset-realm' : 'up'} --realm ${realm}`
}

const NAMES = { create: 'creation', reset: 'reset' } as const

function at(time: string): string {
  return new Date(time).toLocaleString()
}
