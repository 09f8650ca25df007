import { isMissing, type Missing } from '../checks/check.ts'
import type { RealmEndpoints } from '../config/endpoints.ts'
import type { RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import type { Admin } from '../keycloak/admin.ts'
import type { ClientCount } from '../keycloak/clients/registered-clients.ts'
import type { ServerSelf } from '../keycloak/server-info.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import type { TestLogin } from '../oauth/play-client.ts'
import type { RemoveClient } from '../oauth/register.ts'
import type { Drift } from '../realm/compare/drift.ts'
import type { UnmetNeed } from '../realm/needs/need.ts'
import type { Realm } from '../realm/schema.ts'
import type { DockerProbe } from '../runtime/compose/probe-docker.ts'
import type { Jdk } from '../runtime/java/probe-java.ts'
import type { RuntimeName } from '../runtime/runtime.ts'
import type { InstanceState } from '../runtime/state/state.ts'

export { isMissing, type Missing }

/** This machine, with the saved state of the instance. */
export interface Machine {
  readonly config: Config
  /** `undefined` before the first `up`, and for an external Keycloak. */
  readonly state: InstanceState | undefined
  readonly running: boolean
  readonly docker: DockerProbe
  /** JDKs that Keycloak can run on, best first. */
  readonly jdks: readonly Jdk[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The address where Keycloak should answer. */
interface Address {
  /** Base URL without a trailing slash. */
  readonly url: string
  /** `undefined` for an external Keycloak. */
  readonly state: InstanceState | undefined
  /** The reason why Keycloak does not answer; `undefined` when it does. */
  readonly silence: string | undefined
}

/** A Keycloak that answers, as any client sees it. */
export interface Server {
  readonly endpoints: RealmEndpoints
  readonly runtime: RuntimeName
  /** `undefined` for an external Keycloak. */
  readonly state: InstanceState | undefined
  /** The login to the Admin API, or the reason why there is none. */
  readonly administrator: Promise<Admin | Missing>
  /** Start of that login, by our clock. */
  readonly loginBeganMs: number
}

/** A Keycloak, as its administrator sees it. */
export interface ServerInfo extends ServerSelf {
  /** Overlays of the realm. */
  readonly overlays: readonly string[]
  /** Warnings about features that the realm requires, or that affect clients. */
  readonly featureWarnings: readonly string[]
}

/** A realm, as the administrator sees it. */
export interface ServerRealmState {
  readonly admin: Admin
  /** The realm as the server exports it. */
  readonly actual: Realm
  /** The realm at its creation; `undefined` for a realm that is not managed. */
  readonly rendered: Realm | undefined
  readonly clients: ClientCount
  /** The needs of MCP clients and servers that it does not meet. */
  readonly unmetNeeds: readonly UnmetNeed[]
  /** The options of the realm; `undefined` for a realm that is not managed. */
  readonly options: RealmOptions | undefined
}

/** A managed realm, with its state at creation. */
export interface OurRealm extends ServerRealmState {
  readonly rendered: Realm
  /** Whether the realm's files would now create another realm. */
  readonly filesChanged: boolean
  /** Interrupted work on the realm, and the command that finishes it; `null` when there is none. */
  readonly interrupted: { readonly what: string; readonly fix: string } | null
  /** Finds the differences between the server's realm and the realm at its creation. */
  drift(): Promise<readonly Drift[]>
}

/** The realm in which `doctor` tries client programs. */
export interface ClientTrial {
  readonly server: ServerMetadata
  /** `undefined` when no password is known. Clients then only register. */
  readonly user: TestLogin | undefined
  /** MCP URLs that the realm's tokens are for. */
  readonly mcpUrls: readonly string[]
  /** MCP URLs that the user requested. */
  readonly wantedMcpUrls: readonly string[]
  /** `null` when none is needed, or none can be created. */
  readonly initialAccessToken: string | null
  /** Deletes a client that may not delete itself; `undefined` without an administrator. */
  readonly removeClient?: RemoveClient | undefined
  /** Hosts that the realm trusts; `undefined` when they are not known. */
  readonly trustedHosts: readonly string[] | undefined
  /** Hosts that the realm trusted at its creation; empty when they are not known. */
  readonly hostsOfFile: readonly string[]
  /** Whether this is a managed realm, which our commands can change. */
  readonly isOurs: boolean
  /** The options of the realm; `undefined` when they are not known. */
  readonly options: RealmOptions | undefined
}

/** The subjects of all checks. */
export interface Subjects {
  readonly machine: Machine
  /** This machine, as the host of a managed instance. */
  readonly host: Machine
  readonly address: Address
  readonly server: Server
  readonly info: ServerInfo
  readonly realm: ServerRealmState
  readonly ours: OurRealm
  readonly clientTrial: ClientTrial
}

export type SubjectName = keyof Subjects
