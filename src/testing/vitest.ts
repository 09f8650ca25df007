import { test as base, inject, type TestAPI } from 'vitest'

import { connectKeycloak, type KeycloakConnection } from './connection.ts'
import { setupKeycloak } from './global-setup.ts'
import type { KeycloakServer } from './keycloak-server.ts'
import type { TestRealm } from './test-realm.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Keycloak of the run, from the global set-up `mcp-keycloak/testing/vitest`. */
    keycloak: KeycloakConnection
  }
}

/** The fixtures of {@link test}. */
export interface KeycloakFixtures {
  /** The Keycloak of the run. */
  readonly keycloak: KeycloakServer
  /** The realm of this worker, with the options of the set-up. Removed with the worker. */
  readonly realm: TestRealm
}

/**
 * Vitest's `test` with a `realm` for each worker, so parallel test files do not see each other's users and clients.
 * Requires the global set-up of this module.
 *
 * @see {@link https://vitest.dev/guide/test-context.html Vitest: test context}
 */
export const test = withFixtures()

function withFixtures(): TestAPI<KeycloakFixtures> {
  try {
    return extended()
  } catch {
    // Vitest creates fixtures only in its workers. It loads the global set-up outside of them.
    return base as TestAPI<KeycloakFixtures>
  }
}

function extended(): TestAPI<KeycloakFixtures> {
  return base.extend<KeycloakFixtures>({
    keycloak: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures are needed
      async ({}, use) => {
        await using keycloak = await connectKeycloak(inject('keycloak'))
        await use(keycloak)
      },
      { scope: 'worker' },
    ],
    realm: [
      async ({ keycloak }, use) => {
        await using realm = await keycloak.createRealm(inject('keycloak').settings)
        await use(realm)
      },
      { scope: 'worker' },
    ],
  })
}

export type { KeycloakConnection } from './connection.ts'
export { setupKeycloak, teardownKeycloak } from './global-setup.ts'

/** The global set-up without options. It reads `MCP_KEYCLOAK_*` and `mcp-keycloak.config.json`. */
export default setupKeycloak()
