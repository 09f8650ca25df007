import { createHash, randomUUID } from 'node:crypto'
import { cp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { readRegularFile } from '../../config/files/read-file.ts'
import { isKnownChecksum, rememberChecksum } from './known-checksums.ts'

/** What Keycloak builds of itself at its first start, relative to its home: 3 MB. */
const BUILD = join('lib', 'quarkus')

/** By this file Keycloak knows with which options it was built: it comes last, so that half a build counts as none. */
const MARK = 'build-system.properties'

/**
 * Keeps what a server has built of itself, for the next new one: building takes longer than all the rest of a start.
 * A server with providers of somebody's own has built those in, and is nobody else's example.
 *
 * @param home folder of a server that has answered
 * @param folder where it is kept; nothing is done when it is there
 */
export async function keepBuild(home: string, folder: string): Promise<void> {
  if ((await isThere(folder)) || (await hasProviders(home))) return
  const partial = `${folder}.${randomUUID()}`
  try {
    await cp(join(home, BUILD), partial, { recursive: true })
    await rememberChecksum(basename(folder), sha256(await readBuild(partial)))
    await rename(partial, folder)
  } catch {
    await rm(partial, { recursive: true, force: true }) // the next server builds itself: slower, and as good
  }
}

/**
 * Gives a new server what another one has built. Keycloak builds itself anew by itself when its options differ; files
 * that are damaged are thrown away, and a disk that is full stops nothing here.
 *
 * @param folder of {@link keepBuild}
 * @param home folder of a server that has not been started yet
 */
export async function takeBuild(folder: string, home: string): Promise<void> {
  if (!(await isThere(folder))) return
  try {
    const build = await readBuild(folder)
    if (!(await isKnownChecksum(basename(folder), sha256(build)))) {
      await rm(folder, { recursive: true, force: true })
      return
    }
    for (const name of [...[...build.keys()].filter((name) => name !== MARK), MARK]) {
      const target = join(home, BUILD, name)
      await writeFile(`${target}.partial`, build.get(name) ?? '')
      await rename(`${target}.partial`, target)
    }
  } catch {
    // without the mark, which comes last, it builds itself
    const names = await readdir(join(home, BUILD)).catch(() => [])
    for (const name of names)
      if (name.endsWith('.partial')) await rm(join(home, BUILD, name), { force: true })
  }
}

/** Whether somebody has put jars of his own into a server. */
export async function hasProviders(home: string): Promise<boolean> {
  const files = await readdir(join(home, 'providers')).catch(() => [])
  return files.some((name) => name.endsWith('.jar'))
}

/** Reads all of a build at once: the bytes that were checked are the bytes that are used. */
async function readBuild(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(folder)).sort()
  const files = names.map(async (name) => [name, (await readRegularFile(join(folder, name))).bytes] as const)
  return new Map(await Promise.all(files))
}

/** The SHA-256 of all files with their names. */
function sha256(build: ReadonlyMap<string, Buffer>): string {
  const sums = [...build].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])
  return createHash('sha256').update(JSON.stringify(sums)).digest('hex')
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  )
}
