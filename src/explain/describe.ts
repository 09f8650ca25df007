import { type Explanation, explainFailure } from './explain.ts'
import type { Occurrence } from './join-log.ts'
import type { KeycloakEvent, RealmContext } from './known-failure.ts'

/** The description of one occurrence on the server. */
export interface Description {
  /** E.g. `asked to register`. */
  readonly did: string
  readonly refused: boolean
  /** Reasons for a refusal, the most precise first; empty for an unknown reason or a success. */
  readonly explanations: readonly Explanation[]
}

/** Actions of a client or user by type of event: the words for a success, and those for a refused request. */
const ACTIONS: Readonly<Record<string, readonly [done: string | undefined, requested: string]>> = {
  CLIENT_REGISTER: ['registered', 'asked to register'],
  CLIENT_INFO: [undefined, 'asked for its registration'],
  CLIENT_UPDATE: ['changed its registration', 'asked to change its registration'],
  CLIENT_DELETE: ['deleted its registration', 'asked to delete its registration'],
  LOGIN: ['logged a user in', 'asked for a login'],
  VERIFY_PROFILE: [undefined, 'asked for a login'],
  LOGOUT: ['logged out', 'asked for a logout'],
  CODE_TO_TOKEN: ['got a token', 'asked for a token'],
  REFRESH_TOKEN: ['refreshed its token', 'asked to refresh its token'],
  CLIENT_LOGIN: ['got a token for itself', 'asked for a token for itself'],
  TOKEN_EXCHANGE: ['exchanged a token', 'asked to exchange a token'],
  INTROSPECT_TOKEN: [undefined, 'asked about a token'],
  USER_INFO_REQUEST: [undefined, 'asked for the user info'],
}

/** Describes an occurrence; `undefined` when it is of no use to a developer. */
export function describeOccurrence(
  { event, logLines }: Occurrence,
  realm: RealmContext,
): Description | undefined {
  const explanations = explainFailure({ event, logLines }, realm)
  if (event === undefined) {
    return explanations.length > 0 ? { did: 'sent a request', refused: true, explanations } : undefined
  }
  const failed = event.type.endsWith('_ERROR')
  const action = event.type.replace(/_ERROR$/, '')
  const [done, requested] = Object.hasOwn(ACTIONS, action) ? (ACTIONS[action] ?? []) : []
  if (failed || explanations.length > 0)
    return { did: requested ?? `caused ${event.type}`, refused: true, explanations }
  return done === undefined ? undefined : { did: withDetails(done, event), refused: false, explanations }
}

/** Adds the details that matter to a successful action. */
function withDetails(
  done: string,
  { type, details: { username, scope, redirect_uri: uri } }: KeycloakEvent,
): string {
  if (type !== 'LOGIN') return scope ? `${done} (${scope})` : done
  return `logged ${username ?? 'a user'} in${uri ? `, back to ${uri}` : ''}`
}
