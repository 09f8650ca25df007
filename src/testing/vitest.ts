import { test as base, inject, type TestAPI } from 'vitest'

import { connectKeycloak, type KeycloakConnection } from './connection.ts'
import { setupKeycloak } from './global-setup.ts'
import type { KeycloakServer } from './keycloak-server.ts'
import type { TestRealm } from './test-realm.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Keycloak of the run, made by the global set-up of `mcp-keycloak/testing/vitest`. */
    keycloak: KeycloakConnection
  }
}

/** What {@link test} hands to each test. */
export interface KeycloakFixtures {
  /** The Keycloak of the run. */
  readonly keycloak: KeycloakServer
  /** A realm of this worker's own, made with the options of the set-up and dropped with the worker. */
  readonly realm: TestRealm
}

/**
 * Vitest's `test` with a `realm` for each worker, so that test files that run at the same time do not see each other's
 * users and clients. It needs the global set-up of this module.
 *
 * @see {@link https://vitest.dev/guide/test-context.html Vitest: test context}
 */
export const test = withFixtures()

function withFixtures(): TestAPI<KeycloakFixtures> {
  try {
    return extended()
  } catch {
    // Vitest makes fixtures in its workers only; as a global set-up this module is loaded outside of them.
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

/** The global set-up without options: those of `MCP_KEYCLOAK_*` and `mcp-keycloak.config.json` are taken. */
export default setupKeycloak()
