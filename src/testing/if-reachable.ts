import { McpKeycloakError } from '../errors.ts'

/**
 * Cleans up at the end of a scope. Throws when Keycloak refuses. Ignores an unreachable Keycloak: that error would
 * hide the test's own error, which most likely has the same cause.
 */
export async function ifReachable(clearing: Promise<void>): Promise<void> {
  await clearing.catch((error: unknown) => {
    if (!(error instanceof McpKeycloakError && error.code === 'KEYCLOAK_UNREACHABLE')) throw error
  })
}
