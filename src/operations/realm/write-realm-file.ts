import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'

import { isInside } from '../../config/files/project-paths.ts'
import { followLinks } from '../../config/files/written-file.ts'
import { shellWord } from '../../config/shell-word.ts'
import { McpKeycloakError } from '../../errors.ts'

/** Flags to replace a file. With `O_NONBLOCK`, a pipe without a reader fails at once. */
const TO_REPLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0)

/** Flags to append to the shell's output, like `>>`. */
const TO_APPEND = constants.O_WRONLY | constants.O_APPEND

/**
 * Writes a realm file or an overlay. An existing file is replaced.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export async function writeRealmFile(path: string, content: unknown): Promise<void> {
  await writeText(path, `${JSON.stringify(content, null, 2)}\n`)
}

/**
 * Writes a text. An existing file is replaced.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export async function writeText(path: string, text: string): Promise<void> {
  const place = resolve(path)
  // The links in /dev belong to the system: /dev/stdout leads to the output that the shell chose.
  if (isDevice(place)) return write(place, place, TO_APPEND, text)
  const { real, leadsOut } = await followLinks(place, { home: homedir(), cwd: process.cwd() })
  if (!leadsOut) return write(place, real, TO_REPLACE, text)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `${place} was not written.`,
    why: `It is a link to ${real}, outside the project.`,
    fix: `To write there: --output ${shellWord(real)}`,
  })
}

/** Whether a path is a device of the system: `/dev/stdout`, `/dev/fd/3`. `/dev/shm` has files of users. */
function isDevice(path: string): boolean {
  return process.platform !== 'win32' && isInside('/dev', path) && !isInside('/dev/shm', path)
}

async function write(place: string, real: string, flags: number, text: string): Promise<void> {
  try {
    const file = await open(real, flags)
    try {
      if (flags === TO_REPLACE && (await file.stat()).isFIFO()) throw isNoFile('a pipe')
      await file.writeFile(text)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${place} could not be written.`,
      why: (await plainReason(real, cause as NodeJS.ErrnoException)).message,
      fix: 'Name another file: --output <file>',
      cause,
    })
  }
}

/** Tells a pipe without a reader from a socket or a device. The system reports the same error for them. */
async function plainReason(path: string, error: NodeJS.ErrnoException): Promise<Error> {
  if (error.code !== 'ENXIO') return error
  const isPipe = await stat(path).then(
    (stats) => stats.isFIFO(),
    () => false,
  )
  return isNoFile(isPipe ? 'a pipe' : 'a socket or a device')
}

function isNoFile(kind: string): Error {
  return new Error(`It is ${kind}. Without --output the command prints the file.`)
}
