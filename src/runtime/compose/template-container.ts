import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { ServerBuild, ServerSettings } from '../../config/server.ts'
import {
  DATABASE_FILE,
  FIRST_START_FILE,
  firstStartSql,
  fromSettledCopy,
  isTemplate,
  TEMPLATE_SQL,
  templateFolder,
} from '../database-template.ts'
import { run } from '../exec.ts'
import { keepFiles, readKeptFiles } from '../kept-build.ts'
import { CONTAINER_HOME, hasOwnProviders } from './built-container.ts'
import { tar } from './tar.ts'

/** Folder in the container for the copy of a database, until it has no keys any more. */
const COPY = '/tmp/mcp-keycloak-template'

/** Makes the template, which `docker cp` then copies. The script of H2 is its input. */
const MAKE_TEMPLATE = `umask 077 && mkdir ${COPY} && cd ${COPY} &&
cp ${CONTAINER_HOME}/data/h2/${DATABASE_FILE} . && cat >template.sql &&
java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp ${CONTAINER_HOME}/lib/lib/main/com.h2database.h2-*.jar \\
  org.h2.tools.RunScript -url 'jdbc:h2:file:${COPY}/${DATABASE_FILE.replace('.mv.db', '')};TRACE_LEVEL_FILE=0' \\
  -script template.sql -showResults`

/** Owner and modes of Keycloak's data in its image. */
const OF_KEYCLOAK = { uid: 1000, gid: 0 }

/**
 * Keeps the database of a server as a template for new servers of every runtime, unless the image has its own providers.
 *
 * @param id a container whose server has just created its database, and no realm yet
 */
export async function keepContainerDatabase(id: string, build: ServerBuild, cache: string): Promise<void> {
  const make = async (target: string) => {
    try {
      const args = ['exec', '--interactive', id, 'bash', '-c', MAKE_TEMPLATE]
      const { stdout } = await run('docker', args, { input: TEMPLATE_SQL })
      if (!isTemplate(stdout)) throw new Error('it is not a new database')
      await mkdir(target, { mode: 0o700, recursive: true })
      const copied = await run('docker', [
        'cp',
        `${id}:${COPY}/${DATABASE_FILE}`,
        join(target, DATABASE_FILE),
      ])
      if (copied.exitCode !== 0) throw new Error('the template cannot be copied')
    } finally {
      await run('docker', ['exec', id, 'rm', '-rf', COPY])
    }
  }
  await keepFiles(templateFolder(build, cache), async (target) => {
    if (await hasOwnProviders(id)) throw new Error('the database may have tables of a provider')
    await fromSettledCopy(() => make(target))
  })
}

/**
 * Copies the template into a new container, and the script for its own keys and administrator. Without a template, or with
 * a damaged one, Keycloak creates its database.
 *
 * @param id a container before its first start, with an empty volume
 */
export async function giveDatabase(
  id: string,
  settings: ServerBuild & Pick<ServerSettings, 'admin'>,
  cache: string,
): Promise<void> {
  const template = (await readKeptFiles(templateFolder(settings, cache)))?.get(DATABASE_FILE)
  if (template === undefined) return
  const files = [
    { name: 'h2/', content: '', mode: 0o755, ...OF_KEYCLOAK },
    {
      name: `h2/${FIRST_START_FILE}`,
      content: await firstStartSql(settings.admin),
      mode: 0o600,
      ...OF_KEYCLOAK,
    },
    { name: `h2/${DATABASE_FILE}`, content: template, mode: 0o644, ...OF_KEYCLOAK },
  ]
  await run('docker', ['cp', '-', `${id}:${CONTAINER_HOME}/data`], { input: tar(files) })
}
