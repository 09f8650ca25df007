import { folders } from '../config/folders.ts'
import { withoutOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError, tellIfInterrupted } from '../errors.ts'
import { findInstance } from '../instance/instance.ts'
import { existingRealm, lookForRealm } from '../provisioning/find-realm.ts'
import { atWork, finishReplacement, isInterrupted, toldFinished } from '../provisioning/finish-realm.ts'
import { performReset, type ResetRealmOptions } from '../provisioning/perform-reset.ts'
import type { ResetRealmReport } from '../provisioning/reset-realm-report.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { withInstanceLock } from '../runtime/state/instance-lock.ts'

export type { ResetRealmOptions, ResetRealmReport }

/** Time to wait for another command that uses the instance. */
const WAIT_MS = 60_000

/**
 * Resets the realm on the running server to its file and the options. Also finishes an interrupted reset.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `REALM_INVALID`, `REALM_REFUSED`, `INTERRUPTED`; `USAGE_INVALID`
 * for an unmanaged realm
 */
export async function resetRealm(config: Config, options: ResetRealmOptions = {}): Promise<ResetRealmReport> {
  const { keycloak, state } = await findInstance(config)
  const { onStep, signal } = options
  const work = (isLocked: boolean) =>
    tellIfInterrupted(
      signal,
      () => 'the realm was not reset: it is unchanged.',
      () => reset(config, keycloak, options, isLocked),
    )
  if (!state) return work(false)
  return withInstanceLock(folders(config).data, state.instance, { waitMs: WAIT_MS, onStep, signal }, () =>
    work(true),
  )
}

async function reset(
  config: Config,
  keycloak: RunningKeycloak,
  options: ResetRealmOptions,
  isLocked: boolean,
): Promise<ResetRealmReport> {
  const found = await lookForRealm(keycloak, config)
  const replaced = options.dryRun ? { live: found, finished: [] } : await finishReplacement(found, isLocked)
  const live = await existingRealm(replaced.live)
  const { name, record } = live
  if (record === null) throw notOurs(name, keycloak.url)
  const { pending } = record
  if (pending?.work === 'reset' && !isInterrupted(pending, isLocked) && !options.dryRun) throw atWork(name)
  const interrupted = pending?.work === 'reset' && isInterrupted(pending, isLocked) ? pending : undefined
  const remembered = withoutOptions(interrupted?.options ?? record.options, options.forget ?? [])
  const managed = { ...live, record: { ...record, options: remembered } }
  const hard = options.hard === true || interrupted?.hard === true
  const report = await performReset(managed, config, { ...options, hard })
  const finished = interrupted && !report.dryRun ? [toldFinished(name, interrupted)] : []
  return { ...report, warnings: [...replaced.finished, ...finished, ...report.warnings] }
}

function notOurs(name: string, url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The realm "${name}" at ${url} was not created by mcp-keycloak.`,
    why: 'Which file and options it was created from is not known.',
    fix: 'Name another realm: --realm <name>',
  })
}
