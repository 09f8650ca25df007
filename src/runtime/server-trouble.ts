import { command, commandTarget, withTarget } from '../config/command.ts'
import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import { diskRoom, megabytes } from './disk.ts'
import type { InstancePlace, Runtime, ServerHandle } from './runtime.ts'

/** Free space below which H2 cannot write another page. */
const FULL_BYTES = 1_000_000

/** Characters of a log line that are compared. */
const LONGEST_LINE = 4000

/** Number of log lines to read: enough for the stack trace of one failure. */
const LOG_LINES = 200

/** A failure that only the server's log explains. */
interface Trouble {
  readonly code: ErrorCode
  readonly line: RegExp
  readonly what: string
  readonly fix: () => string
  /** Whether the failure concerns only a server that has ended. */
  readonly ended?: true
}

const restart = () => `${command('down')}, ${command('up')}. The data stays.`

const DISK_FULL: Trouble = {
  code: 'DISK_FULL',
  line: /No space left on device|Disk quota exceeded|There is not enough space on the disk/,
  what: 'The disk is full: Keycloak cannot write to its database',
  fix: () => `Free space on the disk, then restart: ${restart()}`,
}

const TROUBLES: readonly Trouble[] = [
  DISK_FULL,
  {
    code: 'DATABASE_LOCKED',
    line: /Database may be already in use|The file is locked: /,
    what: "Another process has Keycloak's database open",
    fix: () =>
      `Stop that process, for example another Keycloak or a database viewer, then: ${command('up')}. Do not delete the database: nothing in it is damaged.`,
  },
  {
    code: 'PORT_IN_USE',
    line: /Port\(?s?\)? already bound|Address already in use/,
    what: 'Another program took a port of Keycloak while it was starting',
    fix: () => `Run the command again: ${command('up')}. It chooses another management port.`,
    ended: true,
  },
  {
    code: 'KEYCLOAK_EXITED',
    line: /OutOfMemoryError|insufficient memory for the Java Runtime|Could not (?:reserve|allocate) .*(?:space|heap|cache|memory)|Cannot allocate memory|Native memory allocation .* failed/,
    what: 'Keycloak ran out of memory',
    fix: () =>
      `Give Keycloak more memory: it needs about 800 MB (ulimit -v, the limit of the container or the machine). Then: ${command('up')}. The data stays.`,
  },
  {
    code: 'KEYCLOAK_EXITED',
    line: /^Killed$/,
    what: 'Keycloak was killed, as the system does when memory runs out',
    fix: () =>
      `Give Keycloak more memory: it needs about 800 MB (the limit of the container or the machine). Then: ${command('up')}. The data stays.`,
    ended: true,
  },
]

/**
 * Looks on this machine for the reason why a server fails or ended.
 *
 * @returns the error to show; `undefined` when no reason is found
 */
export async function serverTrouble(
  runtime: Pick<Runtime, 'name' | 'lastLog' | 'isRunning'>,
  server: InstancePlace & ServerHandle,
): Promise<McpKeycloakError | undefined> {
  // A container is on Docker's disk, not on this one.
  const room = runtime.name === 'java' ? await diskRoom(server.folder) : Number.POSITIVE_INFINITY
  if (room < FULL_BYTES)
    return troubled(DISK_FULL, `${megabytes(room)} are free in ${server.folder}.`, server)
  const lines = await runtime.lastLog(server, LOG_LINES)
  const ended = !(await runtime.isRunning(server))
  for (const trouble of TROUBLES) {
    const line = lines.findLast((text) => trouble.line.test(text.slice(0, LONGEST_LINE)))
    if (line !== undefined && (ended || !trouble.ended))
      return troubled(trouble, `Its log says: ${line.trim()}`, server)
  }
  return undefined
}

function troubled({ code, what, fix }: Trouble, why: string, { instance }: InstancePlace): McpKeycloakError {
  return new McpKeycloakError(code, {
    what: `${what} (instance "${instance}").`,
    why,
    fix: withTarget(commandTarget({ instance }), fix),
  })
}
