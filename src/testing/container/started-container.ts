import {
  AbstractStartedContainer,
  type StartedTestContainer,
  type StopOptions,
  type StoppedTestContainer,
} from 'testcontainers'

import { type KeycloakServer, type ManagedServer, noRealm } from '../keycloak-server.ts'
import type { RealmSettings } from '../settings.ts'
import type { TestRealm } from '../test-realm.ts'

/** The parts of a started container. */
export interface StartedParts {
  readonly managed: ManagedServer
  /** The first realm of the start. */
  readonly realm: TestRealm | undefined
  /** Keeps what later containers can use. */
  readonly beforeStop: () => Promise<void>
  /** Removes its files on this machine. */
  readonly cleanUp: () => Promise<void>
}

/** A Keycloak that runs in a container of testcontainers. */
export class StartedKeycloakContainer extends AbstractStartedContainer implements KeycloakServer {
  readonly #managed: ManagedServer
  readonly #realm: TestRealm | undefined
  readonly #beforeStop: () => Promise<void>
  readonly #cleanUp: () => Promise<void>

  /** Called by `KeycloakContainer.start()`. */
  constructor(container: StartedTestContainer, { managed, realm, beforeStop, cleanUp }: StartedParts) {
    super(container)
    this.#managed = managed
    this.#realm = realm
    this.#beforeStop = beforeStop
    this.#cleanUp = cleanUp
  }

  /**
   * The first realm of the start.
   *
   * @throws {McpKeycloakError} `USAGE_INVALID` without a realm
   */
  get realm(): TestRealm {
    if (!this.#realm) throw noRealm()
    return this.#realm
  }

  getAuthServerUrl(): string {
    return this.#managed.server.getAuthServerUrl()
  }

  getIssuerUrl(realm?: string): string {
    return this.#managed.server.getIssuerUrl(realm)
  }

  getTokenEndpoint(realm?: string): string {
    return this.#managed.server.getTokenEndpoint(realm)
  }

  getJwksUri(realm?: string): string {
    return this.#managed.server.getJwksUri(realm)
  }

  getRegistrationEndpoint(realm?: string): string {
    return this.#managed.server.getRegistrationEndpoint(realm)
  }

  getAdminUsername(): string {
    return this.#managed.server.getAdminUsername()
  }

  getAdminPassword(): string {
    return this.#managed.server.getAdminPassword()
  }

  getAdminClient(): ReturnType<KeycloakServer['getAdminClient']> {
    return this.#managed.server.getAdminClient()
  }

  createRealm(settings?: RealmSettings): Promise<TestRealm> {
    return this.#managed.server.createRealm(settings)
  }

  /** @throws {McpKeycloakError} `CLIENTS_LEAKED` after the stop, with `withOnLeak('fail')` */
  override async stop(options?: Partial<StopOptions>): Promise<StoppedTestContainer> {
    await this.#managed.close(async () => {
      await this.#beforeStop()
      await super.stop(options)
      await this.#cleanUp()
    })
    return super.stop(options)
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
