import { mkdir, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

import { McpKeycloakError } from '../errors.ts'

/**
 * Creates a folder if it is missing, and checks its free space before anything is written into it.
 *
 * @throws {McpKeycloakError} `DISK_FULL`, `STATE_UNWRITABLE`
 */
export async function assertDiskRoom(folder: string, neededBytes: number, forWhat: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new McpKeycloakError('STATE_UNWRITABLE', {
      what: `The folder ${folder} cannot be created.`,
      why: (cause as Error).message,
      fix: 'Choose other folders with --data-folder and --cache-folder.',
      cause,
    })
  }
  const freeBytes = await diskRoom(folder)
  if (freeBytes >= neededBytes) return
  throw new McpKeycloakError('DISK_FULL', {
    what: `The disk has too little free space for ${forWhat}.`,
    why: `${megabytes(neededBytes)} are needed in ${folder}, and ${megabytes(freeBytes)} are free.`,
    fix: 'Free space on that disk, or choose other folders with --data-folder and --cache-folder.',
  })
}

/** Free bytes on the disk of a folder, which may not exist yet. */
export async function diskRoom(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error
    return diskRoom(dirname(folder))
  }
}

/** Formats a number of bytes. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
