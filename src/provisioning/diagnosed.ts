import { McpKeycloakError } from '../errors.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

/** Keycloak's messages for its own failures. With a full disk a login fails with them and status 400. */
const OWN_FAILURE = /\bunknown_error\b|\banswered 5\d\d\b/

/**
 * Does a client's work. If Keycloak itself fails, and this machine shows the reason, that reason is the error.
 *
 * @throws {McpKeycloakError} `DISK_FULL` and the other reasons of `serverTrouble`; the errors of `work`
 */
export async function diagnosed<Result>(
  keycloak: Pick<RunningKeycloak, 'diagnose'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const isOwnFailure = error instanceof McpKeycloakError && OWN_FAILURE.test(error.why)
    throw (isOwnFailure && (await keycloak.diagnose().catch(() => undefined))) || error
  }
}
