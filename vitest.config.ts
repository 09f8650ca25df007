import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { defineConfig, type Plugin } from 'vitest/config'

import { requiredFeatures } from './src/config/server.ts'
import { PINNED_VERSION, TESTED_VERSIONS } from './src/config/versions.ts'
import { overlayNames } from './src/realm/load-overlay.ts'

/** Starting a real Keycloak on a busy machine with two cores. */
const SERVER_START_MS = 300_000

/**
 * Keeps the tests of a file in their order, whatever `--sequence.shuffle` says: each of these files is a story of one
 * instance, which is started, used, damaged and stopped. The files are shuffled.
 */
const STORIES: Plugin = {
  name: 'stories',
  configureVitest: ({ project }) => {
    project.config.sequence.shuffle = false
  },
}

/** A project whose test files use a real Keycloak. */
interface Project {
  readonly name: string
  readonly keycloakVersion: string
  /** The number of test files that run at once. Each of them has a Keycloak of its own. */
  readonly keycloaks?: number
  /** The place among the projects. Projects with the same number of Keycloaks may share a place. */
  readonly place?: number
  /** Those that need a feature: it is started with it. */
  readonly overlays?: readonly string[]
  readonly topics?: string
}

const onKeycloak = ({
  name,
  keycloakVersion,
  keycloaks = 1,
  place = 0,
  overlays = [],
  topics = '**/*',
}: Project) => ({
  test: {
    name,
    include: [`test/integration/${topics}.test.ts`],
    globalSetup: ['test/helpers/shared-keycloak.ts'],
    provide: { keycloakVersion, keycloaks, overlays },
    env: { XDG_DATA_HOME: join(tmpdir(), 'mcp-keycloak-test-data') }, // nobody's own keys and clients
    testTimeout: 60_000,
    hookTimeout: SERVER_START_MS,
    maxWorkers: keycloaks,
    sequence: { groupOrder: place },
  },
})

/** What Keycloak itself answers, and so may answer otherwise in another version. */
const OF_KEYCLOAK =
  '{clients,explain/explain,mapper-swap,matrix,passwords,realm,realm-drift,realm-options,rebinding,refused-*,registration,reset-realm,service-account,strict,token*,web-origins}'

const olderVersions = TESTED_VERSIONS.filter((version) => version !== PINNED_VERSION)

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: ['test/unit/support/clean-environment.ts'],
          maxWorkers: 2,
          testTimeout: 20_000, // some start a process or five, also where every core is busy
        },
      },
      onKeycloak({ name: 'integration', keycloakVersion: PINNED_VERSION, keycloaks: 2, place: 1 }),
      ...olderVersions.map((keycloakVersion) => {
        const name = `keycloak-${keycloakVersion.replace(/\.\d+$/, '')}`
        return onKeycloak({ name, keycloakVersion, topics: OF_KEYCLOAK })
      }),
      onKeycloak({
        name: 'features',
        keycloakVersion: PINNED_VERSION,
        overlays: requiredFeatures(await overlayNames()), // a feature has the name of the overlay that needs it
        topics: 'matrix',
      }),
      {
        plugins: [STORIES],
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
