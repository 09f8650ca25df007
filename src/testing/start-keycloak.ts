import { type Config, type ConfigKey, environmentName } from '../config/schema.ts'
import { findInstance } from '../instance/instance.ts'
import { adminWhenReady } from '../keycloak/admin-when-ready.ts'
import { temporaryName } from '../keycloak/temporary-realm.ts'
import { up } from '../operations/up.ts'
import { planRealm } from '../provisioning/plan-realm.ts'
import { freePort } from '../runtime/probe-port.ts'
import type { OnStep, RunningKeycloak, RuntimeName } from '../runtime/runtime.ts'
import { type NamedKeycloak, namedKeycloak, runningKeycloak } from './external.ts'
import { type KeycloakServer, type ManagedServer, manageServer } from './keycloak-server.ts'
import { onLeakOfRun } from './leaks.ts'
import { removeStrayRealms, TEST_REALMS } from './remove-realm.ts'
import { makeSandbox, removeSandbox, removeStraySandboxes, startReaper } from './sandbox.ts'
import type { OnLeak, RealmSettings, ServerSettings } from './settings.ts'
import { resolveTestConfig } from './test-config.ts'
import type { TestRealm } from './test-realm.ts'

/** The names of the server's options. */
export const SERVER_OPTIONS = [
  'runtime',
  'keycloakVersion',
  'keycloakHome',
  'port',
  'managementPort',
  'timeout',
  'cacheFolder',
] as const satisfies readonly ConfigKey[]

/** The options of {@link startKeycloak}: for the realm, the server and the progress. */
export interface StartKeycloakOptions extends RealmSettings, ServerSettings {
  /**
   * The reaction to clients that were registered and not deleted. Default: the setting of the run's global set-up,
   * else `warn`.
   */
  readonly onLeak?: OnLeak | undefined
  /** Called with each step. Default: no output. */
  readonly onStep?: OnStep | undefined
  /** Aborts the start and undoes it. */
  readonly signal?: AbortSignal | undefined
}

/** A Keycloak for tests with a realm. At the end of the scope it stops, unless it is external. */
export interface TestKeycloak extends KeycloakServer, AsyncDisposable {
  /** The runtime: `external` when the environment names a Keycloak, else `compose` or `java`. */
  readonly runtime: RuntimeName
  /** The reason for that runtime, as a sentence. */
  readonly reason: string
  /** Keycloak's version. */
  readonly version: string
  /** The realm of the start. */
  readonly realm: TestRealm
  /**
   * Stops the server and removes all its data. On an external Keycloak, removes only the created realms.
   *
   * @throws {McpKeycloakError} `CLIENTS_LEAKED` with `onLeak: 'fail'`
   */
  stop(): Promise<void>
}

/**
 * Starts a Keycloak with a realm for MCP. Uses the Keycloak that the environment names, else a new one in Docker,
 * else a new one on a local JDK.
 *
 * The realm has a unique name, so the same test works on all of them. A named Keycloak may still be starting, such as
 * a service of a CI job: the function waits up to `timeout` seconds.
 *
 * @throws {McpKeycloakError} `NO_RUNTIME` without Docker and without a JDK, and the errors of `up`
 */
export async function startKeycloak(options: StartKeycloakOptions = {}): Promise<TestKeycloak> {
  return startOrReuse(options)
}

/**
 * Starts a Keycloak as {@link startKeycloak} does.
 *
 * @param reuses whether a running instance of the project counts as named by the environment
 */
export async function startOrReuse(options: StartKeycloakOptions, reuses = false): Promise<TestKeycloak> {
  const { onLeak = onLeakOfRun(process.env), onStep = () => {}, signal, ...settings } = options
  const config = await ownConfig(settings)
  const sandbox = await makeSandbox(config)
  const { name: instance, folder } = sandbox
  const own = { ...config, instance, dataFolder: folder }
  const letReaperGo = startReaper(config, sandbox)
  const remove = async () => {
    await removeSandbox(config, sandbox)
    letReaperGo()
  }
  try {
    await removeStraySandboxes(config, onStep)
    const wantsOwn = (settings.runtime ?? 'auto') !== 'auto'
    const inEnvironment = wantsOwn ? undefined : await namedKeycloak(folder, process.env)
    const named = inEnvironment ?? (reuses ? await runningKeycloak(folder, settings) : undefined)
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
    await remove().catch(() => {}) // the user needs the first error
    throw error
  }
}

/**
 * Returns the options of a new server. Its ports are free, so the project's everyday server can run at the same time.
 */
export async function ownConfig(settings: RealmSettings & ServerSettings): Promise<Config> {
  const { port = await freePort(), managementPort, realm = temporaryName(TEST_REALMS) } = settings
  // A runtime may be set together with a Keycloak URL, for machines without that Keycloak.
  const env = { ...process.env, [environmentName('keycloakUrl')]: undefined }
  const config = await resolveTestConfig({ env, flags: { proof: false, ...settings, realm, port } })
  return { ...config, managementPort, keycloakUrl: undefined }
}

/** Uses an external Keycloak. Never starts or stops it, and leaves its other realms unchanged. */
async function useNamed(
  { keycloak, reason }: NamedKeycloak,
  { timeout }: Config,
  { onLeak = 'warn', onStep = () => {}, signal, ...settings }: StartKeycloakOptions,
  remove: () => Promise<void>,
): Promise<TestKeycloak> {
  onStep(`Using the Keycloak at ${keycloak.url}: ${reason}`)
  const admin = await adminWhenReady(keycloak, { timeoutMs: timeout * 1000, onStep, signal })
  await removeStrayRealms(keycloak, admin)
  const managed = manageServer(keycloak, { onLeak, admin })
  const realm = await managed.server.createRealm(settings)
  const stop = async () => {
    try {
      await managed.close()
    } finally {
      await remove()
    }
  }
  const { version } = await (await managed.live()).self()
  return testKeycloak(managed, keycloak, { realm, version, reason, stop })
}

function testKeycloak(
  { server }: ManagedServer,
  { runtime }: RunningKeycloak,
  parts: Pick<TestKeycloak, 'realm' | 'version' | 'reason' | 'stop'>,
): TestKeycloak {
  return { ...server, runtime, ...parts, [Symbol.asyncDispose]: parts.stop }
}
