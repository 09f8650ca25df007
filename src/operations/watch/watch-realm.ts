import { join } from 'node:path'

import { z } from 'zod'

import { command } from '../../config/command.ts'
import { CONFIG_FILE_NAME } from '../../config/config-file.ts'
import { folders } from '../../config/folders.ts'
import {
  changedRealmOptions,
  mergeRealmOptions,
  NO_REALM_OPTIONS,
  parseRealmOptions,
  type RealmOptions,
} from '../../config/realm-options.ts'
import type { ResolvedConfig } from '../../config/resolve.ts'
import type { Config, ConfigKey } from '../../config/schema.ts'
import { LOOPBACK } from '../../config/server.ts'
import { isOverlayPath } from '../../config/values.ts'
import { McpKeycloakError } from '../../errors.ts'
import { findInstance } from '../../instance/instance.ts'
import { findRealm } from '../../provisioning/find-realm.ts'
import { type ResetRealmReport, resetRealmReportSchema } from '../../provisioning/reset-realm-report.ts'
import { someoneListens } from '../../runtime/probe-port.ts'
import type { OnStep } from '../../runtime/runtime.ts'
import { withInstanceLock } from '../../runtime/state/instance-lock.ts'
import { errorReportSchema } from '../error-report.ts'
import { resetRealm } from '../reset-realm.ts'
import { upReportSchema } from '../up.ts'
import { type FileStates, fileStates, nextChange, type WatchedFiles } from './file-states.ts'

/** `up --watch --json`: one event per line. The first one is `up`. */
export const watchLineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** `refused`: the realm is unchanged. `ended`: by a signal; Keycloak keeps running. */
  event: z.enum(['up', 'watching', 'reset', 'refused', 'ended']),
  /** ISO 8601. */
  at: z.iso.datetime(),
  /** The watched files for `watching`, else the changed ones. */
  files: z.array(z.string()).readonly(),
  up: upReportSchema.nullable(),
  reset: resetRealmReportSchema.nullable(),
  error: errorReportSchema.shape.error.nullable(),
})

/** An event of a watched realm. */
export type WatchLine = Readonly<z.infer<typeof watchLineSchema>>

/** An event of a watched realm, with the error itself. */
export type WatchEvent =
  | { readonly event: 'watching'; readonly files: readonly string[] }
  | { readonly event: 'reset'; readonly files: readonly string[]; readonly reset: ResetRealmReport }
  | { readonly event: 'refused'; readonly files: readonly string[]; readonly error: McpKeycloakError }

/** Callbacks and signals of {@link watchRealm}. */
export interface WatchOptions {
  /** Resolves the options again after a change. */
  readonly resolve: () => Promise<ResolvedConfig>
  /** The states of the files before `up`. A file that changed since then counts as changed. */
  readonly since: FileStates
  /** Whether the realm differs from its options already, so that it is reset at once. */
  readonly isDifferent: boolean
  readonly onStep?: OnStep
  /** Aborting ends the watch. */
  readonly signal: AbortSignal
  /** Delays signals while the realm is changed. */
  readonly uninterrupted?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined
}

/** Options that a running server cannot change, and those that name another server or realm. */
const FIXED = [
  'port',
  'managementPort',
  'keycloakVersion',
  'keycloakHome',
  'runtime',
  'instance',
  'dataFolder',
  'keycloakUrl',
  'realm',
] as const satisfies readonly ConfigKey[]

/** Errors that end the watch: nothing can be reset any more. */
const ENDING: readonly string[] = ['NOT_RUNNING', 'INTERRUPTED']

const ALIVE_MS = 2000

/** Time that another command may have the server stopped. */
const RESTART_MS = 120_000

/** The files of the options, to be watched before the realm exists. */
export function filesOf(
  { config, configFile }: ResolvedConfig,
  options: RealmOptions = config,
): WatchedFiles {
  const own = configFile ?? join(process.cwd(), CONFIG_FILE_NAME)
  return { paths: [own, ...options.with.filter(isOverlayPath)], realmFile: options.realmFile }
}

/**
 * Resets the realm whenever its realm file, an overlay, a file with users or the config file changes. A refused file leaves
 * the realm unchanged. Ends when the signal is aborted.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING` when the server has stopped; the errors of the first reset
 */
export async function* watchRealm(
  resolved: ResolvedConfig,
  { resolve, since, isDifferent, onStep, signal, uninterrupted }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const reset = (config: Config, forget: readonly (keyof RealmOptions)[] = []) =>
    resetRealm(config, { forget, onStep, uninterrupted })
  let applied = resolved
  const assertAlive = await aliveCheck(resolved.config)
  if (isDifferent) yield { event: 'reset', files: [], reset: await reset(applied.config) }
  let files = filesOf(applied, await realmOptions(applied.config))
  let states = await statesSince(files, since)
  yield { event: 'watching', files: [...states.keys()] }
  for (;;) {
    const change = await nextChange(files, states, signal, assertAlive)
    if (!change) return
    states = change.states
    try {
      const next = await resolve()
      // Also the new files, before they are read: the fix of a refused one may come at any time.
      files = { ...files, paths: [...new Set([...files.paths, ...pathsOf(filesOf(next))])] }
      states = await statesSince(files, states)
      assertSameServer(resolved.config, next.config)
      const report = await reset(next.config, forgotten(applied.config, next.config))
      applied = next
      yield { event: 'reset', files: change.changed, reset: report }
      files = filesOf(applied, await realmOptions(applied.config))
    } catch (error) {
      if (!(error instanceof McpKeycloakError) || ENDING.includes(error.code)) throw error
      yield { event: 'refused', files: change.changed, error }
    }
    states = await statesSince(files, states)
  }
}

function pathsOf({ paths, realmFile }: WatchedFiles): readonly string[] {
  return [...paths, ...(realmFile === undefined ? [] : [realmFile])]
}

/** The states of these files, as far as they were known before. A file that has changed since then counts as changed. */
async function statesSince(files: WatchedFiles, since: FileStates): Promise<FileStates> {
  const now = await fileStates(files)
  return new Map([...now].map(([path, state]) => [path, since.get(path) ?? state]))
}

/** The options of the existing realm: the given ones, else those that it was created with. */
async function realmOptions(config: Config): Promise<RealmOptions> {
  const { record } = await findRealm(config)
  return mergeRealmOptions(config, record ? parseRealmOptions(record.options) : NO_REALM_OPTIONS)
}

/** Options that were given before and are not given any more. The realm must not remember them. */
function forgotten(before: Config, now: Config): readonly (keyof RealmOptions)[] {
  const given = changedRealmOptions(NO_REALM_OPTIONS, now)
  return changedRealmOptions(NO_REALM_OPTIONS, before).filter((key) => !given.includes(key))
}

/** Refuses options for which the server would have to be started again, before anything is changed. */
function assertSameServer(running: Config, now: Config): void {
  const changed = FIXED.filter((key) => running[key] !== now[key])
  if (changed.length === 0) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `The new ${changed.join(' and ')} cannot be used while Keycloak runs.`,
    why: 'The realm is watched on the server that was started. The realm is unchanged.',
    fix: `End the watch with Ctrl-C, then: ${command('down')}; ${command('up', { watch: true })}`,
  })
}

/** Returns a check that the server still runs. A restart by another command is waited for. */
async function aliveCheck(config: Config): Promise<() => Promise<void>> {
  const { state } = await findInstance(config)
  let checkedAt = Date.now()
  return async () => {
    if (!state || Date.now() - checkedAt < ALIVE_MS) return
    checkedAt = Date.now()
    if (await someoneListens(LOOPBACK, state.port)) return
    const { data } = folders(config)
    await withInstanceLock(data, state.instance, { waitMs: RESTART_MS }, () => findInstance(config))
  }
}
