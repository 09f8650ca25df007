import { realmEndpoints } from '../config/endpoints.ts'
import type { Config } from '../config/schema.ts'
import { missingFeatures } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { temporaryName } from '../keycloak/temporary-realm.ts'
import type { LiveServer } from '../provisioning/live-realm.ts'
import { type Provisioned, provision } from '../provisioning/provision.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { adminSession } from './admin-session.ts'
import { type LeakedClient, reportLeaks } from './leaks.ts'
import { removeRealm, TEST_REALMS } from './remove-realm.ts'
import type { OnLeak, RealmSettings } from './settings.ts'
import { testConfig } from './test-config.ts'
import { type OwnedRealm, type TestRealm, testRealm } from './test-realm.ts'

/** A Keycloak for tests, managed or external. */
export interface KeycloakServer {
  /** Base URL without a trailing slash. */
  getAuthServerUrl(): string
  /**
   * The `iss` of a realm's tokens. Default in every method with a realm: the realm that the server was started with.
   */
  getIssuerUrl(realm?: string): string
  getTokenEndpoint(realm?: string): string
  getJwksUri(realm?: string): string
  /** The endpoint where clients register (RFC 7591). */
  getRegistrationEndpoint(realm?: string): string
  getAdminUsername(): string
  getAdminPassword(): string
  /** Keycloak's own admin client, logged in to realm `master`. */
  getAdminClient(): Promise<Admin>
  /**
   * Creates a realm in less than a second. Default: a realm with a unique name.
   *
   * @throws {McpKeycloakError} `USAGE_INVALID` for a name that exists and for an overlay whose server feature is off,
   *   `REALM_INVALID`, `REALM_REFUSED`, `NOT_RUNNING` after `stop()`
   */
  createRealm(settings?: RealmSettings): Promise<TestRealm>
}

/** A server with the methods for this module's starters. */
export interface ManagedServer {
  readonly server: KeycloakServer
  /** The administrator's session, and the server's information about itself. */
  live(): Promise<LiveServer>
  /** Returns the handle of an applied realm. */
  adopt(provisioned: Provisioned): Promise<TestRealm>
  /** Removes the realms, or only stops the server when `stopServer` is given. Reports undeleted clients. */
  close(stopServer?: () => Promise<unknown>): Promise<void>
}

/** The options of a managed server. */
export interface ManageOptions {
  readonly onLeak: OnLeak
  /** The realm of calls without a name. Default: the first created realm. */
  readonly defaultRealm?: string | undefined
  /** A file that records the clients for another process. */
  readonly journal?: string | undefined
  /** An existing login. */
  readonly admin?: Admin | undefined
}

/** Creates the server of the tests, for any runtime. */
export function manageServer(keycloak: RunningKeycloak, options: ManageOptions): ManagedServer {
  const { onLeak, journal } = options
  const owned = new Map<string, OwnedRealm>()
  let { defaultRealm } = options
  let stopped = false
  const isStopped = () => stopped
  const { admin, live } = adminSession(keycloak, options.admin)

  const adopt = async ({ realm, report }: Provisioned): Promise<TestRealm> => {
    const onDropped = (leaks: readonly LeakedClient[]) => {
      owned.delete(realm.realm)
      reportLeaks(leaks, onLeak)
    }
    const made = await testRealm({ keycloak, realm, report, admin, isStopped, onDropped, journal })
    owned.set(realm.realm, made)
    defaultRealm ??= realm.realm
    return made.realm
  }

  const removeAll = async (realms: readonly string[]) => {
    const remove = async (realm: string) => removeRealm(keycloak, await admin(), realm)
    await Promise.allSettled(realms.map(remove)) // the next run removes the rest
  }

  const endpoints = (name = defaultRealm) => {
    if (name === undefined) throw noRealm()
    return realmEndpoints(keycloak.url, name)
  }

  return {
    adopt,
    live,
    server: {
      getAuthServerUrl: () => keycloak.url,
      getIssuerUrl: (realm) => endpoints(realm).issuer,
      getTokenEndpoint: (realm) => endpoints(realm).token,
      getJwksUri: (realm) => endpoints(realm).jwks,
      getRegistrationEndpoint: (realm) => endpoints(realm).registration,
      getAdminUsername: () => keycloak.admin.username,
      getAdminPassword: () => keycloak.admin.password,
      getAdminClient: () => adminLogin(keycloak),
      async createRealm(settings = {}) {
        if (stopped) throw alreadyStopped()
        const name = settings.realm ?? temporaryName(TEST_REALMS)
        const asked = testConfig({ proof: false, ...settings, realm: name })
        const [config, server] = await Promise.all([asked, live()])
        await assertFeatures(server, config)
        let isOurs = settings.realm === undefined // a generated name is unique
        const onCreated = () => {
          isOurs = true
        }
        const options = { onStep: () => {}, signal: undefined, server, onCreated }
        try {
          const provisioned = await provision(keycloak, config, options)
          if (provisioned.report.realm !== 'created') throw nameTaken(name, keycloak.url)
          return await adopt(provisioned)
        } catch (error) {
          if (isOurs) await removeRealm(keycloak, server.admin, name).catch(() => {}) // the first error matters
          throw error
        }
      },
    },
    async close(stopServer) {
      if (stopped) return
      stopped = true
      const leaks = [...owned.values()].flatMap((realm) => realm.leaks())
      if (stopServer) await stopServer()
      else await removeAll([...owned.keys()])
      reportLeaks(leaks, onLeak)
    },
  }
}

async function assertFeatures({ self }: LiveServer, config: Config): Promise<void> {
  const { features } = await self()
  const lacking = missingFeatures(config.with, features)
  if (lacking.length === 0) return
  const list = lacking.map((name) => `"${name}"`).join(', ')
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `This Keycloak runs without --features=${lacking.join(',')}.`,
    why: `The overlay ${lacking.join(' and ')} needs it, and a feature is switched on when the server starts.`,
    fix: `Start it with the overlay: startKeycloak({ with: [${list}] }), or withFeatures(${list}) on a container.`,
  })
}

/** The error for the name of an existing realm. A test always creates its realm. */
export function nameTaken(realm: string | undefined, url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `There is a realm "${realm}" at ${url} already.`,
    why: 'A test realm is dropped at its end, so it is never one that was there before.',
    fix: 'Leave the name out: each test realm then has one that nobody else has.',
  })
}

/** The error for a call without a realm. */
export function noRealm(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'Which realm is meant is not said.',
    why: 'This Keycloak was started without a realm.',
    fix: 'Name the realm, or start the container with one: withRealm().',
  })
}

function alreadyStopped(): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: 'This Keycloak was stopped: no realm can be made on it.',
    why: 'stop() was called, or its scope ended.',
    fix: 'Hold it in a wider scope: beforeAll and afterAll, or a global set-up.',
  })
}
