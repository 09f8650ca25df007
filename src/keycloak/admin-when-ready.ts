import { setTimeout as sleep } from 'node:timers/promises'

import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { type Admin, type AdminLogin, adminLogin, status } from './admin.ts'

/** Often enough that nobody waits for the poll, seldom enough to cost nothing. */
const POLL_MS = 250

/** A shorter wait is not reported. */
const QUIET_MS = 1000

/** Nobody listens yet; or Docker's proxy does, for a container that does not, and hangs up. */
const CONNECTION_FAULTS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

/** A server that is starting, or what stands before it. */
const STARTING = [502, 503, 504]

/** How long to wait, and who hears of it. */
export interface LoginPatience {
  readonly timeoutMs: number
  /** Called once, when the wait takes longer than a second. */
  readonly onStep: (step: string) => void
  readonly signal: AbortSignal | undefined
}

/**
 * Logs in to a Keycloak that somebody else has started and that may not be there yet, as a service of a CI job. A name
 * that is unknown, a page of something else and a refused login are not waited for.
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

/** Whether the same may go well in a while. */
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

/** In few words: the page of a proxy is not quoted. */
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
