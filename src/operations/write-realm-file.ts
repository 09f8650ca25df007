import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'

import { shellWord } from '../config/shell-word.ts'
import { followLinks } from '../config/written-file.ts'
import { McpKeycloakError } from '../errors.ts'

/** Opening a pipe that nobody reads fails, and does not wait. */
const TO_REPLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0)

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
  const { real, leadsOut } = await followLinks(path, { home: homedir(), cwd: process.cwd() })
  if (leadsOut) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${resolve(path)} was not written.`,
      why: `A link leads from there to ${real}.`,
      fix: `Name that file if you mean it: --output ${shellWord(real)}`,
    })
  }
  try {
    const file = await open(real, TO_REPLACE)
    try {
      const stats = await file.stat()
      if (stats.isFIFO()) throw new Error('it is a pipe; without --output the command prints the file')
      await file.writeFile(`${realmFileText(content)}\n`)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${resolve(path)} could not be written.`,
      why: (cause as Error).message,
      fix: 'Name another file: --output <file>',
      cause,
    })
  }
}
