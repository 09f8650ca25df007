import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Time between two looks at the files. */
const LOOK_MS = 250

/** Time without a change after which a save is complete, and the longest wait for it. */
const SETTLE_MS = 200
const LONGEST_SETTLE_MS = 1000

/** The files that a realm is made of. */
export interface WatchedFiles {
  readonly paths: readonly string[]
  /** The realm file, whose users may be in files beside it. */
  readonly realmFile: string | undefined
}

/** A value for each file that changes with the file, by path. */
export type FileStates = ReadonlyMap<string, string>

/**
 * Reads the states of files. Links are followed, so a change of the target counts. Looks at the files instead of asking
 * the system for events: a file may be replaced, removed, created again, or lie on a disk without events.
 */
export async function fileStates({ paths, realmFile }: WatchedFiles): Promise<FileStates> {
  const all = [...paths, ...(realmFile === undefined ? [] : [realmFile, ...(await usersFiles(realmFile))])]
  const states = await Promise.all(
    [...new Set(all)].map(async (path) => [path, await stateOf(path)] as const),
  )
  return new Map(states)
}

/** The files with users that Keycloak's own export writes beside a realm file. */
async function usersFiles(realmFile: string): Promise<readonly string[]> {
  const folder = dirname(realmFile)
  const names = await readdir(folder).catch(() => [])
  const isOne = (name: string) => /-users-\d+\.json$/.test(name) && name !== basename(realmFile)
  return names.filter(isOne).map((name) => join(folder, name))
}

async function stateOf(path: string): Promise<string> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs].join(' '),
    () => 'missing',
  )
}

/** Changed files, and the states after the change. */
export interface Change {
  readonly changed: readonly string[]
  readonly states: FileStates
}

/**
 * Waits until files change and stay unchanged for a moment: several saves in a burst are one change.
 *
 * @param onLook called between two looks; an error ends the wait
 * @returns `undefined` when the signal is aborted
 */
export async function nextChange(
  files: WatchedFiles,
  before: FileStates,
  signal: AbortSignal,
  onLook: () => Promise<void>,
): Promise<Change | undefined> {
  for (;;) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return undefined
    const states = await fileStates(files)
    if (changedFiles(before, states).length === 0) {
      await onLook()
      continue
    }
    const settled = await settledStates(files, states)
    return { changed: changedFiles(before, settled), states: settled }
  }
}

async function settledStates(files: WatchedFiles, first: FileStates): Promise<FileStates> {
  const deadline = Date.now() + LONGEST_SETTLE_MS
  let states = first
  for (;;) {
    await sleep(SETTLE_MS)
    const now = await fileStates(files)
    if (changedFiles(states, now).length === 0 || Date.now() > deadline) return now
    states = now
  }
}

function changedFiles(before: FileStates, now: FileStates): readonly string[] {
  const paths = new Set([...before.keys(), ...now.keys()])
  return [...paths].filter((path) => before.get(path) !== now.get(path))
}
