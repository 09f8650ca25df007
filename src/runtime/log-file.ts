import { join } from 'node:path'

/**
 * The log of an instance's server: of the runtime java always, of a container that is gone.
 *
 * @param folder the instance's own
 */
export function logFile(folder: string): string {
  return join(folder, 'keycloak.log')
}
