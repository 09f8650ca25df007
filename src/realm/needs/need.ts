import type { Realm } from '../schema.ts'

/** Files that a change takes definitions from, and the wishes of the options. */
export interface NeedSources {
  /** The built-in realm, which meets every need. */
  readonly standard: Realm
  /** The built-in realm with the overlay `service-account`. */
  readonly serviceAccounts: Realm
  /** The client scopes and registration policies that Keycloak gives a realm without own ones. */
  readonly defaults: Realm
  /** The MCP URLs that tokens are for. */
  readonly mcpUrls: readonly string[]
  /** The realm was read from a server, which shows no passwords. */
  readonly isLive: boolean
  /** Clients reach Keycloak by https. */
  readonly isHttps: boolean
}

/** One thing that MCP clients or servers need of a realm. */
export interface Need {
  /** Stable name: `audience`. */
  readonly name: string
  /** Name for people: `Audience`. */
  readonly title: string
  /** `required`: some client or server fails without it. `advised`: it works, but less safely or less smoothly. */
  readonly severity: 'required' | 'advised'
  /** The reason, in one sentence. */
  readonly reason: string
  /** Specification, Keycloak issue or documentation of a client program. */
  readonly url: string
  /** Lists what the realm lacks, a clause each. An empty list: the need is met. */
  readonly lacking: (realm: Realm, sources: NeedSources) => readonly string[]
  /** Makes the smallest change that meets the need. Absent: only a person can meet it. */
  readonly meet?: (realm: Realm, sources: NeedSources) => Realm
  /** Names the stricter setting that the change loosens. Absent or `undefined`: nothing is loosened. */
  readonly loosens?: (realm: Realm, sources: NeedSources) => string | undefined
  /** The next step of a person when there is no change to make. */
  readonly advice?: () => string
}

/** A need that a realm does not meet, or did not meet before it was changed. */
export interface UnmetNeed extends Pick<Need, 'name' | 'title' | 'severity' | 'reason' | 'url'> {
  readonly lacking: readonly string[]
  /** The stricter setting in the way; `null` when there is none. */
  readonly loosens: string | null
  /** The next step of a person; `null` when `--with mcp` meets the need. */
  readonly advice: string | null
}
