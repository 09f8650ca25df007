import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, cp, link, lstat, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

import { readRegularFile } from '../../config/files/read-file.ts'
import { throwIfInterrupted } from '../../errors.ts'
import { isKnownChecksum, rememberChecksum } from '../known-checksums.ts'
import { unpack } from './unpack.ts'

/** The jars that Keycloak never writes. Instances share them: 170 of 195 MB. Its own build replaces the other files. */
const SHARED = [join('lib', 'lib', 'main'), join('lib', 'lib', 'deployment')]

/** Age at which an unfinished folder belongs to a process that was killed. */
const LEFT_BEHIND_MS = 3_600_000

/** Number of files in memory at once. */
const HASHED_AT_ONCE = 16

/** The folder of the unpacked distribution that instances share. */
export function sharedDistribution(version: string, cache: string): string {
  return join(cache, `keycloak-${version}`)
}

/** Whether a folder has exactly the files that {@link shareDistribution} has unpacked into it. */
export async function isUnchanged(folder: string): Promise<boolean> {
  const sha256 = await treeSha256(folder).catch(() => undefined)
  return sha256 !== undefined && isKnownChecksum(basename(folder), sha256)
}

/**
 * Unpacks a distribution in the cache, completely or not at all. Replaces an existing folder.
 *
 * @param zip with the right checksum
 * @throws the error of a broken archive, of the disk, or `INTERRUPTED`
 */
export async function shareDistribution(zip: string, folder: string, signal?: AbortSignal): Promise<void> {
  await removeLeftBehind(dirname(folder))
  const own = join(dirname(folder), `.fetch-${randomUUID()}`)
  const unpacked = join(own, 'keycloak')
  try {
    await mkdir(own)
    await unpack(zip, unpacked, signal)
    if (process.platform !== 'win32')
      for (const file of await sharedFiles(unpacked)) await chmod(join(unpacked, file), 0o444)
    await rememberChecksum(basename(folder), await treeSha256(unpacked))
    if (await isUnchanged(folder)) return // another process was faster, and its instance may be reading it
    await rename(folder, join(own, 'replaced')).catch(() => {}) // there is none, usually
    await rename(unpacked, folder).catch(async (error: unknown) => {
      if (!(await isUnchanged(folder))) throw error // else another process was faster
    })
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

/**
 * Creates a server from the shared distribution, completely or not at all: hard links for the jars, else copies.
 *
 * @throws the error of the disk, or `INTERRUPTED`
 */
export async function installShared(folder: string, home: string, signal?: AbortSignal): Promise<void> {
  const partial = `${home}.partial`
  try {
    await rm(partial, { recursive: true, force: true })
    await cp(folder, partial, {
      recursive: true,
      preserveTimestamps: true, // as in unpack.ts
      filter: (path) => !SHARED.includes(relative(folder, dirname(path))),
    })
    for (const file of await sharedFiles(folder)) {
      throwIfInterrupted(signal)
      await linkOrCopy(join(folder, file), join(partial, file))
    }
    await rename(partial, home)
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

async function sharedFiles(folder: string): Promise<readonly string[]> {
  const files = SHARED.map(async (part) => {
    const names = await readdir(join(folder, part)).catch(() => [])
    return names.map((name) => join(part, name))
  })
  return (await Promise.all(files)).flat()
}

/** Windows cannot remove a file that another instance has open under another name. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  const isLinked = process.platform !== 'win32' && (await link(from, to).then(isDone, () => false))
  if (isLinked) return
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  const { atime, mtime } = await stat(from)
  await chmod(to, 0o644)
  await utimes(to, atime, mtime)
}

const isDone = () => true

/** Computes the SHA-256 of all files with their paths. Refuses a folder with links, pipes and the like. */
async function treeSha256(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'))
    .sort()
  const isFolder = (await lstat(folder)).isDirectory() // an instance would run inside the target of a link
  if (!isFolder || paths.length === 0 || entries.some((entry) => !entry.isDirectory() && !entry.isFile()))
    throw new Error('it is not an unpacked distribution')
  const sums: (readonly [path: string, sha256: string])[] = []
  for (let at = 0; at < paths.length; at += HASHED_AT_ONCE) {
    const hashed = paths.slice(at, at + HASHED_AT_ONCE).map(async (path) => {
      const { bytes } = await readRegularFile(join(folder, path))
      return [path, createHash('sha256').update(bytes).digest('hex')] as const
    })
    sums.push(...(await Promise.all(hashed)))
  }
  return createHash('sha256').update(JSON.stringify(sums)).digest('hex')
}

/** Removes what killed processes have left of a download or of unpacking. */
async function removeLeftBehind(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((name) => name.startsWith('.fetch-'))) {
    const path = join(cache, name)
    const modified = await stat(path).catch(() => undefined)
    if (modified && Date.now() - modified.mtimeMs > LEFT_BEHIND_MS)
      await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}
