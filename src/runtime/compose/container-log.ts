import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { runLines } from '../exec.ts'
import { type FollowOptions, followFile } from '../follow-file.ts'
import { logFile } from '../log-file.ts'

/** How often is looked for the next container. */
const POLL_MS = 1000

/** Keeps the log of a container that is about to be removed, in place of that of the one before. */
export async function keepContainerLog(id: string, folder: string): Promise<void> {
  const text = async function* () {
    for await (const line of runLines('docker', ['logs', id], undefined)) yield `${line}\n`
  }
  // Without room for its log a server has to stop all the same.
  await pipeline(text, createWriteStream(logFile(folder), { mode: 0o600 })).catch(() => {})
}

/**
 * The lines of a container's log, or what was kept of one that is gone. Followed, it goes on when the container is started
 * again, and with the one that takes its place.
 *
 * @param findContainer gives the id of the container that is there now
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
