import { defineConfig } from 'vitest/config'

import { PINNED_DISTRIBUTIONS, PINNED_VERSION } from './src/config/versions.ts'

/** Starting a real Keycloak on a busy machine with two cores. */
const SERVER_START_MS = 300_000

/** A project whose tests share one real Keycloak. */
const onKeycloak = (name: string, keycloakVersion: string, topics: readonly string[]) => ({
  test: {
    name,
    include: topics.map((topic) => `test/integration/${topic}.test.ts`),
    globalSetup: ['test/helpers/shared-keycloak.ts'],
    provide: { keycloakVersion },
    testTimeout: 60_000,
    hookTimeout: SERVER_START_MS,
    fileParallelism: false,
  },
})

/** What an older Keycloak has to do as well: all that depends on the server and not on us. */
const VERSION_TOPICS = ['matrix', 'realm*', 'refused-*', 'registration', 'web-origins']

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], maxWorkers: 2 },
      },
      onKeycloak('integration', PINNED_VERSION, ['**/*']),
      ...PINNED_DISTRIBUTIONS.filter((version) => version !== PINNED_VERSION).map((version) =>
        onKeycloak(`keycloak-${version.replace(/\.\d+$/, '')}`, version, VERSION_TOPICS),
      ),
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
