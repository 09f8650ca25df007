import { addressed, commandTarget } from '../config/addressed.ts'
import { McpKeycloakError } from '../errors.ts'
import { diskRoom, megabytes } from './disk.ts'
import type { InstancePlace, Runtime } from './runtime.ts'

/** With less than this H2 cannot write another page. */
const FULL_BYTES = 1_000_000

const DISK_FULL = /No space left on device|Disk quota exceeded|There is not enough space on the disk/

/** Enough for the stack trace of one failure. */
const LOG_LINES = 200

/**
 * Looks for the reason why a server fails that its answers do not tell: a full disk.
 *
 * @returns the error to show; `undefined` when nothing is to be seen
 */
export async function serverTrouble(
  runtime: Pick<Runtime, 'name' | 'lastLog'>,
  place: InstancePlace,
): Promise<McpKeycloakError | undefined> {
  // The disk of a container is Docker's.
  const room = runtime.name === 'java' ? await diskRoom(place.folder) : Number.POSITIVE_INFINITY
  const line = (await runtime.lastLog(place, LOG_LINES)).findLast((text) => DISK_FULL.test(text))
  if (room >= FULL_BYTES && line === undefined) return undefined
  return new McpKeycloakError('DISK_FULL', {
    what: `The disk of instance "${place.instance}" is full: Keycloak cannot write to its database.`,
    why:
      room < FULL_BYTES
        ? `${megabytes(room)} are free in ${place.folder}.`
        : (line?.trim() ?? 'Its log says so.'),
    fix: addressed(
      `Make room ${runtime.name === 'java' ? 'there' : 'for Docker (docker system df)'}, then restart: mcp-keycloak down, mcp-keycloak up. The data stays.`,
      commandTarget({ instance: place.instance }),
    ),
  })
}
