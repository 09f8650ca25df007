import { type Config, type ConfigKey, environmentName } from '../config/schema.ts'
import { findInstance } from '../instance/instance.ts'
import { adminWhenReady } from '../keycloak/admin-when-ready.ts'
import { temporaryName } from '../keycloak/temporary-realm.ts'
import { up } from '../operations/up.ts'
import { planRealm } from '../provisioning/plan-realm.ts'
import { freePort } from '../runtime/probe-port.ts'
import type { OnStep, RunningKeycloak, RuntimeName } from '../runtime/runtime.ts'
import { type NamedKeycloak, namedKeycloak } from './external.ts'
import { type KeycloakServer, type ManagedServer, manageServer } from './keycloak-server.ts'
import { onLeakOfRun } from './leaks.ts'
import { sweepTestRealms, TEST_REALMS } from './remove-realm.ts'
import type { Given, OnLeak, RealmSettings } from './settings.ts'
import { resolveTestConfig } from './test-config.ts'
import type { TestRealm } from './test-realm.ts'
import { makeWorkshop, removeWorkshop, startReaper, sweepWorkshops } from './workshop.ts'

/** The options of a server. */
export const SERVER_OPTIONS = [
  'runtime',
  'keycloakVersion',
  'keycloakHome',
  'port',
  'managementPort',
  'timeout',
  'cacheFolder',
] as const satisfies readonly ConfigKey[]

/** The options of a server, by their names in the config file. */
type ServerSettings = Given<Pick<Config, (typeof SERVER_OPTIONS)[number]>>

/** What {@link startKeycloak} is given: the realm's options, the server's, and what is going on. */
export interface StartKeycloakOptions extends RealmSettings, ServerSettings {
  /** What to do about clients that were registered and not deleted. Default: as the run's global set-up has it, else `warn`. */
  readonly onLeak?: OnLeak | undefined
  /** Called with what is going on. Default: nothing is said. */
  readonly onStep?: OnStep | undefined
  /** Aborting stops what was begun. */
  readonly signal?: AbortSignal | undefined
}

/** A Keycloak for tests, with a realm; stopped when the scope ends, unless somebody else runs it. */
export interface TestKeycloak extends KeycloakServer, AsyncDisposable {
  /** How it runs: `external` when the environment names it, else `compose` or `java`. */
  readonly runtime: RuntimeName
  /** Why so, in words. */
  readonly reason: string
  /** Keycloak's version. */
  readonly version: string
  /** The realm that it was started with. */
  readonly realm: TestRealm
  /**
   * Stops it and removes all that it left; on somebody else's Keycloak, drops the realms that were made.
   *
   * @throws {McpKeycloakError} `CLIENTS_LEAKED` with `onLeak: 'fail'`
   */
  stop(): Promise<void>
}

/**
 * A Keycloak with a realm for MCP: the one that the environment names, else one of its own in Docker, else one on a
 * local JDK. Its realm has a name that nobody else has, so that the same test runs on all of them. One that is named and
 * still starting, as a service of a CI job, is waited for, `timeout` seconds at most.
 *
 * @throws {McpKeycloakError} `NO_RUNTIME` without Docker and without a JDK, and what `up` throws
 */
export async function startKeycloak(options: StartKeycloakOptions = {}): Promise<TestKeycloak> {
  const { onLeak = onLeakOfRun(process.env), onStep = () => {}, signal, ...settings } = options
  const config = await ownConfig(settings)
  const workshop = await makeWorkshop(config)
  const { name: instance, folder } = workshop
  const own = { ...config, instance, dataFolder: folder }
  const letReaperGo = startReaper(config, workshop)
  const remove = async () => {
    await removeWorkshop(config, workshop)
    letReaperGo()
  }
  try {
    await sweepWorkshops(config, onStep)
    const wantsOwn = (settings.runtime ?? 'auto') !== 'auto'
    const named = wantsOwn ? undefined : await namedKeycloak(folder, process.env)
    if (named) return await useNamed(named, config, { ...settings, onLeak, onStep, signal }, remove)
    const report = await up(own, { onStep, ...(signal && { signal }) })
    const { keycloak } = await findInstance(own)
    const managed = manageServer(keycloak, { onLeak })
    const realm = await managed.adopt({ ...(await planRealm(own)), report })
    return testKeycloak(managed, keycloak, {
      realm,
      version: report.version,
      reason: report.runtimeReason,
      stop: () => managed.close(remove),
    })
  } catch (error) {
    await remove().catch(() => {}) // what went wrong first is what the user has to know
    throw error
  }
}

/** The options of a server of one's own: on ports that nobody has, wherever the project's everyday server listens. */
export async function ownConfig(settings: RealmSettings & ServerSettings): Promise<Config> {
  const { port = await freePort(), managementPort, realm = temporaryName(TEST_REALMS) } = settings
  // Who names a Keycloak and a runtime names a runtime for where there is no such Keycloak.
  const env = { ...process.env, [environmentName('keycloakUrl')]: undefined }
  const config = await resolveTestConfig({ env, flags: { proof: false, ...settings, realm, port } })
  return { ...config, managementPort, keycloakUrl: undefined }
}

/** Somebody else's Keycloak: it is neither started nor stopped, its own realms are left alone. */
async function useNamed(
  { keycloak, reason }: NamedKeycloak,
  { timeout }: Config,
  { onLeak = 'warn', onStep = () => {}, signal, ...settings }: StartKeycloakOptions,
  remove: () => Promise<void>,
): Promise<TestKeycloak> {
  onStep(`Using the Keycloak at ${keycloak.url}: ${reason}`)
  const admin = await adminWhenReady(keycloak, { timeoutMs: timeout * 1000, onStep, signal })
  await sweepTestRealms(keycloak, admin)
  const managed = manageServer(keycloak, { onLeak, admin })
  const realm = await managed.server.createRealm(settings)
  const stop = async () => {
    try {
      await managed.close()
    } finally {
      await remove()
    }
  }
  const { version } = (await managed.acquaintance()).self
  return testKeycloak(managed, keycloak, { realm, version, reason, stop })
}

function testKeycloak(
  { server }: ManagedServer,
  { runtime }: RunningKeycloak,
  parts: Pick<TestKeycloak, 'realm' | 'version' | 'reason' | 'stop'>,
): TestKeycloak {
  return { ...server, runtime, ...parts, [Symbol.asyncDispose]: parts.stop }
}
