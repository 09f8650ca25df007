import { createHash, randomUUID } from 'node:crypto'
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parseJson } from '../config/parse-json.ts'

/** What Keycloak builds of itself at its first start, relative to its home: 3 MB. */
const BUILD = join('lib', 'quarkus')

/** By this file Keycloak knows with which options it was built: it comes last, so that half a build counts as none. */
const MARK = 'build-system.properties'

const CHECKSUMS = 'sha256.json'

/**
 * Keeps what a server has built of itself, for the next new one: building takes longer than all the rest of a start.
 * A server with providers of somebody's own has built those in, and is nobody else's example.
 *
 * @param home folder of a server that has answered
 * @param folder where it is kept; nothing is done when it is there
 */
export async function keepBuild(home: string, folder: string): Promise<void> {
  if ((await checksums(folder)) || (await hasProviders(home))) return
  const partial = `${folder}.${randomUUID()}`
  try {
    await cp(join(home, BUILD), partial, { recursive: true })
    await writeFile(join(partial, CHECKSUMS), JSON.stringify(await sha256(partial)))
    await rm(folder, { recursive: true, force: true })
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
  const expected = await checksums(folder)
  if (!expected) return
  const names = Object.keys(expected).filter((name) => name !== MARK)
  try {
    if (JSON.stringify(await sha256(folder)) !== JSON.stringify(expected)) {
      await rm(folder, { recursive: true, force: true })
      return
    }
    for (const name of [...names, MARK]) {
      const target = join(home, BUILD, name)
      await cp(join(folder, name), `${target}.partial`)
      await rename(`${target}.partial`, target)
    }
  } catch {
    // without the mark, which comes last, it builds itself
    for (const name of [...names, MARK]) await rm(join(home, BUILD, `${name}.partial`), { force: true })
  }
}

/** Whether somebody has put jars of his own into a server. */
export async function hasProviders(home: string): Promise<boolean> {
  const files = await readdir(join(home, 'providers')).catch(() => [])
  return files.some((name) => name.endsWith('.jar'))
}

async function checksums(folder: string): Promise<Readonly<Record<string, string>> | undefined> {
  const text = await readFile(join(folder, CHECKSUMS), 'utf8').catch(() => '')
  const known = parseJson(text) as Readonly<Record<string, string>> | undefined
  return known && Object.keys(known).length > 0 ? known : undefined
}

async function sha256(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name !== CHECKSUMS).sort()
  const entries = names.map(async (name) => {
    const content = await readFile(join(folder, name))
    return [name, createHash('sha256').update(content).digest('hex')] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
