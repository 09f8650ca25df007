import { join } from 'node:path'

import { readTextFile } from '../config/files/read-file.ts'
import type { AdminCredentials } from './state/admin-credentials.ts'
import { writePrivateFile } from './state/private-file.ts'

/** Keycloak's configuration file, relative to its home. */
const CONFIG_FILE = join('conf', 'keycloak.conf')

const OPTIONS = /^[ \t\f]*bootstrap-admin-\w+[ \t\f]*[=:].*(?:\n|$)/gm

/**
 * The options for the first administrator, as lines of Keycloak's configuration file. They have no effect on a database
 * that has an administrator. As variables they would stay in the process and in `docker inspect` while the server runs.
 *
 * @see {@link https://www.keycloak.org/server/bootstrap-admin-recovery Keycloak: bootstrapping an admin account}
 */
export function bootstrapLines({ username, password }: AdminCredentials): string {
  return `bootstrap-admin-username=${escaped(username)}\nbootstrap-admin-password=${escaped(password)}\n`
}

/** Writes the first administrator to the configuration file of a server that is about to start. */
export async function writeBootstrap(home: string, admin: AdminCredentials): Promise<void> {
  const text = await configText(home)
  const own = text.replace(OPTIONS, '')
  const separator = own === '' || own.endsWith('\n') ? '' : '\n'
  await writePrivateFile(join(home, CONFIG_FILE), `${own}${separator}${bootstrapLines(admin)}`)
}

/** Removes the first administrator from the configuration file of a server that has started. Other options stay. */
export async function clearBootstrap(home: string): Promise<void> {
  const text = await configText(home)
  const own = text.replace(OPTIONS, '')
  if (own !== text) await writePrivateFile(join(home, CONFIG_FILE), own)
}

function configText(home: string): Promise<string> {
  return readTextFile(join(home, CONFIG_FILE)).catch(() => '')
}

/** Escapes a value twice: a properties file reads `\`, and Keycloak expands `${…}`. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('${', '\\\\${')
}
