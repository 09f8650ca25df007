import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'

import type { Config } from '../../config/schema.ts'
import {
  JVM_OPTIONS,
  LOOPBACK,
  requiredFeatures,
  serverVariables,
  startArguments,
} from '../../config/server.ts'
import { IMAGE_REPOSITORY, PINNED_VERSION } from '../../config/versions.ts'
import { planRealm } from '../../provisioning/plan-realm.ts'
import type { AdminCredentials } from '../../runtime/state/admin-credentials.ts'
import type { OnLeak, RealmSettings } from '../settings.ts'
import { testConfig } from '../test-config.ts'
import { assertKeycloakImage, commandIsOurs, notStarted } from './container-errors.ts'
import {
  aloneInContainers,
  type ContainerPlan,
  freePorts,
  newAdmin,
  reusedAdmin,
  reusedPorts,
  volumeOwner,
} from './container-plan.ts'
import { KeycloakReadiness } from './container-readiness.ts'
import { provisionContainer } from './provision-container.ts'
import { type SharedParts, sharedParts } from './shared-parts.ts'
import type { StartedKeycloakContainer } from './started-container.ts'
import { startWarm, warmBind, warmVolume } from './warm-start.ts'

/** Ports inside the container. */
const HTTP_PORT = 8080
const MANAGEMENT_PORT = 9000

/**
 * Keycloak in a container of testcontainers, started like `mcp-keycloak up`, with realms for MCP.
 *
 * @see {@link https://node.testcontainers.org testcontainers for Node}
 */
export class KeycloakContainer extends GenericContainer {
  readonly #realms: RealmSettings[] = []
  #features: readonly string[] = []
  #admin: { readonly username?: string; readonly password?: string } = {}
  #onLeak: OnLeak = 'warn'
  #warm = false
  // State of the current start:
  #command: readonly string[] = []
  #plan: ContainerPlan | undefined
  #created: string | undefined
  #parts: SharedParts | undefined

  /** @param image Keycloak's official image, or an image based on it. Default: the tested version of this release */
  constructor(image = `${IMAGE_REPOSITORY}:${PINNED_VERSION}`) {
    super(image)
  }

  /** Adds a realm for MCP with the options of `mcp-keycloak up`. Each call adds one realm. */
  withRealm(settings: RealmSettings = {}): this {
    this.#realms.push(settings)
    return this
  }

  /** Adds the realm of a file in Keycloak's format. Uses the Admin API, which names a refused field. */
  withRealmImportFile(realmFile: string): this {
    return this.withRealm({ realmFile })
  }

  /** Enables server features that are off by default. The realms' overlays enable their own features. */
  withFeatures(...features: readonly string[]): this {
    this.#features = [...this.#features, ...features]
    return this
  }

  /** Sets the administrator's name. Default: `admin`. */
  withAdminUsername(username: string): this {
    this.#admin = { ...this.#admin, username }
    return this
  }

  /** Sets the administrator's password. Default: a random one. */
  withAdminPassword(password: string): this {
    this.#admin = { ...this.#admin, password }
    return this
  }

  /**
   * Keeps the first build of an image of your own in a volume of the engine (`mcp-keycloak-built-…`, only for this data
   * folder). The volume has no data. Keycloak's official image needs no volume: its containers always share what earlier
   * ones have built, unless they have mounts or variables that change the server.
   */
  withWarmStart(): this {
    this.#warm = true
    return this
  }

  /** Sets the reaction at `stop()` to clients that were registered and not deleted. Default: `warn`. */
  withOnLeak(onLeak: OnLeak): this {
    this.#onLeak = onLeak
    return this
  }

  /** @throws {McpKeycloakError} `USAGE_INVALID` always: use the methods for features and realms instead */
  override withCommand(_command: string[]): this {
    throw commandIsOurs()
  }

  /**
   * Starts the container, waits for its health, then creates the realms. The settings stay unchanged, so the
   * container can be started again.
   *
   * @throws {McpKeycloakError} `DOCKER_NOT_RUNNING`, `IMAGE_NOT_FOUND`, `IMAGE_NOT_KEYCLOAK`, `PORT_IN_USE`,
   *   `KEYCLOAK_EXITED` and `KEYCLOAK_NOT_READY` with the log's last errors, `REALM_INVALID`, `REALM_REFUSED`
   */
  override async start(): Promise<StartedKeycloakContainer> {
    const configs = await Promise.all(this.#realms.map(realmConfig))
    const features = [...new Set([...this.#features, ...featuresOf(configs)])]
    this.#command = startArguments({ features })
    const start = async () => {
      const { container, plan, parts } = await this.#startServer(features)
      const options = { onLeak: this.#onLeak, reused: this.#isReused(), parts }
      return provisionContainer(container, plan, configs, options)
    }
    return this.#isReused() ? aloneInContainers(start) : start()
  }

  async #startServer(features: readonly string[]) {
    const { environment, exposedPorts, waitStrategy } = this
    const asSet = { createOpts: { ...this.createOpts }, hostConfig: { ...this.hostConfig } }
    this.#plan = undefined
    this.#created = undefined
    try {
      this.#parts = await sharedParts({
        image: this.imageName.string,
        features,
        environment,
        changes: [this.hostConfig.Binds, this.hostConfig.Tmpfs, this.createOpts.Entrypoint],
      })
      const isWarm = this.#warm && this.#parts === undefined
      const container = await (isWarm ? this.#startWarm() : this.#startOrRemove())
      return { container, plan: this.#plan as unknown as ContainerPlan, parts: this.#parts }
    } catch (error) {
      throw await notStarted(error, this.imageName.string, this.#plan)
    } finally {
      Object.assign(this, asSet, { environment, exposedPorts, waitStrategy })
    }
  }

  async #startWarm(): Promise<StartedTestContainer> {
    const owner = await volumeOwner()
    const volume = warmVolume(this.imageName.string, this.#command, owner)
    this.hostConfig.Binds = [...(this.hostConfig.Binds ?? []), warmBind(volume)]
    return startWarm(await getContainerRuntimeClient(), volume, owner, () => this.#startOrRemove())
  }

  /** Removes the container after a failed start. Otherwise it would be reused, or stay forever. */
  async #startOrRemove(): Promise<StartedTestContainer> {
    return super.start().catch(async (error: unknown) => {
      if (this.#created !== undefined) await removeContainer(this.#created)
      throw error
    })
  }

  #isReused(): boolean {
    return this.reuse && process.env.TESTCONTAINERS_REUSE_ENABLE !== 'false' // the rule of testcontainers
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const client = await getContainerRuntimeClient()
    await assertKeycloakImage(client, this.imageName)
    super.withCommand([...this.#command])
    if (this.#parts) this.withEntrypoint([...this.#parts.entrypoint])
    const { host } = client.info.containerRuntime
    const admin = await this.#planAdmin()
    const variables = (port: number) => ({
      ...serverVariables({ port }),
      KC_HOSTNAME: `http://${host}:${port}`,
      JAVA_OPTS: JVM_OPTIONS.join(' '),
      ...this.environment,
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    })
    const ports = this.#isReused() ? reusedPorts([this.createOpts, variables(0)]) : await freePorts()
    this.#plan = { ...ports, admin, host }
    this.createOpts.Env = []
    this.withEnvironment(variables(ports.port))
    this.#publish(HTTP_PORT, ports.port, host)
    this.#publish(MANAGEMENT_PORT, ports.managementPort, host)
    const urls = [
      `http://${host}:${ports.managementPort}/health/ready`,
      `http://${host}:${ports.port}/realms/master/.well-known/openid-configuration`,
    ]
    const { timeout } = await testConfig()
    this.withWaitStrategy(new KeycloakReadiness(urls, timeout * 1000))
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#created = id
    if (this.#plan) await this.#parts?.give(id, this.#plan.admin)
  }

  /** Returns the administrator from the methods, else from the container's environment, else a generated one. */
  async #planAdmin(): Promise<AdminCredentials> {
    const { KC_BOOTSTRAP_ADMIN_USERNAME: username, KC_BOOTSTRAP_ADMIN_PASSWORD: password } = this.environment
    const ours = this.#isReused() ? await reusedAdmin() : newAdmin()
    return { ...ours, ...(username && { username }), ...(password && { password }), ...this.#admin }
  }

  /** Publishes a fixed port, because the issuer has it in it. A local engine publishes only on loopback. */
  #publish(containerPort: number, port: number, host: string): void {
    this.withExposedPorts({ container: containerPort, host: port })
    if (host !== 'localhost') return
    const binding = [{ HostIp: LOOPBACK, HostPort: String(port) }]
    this.hostConfig.PortBindings = { ...this.hostConfig.PortBindings, [`${containerPort}/tcp`]: binding }
  }
}

async function removeContainer(id: string): Promise<void> {
  const { container } = await getContainerRuntimeClient()
  await container
    .getById(id)
    .remove({ force: true, v: true })
    .catch(() => {}) // usually it is gone already
}

function featuresOf(configs: readonly Config[]): readonly string[] {
  return requiredFeatures(configs.flatMap((config) => config.with))
}

async function realmConfig(settings: RealmSettings): Promise<Config> {
  const config = await testConfig({ proof: false, ...settings })
  await planRealm(config) // an invalid realm fails before a server is started
  return config
}

export { StartedKeycloakContainer } from './started-container.ts'
