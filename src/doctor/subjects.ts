import type { RealmEndpoints } from '../config/endpoints.ts'
import type { RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import type { Admin } from '../keycloak/admin.ts'
import type { ClientCount } from '../keycloak/clients/registered-clients.ts'
import type { ServerSelf } from '../keycloak/server-info.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import type { TestLogin } from '../oauth/play-client.ts'
import type { Drift } from '../realm/compare/drift.ts'
import type { Realm } from '../realm/schema.ts'
import type { DockerProbe } from '../runtime/compose/probe-docker.ts'
import type { Jdk } from '../runtime/java/probe-java.ts'
import type { RuntimeName } from '../runtime/runtime.ts'
import type { InstanceState } from '../runtime/state/state.ts'

/** Why there is nothing to look at. */
export interface Missing {
  /** A text of one line, or an array of lines. */
  readonly missing: string | readonly string[]
  readonly fix: string | null
}

/** Whether there is nothing to look at. */
export function isMissing(value: object): value is Missing {
  return 'missing' in value && (typeof value.missing === 'string' || Array.isArray(value.missing))
}

/** This machine, and what we remember of the instance. */
export interface Machine {
  readonly config: Config
  /** `undefined` before the first `up`, and for a Keycloak that somebody else runs. */
  readonly state: InstanceState | undefined
  readonly running: boolean
  readonly docker: DockerProbe
  /** Those that Keycloak can run on, best first. */
  readonly jdks: readonly Jdk[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Where a Keycloak should answer. */
interface Address {
  /** Base URL without a trailing slash. */
  readonly url: string
  /** `undefined` for one that we do not run. */
  readonly state: InstanceState | undefined
  /** Why it does not answer at all; `undefined` when it does. */
  readonly silence: string | undefined
}

/** A Keycloak that answers, as anybody sees it. */
export interface Server {
  readonly endpoints: RealmEndpoints
  readonly runtime: RuntimeName
  /** `undefined` for one that we do not run. */
  readonly state: InstanceState | undefined
  /** Logs in to the Admin API; what there is instead, when nobody told us a password. */
  readonly administrator: Promise<Admin | Missing>
  /** When that login began, by our clock. */
  readonly loginBeganMs: number
}

/** A Keycloak, as its administrator sees it. */
export interface ServerInfo extends ServerSelf {
  /** Overlays of the realm. */
  readonly overlays: readonly string[]
  /** What to know of features that the realm needs, or that change what clients do. */
  readonly featureWarnings: readonly string[]
}

/** A realm, as the administrator sees it. */
export interface ServerRealmState {
  readonly admin: Admin
  /** As the server exports it. */
  readonly actual: Realm
  /** As it was made; `undefined` for a realm that is not ours. */
  readonly rendered: Realm | undefined
  readonly clients: ClientCount
  /** What it was made with; `undefined` for a realm that is not ours. */
  readonly options: RealmOptions | undefined
}

/** A realm of ours, beside what it was made to be. */
export interface OurRealm extends ServerRealmState {
  readonly rendered: Realm
  /** The files that it was made from would now give another realm. */
  readonly filesChanged: boolean
  /** Interrupted work on the realm, and the command that finishes it; `null` when there is none. */
  readonly interrupted: { readonly what: string; readonly fix: string } | null
  /** In what the server's realm differs from the one that was made. */
  drift(): Promise<readonly Drift[]>
}

/** The realm in which client programs are tried. */
export interface ClientTrial {
  readonly server: ServerMetadata
  /** `undefined` when nobody's password is known: then clients only register. */
  readonly user: TestLogin | undefined
  /** MCP URLs that the realm's tokens are for. */
  readonly mcpUrls: readonly string[]
  /** MCP URLs that were asked for. */
  readonly wantedMcpUrls: readonly string[]
  /** `null` where none is needed, or can be made. */
  readonly initialAccessToken: string | null
  /** Hosts that the realm trusts; `undefined` when they cannot be seen. */
  readonly trustedHosts: readonly string[] | undefined
  /** Hosts that the realm was made to trust; none when that is not known. */
  readonly hostsOfFile: readonly string[]
  /** It is known to be a realm of ours: our commands change it. */
  readonly isOurs: boolean
  /** What the realm was made with; `undefined` when that is not known. */
  readonly options: RealmOptions | undefined
}

/** All that checks look at. */
export interface Subjects {
  readonly machine: Machine
  /** The same, as the place where an instance of ours runs, or is to run. */
  readonly host: Machine
  readonly address: Address
  readonly server: Server
  readonly info: ServerInfo
  readonly realm: ServerRealmState
  readonly ours: OurRealm
  readonly clientTrial: ClientTrial
}

export type SubjectName = keyof Subjects
