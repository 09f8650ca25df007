import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { McpKeycloakError } from '../errors.ts'

/**
 * Writes a file whole or not at all, readable by its owner alone; its folder is made when it is not there.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(temporary, text, { mode: 0o600 })
    await rename(temporary, file)
  } catch (error) {
    throw unwritable(file, error)
  }
}

/** The error for a file or a folder of ours that cannot be used. */
export function unwritable(path: string, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('STATE_UNWRITABLE', {
    what: `mcp-keycloak cannot use ${path}.`,
    why: (cause as Error).message,
    fix: 'Make that folder writable, or choose another with --data-folder.',
    cause,
  })
}
