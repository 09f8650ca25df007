import { McpKeycloakError } from '../errors.ts'
import { command } from './command.ts'

/**
 * Creates the error for a Keycloak that does not answer.
 *
 * @param cause the error of `fetch`, whose own cause has the reason
 */
export function unreachable(url: string, cause: unknown): McpKeycloakError {
  const reason = (cause as Error).cause as NodeJS.ErrnoException | undefined
  return new McpKeycloakError('KEYCLOAK_UNREACHABLE', {
    what: `Keycloak at ${url} does not answer.`,
    why: silenceIn(reason?.message || reason?.code || (cause as Error).message), // there is no message when several addresses were tried
    fix: `Check the URL, and that Keycloak runs: ${command('status')}`,
    cause,
  })
}

/** Plain words for the usual reasons of no answer. Other reasons are shown in the system's words. */
const SILENCE: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'Nothing listens there'],
  [/ENOTFOUND/, 'No such host is known here'],
  [/EAI_AGAIN/, 'The name service does not answer'],
  [/^bad port$/, 'Programs that speak HTTP may not call this port'],
]

function silenceIn(reason: string): string {
  const words = SILENCE.find(([pattern]) => pattern.test(reason))?.[1]
  return words === undefined ? reason : `${words}: ${reason}`
}
