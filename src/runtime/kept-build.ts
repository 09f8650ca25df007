import { createHash, randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { isThere } from '../config/files/is-there.ts'
import { readRegularFile } from '../config/files/read-file.ts'
import { buildKey, type ServerBuild } from '../config/server.ts'
import { isKnownChecksum, rememberChecksum } from './known-checksums.ts'

/** The files of a folder by name, for example of Keycloak's own build: 3 MB. */
export type KeptFiles = ReadonlyMap<string, Buffer>

/** The folder of a build, relative to a server's home. */
export const BUILD_FOLDER = 'lib/quarkus'

/** The folder for the kept build of servers like this one, on every runtime. */
export function buildFolder(build: ServerBuild, cache: string): string {
  return join(cache, `built-${build.version}-${buildKey(build)}`)
}

/**
 * Keeps the build of a server for new servers: a build takes longer than the rest of a start.
 *
 * @param folder the folder for the build; an existing one stays unchanged
 * @param copyTo copies the build of a server that has answered to a new folder
 */
export async function keepFiles(folder: string, copyTo: (target: string) => Promise<void>): Promise<void> {
  if (await isThere(folder)) return
  const partial = `${folder}.${randomUUID()}`
  try {
    await copyTo(partial)
    await rememberChecksum(basename(folder), sha256(await readBuild(partial)))
    await rename(partial, folder)
  } catch {
    await rm(partial, { recursive: true, force: true }) // the next server builds itself: slower, and as good
  }
}

/**
 * Reads the build that {@link keepFiles} has kept; `undefined` without one. Deletes a build that has changed since then.
 */
export async function readKeptFiles(folder: string): Promise<KeptFiles | undefined> {
  if (!(await isThere(folder))) return undefined
  try {
    const build = await readBuild(folder)
    if (await isKnownChecksum(basename(folder), sha256(build))) return build
    await rm(folder, { recursive: true, force: true })
  } catch {
    // an unreadable folder counts as none
  }
  return undefined
}

/** Reads a whole build at once, so that the checked bytes are the copied bytes. */
async function readBuild(folder: string): Promise<KeptFiles> {
  const names = (await readdir(folder)).sort()
  const files = names.map(async (name) => [name, (await readRegularFile(join(folder, name))).bytes] as const)
  return new Map(await Promise.all(files))
}

/** Computes the SHA-256 of all files with their names. */
function sha256(files: KeptFiles): string {
  const sums = [...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])
  return createHash('sha256').update(JSON.stringify(sums)).digest('hex')
}
