import { Fault } from '../checks/finding.ts'
import { isLoopbackName } from '../config/loopback.ts'
import { McpKeycloakError } from '../errors.ts'
import { boundedFetch } from '../oauth/bounded-fetch.ts'
import { bearerChallenge } from '../oauth/challenges.ts'
import { discover, type ServerMetadata } from '../oauth/discover.ts'
import { httpSend } from '../oauth/http-send.ts'
import { type KeyServer, startKeyServer } from '../oauth/key-server.ts'
import { KEYCLOAK_LIMITS } from '../oauth/requests.ts'
import { once } from '../once.ts'
import { SERVER_PROFILES } from '../servers/all.ts'
import { RECOGNISED_SERVERS, type RecognisedServer } from '../servers/recognised.ts'
import { assertAccepted } from './accepted.ts'
import { attemptLogin } from './attempt.ts'
import { findAuthorizationServer } from './authorization-server.ts'
import { doorAsker } from './doors/ask-doors.ts'
import { type FoundDoors, findDoors } from './doors/find-doors.ts'
import type { Inspection, InspectionOptions } from './inspection.ts'
import { mcpEndpoint, versionOf } from './mcp-endpoint.ts'
import { namedMetadata, wellKnownMetadata } from './metadata.ts'
import { openSession } from './open-session.ts'
import { patientFetch } from './patient-fetch.ts'
import type { OtherRealm, RealmUnderTest } from './realm-under-test.ts'
import { registerTrialClient, type TrialClient } from './trial-client.ts'
import { watchLoss } from './watch-loss.ts'
import { findWebPage } from './web-page.ts'
import { askWithoutToken } from './without-token.ts'

/** More than any metadata or list of tools has. */
const MAX_ANSWER_BYTES = 1_000_000

/** The time for all bad tokens. */
const MOST_TOKENS_MS = 60_000

/**
 * Starts an inspection; sends nothing yet.
 *
 * @param resource the MCP URL
 */
export function startInspection(
  resource: string,
  realm: RealmUnderTest,
  options: InspectionOptions,
): Inspection {
  const mcpUrl = new URL(resource)
  const { requestTimeoutMs: timeoutMs, insecure, signal } = options
  const limits = { timeoutMs, signal, maxBytes: MAX_ANSWER_BYTES, named: [resource] }
  const patience = patientFetch(boundedFetch(limits, httpSend(insecure ? mcpUrl.origin : undefined)), signal)
  const { fetch, lost } = watchLoss(patience.fetch, mcpUrl)
  const realmFetch = boundedFetch({ ...KEYCLOAK_LIMITS, named: [realm.issuer] })
  const endpoint = mcpEndpoint(mcpUrl, fetch)
  const clients: Promise<TrialClient>[] = []
  let opened: Promise<FoundDoors> | undefined
  let keyServer: Promise<KeyServer> | undefined
  let otherRealm: Promise<OtherRealm> | undefined
  const register = (server: ServerMetadata, own: boolean, scopes: readonly string[]) => {
    const client = registerTrialClient({ server, own, scopes, resource, realm, fetch, realmFetch })
    clients.push(client)
    return client
  }
  const places = once(() => wellKnownMetadata(mcpUrl, fetch))
  const inspection: Inspection = {
    mcpUrl,
    resource,
    realm,
    endpoint,
    fetch,
    lost,
    realmFetch,
    withoutToken: once(() =>
      askWithoutToken(endpoint, async () => (await places()).some(({ found }) => !(found instanceof Fault))),
    ),
    challenge: once(async () => bearerChallenge((await inspection.withoutToken()).response)),
    namedMetadata: once(async () => {
      const named = (await inspection.challenge())?.parameters.resource_metadata
      return named === undefined ? undefined : namedMetadata(named, mcpUrl, fetch)
    }),
    wellKnown: once(async () => {
      await inspection.withoutToken()
      return places()
    }),
    metadata: once(async () => {
      const named = await inspection.namedMetadata().catch(faultOnly)
      const places = (await inspection.wellKnown()).map(({ found }) => found)
      const found = [named, ...places].find((one) => one !== undefined && !(one instanceof Fault))
      if (found && !(found instanceof Fault)) return found
      throw named instanceof Fault ? named : places[0]
    }),
    scopes: once(async () => {
      const scope = (await inspection.challenge())?.parameters.scope
      if (scope?.trim()) return words(scope)
      return (await inspection.metadata()).metadata.scopes_supported
    }),
    realmMetadata: once(() => discover(realm.issuer, realmFetch)),
    authorizationServer: once(async () => {
      await inspection.withoutToken() // throws when there is no MCP server; no token goes to anything else
      const metadata = await inspection.metadata().catch(faultOnly)
      const named = metadata instanceof Fault ? [] : metadata.metadata.authorization_servers
      return findAuthorizationServer(named, { mcpUrl, realm, fetch, realmMetadata: inspection.realmMetadata })
    }),
    client: once(async () => {
      const { server, kind } = await inspection.authorizationServer()
      const known = server.scopes_supported && new Set(server.scopes_supported)
      const asked = await inspection.scopes().catch(faultOnly)
      const scopes = asked instanceof Fault ? [] : asked
      // Another check reports missing scopes. The inspection goes on with the others.
      const isThere = (scope: string) => known?.has(scope) || (kind !== 'own' && realm.scopes.includes(scope))
      return register(server, kind === 'own', known ? scopes.filter(isThere) : scopes)
    }),
    attempt: once(async () => {
      const { server, kind } = await inspection.authorizationServer()
      return attemptLogin(inspection, (scopes) => register(server, kind === 'own', scopes))
    }),
    era: once(async () => (await inspection.attempt().catch(knownErrorOnly))?.era ?? 'legacy'),
    webPage: once(() => findWebPage(inspection)),
    token: once(async () => (await inspection.attempt()).tokens.accessToken),
    async tokenWith(wanted) {
      const { server, kind } = await inspection.authorizationServer()
      const held = (await inspection.attempt()).client.scopes
      const client = await register(server, kind === 'own', [...new Set([...held, ...wanted])])
      return (await client.logIn()).accessToken
    },
    introspection: once(async () => (await inspection.client()).introspect(await inspection.token())),
    realmToken: once(async () => {
      const { kind } = await inspection.authorizationServer()
      if (kind === 'realm') return inspection.token()
      return (await (await register(await inspection.realmMetadata(), false, [])).logIn()).accessToken
    }),
    accepted: once(async () => {
      const { tokens, answer } = await inspection.attempt()
      if (answer instanceof Fault) throw answer
      return assertAccepted(inspection, tokens.accessToken, answer)
    }),
    doors: once(async () => {
      const token = await inspection.accepted()
      opened = findDoors({ endpoint, mcpUrl, token, era: await inspection.era(), call: options.call })
      return opened
    }),
    asker: doorAsker(endpoint, mcpUrl, Math.min(options.timeMs, MOST_TOKENS_MS), patience),
    async tokenOfAnotherRealm(scope) {
      otherRealm ??= realm.tokenOfAnotherRealm(scope)
      return (await otherRealm).token
    },
    keyServer: once(() => {
      keyServer = startKeyServer()
      return keyServer
    }),
    isLoopback: isLoopbackName(mcpUrl.hostname),
    mayAttack: options.attack ?? isLoopbackName(mcpUrl.hostname),
    framework: once(() => recogniseFramework(inspection)),
    session: once(async () =>
      openSession(mcpUrl, await inspection.token(), { fetch, timeoutMs, era: await inspection.era() }),
    ),
    async end() {
      await (await keyServer)?.[Symbol.asyncDispose]()
      await otherRealm?.then((found) => found.end()).catch(() => {}) // the next command finds what is left
      await opened?.then((found) => found.end()).catch(() => {}) // its own check reports the failure
      const registered = await Promise.allSettled(clients) // a client may still be registering when another check ends the inspection
      const ends = await Promise.allSettled(
        registered.map(async (client) => client.status === 'fulfilled' && client.value.delete()),
      )
      return ends.flatMap((end) =>
        end.status === 'rejected' ? [String(end.reason?.message ?? end.reason)] : [],
      )
    },
  }
  return inspection
}

/** Returns a fault as a value, because another check reports it. Throws any other error again. */
function faultOnly(error: unknown): Fault {
  if (error instanceof Fault) return error
  throw error
}

/** Ignores the failure of a login, which its own check reports. */
function knownErrorOnly(error: unknown): undefined {
  const isKnown =
    error instanceof Fault || (error instanceof McpKeycloakError && error.code !== 'INTERRUPTED')
  if (!isKnown) throw error
}

function words(scope: string): readonly string[] {
  return scope.split(' ').filter(Boolean)
}

/** Recognises the framework of an MCP server by its refusals; `undefined` when no profile matches. */
async function recogniseFramework(inspection: Inspection): Promise<RecognisedServer | undefined> {
  const first = await inspection.withoutToken()
  const { response, text: refusal } = await inspection.endpoint.initialize('garbage')
  const { kind } = await inspection.authorizationServer()
  const token = await inspection.accepted().catch(knownErrorOnly)
  const modern = token === undefined ? undefined : await inspection.endpoint.initialize(token, {}, 'modern')
  const isModern = modern !== undefined && versionOf('modern', modern) !== undefined
  const signs = {
    headers: response.headers,
    refusal,
    challenge: first.response.headers.get('www-authenticate') ?? '',
    firstText: first.text,
    isAuthorizationServer: kind === 'own',
    isModern,
  }
  return [...SERVER_PROFILES, ...RECOGNISED_SERVERS].find((profile) => profile.shows?.(signs))
}
