import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { McpKeycloakError } from '../errors.ts'

/** A realm file as text, the way a person reads it. */
function realmFileText(content: unknown): string {
  return JSON.stringify(content, null, 2)
}

/**
 * Writes a realm file or an overlay; one that is there is replaced.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export async function writeRealmFile(path: string, content: unknown): Promise<void> {
  try {
    await writeFile(path, `${realmFileText(content)}\n`)
  } catch (cause) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${resolve(path)} could not be written.`,
      why: (cause as Error).message,
      fix: 'Name another file: --output <file>',
      cause,
    })
  }
}
