import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { defineConfig, type Plugin } from 'vitest/config'

import { requiredFeatures } from './src/config/server.ts'
import { PINNED_VERSION, TESTED_VERSIONS } from './src/config/versions.ts'
import { overlayNames } from './src/realm/load-overlay.ts'

/** Time for some starts of a real Keycloak, on a machine with much other work. */
const STARTS_MS = 600_000

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

/** Test files at once. Two cores run no more. */
const WORKERS = 2

/** Some unit tests wait for a timer or a process. One more file at once uses that time. */
const UNIT_WORKERS = 3

/** The place of the projects with a real Keycloak. They run together, after the unit tests. */
const WITH_KEYCLOAK = { groupOrder: 1 }

/** A project whose test files use a real Keycloak. */
interface Project {
  readonly name: string
  readonly keycloakVersion: string
  /** The number of its Keycloaks. Each worker has one of its own, unless there is only one test file. */
  readonly keycloaks?: number
  /** The overlays that need a server feature. The server is started with these features. */
  readonly overlays?: readonly string[]
  readonly topics?: string
}

const onKeycloak = ({ name, keycloakVersion, keycloaks = WORKERS, overlays = [], topics }: Project) => ({
  test: {
    name,
    include: [`test/integration/**/${topics ?? '*'}.test.ts`],
    globalSetup: ['test/helpers/keycloak/shared-keycloak.ts'],
    provide: { keycloakVersion, keycloaks, overlays },
    env: { XDG_DATA_HOME: join(tmpdir(), 'mcp-keycloak-test-data') }, // nobody's own keys and clients
    testTimeout: STARTS_MS,
    hookTimeout: STARTS_MS,
    maxWorkers: WORKERS,
    sequence: WITH_KEYCLOAK,
  },
})

/** Test files that replace modules, or set a variable before a module reads it. They need modules of their own. */
const OWN_MODULES = globSync('test/unit/**/*.test.ts').filter((file) =>
  /\bvi\.(mock|doMock|hoisted)\(/.test(readFileSync(file, 'utf8')),
)

/** Unit tests share their modules among files: loading them for each file takes longer than the tests. */
const onUnits = (name: string, isolate: boolean, files: { include: string[]; exclude?: string[] }) => ({
  test: {
    name,
    ...files,
    isolate,
    setupFiles: ['test/unit/support/clean-environment.ts', 'test/unit/support/error-snapshots.ts'],
    maxWorkers: UNIT_WORKERS,
    testTimeout: 60_000, // some start a process or five, also where every core is busy
  },
})

/** The topics on older versions: what Keycloak itself answers, where a version may differ. */
const OF_KEYCLOAK =
  '{explain,mapper-swap,matrix,passwords,realm,realm-drift,realm-options,rebinding,refused-*,registration,reset-realm,service-account,strict,token-exchange,web-origins}'

const olderVersions = TESTED_VERSIONS.filter((version) => version !== PINNED_VERSION)

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      onUnits('unit', false, { include: ['test/unit/**/*.test.ts'], exclude: OWN_MODULES }),
      onUnits('unit-own-modules', true, { include: OWN_MODULES }),
      onKeycloak({ name: 'integration', keycloakVersion: PINNED_VERSION }),
      ...olderVersions.map((keycloakVersion) => {
        const name = `keycloak-${keycloakVersion.replace(/\.\d+$/, '')}`
        return onKeycloak({ name, keycloakVersion, topics: OF_KEYCLOAK })
      }),
      onKeycloak({
        name: 'features',
        keycloakVersion: PINNED_VERSION,
        overlays: requiredFeatures(await overlayNames()), // a feature has the name of the overlay that needs it
        topics: 'matrix',
        keycloaks: 1,
      }),
      {
        plugins: [STORIES],
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/helpers/suite/report-runtimes.ts'],
          testTimeout: STARTS_MS,
          hookTimeout: STARTS_MS,
          maxWorkers: WORKERS,
          sequence: WITH_KEYCLOAK,
        },
      },
    ],
  },
})
