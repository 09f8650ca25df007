import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { McpKeycloakError } from '../errors.ts'

/** Characters of a path on which a start fails, and what fails on them: measured on Keycloak 26.7.5. */
const REFUSED: readonly (readonly [character: RegExp, name: string, reason: string])[] = [
  [/'/, "an apostrophe (')", 'kc.sh evaluates the path between apostrophes'],
  [/[[\]]/, 'a square bracket', 'the server reads the path as a URI'],
  [/;/, 'a semicolon', 'the database takes what follows for a setting'],
  [/:/, 'a colon', 'the JVM splits its class path there'],
]

/**
 * Makes sure that a server can run in a folder, before anything is put there.
 *
 * @param folder need not be there yet
 * @throws {McpKeycloakError} `CONFIG_INVALID`, which names the path
 */
export async function assertServerPath(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const path = await realFolder(folder) // what the JVM is given
  const refused = REFUSED.find(([character]) => character.test(path))
  if (!refused) return
  const [, name, reason] = refused
  throw new McpKeycloakError('CONFIG_INVALID', {
    what: `Keycloak cannot run in the folder ${JSON.stringify(path)}.`,
    why: `Its path has ${name}: ${reason}.`,
    fix: 'Choose another data folder: --data-folder <path>, or MCP_KEYCLOAK_DATA_FOLDER.',
  })
}

/** Whether `kc.sh` takes a path within JVM options, where it reads quotes. */
export function isOptionPath(path: string): boolean {
  return !/["\n\r]/.test(path)
}

/** The path without links, also of a folder that is not there yet. */
async function realFolder(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined || dirname(path) === path) return real ?? path
  return join(await realFolder(dirname(path)), basename(path))
}
