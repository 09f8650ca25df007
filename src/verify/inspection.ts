import type { Fetch } from '../oauth/bounded-fetch.ts'
import type { Challenge } from '../oauth/challenges.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import type { Introspection } from '../oauth/introspect.ts'
import type { ServerProfile } from '../servers/server-profile.ts'
import type { AuthorizationServerFound } from './authorization-server.ts'
import type { Fault } from './finding.ts'
import type { Answer, McpEndpoint } from './mcp-endpoint.ts'
import type { McpSession } from './mcp-sdk.ts'
import type { Place, PublishedMetadata } from './metadata.ts'
import type { RealmUnderTest } from './realm-under-test.ts'
import type { TrialClient } from './trial-client.ts'

/** Limits of an inspection. */
export interface InspectionOptions {
  /** For each request to the MCP server. */
  readonly requestTimeoutMs: number
  /** Whether to accept any certificate of the MCP server. */
  readonly insecure: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * The inspection of a running MCP server. Each request is sent when a check first needs its response. A request that
 * fails throws a {@link Fault}, the same one for every check.
 */
export interface Inspection {
  readonly mcpUrl: URL
  /** The MCP URL letter by letter, as it was given: what `resource` and `aud` have to be. */
  readonly resource: string
  readonly realm: RealmUnderTest
  readonly endpoint: McpEndpoint
  /** Reaches the MCP server's origin only; its answers are bounded. */
  readonly fetch: Fetch
  /** Reaches the realm's origin only. Is not aborted by an interrupt, because clean-up has to know its outcome. */
  readonly realmFetch: Fetch
  /** The answer to a request without a token. */
  withoutToken(): Promise<Answer>
  /** The challenge of that answer; `undefined` when there is none that can be read. */
  challenge(): Promise<Challenge | undefined>
  /** The metadata where the challenge says; `undefined` when it says nothing. */
  namedMetadata(): Promise<PublishedMetadata | undefined>
  wellKnown(): Promise<readonly Place[]>
  /** The metadata that a client would use: where the challenge says, else at the first well-known place. */
  metadata(): Promise<PublishedMetadata>
  /** The scopes that a client would ask for: the challenge's, else all of the metadata. */
  scopes(): Promise<readonly string[]>
  realmMetadata(): Promise<ServerMetadata>
  /** Where clients register and log in. */
  authorizationServer(): Promise<AuthorizationServerFound>
  /** A client of that server. */
  client(): Promise<TrialClient>
  /** The access token that a client gets for this MCP server. */
  token(): Promise<string>
  /** The claims that the authorization server reports for that token; `undefined` when it does not report any. */
  introspection(): Promise<Introspection | undefined>
  /** One of the realm itself: another one only when the MCP server is an authorization server of its own. */
  realmToken(): Promise<string>
  /**
   * That token, when the MCP server takes it: without it, the refusal of another one shows nothing.
   *
   * @throws {Fault} when it does not
   */
  accepted(): Promise<string>
  /** What the server is made with; `undefined` when nothing tells. */
  framework(): Promise<ServerProfile | undefined>
  /** A session with the token that a client gets. */
  session(): Promise<McpSession>
  /**
   * Deletes the clients that were registered.
   *
   * @returns what could not be deleted, a sentence each
   */
  end(): Promise<readonly string[]>
}
