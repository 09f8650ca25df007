import { setTimeout as sleep } from 'node:timers/promises'

import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { type Admin, type AdminLogin, adminLogin, status } from './admin.ts'

/** Short enough to notice a ready server at once, long enough to cost nothing. */
const POLL_MS = 250

/** Minimum wait that is reported. */
const QUIET_MS = 1000

/** Codes for a port without a listener, or for Docker's proxy in front of a container that does not listen yet. */
const CONNECTION_FAULTS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

/** Statuses of a server that is starting, or of its proxy. */
const STARTING = [502, 503, 504]

/** The limit of the wait, and its report. */
export interface LoginPatience {
  readonly timeoutMs: number
  /** Called once, after the first second of waiting. */
  readonly onStep: (step: string) => void
  readonly signal: AbortSignal | undefined
}

/**
 * Logs in to an external Keycloak that may still be starting, such as a service of a CI job. Does not wait after an
 * unknown host name, a page of another program, or a refused login.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_UNREACHABLE`, `KEYCLOAK_NOT_READY` when the time is up; `ADMIN_LOGIN_REFUSED`
 */
export async function adminWhenReady(
  login: AdminLogin,
  { timeoutMs, onStep, signal }: LoginPatience,
): Promise<Admin> {
  const startedAt = Date.now()
  const deadline = startedAt + timeoutMs
  let isSaid = false
  for (;;) {
    throwIfInterrupted(signal)
    try {
      return await adminLogin(login)
    } catch (error) {
      if (!isStarting(error)) throw error
      if (!isSaid && Date.now() - startedAt >= QUIET_MS) {
        isSaid = true
        onStep(`Waiting for Keycloak at ${login.url}, ${inSeconds(timeoutMs)} at most: ${reason(error)}`)
      }
      if (Date.now() >= deadline) throw notReady(login, error, timeoutMs)
    }
    await sleep(POLL_MS)
  }
}

/** Whether another attempt may succeed. */
function isStarting(error: unknown): error is McpKeycloakError {
  if (!(error instanceof McpKeycloakError)) return false
  const answer = status(error.cause)
  if (answer !== undefined) return STARTING.includes(answer)
  const { code } = ((error.cause as Error | undefined)?.cause ?? {}) as NodeJS.ErrnoException
  return code !== undefined && CONNECTION_FAULTS.includes(code)
}

function inSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
}

/** Describes the last failure in a few words, without the page of a proxy. */
function reason({ cause, why }: McpKeycloakError): string {
  const answer = status(cause)
  return answer === undefined ? why : `it answers ${answer}`
}

function notReady({ url }: AdminLogin, error: McpKeycloakError, timeoutMs: number): McpKeycloakError {
  const answered = status(error.cause) !== undefined
  return new McpKeycloakError(answered ? 'KEYCLOAK_NOT_READY' : 'KEYCLOAK_UNREACHABLE', {
    what: `Keycloak at ${url} ${answered ? 'was not ready' : 'did not answer'} for ${inSeconds(timeoutMs)}.`,
    why: error.why.split('\n'),
    fix: 'Check the port in the URL, and the log of that Keycloak. To wait longer: --timeout 300, or MCP_KEYCLOAK_TIMEOUT=300',
    cause: error.cause,
  })
}
