import { printableLine, printableLines } from './printable.ts'

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

/** Every error code of the library, with the exit code of the command. */
const ERROR_CODES = {
  /** A flag or an argument is not valid, or names something that does not exist. */
  USAGE_INVALID: EXIT_CODES.badInput,
  /** A variable or the config file has an invalid value, or lacks a required value. */
  CONFIG_INVALID: EXIT_CODES.badInput,
  /** An untrusted config file or folder decides where passwords go or which program runs. */
  CONFIG_UNTRUSTED: EXIT_CODES.badInput,
  /** A realm file, an overlay or the realm options do not result in a valid realm. */
  REALM_INVALID: EXIT_CODES.badInput,
  /** The version of Keycloak is too old, or older than the instance's data. */
  VERSION_UNSUPPORTED: EXIT_CODES.badInput,
  /** A program's configuration file has another entry with that name, or cannot be read or changed. */
  SNIPPET_NOT_WRITTEN: EXIT_CODES.badInput,
  /** No Keycloak runs, or the instance does not exist. */
  NOT_RUNNING: EXIT_CODES.notRunningOrMachine,
  /** Keycloak runs, but does not have the realm. */
  REALM_NOT_FOUND: EXIT_CODES.notRunningOrMachine,
  /** Docker is not installed on this machine. */
  DOCKER_MISSING: EXIT_CODES.notRunningOrMachine,
  /** Docker is installed, but its engine does not answer. */
  DOCKER_NOT_RUNNING: EXIT_CODES.notRunningOrMachine,
  /** The Docker engine is on another machine, or another engine has the instance. */
  DOCKER_ELSEWHERE: EXIT_CODES.notRunningOrMachine,
  /** Docker is installed without Docker Compose. */
  COMPOSE_MISSING: EXIT_CODES.notRunningOrMachine,
  /** Docker Compose ended with an error. */
  COMPOSE_FAILED: EXIT_CODES.notRunningOrMachine,
  /** The image could not be pulled. */
  IMAGE_NOT_FOUND: EXIT_CODES.notRunningOrMachine,
  /** The image of a container is not a Keycloak image. */
  IMAGE_NOT_KEYCLOAK: EXIT_CODES.notRunningOrMachine,
  /** This machine has no suitable JDK. */
  JAVA_MISSING: EXIT_CODES.notRunningOrMachine,
  /** This machine has neither Docker nor a suitable JDK. */
  NO_RUNTIME: EXIT_CODES.notRunningOrMachine,
  /** Another program listens on the port. */
  PORT_IN_USE: EXIT_CODES.notRunningOrMachine,
  /** Keycloak's distribution could not be downloaded. */
  DISTRIBUTION_UNAVAILABLE: EXIT_CODES.notRunningOrMachine,
  /** The checksum of the downloaded distribution is wrong. */
  DISTRIBUTION_CORRUPT: EXIT_CODES.notRunningOrMachine,
  /** The disk has too little free space. */
  DISK_FULL: EXIT_CODES.notRunningOrMachine,
  /** A folder or file of the program cannot be created, read or written. */
  STATE_UNWRITABLE: EXIT_CODES.notRunningOrMachine,
  /** The instance has a database, and its administrator's password is lost. */
  ADMIN_UNKNOWN: EXIT_CODES.notRunningOrMachine,
  /** Another mcp-keycloak works on the instance. */
  INSTANCE_BUSY: EXIT_CODES.notRunningOrMachine,
  /** Keycloak was not ready in time. */
  KEYCLOAK_NOT_READY: EXIT_CODES.keycloakNotReady,
  /** Another process has the instance's database open. */
  DATABASE_LOCKED: EXIT_CODES.keycloakNotReady,
  /** Keycloak ended while it was starting, or was killed. */
  KEYCLOAK_EXITED: EXIT_CODES.keycloakNotReady,
  /** Keycloak does not answer. */
  KEYCLOAK_UNREACHABLE: EXIT_CODES.keycloakNotReady,
  /** Keycloak answers with 429 or 5xx. */
  KEYCLOAK_FAILED: EXIT_CODES.keycloakNotReady,
  /** Keycloak refuses the administrator, or refuses a call for lack of permission. */
  ADMIN_LOGIN_REFUSED: EXIT_CODES.keycloakRefused,
  /** Keycloak refuses the realm. */
  REALM_REFUSED: EXIT_CODES.keycloakRefused,
  /** An issuer's metadata is missing, or belongs to another issuer. */
  DISCOVERY_FAILED: EXIT_CODES.keycloakRefused,
  /** Keycloak refuses to register, read, change or delete a client. */
  REGISTRATION_REFUSED: EXIT_CODES.keycloakRefused,
  /** Keycloak refuses a login or a token. */
  LOGIN_REFUSED: EXIT_CODES.keycloakRefused,
  /** An MCP server would refuse the token. */
  TOKEN_WRONG: EXIT_CODES.keycloakRefused,
  /** A test run registered clients and did not delete them. */
  CLIENTS_LEAKED: EXIT_CODES.faultFound,
  /** The system refuses to run the command of `exec`. */
  COMMAND_NOT_EXECUTABLE: EXIT_CODES.commandNotExecutable,
  /** The command of `exec` does not exist. */
  COMMAND_NOT_FOUND: EXIT_CODES.commandNotFound,
  /** The user interrupted the command or did not confirm it. */
  INTERRUPTED: EXIT_CODES.interrupted,
} as const

/** Stable, public name of a failure. */
export type ErrorCode = keyof typeof ERROR_CODES

/** All error codes. */
export const ERROR_CODE_NAMES = Object.keys(ERROR_CODES) as readonly ErrorCode[]

/** The three sentences of every error. */
export interface ErrorText {
  /** The failure, in one sentence. */
  readonly what: string
  /** The reason or the evidence. An array is a text of several lines. */
  readonly why: string | readonly string[]
  /** The command or edit that fixes it. An array is a text of several lines. */
  readonly fix: string | readonly string[]
  /** The underlying error, if any. Shown only with `--verbose`. */
  readonly cause?: unknown
}

/**
 * The only error class of this project. The code that knows the cause writes the text. Only the command prints and
 * exits, never the library. The constructor makes untrusted parts of a text safe to show: it replaces line breaks and
 * hidden characters.
 */
export class McpKeycloakError extends Error {
  override readonly name = 'McpKeycloakError'
  readonly code: ErrorCode
  readonly why: string
  readonly fix: string

  constructor(code: ErrorCode, text: ErrorText) {
    super(printableLine(text.what), text.cause === undefined ? undefined : { cause: text.cause })
    this.code = code
    this.why = printableLines(text.why)
    this.fix = printableLines(text.fix)
  }

  /** Exit code of the process when this error reaches the command line. */
  get exitCode(): number {
    return ERROR_CODES[this.code]
  }
}

/**
 * Throws when the user has interrupted the command.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted()
}

/** The first word that every interrupted command prints. */
const INTERRUPTED = 'Interrupted: '

/**
 * Creates the error of a command that the user has interrupted.
 *
 * @param outcome what was undone, finished or left, as a sentence that begins in lower case
 */
export function interrupted(outcome = 'nothing was changed.', cause?: unknown): McpKeycloakError {
  return new McpKeycloakError('INTERRUPTED', {
    what: `${INTERRUPTED}${outcome}`,
    why: 'The command was asked to stop.',
    fix: 'Run it again when you are ready.',
    cause,
  })
}

/** The outcome that an interrupted command reports; `undefined` for every other error. */
export function interruptedOutcome(error: unknown): string | undefined {
  const isInterrupted = error instanceof McpKeycloakError && error.message.startsWith(INTERRUPTED)
  return isInterrupted ? error.message.slice(INTERRUPTED.length) : undefined
}

/** Whether an error only follows from an interrupt: a request was aborted or a program was killed. */
export function comesOfInterrupt(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const isIt =
    (error instanceof McpKeycloakError && error.code === 'INTERRUPTED') ||
    ['AbortError', 'TimeoutError'].includes(error.name)
  return isIt || comesOfInterrupt(error.cause)
}

/**
 * Does work that cleans up after itself. Reports the outcome when the work was interrupted; throws other errors again.
 *
 * @param outcome called when the work has ended
 */
export async function tellIfInterrupted<Result>(
  signal: AbortSignal | undefined,
  outcome: () => string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw signal?.aborted && comesOfInterrupt(error) ? interrupted(outcome(), error) : error
  }
}
