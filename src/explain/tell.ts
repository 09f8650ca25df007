import { type Explanation, explainFailure } from './explain.ts'
import type { Happening } from './join-log.ts'
import type { KeycloakEvent, RealmContext } from './known-failure.ts'

/** One thing that happened on the server, in words. */
export interface Told {
  /** E.g. `asked to register`. */
  readonly did: string
  readonly refused: boolean
  /** Why it was refused, the clearest first; empty when it is not known, or went well. */
  readonly explanations: readonly Explanation[]
}

/** What a client or user does, by type of event: when it goes well, and what it asked for when it does not. */
const DEEDS: Readonly<Record<string, readonly [done: string | undefined, asked: string]>> = {
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

/** Tells a happening; `undefined` for what says nothing to a developer. */
export function tell({ event, logLines }: Happening, realm: RealmContext): Told | undefined {
  const explanations = explainFailure({ event, logLines }, realm)
  if (event === undefined) {
    return explanations.length > 0 ? { did: 'sent a request', refused: true, explanations } : undefined
  }
  const failed = event.type.endsWith('_ERROR')
  const deed = event.type.replace(/_ERROR$/, '')
  const [done, asked] = Object.hasOwn(DEEDS, deed) ? (DEEDS[deed] ?? []) : []
  if (failed || explanations.length > 0)
    return { did: asked ?? `caused ${event.type}`, refused: true, explanations }
  return done === undefined ? undefined : { did: withDetails(done, event), refused: false, explanations }
}

/** What went well, with what is worth knowing of it. */
function withDetails(
  done: string,
  { type, details: { username, scope, redirect_uri: uri } }: KeycloakEvent,
): string {
  if (type !== 'LOGIN') return scope ? `${done} (${scope})` : done
  return `logged ${username ?? 'a user'} in${uri ? `, back to ${uri}` : ''}`
}
