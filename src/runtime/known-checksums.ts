import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isForeign } from '../config/files/file-owner.ts'
import { platformFolders } from '../config/folders.ts'
import { writePrivateFile } from './state/private-file.ts'

/**
 * Records the SHA-256 of something that is kept in a cache folder. The record lies in the platform's cache folder, so no
 * repository brings it along with the folder. Without a record the thing is created or fetched again.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function rememberChecksum(name: string, sha256: string): Promise<void> {
  await writePrivateFile(recordOf(name, sha256), '')
}

/** Whether this machine has recorded that checksum. */
export async function isKnownChecksum(name: string, sha256: string): Promise<boolean> {
  return stat(recordOf(name, sha256)).then(
    ({ uid }) => !isForeign(uid),
    () => false,
  )
}

function recordOf(name: string, sha256: string): string {
  return join(platformFolders().cache, 'checksums', `${name}-${sha256}`)
}
