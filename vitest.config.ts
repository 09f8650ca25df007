import { defineConfig } from 'vitest/config'

import { requiredFeatures } from './src/config/server.ts'
import { PINNED_DISTRIBUTIONS, PINNED_VERSION } from './src/config/versions.ts'
import { overlayNames } from './src/realm/load-overlay.ts'

/** Starting a real Keycloak on a busy machine with two cores. */
const SERVER_START_MS = 300_000

/** What the tests of a project share: one real Keycloak. */
interface Server {
  readonly keycloakVersion: string
  /** Those that need a feature: it is started with it. */
  readonly overlays?: readonly string[]
}

const onKeycloak = (name: string, { keycloakVersion, overlays = [] }: Server, topics: readonly string[]) => ({
  test: {
    name,
    include: topics.map((topic) => `test/integration/${topic}.test.ts`),
    globalSetup: ['test/helpers/shared-keycloak.ts'],
    provide: { keycloakVersion, overlays },
    testTimeout: 60_000,
    hookTimeout: SERVER_START_MS,
    fileParallelism: false,
  },
})

/** What an older Keycloak has to do as well: all that depends on the server and not on us. */
const VERSION_TOPICS = ['matrix', 'realm*', 'refused-*', 'registration', 'web-origins']

/** Those of our overlays that need a feature of the server; it has the overlay's name. */
const featureOverlays = requiredFeatures(await overlayNames())

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], maxWorkers: 2 },
      },
      onKeycloak('integration', { keycloakVersion: PINNED_VERSION }, ['**/*']),
      ...PINNED_DISTRIBUTIONS.filter((version) => version !== PINNED_VERSION).map((keycloakVersion) =>
        onKeycloak(`keycloak-${keycloakVersion.replace(/\.\d+$/, '')}`, { keycloakVersion }, VERSION_TOPICS),
      ),
      ...(featureOverlays.length > 0
        ? [onKeycloak('features', { keycloakVersion: PINNED_VERSION, overlays: featureOverlays }, ['matrix'])]
        : []),
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/helpers/report-runtimes.ts'],
          testTimeout: SERVER_START_MS,
          hookTimeout: SERVER_START_MS,
          fileParallelism: false,
        },
      },
    ],
  },
})
