import { setTimeout as sleep } from 'node:timers/promises'
import { command } from '../config/command.ts'
import { NO_REALM_OPTIONS } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import { status } from '../keycloak/admin.ts'
import { isGone } from '../keycloak/owner.ts'
import {
  findRealmRecord,
  finishCreation,
  openRealm,
  type Pending,
  type RealmRecord,
} from '../keycloak/realms.ts'
import { hasKey, readPublicKeys } from '../keycloak/signing-keys.ts'
import { OF_A_COMMAND, removeLeftBehind } from '../keycloak/temporary-realm.ts'
import { type LiveRealm, type MaybeRealm, type RealmPlace, readAgain } from './live-realm.ts'
import { performReset } from './perform-reset.ts'
import { replaceRealm } from './replace-realm.ts'
import { type ResetJournal, readJournal, removeJournal, setAsideJournal } from './reset-journal.ts'
import { keepSigningKey, writeSigningKey } from './signing-key-file.ts'

/** Age from which work of a process on another machine counts as interrupted. */
const ELSEWHERE_MS = 120_000

/** A realm without unfinished work. */
export interface FinishedRealm {
  readonly live: MaybeRealm
  /** One sentence for each piece of finished work. */
  readonly finished: readonly string[]
}

/**
 * Finishes the creation or the reset of a realm whose command was killed. Also removes the temporary realms of killed
 * commands.
 *
 * @param isLocked no other command works on the realm's instance
 * @throws {McpKeycloakError} `REALM_REFUSED`, and the errors of a reset
 */
export async function finishRealm(
  config: Config,
  found: MaybeRealm,
  isLocked: boolean,
): Promise<FinishedRealm> {
  const [{ live, finished }] = await Promise.all([
    finishReplacement(found, isLocked),
    removeLeftBehind(found.admin, OF_A_COMMAND),
  ])
  const { record } = live
  if (!record?.pending || !isInterrupted(record.pending, isLocked)) return { live, finished }
  const told = await finishPending(config, { ...live, record }, record.pending)
  return { live: await readAgain(live), finished: [...finished, ...told] }
}

/** Reasons why a reset cannot be finished, though the realm is there and can be used. */
const UNFINISHED: readonly ErrorCode[] = ['REALM_INVALID', 'REALM_REFUSED', 'KEYCLOAK_FAILED']

async function finishPending(
  config: Config,
  live: LiveRealm<RealmRecord>,
  pending: Pending,
): Promise<readonly string[]> {
  const { admin, name, record, keycloak } = live
  if (pending.work === 'create') {
    await finishCreation(admin, name, record)
    await keepSigningKey(keycloak.folder, name)
    return [toldFinished(name, pending)]
  }
  const wanted = { ...live, record: { ...record, options: pending.options } }
  try {
    const { warnings } = await performReset(
      wanted,
      { ...config, ...NO_REALM_OPTIONS },
      { hard: pending.hard },
    )
    return [toldFinished(name, pending), ...warnings]
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || !UNFINISHED.includes(error.code)) throw error
    const isReplaced = (await readJournal(keycloak.folder, name)) || !(await findRealmRecord(admin, name))
    if (isReplaced) throw error // no other realm may take its place
    await openRealm(admin, name, true)
    return [`${toldInterrupted(name, pending)} ${error.message} ${error.why}`]
  }
}

/** Finishes the replacement of a realm that was deleted and not yet created again. */
export async function finishReplacement(found: MaybeRealm, isLocked: boolean): Promise<FinishedRealm> {
  const { keycloak, name } = found
  const journal = await readJournal(keycloak.folder, name)
  if (journal === undefined) return { live: found, finished: [] }
  if (!isInterrupted(journal, isLocked)) throw atWork(name)
  const finished = [await replay(found, journal)]
  return { live: await readAgain(found), finished }
}

/** @returns one sentence about the outcome */
async function replay(found: MaybeRealm, journal: ResetJournal): Promise<string> {
  const { admin, keycloak, name, record } = found
  const told = `Finished the reset of the realm "${name}" that was interrupted at ${at(journal.at)}.`
  try {
    await replayUntilThere(found, journal, record)
    return told
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || error.code !== 'REALM_REFUSED') throw error
    const there = await findRealmRecord(admin, name)
    // A failing server says nothing about the realm: the journal stays for the next command.
    if (there === undefined && (answer(error) ?? 500) >= 500) throw error
    if (there === undefined) await setAsideJournal(keycloak.folder, name)
    const what = there === undefined ? `It is in ${journal.backup}.` : 'It is the previous one again.'
    return `The reset of the realm "${name}" was interrupted at ${at(journal.at)}. ${what} ${error.message} ${error.why}`
  }
}

/** Keycloak completes a request even when its sender is killed. Deleting a large realm takes some seconds. */
const ATTEMPTS = 30
const RETRY_MS = 1000

/** Replays a journal. Retries while the last request of the killed command still runs. */
async function replayUntilThere(
  place: RealmPlace,
  journal: ResetJournal,
  found: RealmRecord | null | undefined,
): Promise<void> {
  const { admin, keycloak, name } = place
  let record = found
  for (let attempt = 1; ; attempt++) {
    try {
      const isReplaced = record !== undefined && record?.pending?.work !== 'reset'
      if (!isReplaced) return await replaceRealm(place, journal)
      if (record?.pending) await finishCreation(admin, name, record)
      if (hasKey(await readPublicKeys(admin, name), [journal.key]))
        await writeSigningKey(keycloak.folder, name, journal.key)
      return await removeJournal(keycloak.folder, name)
    } catch (error) {
      const isOver = attempt === ATTEMPTS || (await readJournal(keycloak.folder, name)) === undefined
      if (isOver || !collides(error)) throw error
      await sleep(RETRY_MS)
      record = await findRealmRecord(admin, name).catch(() => record)
    }
  }
}

/** Whether Keycloak failed, or reports that something already exists or is missing. */
function collides(error: unknown): boolean {
  const code = answer(error)
  return code !== undefined && (code >= 500 || code === 404 || code === 409)
}

/** The status of Keycloak's answer underneath an error. */
function answer(error: unknown): number | undefined {
  return (
    status(error) ?? (error instanceof Error && error.cause !== undefined ? answer(error.cause) : undefined)
  )
}

/** The error for a realm that another command resets now. */
export function atWork(realm: string): McpKeycloakError {
  return new McpKeycloakError('INSTANCE_BUSY', {
    what: `Another mcp-keycloak is resetting the realm "${realm}".`,
    why: 'Two resets at once would undo each other.',
    fix: 'Wait until it has ended, then run the command again.',
  })
}

/** Whether no process does the work any more. */
export function isInterrupted({ at, by }: Pick<Pending, 'at' | 'by'>, isLocked: boolean): boolean {
  return isLocked || (isGone(by) ?? Date.now() - Date.parse(at) > ELSEWHERE_MS)
}

/** Reports that interrupted work is now finished. */
export function toldFinished(realm: string, pending: Pending): string {
  return `Finished the ${NAMES[pending.work]} of the realm "${realm}" that was interrupted at ${at(pending.at)}.`
}

/** Reports that work was interrupted, and names the command that finishes it. */
export function toldInterrupted(realm: string, pending: Pending): string {
  const { what, fix } = interruption(realm, pending)
  return `${what} Finish it: ${fix}`
}

/** Describes interrupted work and the command that finishes it. */
export function interruption(realm: string, { work, at: time }: Pending) {
  return {
    what: `The ${NAMES[work]} of the realm "${realm}" was interrupted at ${at(time)}.`,
    fix: command(work === 'reset' ? 'reset-realm' : 'up', { realm }),
  }
}

const NAMES = { create: 'creation', reset: 'reset' } as const

function at(time: string): string {
  return new Date(time).toLocaleString()
}
