import { join } from 'node:path'

/**
 * Path of an instance's log: always for the runtime java, and for a removed container.
 *
 * @param folder the instance's own
 */
export function logFile(folder: string): string {
  return join(folder, 'keycloak.log')
}
