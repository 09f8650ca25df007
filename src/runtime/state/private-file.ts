import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { z } from 'zod'

import { parseJson } from '../../config/files/parse-json.ts'
import { readTextFile } from '../../config/files/read-file.ts'
import { McpKeycloakError } from '../../errors.ts'

/**
 * Writes a file completely or not at all, readable only by its owner. Creates its folder if it is missing.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' }) // never through a link
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw unwritable(file, error)
  }
}

/**
 * Writes a JSON file in the same way as {@link writePrivateFile}.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function writePrivateJson(file: string, content: unknown): Promise<void> {
  await writePrivateFile(file, `${JSON.stringify(content, null, 2)}\n`)
}

/**
 * Reads the text of a file; `undefined` when it does not exist.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  return readTextFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw unwritable(file, error)
  })
}

/** Reads one of our files: its text, or the reason why it is unreadable; neither when it does not exist. */
export async function readOrDamage(
  file: string,
): Promise<{ readonly text?: string; readonly damage?: string }> {
  try {
    const text = await readIfThere(file)
    return text === undefined ? {} : { text }
  } catch (error) {
    return { damage: (error as McpKeycloakError).why }
  }
}

/** Describes the fault of a JSON file in a few words. */
export function faultOfJson(text: string, error: z.ZodError): string {
  if (text.trim() === '') return 'it is empty'
  if (parseJson(text) === undefined) return 'it is not JSON'
  const [issue] = error.issues
  return `"${issue?.path.join('.') || 'its content'}": ${issue?.message ?? 'not valid'}`
}

/**
 * Renames a damaged file, so that a new one can be written and nothing is lost.
 *
 * @returns the new name
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function setAside(file: string): Promise<string> {
  const aside = `${file}.broken-${Date.now()}`
  await rename(file, aside).catch((error: unknown) => {
    throw unwritable(file, error)
  })
  return aside
}

/** Creates the error for an unusable file or folder of the program. */
export function unwritable(path: string, cause: unknown): McpKeycloakError {
  const { message, code = '' } = cause as NodeJS.ErrnoException
  const isFull = ['ENOSPC', 'EDQUOT'].includes(code)
  return new McpKeycloakError(isFull ? 'DISK_FULL' : 'STATE_UNWRITABLE', {
    what: `mcp-keycloak cannot use ${path}.`,
    why: message,
    fix: `${isFull ? 'Free space on that disk' : 'Make that folder writable'}, or choose another folder with --data-folder.`,
    cause,
  })
}
