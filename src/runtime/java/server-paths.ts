import { realDestination } from '../../config/files/project-paths.ts'
import { McpKeycloakError } from '../../errors.ts'

/** Characters in a path that break a start, with the reason. Measured on Keycloak 26.7.5. */
const REFUSED: readonly (readonly [character: RegExp, name: string, reason: string])[] = [
  [/'/, "an apostrophe (')", 'kc.sh evaluates the path between apostrophes'],
  [/[[\]]/, 'a square bracket', 'the server reads the path as a URI'],
  [/;/, 'a semicolon', 'the database takes what follows for a setting'],
  [/:/, 'a colon', 'the JVM splits its class path there'],
]

/**
 * Checks that a server can run in a folder, before anything is written there.
 *
 * @param folder may not exist yet
 * @throws {McpKeycloakError} `CONFIG_INVALID`, with the path
 */
export async function assertServerPath(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const path = await realDestination(folder) // the path that the JVM gets
  const refused = REFUSED.find(([character]) => character.test(path))
  if (!refused) return
  const [, name, reason] = refused
  throw new McpKeycloakError('CONFIG_INVALID', {
    what: `Keycloak cannot run in the folder ${JSON.stringify(path)}.`,
    why: `Its path has ${name}: ${reason}.`,
    fix: 'Choose another data folder: --data-folder <path>, or MCP_KEYCLOAK_DATA_FOLDER.',
  })
}

/** Whether `kc.sh` accepts a path within JVM options, where it interprets quotes. */
export function isOptionPath(path: string): boolean {
  return !/["\n\r]/.test(path)
}
