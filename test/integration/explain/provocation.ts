import type { World } from './world.ts'

/** A way to be refused by a real server, and what has to be found out of it. */
export interface Provocation {
  readonly name: string
  /** What is found from what the program gets to see; its culprit too, where that names it. */
  readonly seen: readonly [id: string, culprit?: string | RegExp]
  /** What is found on the server, in its log or its events; absent for what leaves nothing there. */
  readonly server?: readonly [id: string, culprit?: string | RegExp]
  /** The different response of Keycloak before a version. */
  readonly before?: Pick<Provocation, 'seen' | 'server'> & { readonly version: string }
  provoke(world: World): Promise<string>
}

/** A client that the realm does not have, or no more. */
export const GONE = { client_id: '11111111-2222-4333-8444-555555555555' }

/** A redirect URI that no client has registered. */
export const OTHER_REDIRECT = 'http://localhost:4444/callback'

/** The header of a bearer token. */
export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
