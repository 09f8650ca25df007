import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { isThere } from '../../config/files/is-there.ts'
import { buildKey, type ServerBuild } from '../../config/server.ts'
import { throwIfInterrupted } from '../../errors.ts'
import { run } from '../exec.ts'
import { ARCHIVE_MS } from '../kept-parts.ts'
import { ARCHIVE_FOLDER } from './start-script.ts'
import { tar } from './tar.ts'

/** An entry of a tar archive for that folder. */
const FOLDER_ENTRY = { name: 'archive/', content: '', mode: 0o755, uid: 1000, gid: 0 }

const isArchive = (name: string) => name.endsWith('.jsa')

/** Fails when the list of classes is gone: the archive is written, or will never be. */
const IS_WRITING = `ls ${ARCHIVE_FOLDER}/*.lst`

/**
 * The folder of the class-data archive for containers like this one. An archive is of one JVM and of the jars of one image,
 * so the folder's name has the image's id.
 */
async function keptArchive(id: string, build: ServerBuild, cache: string): Promise<string | undefined> {
  const { stdout } = await run('docker', ['inspect', '--format', '{{.Image}}', id])
  const image = /^sha256:([0-9a-f]{12})/.exec(stdout)?.[1]
  return image && join(cache, 'archives', `${build.version}-${buildKey(build)}-${image}`)
}

/**
 * Keeps the class-data archive of a container for new containers: 200 MB. A failure is ignored.
 *
 * @param id a container that has stopped, or whose server has written its archive
 * @returns the folder with the archive; `undefined` without one
 */
export async function keepContainerArchive(
  id: string,
  build: ServerBuild,
  cache: string,
): Promise<string | undefined> {
  const folder = await keptArchive(id, build, cache)
  if (folder === undefined || (await isThere(folder))) return folder
  const partial = `${folder}.${randomUUID()}`
  try {
    await removeOthers(folder)
    const { exitCode } = await run('docker', ['cp', `${id}:${ARCHIVE_FOLDER}`, partial])
    const names = exitCode === 0 ? await readdir(partial) : []
    if (!names.some(isArchive)) return undefined
    for (const name of names.filter((name) => !isArchive(name))) await rm(join(partial, name)) // half written
    await rename(partial, folder)
    return folder
  } catch {
    return undefined // a full disk, or another command was faster
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** Removes archives of earlier images, and what a killed command has left. */
async function removeOthers(folder: string): Promise<void> {
  const [archives, name] = [dirname(folder), basename(folder)]
  await mkdir(archives, { recursive: true })
  const sameBuild = name.slice(0, name.lastIndexOf('-') + 1)
  for (const other of await readdir(archives))
    if (other.startsWith(sameBuild)) await rm(join(archives, other), { recursive: true, force: true })
}

/**
 * Waits until the server of a container has written its class-data archive.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function archiveWritten(id: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + ARCHIVE_MS
  while (Date.now() < deadline) {
    if ((await run('docker', ['exec', id, 'bash', '-c', IS_WRITING])).exitCode !== 0) return
    throwIfInterrupted(signal)
    await sleep(1000)
  }
}

/**
 * Copies the kept class-data archive into a new container. The server writes one of its own when it has none, or when the
 * JVM refuses it.
 *
 * @param id a container before its first start
 */
export async function giveArchive(id: string, build: ServerBuild, cache: string): Promise<void> {
  const folder = await keptArchive(id, build, cache)
  if (folder === undefined) return
  const names = (await readdir(folder).catch(() => [])).filter(isArchive)
  if (names.length === 0) return
  await run('docker', ['cp', '-', `${id}:${posix.dirname(ARCHIVE_FOLDER)}`], { input: tar([FOLDER_ENTRY]) })
  for (const name of names) await run('docker', ['cp', join(folder, name), `${id}:${ARCHIVE_FOLDER}/${name}`])
}
