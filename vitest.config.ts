import { defineConfig } from 'vitest/config'

/** Starting a real Keycloak on a busy machine with two cores. */
const SERVER_START_MS = 300_000

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], maxWorkers: 2 },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/helpers/shared-keycloak.ts'],
          testTimeout: 60_000,
          hookTimeout: SERVER_START_MS,
          fileParallelism: false,
        },
      },
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
