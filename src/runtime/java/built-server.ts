import { cp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { BUILD_FOLDER, keepFiles, readKeptFiles } from '../kept-build.ts'

/** The file with the options of a build. It is written last, so that an incomplete build counts as none. */
const MARK = 'build-system.properties'

/**
 * Keeps the build of a server for new servers. Skips a server with the user's own providers, because its build includes
 * them.
 *
 * @param home folder of a server that has answered
 * @param folder the folder for the build; an existing one stays unchanged
 */
export async function keepServerBuild(home: string, folder: string): Promise<void> {
  if (await hasProviders(home)) return
  await keepFiles(folder, (target) => cp(join(home, BUILD_FOLDER), target, { recursive: true }))
}

/**
 * Copies a kept build into a new server. Keycloak rebuilds itself automatically when its options differ. A full disk is
 * ignored.
 *
 * @param folder of {@link keepServerBuild}
 * @param home folder of a server before its first start
 */
export async function takeBuild(folder: string, home: string): Promise<void> {
  const build = await readKeptFiles(folder)
  if (build === undefined) return
  try {
    for (const name of [...[...build.keys()].filter((name) => name !== MARK), MARK]) {
      const target = join(home, BUILD_FOLDER, name)
      await writeFile(`${target}.partial`, build.get(name) ?? '')
      await rename(`${target}.partial`, target)
    }
  } catch {
    // without the options file, which is written last, Keycloak builds itself
    const names = await readdir(join(home, BUILD_FOLDER)).catch(() => [])
    for (const name of names)
      if (name.endsWith('.partial')) await rm(join(home, BUILD_FOLDER, name), { force: true })
  }
}

/** Whether a server has the user's own jars. */
export async function hasProviders(home: string): Promise<boolean> {
  const files = await readdir(join(home, 'providers')).catch(() => [])
  return files.some((name) => name.endsWith('.jar'))
}
