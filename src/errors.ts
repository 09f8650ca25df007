/**
 * Exit codes of the command, by kind of failure. Stable: scripts and CI branch on them.
 */
export const EXIT_CODES = {
  done: 0,
  bug: 1,
  badInput: 2,
  notRunningOrMachine: 3,
  keycloakNotReady: 4,
  keycloakRefused: 5,
  faultFound: 6,
  commandNotExecutable: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const

/** Every error code that the library may throw, with the exit code that the command ends with. */
const ERROR_CODES = {
  USAGE_INVALID: EXIT_CODES.badInput,
  CONFIG_INVALID: EXIT_CODES.badInput,
  REALM_INVALID: EXIT_CODES.badInput,
  VERSION_UNSUPPORTED: EXIT_CODES.badInput,
  SNIPPET_NOT_WRITTEN: EXIT_CODES.badInput,
  NOT_RUNNING: EXIT_CODES.notRunningOrMachine,
  REALM_NOT_FOUND: EXIT_CODES.notRunningOrMachine,
  DOCKER_MISSING: EXIT_CODES.notRunningOrMachine,
  DOCKER_NOT_RUNNING: EXIT_CODES.notRunningOrMachine,
  COMPOSE_MISSING: EXIT_CODES.notRunningOrMachine,
  COMPOSE_FAILED: EXIT_CODES.notRunningOrMachine,
  IMAGE_NOT_FOUND: EXIT_CODES.notRunningOrMachine,
  IMAGE_NOT_KEYCLOAK: EXIT_CODES.notRunningOrMachine,
  JAVA_MISSING: EXIT_CODES.notRunningOrMachine,
  NO_RUNTIME: EXIT_CODES.notRunningOrMachine,
  PORT_IN_USE: EXIT_CODES.notRunningOrMachine,
  DISTRIBUTION_UNAVAILABLE: EXIT_CODES.notRunningOrMachine,
  DISTRIBUTION_CORRUPT: EXIT_CODES.notRunningOrMachine,
  DISK_FULL: EXIT_CODES.notRunningOrMachine,
  STATE_UNWRITABLE: EXIT_CODES.notRunningOrMachine,
  INSTANCE_BUSY: EXIT_CODES.notRunningOrMachine,
  KEYCLOAK_NOT_READY: EXIT_CODES.keycloakNotReady,
  KEYCLOAK_EXITED: EXIT_CODES.keycloakNotReady,
  KEYCLOAK_UNREACHABLE: EXIT_CODES.keycloakNotReady,
  ADMIN_LOGIN_REFUSED: EXIT_CODES.keycloakRefused,
  REALM_REFUSED: EXIT_CODES.keycloakRefused,
  DISCOVERY_FAILED: EXIT_CODES.keycloakRefused,
  REGISTRATION_REFUSED: EXIT_CODES.keycloakRefused,
  LOGIN_REFUSED: EXIT_CODES.keycloakRefused,
  TOKEN_WRONG: EXIT_CODES.keycloakRefused,
  CLIENTS_LEAKED: EXIT_CODES.faultFound,
  COMMAND_NOT_EXECUTABLE: EXIT_CODES.commandNotExecutable,
  COMMAND_NOT_FOUND: EXIT_CODES.commandNotFound,
  INTERRUPTED: EXIT_CODES.interrupted,
} as const

/** Stable, public name of a failure. */
export type ErrorCode = keyof typeof ERROR_CODES

/** All of them. */
export const ERROR_CODE_NAMES = Object.keys(ERROR_CODES) as readonly ErrorCode[]

/** The three sentences every error has, so that nobody has to guess. */
export interface ErrorText {
  /** What happened, in one sentence. */
  readonly what: string
  /** Why it happened, or what was seen. */
  readonly why: string
  /** The next command or edit that cures it. */
  readonly fix: string
  /** The error underneath, if there is one. Never shown without `--verbose`. */
  readonly cause?: unknown
}

/**
 * The one error class of this project. The text is written where the cause is known; the library never
 * prints and never exits, the command does.
 */
export class McpKeycloakError extends Error {
  override readonly name = 'McpKeycloakError'
  readonly code: ErrorCode
  readonly why: string
  readonly fix: string

  constructor(code: ErrorCode, text: ErrorText) {
    super(text.what, text.cause === undefined ? undefined : { cause: text.cause })
    this.code = code
    this.why = text.why
    this.fix = text.fix
  }

  /** What the process ends with when this error reaches the command line. */
  get exitCode(): number {
    return ERROR_CODES[this.code]
  }
}

/**
 * Throws when the user has interrupted.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted()
}

/**
 * What asking a Keycloak ends with that gives no answer.
 *
 * @param cause of `fetch`, which keeps its reason in a cause of its own
 */
export function unreachable(url: string, cause: unknown): McpKeycloakError {
  const reason = (cause as Error).cause as NodeJS.ErrnoException | undefined
  return new McpKeycloakError('KEYCLOAK_UNREACHABLE', {
    what: `Keycloak at ${url} does not answer.`,
    why: reason?.message || reason?.code || (cause as Error).message, // no message when several addresses were tried
    fix: 'Check the URL, and that Keycloak runs: mcp-keycloak status',
    cause,
  })
}

/** What a command ends with that the user has interrupted. */
export function interrupted(): McpKeycloakError {
  return new McpKeycloakError('INTERRUPTED', {
    what: 'Interrupted.',
    why: 'The command was asked to stop; what it had begun is stopped too.',
    fix: 'Run it again when you are ready.',
  })
}
