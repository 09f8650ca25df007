import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isThere } from '../../config/files/is-there.ts'
import {
  DATABASE_FILE,
  FIRST_START_FILE,
  firstStartSql,
  fromSettledCopy,
  isTemplate,
  TEMPLATE_SQL,
} from '../database-template.ts'
import { run } from '../exec.ts'
import { keepFiles, readKeptFiles } from '../kept-build.ts'
import type { AdminCredentials } from '../state/admin-credentials.ts'
import { writePrivateFile } from '../state/private-file.ts'
import { hasProviders } from './built-server.ts'
import { databaseFile } from './carry-database.ts'
import { type Jdk, javaProgram } from './probe-java.ts'

/** The folder of H2's jar, relative to a server's home. */
const H2_FOLDER = join('lib', 'lib', 'main')

/**
 * Keeps the database of a server as a template for new servers. Skips a server with the user's own providers.
 *
 * @param home folder of a server that has just created its database, and no realm yet
 * @param folder the folder for the template; an existing one stays unchanged
 */
export async function keepServerDatabase(home: string, folder: string, jdk: Jdk): Promise<void> {
  if (await hasProviders(home)) return
  const own = copyFolder(home)
  const make = async (target: string) => {
    try {
      await mkdir(own, { mode: 0o700 })
      await copyFile(databaseFile(home), join(own, DATABASE_FILE))
      await writeFile(join(own, 'template.sql'), TEMPLATE_SQL)
      const url = `jdbc:h2:file:${join(own, DATABASE_FILE.replace('.mv.db', ''))};TRACE_LEVEL_FILE=0`
      const h2 = (await readdir(join(home, H2_FOLDER))).find((name) => name.startsWith('com.h2database.h2-'))
      const args = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', join(home, H2_FOLDER, h2 ?? '')]
      const script = ['org.h2.tools.RunScript', '-url', url, '-script', 'template.sql', '-showResults']
      const { stdout } = await run(javaProgram(jdk), [...args, ...script], { cwd: own })
      if (!isTemplate(stdout)) throw new Error('it is not a new database')
      await mkdir(target, { mode: 0o700, recursive: true })
      await copyFile(join(own, DATABASE_FILE), join(target, DATABASE_FILE))
    } finally {
      await rm(own, { recursive: true, force: true })
    }
  }
  await keepFiles(folder, (target) => fromSettledCopy(() => make(target)))
}

/** The folder of a copy that still has keys. A killed process leaves it. */
function copyFolder(home: string): string {
  return join(home, 'data', 'template')
}

/**
 * Gives a new server a copy of the template, and the script for its own keys and administrator. Without a template, with a
 * damaged one or on a full disk, Keycloak creates its database.
 *
 * @param folder of {@link keepServerDatabase}
 * @param home folder of a server before its first start
 */
export async function takeDatabase(folder: string, home: string, admin: AdminCredentials): Promise<void> {
  await rm(copyFolder(home), { recursive: true, force: true })
  const database = databaseFile(home)
  const script = join(dirname(database), FIRST_START_FILE)
  if (await isThere(database)) return
  const template = (await readKeptFiles(folder))?.get(DATABASE_FILE)
  if (template === undefined) return
  try {
    await writePrivateFile(script, await firstStartSql(admin))
    await writeFile(`${database}.partial`, template, { mode: 0o600 })
    await rename(`${database}.partial`, database)
  } catch {
    for (const file of [script, `${database}.partial`]) await rm(file, { recursive: true, force: true })
  }
}
