import { createHash, randomUUID } from 'node:crypto'
import { cp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { readRegularFile } from '../../config/files/read-file.ts'
import { isKnownChecksum, rememberChecksum } from './known-checksums.ts'

/** The folder of Keycloak's own build, created at its first start, relative to its home: 3 MB. */
const BUILD = join('lib', 'quarkus')

/** The file with the options of a build. It is copied last, so that an incomplete build counts as none. */
const MARK = 'build-system.properties'

/**
 * Keeps the build of a server for new servers: a build takes longer than the rest of a start. Skips a server with the
 * user's own providers, because its build includes them.
 *
 * @param home folder of a server that has answered
 * @param folder the folder for the build; an existing one stays unchanged
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
 * Copies a kept build into a new server. Keycloak rebuilds itself automatically when its options differ. A damaged build is
 * deleted, and a full disk is ignored.
 *
 * @param folder of {@link keepBuild}
 * @param home folder of a server before its first start
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
    // without the options file, which is copied last, Keycloak builds itself
    const names = await readdir(join(home, BUILD)).catch(() => [])
    for (const name of names)
      if (name.endsWith('.partial')) await rm(join(home, BUILD, name), { force: true })
  }
}

/** Whether a server has the user's own jars. */
export async function hasProviders(home: string): Promise<boolean> {
  const files = await readdir(join(home, 'providers')).catch(() => [])
  return files.some((name) => name.endsWith('.jar'))
}

/** Reads a whole build at once, so that the checked bytes are the copied bytes. */
async function readBuild(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(folder)).sort()
  const files = names.map(async (name) => [name, (await readRegularFile(join(folder, name))).bytes] as const)
  return new Map(await Promise.all(files))
}

/** Computes the SHA-256 of all files with their names. */
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
