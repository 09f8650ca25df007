import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { runLines } from '../exec.ts'
import { type FollowOptions, followFile } from '../follow-file.ts'
import { logFile } from '../log-file.ts'

/** Interval between searches for the next container. */
const POLL_MS = 1000

/** Saves the log of a container before its removal, and replaces the saved log of the previous container. */
export async function keepContainerLog(id: string, folder: string): Promise<void> {
  const text = async function* () {
    for await (const line of runLines('docker', ['logs', id], undefined)) yield `${line}\n`
  }
  // The server must also stop when the disk has no room for its log.
  await pipeline(text, createWriteStream(logFile(folder), { mode: 0o600 })).catch(() => {})
}

/**
 * Reads the lines of a container's log, or the saved log of a removed container. A followed log continues when the
 * container is restarted or replaced.
 *
 * @param findContainer returns the id of the current container
 */
export async function* containerLog(
  findContainer: () => Promise<string | undefined>,
  folder: string,
  { follow, signal }: FollowOptions,
): AsyncGenerator<string> {
  let last = await findContainer()
  if (last === undefined) yield* followFile(logFile(folder), { follow: false, signal })
  else yield* runLines('docker', ['logs', ...(follow ? ['--follow'] : []), last], signal)
  let read = new Date()
  while (follow && !signal?.aborted) {
    await sleep(POLL_MS, undefined, signal && { signal }).catch(() => {})
    const next = await findContainer()
    if (next === undefined) continue
    const from = next === last ? ['--since', read.toISOString()] : []
    last = next
    yield* runLines('docker', ['logs', '--follow', ...from, next], signal)
    read = new Date()
  }
}
