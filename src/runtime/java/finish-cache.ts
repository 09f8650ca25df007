import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { isThere } from '../../config/files/is-there.ts'
import { throwIfInterrupted } from '../../errors.ts'
import { templateFolder } from '../database-template.ts'
import { buildFolder } from '../kept-build.ts'
import { ARCHIVE_MS, type KeptPart, keptParts } from '../kept-parts.ts'
import type { InstanceState } from '../state/state.ts'
import { isUnchanged, sharedDistribution } from './shared-distribution.ts'

/** The folder of the class-data archives. */
export function archiveFolder(cache: string): string {
  return join(cache, 'archives')
}

/**
 * Waits until a running server's class-data archive is written, removes the zip of its unpacked distribution, and lists the
 * parts in the cache.
 */
export async function finishCache(
  state: InstanceState,
  cache: string,
  signal: AbortSignal | undefined,
): Promise<readonly KeptPart[]> {
  const { version, pid } = state
  const folder = archiveFolder(cache)
  const deadline = Date.now() + ARCHIVE_MS
  while ((await isThere(join(folder, `${pid}.lst`))) && Date.now() < deadline) {
    await sleep(200)
    throwIfInterrupted(signal)
  }
  const distribution = sharedDistribution(version, cache)
  if (await isUnchanged(distribution)) await rm(`${distribution}.zip`, { force: true })
  const archives = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jsa'))
  return keptParts([
    ['distribution', distribution],
    ['distribution', `${distribution}.zip`],
    ['build', buildFolder(state, cache)],
    ['database', templateFolder(state, cache)],
    ...archives.map((name) => ['archive', join(folder, name)] as const),
  ])
}
