import { KEYCLOAK_LIMITS } from '../oauth/asked.ts'
import { boundedFetch, type Fetch } from '../oauth/bounded-fetch.ts'
import { bearerChallenge, type Challenge } from '../oauth/challenges.ts'
import { discover, type ServerMetadata } from '../oauth/discover.ts'
import { httpSend } from '../oauth/http-send.ts'
import type { Introspection } from '../oauth/introspect.ts'
import type { ServerProfile } from '../servers/server-profile.ts'
import { assertAccepted } from './accepted.ts'
import { type AuthorizationServerFound, findAuthorizationServer } from './authorization-server.ts'
import { Fault } from './finding.ts'
import { recogniseFramework } from './framework.ts'
import { type Answer, assertMcpEndpoint, type McpEndpoint, mcpEndpoint } from './mcp-endpoint.ts'
import type { McpSession } from './mcp-sdk.ts'
import { namedMetadata, type Place, type PublishedMetadata, wellKnownMetadata } from './metadata.ts'
import { once } from './once.ts'
import { openSession } from './open-session.ts'
import { type PlayedClient, playClient } from './play-client.ts'
import type { RealmUnderTest } from './realm-under-test.ts'

/** Limits of the walk. */
export interface WalkOptions {
  /** For each request to the MCP server. */
  readonly requestTimeoutMs: number
  /** Take any certificate of the MCP server. */
  readonly insecure: boolean
  readonly signal?: AbortSignal | undefined
}

/** More than any metadata, and far more than any list of tools. */
const MAX_ANSWER_BYTES = 1_000_000

/**
 * What is known of a running MCP server. Each question is asked when a check first needs its answer; what cannot be
 * answered is a {@link Fault}, the same for all who ask.
 */
export interface Walk {
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
  client(): Promise<PlayedClient>
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

/**
 * Nothing is asked yet.
 *
 * @param resource the MCP URL
 */
export function startWalk(resource: string, realm: RealmUnderTest, options: WalkOptions): Walk {
  const mcpUrl = new URL(resource)
  const { requestTimeoutMs: timeoutMs, insecure, signal } = options
  const limits = { timeoutMs, signal, maxBytes: MAX_ANSWER_BYTES, named: [resource] }
  const fetch = boundedFetch(limits, httpSend(insecure ? mcpUrl.origin : undefined))
  const realmFetch = boundedFetch({ ...KEYCLOAK_LIMITS, named: [realm.issuer] })
  const endpoint = mcpEndpoint(mcpUrl, fetch)
  const clients: Promise<PlayedClient>[] = []
  const play = (server: ServerMetadata, own: boolean, scopes: readonly string[]) => {
    const client = playClient({ server, own, scopes, resource, realm, fetch, realmFetch })
    clients.push(client)
    return client
  }
  const walk: Walk = {
    mcpUrl,
    resource,
    realm,
    endpoint,
    fetch,
    realmFetch,
    withoutToken: once(async () => {
      const answer = await endpoint.initialize()
      assertMcpEndpoint(mcpUrl, answer)
      return answer
    }),
    challenge: once(async () => bearerChallenge((await walk.withoutToken()).response)),
    namedMetadata: once(async () => {
      const named = (await walk.challenge())?.parameters.resource_metadata
      return named === undefined ? undefined : namedMetadata(named, mcpUrl, fetch)
    }),
    wellKnown: once(async () => {
      await walk.withoutToken()
      return wellKnownMetadata(mcpUrl, fetch)
    }),
    metadata: once(async () => {
      const named = await walk.namedMetadata().catch(faultOnly)
      const places = (await walk.wellKnown()).map(({ found }) => found)
      const found = [named, ...places].find((one) => one !== undefined && !(one instanceof Fault))
      if (found && !(found instanceof Fault)) return found
      throw named instanceof Fault ? named : places[0]
    }),
    scopes: once(async () => {
      const scope = (await walk.challenge())?.parameters.scope
      if (scope !== undefined) return words(scope)
      return (await walk.metadata()).metadata.scopes_supported
    }),
    realmMetadata: once(() => discover(realm.issuer, realmFetch)),
    authorizationServer: once(async () => {
      await walk.withoutToken() // no client goes on when there is no MCP server, and no token is sent to anything else
      const metadata = await walk.metadata().catch(faultOnly)
      const named = metadata instanceof Fault ? [] : metadata.metadata.authorization_servers
      return findAuthorizationServer(named, { mcpUrl, realm, fetch, realmMetadata: walk.realmMetadata })
    }),
    client: once(async () => {
      const { server, kind } = await walk.authorizationServer()
      const known = server.scopes_supported && new Set(server.scopes_supported)
      const asked = await walk.scopes().catch(faultOnly)
      const scopes = asked instanceof Fault ? [] : asked
      // What the realm lacks has a check of its own; the walk goes on with what it has.
      const isThere = (scope: string) => known?.has(scope) || (kind !== 'own' && realm.scopes.includes(scope))
      return play(server, kind === 'own', known ? scopes.filter(isThere) : scopes)
    }),
    token: once(async () => (await walk.client()).logIn()),
    introspection: once(async () => (await walk.client()).introspect(await walk.token())),
    realmToken: once(async () => {
      const { kind } = await walk.authorizationServer()
      if (kind === 'realm') return walk.token()
      return (await play(await walk.realmMetadata(), false, [])).logIn()
    }),
    accepted: once(async () => assertAccepted(walk, await walk.token())),
    framework: once(() => recogniseFramework(walk)),
    session: once(async () => openSession(mcpUrl, await walk.token(), { fetch, timeoutMs })),
    async end() {
      const registered = await Promise.allSettled(clients) // a client may still be registering when another check ends the walk
      const ends = await Promise.allSettled(
        registered.map(async (client) => client.status === 'fulfilled' && client.value.delete()),
      )
      return ends.flatMap((end) =>
        end.status === 'rejected' ? [String(end.reason?.message ?? end.reason)] : [],
      )
    },
  }
  return walk
}

/** What stands in for an answer when the question has a check of its own. */
function faultOnly(error: unknown): Fault {
  if (error instanceof Fault) return error
  throw error
}

function words(scope: string): readonly string[] {
  return scope.split(' ').filter(Boolean)
}
