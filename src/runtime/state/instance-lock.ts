import { access, constants, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { lock } from 'proper-lockfile'

import { instanceFolder } from '../../config/folders.ts'
import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { unwritable } from './private-file.ts'

/** A lock that was not refreshed for this long belongs to a process that died. */
const STALE_MS = 5000

const RETRY_MS = 500

/** Tolerance for disks that round a lock's date up. */
const CLOCK_ERROR_MS = 2000

/** Limit for the wait for the ports' lock. */
const PORTS_MS = 30_000

/** Options for the wait for another process. */
export interface Waiting {
  readonly waitMs: number
  /** Called once, when another process holds the lock. */
  readonly onStep?: ((step: string) => void) | undefined
  /** Aborting ends the waiting. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Does `work` while no other process works on the instance. Waits for such a process. The lock is beside the instance's
 * folder, which `work` may remove.
 *
 * @param work gets the instance's folder, which may not exist
 * @throws {McpKeycloakError} `INSTANCE_BUSY` when the other process takes too long, `STATE_UNWRITABLE`, `INTERRUPTED`
 */
export async function withInstanceLock<T>(
  data: string,
  instance: string,
  waiting: Waiting,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = instanceFolder(data, instance)
  return withLock(folder, `instance "${instance}"`, waiting, () => work(folder))
}

/**
 * Does `work` while no other process chooses ports for an instance.
 *
 * @throws {McpKeycloakError} `INSTANCE_BUSY`, `STATE_UNWRITABLE`, `INTERRUPTED`
 */
export async function withPortsLock<T>(
  data: string,
  waiting: Omit<Waiting, 'waitMs'>,
  work: () => Promise<T>,
): Promise<T> {
  const { onStep, signal } = waiting
  const whose = "the ports of this machine's instances"
  return withLock(dirname(instanceFolder(data, 'any')), whose, { waitMs: PORTS_MS, onStep, signal }, work)
}

/**
 * Runs `work` while no other process creates the data folder's owner id.
 *
 * @throws {McpKeycloakError} `INSTANCE_BUSY`, `STATE_UNWRITABLE`
 */
export async function withOwnerLock<T>(data: string, work: () => Promise<T>): Promise<T> {
  return withLock(join(data, 'owner'), 'the data folder', { waitMs: PORTS_MS }, work)
}

/** The folder of a lock. No instance has a name with a dot. */
export function isLock(name: string): boolean {
  return name.endsWith('.lock')
}

async function withLock<T>(
  path: string,
  whose: string,
  waiting: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  const release = await acquire(path, whose, waiting)
  try {
    return await work()
  } finally {
    await release().catch(() => {}) // after a laptop's sleep another process may hold it
  }
}

async function acquire(
  path: string,
  whose: string,
  { waitMs, onStep, signal }: Waiting,
): Promise<() => Promise<void>> {
  const deadline = Date.now() + waitMs
  const future = futureLocks(`${path}.lock`)
  for (let attempt = 1; ; attempt++) {
    throwIfInterrupted(signal)
    const release = await tryLock(path)
    if (release) return release
    if (await future.removed()) continue
    if (Date.now() >= deadline) throw busy(whose, waitMs)
    if (attempt === 1) onStep?.(`Waiting for another mcp-keycloak, which works on ${whose}`)
    await sleep(RETRY_MS, undefined, signal && { signal }).catch(() => {})
  }
}

/** Takes a lock; `undefined` while another process has it. */
async function tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
  try {
    await assertWritable(path) // mkdir calls a read-only disk ENOENT
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return await lock(path, {
      realpath: false, // what it is about need not be there
      stale: STALE_MS,
      onCompromised: () => {}, // a laptop that slept: whoever took the lock meanwhile found us and waits for nothing
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined
    throw unwritable(path, error)
  }
}

/**
 * Removes a lock dated in the future that no process has refreshed for {@link STALE_MS}. Such a date comes from another
 * machine or from a clock that was set back, and the lock would never look old.
 */
function futureLocks(lockFolder: string) {
  let seen: { readonly mtimeMs: number; readonly atMs: number } | undefined
  return {
    async removed(): Promise<boolean> {
      const { mtimeMs } = (await stat(lockFolder).catch(() => undefined)) ?? { mtimeMs: 0 }
      if (mtimeMs <= Date.now() + CLOCK_ERROR_MS) seen = undefined
      else if (seen?.mtimeMs !== mtimeMs) seen = { mtimeMs, atMs: performance.now() }
      else if (performance.now() - seen.atMs > STALE_MS) {
        await rm(lockFolder, { recursive: true, force: true })
        return true
      }
      return false
    },
  }
}

function busy(whose: string, waitMs: number): McpKeycloakError {
  return new McpKeycloakError('INSTANCE_BUSY', {
    what: `Another mcp-keycloak works on ${whose}.`,
    why: `It did not finish within ${Math.round(waitMs / 1000)} seconds.`,
    fix: 'Wait for that process, or stop it. The lock of a dead process is removed automatically after 5 seconds.',
  })
}

/** Throws when a folder cannot be created or written. */
async function assertWritable(folder: string): Promise<void> {
  const error = await access(folder, constants.W_OK).catch((cause: NodeJS.ErrnoException) => cause)
  if (error?.code === 'ENOENT' && dirname(folder) !== folder) return assertWritable(dirname(folder))
  if (error) throw error
}
