import { McpKeycloakError } from '../errors.ts'
import type { OnLeak } from './settings.ts'

/** A client that a test registered and did not delete. */
export interface LeakedClient {
  readonly realm: string
  readonly clientId: string
  readonly clientName: string
}

/** The environment variable with the `onLeak` of the run's global set-up. */
export const ON_LEAK_VARIABLE = 'MCP_KEYCLOAK_ON_LEAK'

/** Returns the default for leaks: the setting of the run's global set-up, else `warn`. */
export function onLeakOfRun(env: Readonly<Record<string, string | undefined>>): OnLeak {
  const wanted = env[ON_LEAK_VARIABLE]
  return wanted === 'fail' || wanted === 'ignore' ? wanted : 'warn'
}

/**
 * Reports the clients that were not deleted.
 *
 * @throws {McpKeycloakError} `CLIENTS_LEAKED` with `fail`
 */
export function reportLeaks(leaks: readonly LeakedClient[], onLeak: OnLeak): void {
  if (leaks.length === 0 || onLeak === 'ignore') return
  const list = leaks.map(({ realm, clientId, clientName }) => `${clientId} (${clientName}, realm ${realm})`)
  const text = {
    what: `${leaks.length === 1 ? 'A client was' : `${leaks.length} clients were`} registered and not deleted.`,
    why: list,
    fix: 'Register with "await using client = await realm.registerClient()": it is deleted when its scope ends.',
  }
  const leaked = new McpKeycloakError('CLIENTS_LEAKED', text)
  if (onLeak === 'fail') throw leaked
  process.emitWarning([leaked.message, leaked.why, leaked.fix].join('\n'), { code: 'CLIENTS_LEAKED' })
}
