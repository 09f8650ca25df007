import type { Fault } from '../checks/finding.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'
import type { Challenge } from '../oauth/challenges.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import type { Introspection } from '../oauth/introspect.ts'
import type { KeyServer } from '../oauth/key-server.ts'
import type { RecognisedServer } from '../servers/recognised.ts'
import type { Attempt } from './attempt.ts'
import type { AuthorizationServerFound } from './authorization-server.ts'
import type { DoorAsker } from './doors/ask-doors.ts'
import type { FoundDoors } from './doors/find-doors.ts'
import type { McpEndpoint } from './mcp-endpoint.ts'
import type { McpSession } from './mcp-sdk.ts'
import type { Place, PublishedMetadata } from './metadata.ts'
import type { Era } from './protocol.ts'
import type { RealmUnderTest } from './realm-under-test.ts'
import type { TrialClient } from './trial-client.ts'
import type { WebPage } from './web-page.ts'
import type { FirstAnswer } from './without-token.ts'

/** Limits of an inspection. */
export interface InspectionOptions {
  /** Time for each request to the MCP server. */
  readonly requestTimeoutMs: number
  /** Whether to accept any certificate of the MCP server. */
  readonly insecure: boolean
  /** A tool that may be called. */
  readonly call?: string | undefined
  /** Whether to send tokens that attack the server itself. Default: only to a server on loopback. */
  readonly attack?: boolean | undefined
  /** Time for the whole walk. Bad tokens get at most 60,000 of it. */
  readonly timeMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The inspection of a running MCP server. Each request is sent when a check first needs its response. A request that
 * fails throws a {@link Fault}, the same one for every check.
 */
export interface Inspection {
  readonly mcpUrl: URL
  /** The MCP URL exactly as given. `resource` and `aud` have to be equal to it. */
  readonly resource: string
  readonly realm: RealmUnderTest
  readonly endpoint: McpEndpoint
  /** Reaches the MCP server's origin only. The length of its responses is limited. */
  readonly fetch: Fetch
  /** The fault of a server that stopped answering; `undefined` while it answers. */
  lost(): Fault | undefined
  /** Reaches the realm's origin only. An interrupt does not abort it, because clean-up has to know its outcome. */
  readonly realmFetch: Fetch
  /** The response to a request without a token: the first refusal, or the first response when nothing is refused. */
  withoutToken(): Promise<FirstAnswer>
  /** The challenge of that response; `undefined` when it has none that can be read. */
  challenge(): Promise<Challenge | undefined>
  /** The metadata at the URL that the challenge names; `undefined` when it names none. */
  namedMetadata(): Promise<PublishedMetadata | undefined>
  wellKnown(): Promise<readonly Place[]>
  /** The metadata that a client would use: at the challenge's URL, else at the first well-known place. */
  metadata(): Promise<PublishedMetadata>
  /** The scopes that a client would request: those of the challenge, else all in the metadata. */
  scopes(): Promise<readonly string[]>
  realmMetadata(): Promise<ServerMetadata>
  /** The authorization server where clients register and log in. */
  authorizationServer(): Promise<AuthorizationServerFound>
  /** A client of that server. */
  client(): Promise<TrialClient>
  /** The login of that client, and its first request. */
  attempt(): Promise<Attempt>
  /** The era of a client's first request; `legacy` when nobody could log in. */
  era(): Promise<Era>
  /** A web page that the server lets in, else that of MCP Inspector. */
  webPage(): Promise<WebPage>
  /** The access token that a client gets for this MCP server. */
  token(): Promise<string>
  /** Logs in with a new client for its scopes and some further ones, and returns the access token. */
  tokenWith(scopes: readonly string[]): Promise<string>
  /** The claims that the authorization server reports for that token; `undefined` when it does not report any. */
  introspection(): Promise<Introspection | undefined>
  /** An access token of the realm. It differs from `token` only when the MCP server does not name the realm. */
  realmToken(): Promise<string>
  /**
   * The client's access token, once the MCP server has accepted it. Without that, the refusal of a bad token proves
   * nothing.
   *
   * @throws {Fault} when the MCP server refuses it
   */
  accepted(): Promise<string>
  /** The framework of the server; `undefined` when it is not recognised. */
  framework(): Promise<RecognisedServer | undefined>
  /** The requests that the server serves with a good token. */
  doors(): Promise<FoundDoors>
  /** Sends bad tokens to these doors. */
  readonly asker: DoorAsker
  /** Returns a token of another realm, which exists until the inspection ends. */
  tokenOfAnotherRealm(scope: string | undefined): Promise<string>
  /** The key server for tokens with a key, or with the URL of one. */
  keyServer(): Promise<KeyServer>
  /** Whether the server is on this machine, by its name. */
  readonly isLoopback: boolean
  /** Whether tokens that attack the server itself may be sent. */
  readonly mayAttack: boolean
  /** A session with the token that a client gets. */
  session(): Promise<McpSession>
  /**
   * Deletes the clients that were registered.
   *
   * @returns one sentence for each client that could not be deleted
   */
  end(): Promise<readonly string[]>
}
