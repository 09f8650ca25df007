import { McpKeycloakError } from '../errors.ts'

/**
 * Clears up at the end of a scope. What Keycloak refuses is an error; that it cannot be reached is none, for it would
 * bury the one that the test ended with, which is most likely about the same.
 */
export async function ifReachable(clearing: Promise<void>): Promise<void> {
  await clearing.catch((error: unknown) => {
    if (!(error instanceof McpKeycloakError && error.code === 'KEYCLOAK_UNREACHABLE')) throw error
  })
}
