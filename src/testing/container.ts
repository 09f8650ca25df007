import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'

import { resolveConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'
import { JVM_OPTIONS, LOOPBACK, requiredFeatures, serverVariables, startArguments } from '../config/server.ts'
import { IMAGE_REPOSITORY, PINNED_VERSION } from '../config/versions.ts'
import { McpKeycloakError } from '../errors.ts'
import { planRealm } from '../operations/plan-realm.ts'
import { assertKeycloakImage, commandIsOurs, notCreated } from './container-errors.ts'
import { type ContainerPlan, freshPlan, reusablePlan } from './container-plan.ts'
import { KeycloakReadiness } from './container-readiness.ts'
import { provisionContainer } from './provision-container.ts'
import type { OnLeak, RealmSettings } from './settings.ts'
import type { StartedKeycloakContainer } from './started-container.ts'
import { startWarm, warmBind, warmVolume } from './warm-start.ts'

/** Ports inside of the container. */
const HTTP_PORT = 8080
const MANAGEMENT_PORT = 9000

/**
 * Keycloak in a container of testcontainers, started as `mcp-keycloak up` starts it, with realms made for MCP.
 *
 * @see {@link https://node.testcontainers.org testcontainers for Node}
 */
export class KeycloakContainer extends GenericContainer {
  readonly #realms: RealmSettings[] = []
  #features: readonly string[] = []
  #admin: { readonly username?: string; readonly password?: string } = {}
  #onLeak: OnLeak = 'warn'
  #warm = false
  #configs: readonly Config[] = []
  #plan: ContainerPlan | undefined

  /** @param image Keycloak's official image, or one made from it. Default: the version that this release is tested with */
  constructor(image = `${IMAGE_REPOSITORY}:${PINNED_VERSION}`) {
    super(image)
  }

  /** Makes a realm for MCP, with the options of `mcp-keycloak up`; several times: several realms. */
  withRealm(settings: RealmSettings = {}): this {
    this.#realms.push(settings)
    return this
  }

  /** Makes the realm of a file in Keycloak's format. It goes over the Admin API, which names a field that is refused. */
  withRealmImportFile(realmFile: string): this {
    return this.withRealm({ realmFile })
  }

  /** Server features that are not on by default; those of the realms' overlays are. */
  withFeatures(...features: readonly string[]): this {
    this.#features = [...this.#features, ...features]
    return this
  }

  /** Default: `admin`. */
  withAdminUsername(username: string): this {
    this.#admin = { ...this.#admin, username }
    return this
  }

  /** Default: one that nobody guesses. */
  withAdminPassword(password: string): this {
    this.#admin = { ...this.#admin, password }
    return this
  }

  /**
   * Keeps what Keycloak builds of itself at a first start, in a volume of the engine (`mcp-keycloak-built-…`): later
   * containers of the same image and features are ready after 15 s in place of 38 (medians of 3, two busy cores,
   * 2026-11-21). No data are kept.
   */
  withWarmStart(): this {
    this.#warm = true
    return this
  }

  /** What to do at `stop()` about clients that were registered and not deleted. Default: `warn`. */
  withOnLeak(onLeak: OnLeak): this {
    this.#onLeak = onLeak
    return this
  }

  /** @throws {McpKeycloakError} `USAGE_INVALID` always: what one wants of the command has a method */
  override withCommand(_command: string[]): this {
    throw commandIsOurs()
  }

  /**
   * Starts the container, waits for its health, makes the realms and waits for them.
   *
   * @throws {McpKeycloakError} `DOCKER_NOT_RUNNING`, `IMAGE_NOT_FOUND`, `IMAGE_NOT_KEYCLOAK`, `KEYCLOAK_EXITED` and
   * `KEYCLOAK_NOT_READY` with the log's last errors, `REALM_INVALID`, `REALM_REFUSED`
   */
  override async start(): Promise<StartedKeycloakContainer> {
    this.#configs = await Promise.all(this.#realms.map(realmConfig))
    this.#plan = undefined
    const container = await this.#startServer().catch((error: unknown) => {
      if (this.#plan || error instanceof McpKeycloakError) throw error
      throw notCreated(this.imageName.string, error)
    })
    return provisionContainer(container, this.#plan as unknown as ContainerPlan, this.#configs, {
      onLeak: this.#onLeak,
      reused: this.reuse,
    })
  }

  async #startServer(): Promise<StartedTestContainer> {
    if (!this.#warm) return super.start()
    const volume = warmVolume(this.imageName.string, this.#command())
    this.hostConfig.Binds = [...(this.hostConfig.Binds ?? []), warmBind(volume)]
    return startWarm(await getContainerRuntimeClient(), volume, () => super.start())
  }

  #command(): readonly string[] {
    const overlays = this.#configs.flatMap((config) => config.with)
    return startArguments({ features: [...new Set([...this.#features, ...requiredFeatures(overlays)])] })
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const client = await getContainerRuntimeClient()
    await assertKeycloakImage(client, this.imageName)
    const command = this.#command()
    const { host } = client.info.containerRuntime
    const plan = this.reuse ? await reusablePlan([this.imageName.string, ...command]) : await freshPlan()
    const admin = { ...plan.admin, ...this.#admin }
    this.#plan = { ...plan, admin, host }
    super.withCommand([...command])
    this.#setEnvironment({
      ...serverVariables({ port: plan.port, admin }),
      KC_HOSTNAME: `http://${host}:${plan.port}`,
      JAVA_OPTS: JVM_OPTIONS.join(' '),
    })
    this.#publish(HTTP_PORT, plan.port, host)
    this.#publish(MANAGEMENT_PORT, plan.managementPort, host)
    const urls = [
      `http://${host}:${plan.managementPort}/health/ready`,
      `http://${host}:${plan.port}/realms/master/.well-known/openid-configuration`,
    ]
    const { config } = await resolveConfig()
    this.withWaitStrategy(new KeycloakReadiness(urls, config.timeout * 1000))
  }

  /** What the user has set stays. */
  #setEnvironment(variables: Readonly<Record<string, string>>): void {
    const ours = Object.entries(variables).filter(([name]) => !(name in this.environment))
    this.withEnvironment(Object.fromEntries(ours))
  }

  /** The port is fixed, because the issuer has it in it; and on this machine it is for this machine alone. */
  #publish(containerPort: number, port: number, host: string): void {
    this.withExposedPorts({ container: containerPort, host: port })
    if (host !== 'localhost') return
    const binding = [{ HostIp: LOOPBACK, HostPort: String(port) }]
    this.hostConfig.PortBindings = { ...this.hostConfig.PortBindings, [`${containerPort}/tcp`]: binding }
  }
}

async function realmConfig(settings: RealmSettings): Promise<Config> {
  const { config } = await resolveConfig({ flags: { proof: false, ...settings, runtime: 'auto' } })
  await planRealm(config) // a realm that cannot be rendered is better known before a server is started for it
  return config
}

export { StartedKeycloakContainer } from './started-container.ts'
