import { join } from 'node:path'

import { McpKeycloakError } from '../errors.ts'
import { printableLine } from '../printable.ts'
import { clientsLeft } from './client-registry.ts'
import { connectionOf } from './connection.ts'
import { ON_LEAK_VARIABLE, reportLeaks } from './leaks.ts'
import { realmVariables } from './realm-variables.ts'
import { makeSandbox, removeSandbox, type Sandbox } from './sandbox.ts'
import type { OnLeak, RealmSettings } from './settings.ts'
import {
  SERVER_OPTIONS,
  type StartKeycloakOptions,
  startOrReuse,
  type TestKeycloak,
} from './start-keycloak.ts'
import { testConfig } from './test-config.ts'
import type { TestRealm } from './test-realm.ts'

/** The server of a test run, and the set-ups that use it. */
interface Run {
  readonly keycloak: Promise<TestKeycloak>
  readonly options: StartKeycloakOptions
  readonly setups: Setup[]
}

/** The state of one set-up, for its tear-down. */
interface Setup {
  readonly realm: TestRealm
  readonly onLeak: OnLeak
  /** The folder of the clients' journal. */
  readonly sandbox: Sandbox
  /** The previous environment: name → value. */
  readonly before: Readonly<Record<string, string | undefined>>
}

/** Key of the run in the process. Runners load each set-up file in its own module graph. */
const RUN = Symbol.for('mcp-keycloak.testing.run')
const shared = globalThis as { [RUN]?: Run | undefined }

/** The used part of a runner's project: Vitest provides it, Jest does not. */
export interface Project {
  // biome-ignore lint/suspicious/noExplicitAny: Vitest types it by the name of the value
  readonly provide?: (name: any, value: any) => void
  /** The environment of this project. Projects that run at the same time have different ones. */
  readonly config?: { env?: Readonly<Record<string, unknown>> | undefined }
}

/**
 * Returns a global set-up for Vitest and for Jest: it starts (or finds) one Keycloak for the whole run. A running instance
 * of the project (`mcp-keycloak up`) is reused, unless the options want another server or name the realm.
 *
 * The environment then has the variables of `mcp-keycloak env --show-secrets`. Programs under test and
 * `startKeycloak()` in the tests read them. Vitest's tests also get them by `inject('keycloak')`.
 *
 * A second set-up of the same run gets its own realm on the same server. The environment of its project's tests has
 * that realm.
 *
 * @returns the function that the runner calls. It returns the tear-down. Jest calls {@link teardownKeycloak} instead.
 */
export function setupKeycloak(
  options: StartKeycloakOptions = {},
): (project?: Project) => Promise<() => Promise<void>> {
  return async (project) => {
    const isFirst = shared[RUN] === undefined
    const run = shared[RUN] ?? startRun(options)
    assertSameServer(run.options, options)
    const keycloak = await run.keycloak
    const settings = realmSettings(options)
    const realm = isFirst ? keycloak.realm : await keycloak.createRealm(settings)
    const { onLeak = 'warn' } = options
    const sandbox = await makeSandbox(await testConfig())
    const connection = connectionOf(keycloak, realm, { settings, journal: journalIn(sandbox) })
    const environment = {
      ...(await realmVariables(connection, { showSecrets: true })),
      [ON_LEAK_VARIABLE]: onLeak,
    }
    const before = setEnvironment(environment)
    run.setups.push({ realm, onLeak, sandbox, before })
    if (project?.config) project.config.env = { ...project.config.env, ...environment }
    project?.provide?.('keycloak', connection)
    return teardownKeycloak
  }
}

/**
 * Undoes the most recent set-up. With the first set-up, stops the server. Then reports the clients that tests
 * registered and did not delete.
 *
 * @throws {McpKeycloakError} `CLIENTS_LEAKED` with `onLeak: 'fail'`, which fails the run
 */
export async function teardownKeycloak(): Promise<void> {
  const run = shared[RUN]
  const setup = run?.setups.pop()
  if (!run || !setup) return
  setEnvironment(setup.before)
  if (run.setups.length > 0) await setup.realm.drop()
  else {
    shared[RUN] = undefined
    await (await run.keycloak).stop()
  }
  const left = await clientsLeft(journalIn(setup.sandbox))
  await removeSandbox(await testConfig(), setup.sandbox)
  reportLeaks(left, setup.onLeak)
}

function journalIn({ folder }: Sandbox): string {
  return join(folder, 'clients.jsonl')
}

function startRun(options: StartKeycloakOptions): Run {
  const keycloak = startOrReuse(options, true)
  const run: Run = { keycloak, options, setups: [] }
  shared[RUN] = run
  keycloak.then(
    ({ version, runtime, reason }) => {
      process.stderr.write(
        `${printableLine(`Keycloak ${version} for the tests: ${runtime}, because ${reason}`)}\n`,
      )
    },
    () => {
      shared[RUN] = undefined
    },
  )
  return run
}

function realmSettings(options: StartKeycloakOptions): RealmSettings {
  const notOfRealm: readonly string[] = [...SERVER_OPTIONS, 'realm', 'onLeak', 'onStep', 'signal']
  return Object.fromEntries(Object.entries(options).filter(([key]) => !notOfRealm.includes(key)))
}

/**
 * Sets the variables.
 *
 * @returns the previous values
 */
function setEnvironment(wanted: Readonly<Record<string, string | undefined>>) {
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]))
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  return before
}

function assertSameServer(first: StartKeycloakOptions, second: StartKeycloakOptions): void {
  const other = SERVER_OPTIONS.find((key) => second[key] !== undefined && second[key] !== first[key])
  if (other === undefined) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `Two global set-ups of one run want different servers: "${other}" is ${second[other]}, and ${first[other] ?? 'not set'} in the other.`,
    why: 'A run has one Keycloak; each set-up has a realm of its own on it.',
    fix: `Give both the same "${other}", or start the other server in its tests: startKeycloak({ ${other}: … }).`,
  })
}
