import { chmod, copyFile, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { isThere } from '../../config/files/is-there.ts'
import { assertDiskRoom } from '../disk.ts'
import { unwritable } from './private-file.ts'

/** The files of an instance that belong to its database: administrator, signing keys, journals of interrupted resets. */
const PARTS = ['admin.json', 'keys', 'resets'] as const

/**
 * Copies the parts from one folder to another, and removes those that the first one lacks.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function copyParts(from: string, to: string): Promise<void> {
  try {
    await mkdir(to, { recursive: true, mode: 0o700 })
    for (const part of PARTS) {
      await rm(join(to, part), { recursive: true, force: true })
      if (await isThere(join(from, part))) await cp(join(from, part), join(to, part), { recursive: true })
    }
  } catch (error) {
    throw unwritable(to, error)
  }
}

/**
 * Copies a file completely or not at all, readable only by its owner.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function copyPrivateFile(from: string, to: string): Promise<void> {
  const { size } = await stat(from).catch((error: unknown) => {
    throw unwritable(from, error)
  })
  await assertDiskRoom(dirname(to), size, 'a copy of the database')
  const partial = `${to}.partial`
  try {
    await copyFile(from, partial)
    await chmod(partial, 0o600)
    await rename(partial, to)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw unwritable(to, error)
  }
}
