import { NotProtectedError } from '../testing/expect-protected.ts'
import { realmVariables } from '../testing/realm-variables.ts'
import type { TestRealm } from '../testing/test-realm.ts'
import type { MethodName, Params, Result } from './protocol.ts'
import type { RealmBook } from './realm-book.ts'
import type { Session } from './session.ts'

/** The state behind the methods. */
export interface BridgeState {
  readonly book: RealmBook
  /** Opens the session on first use. */
  start(params: Params<'start'>): Promise<Session>
  /** The session of `start`, also while it opens. */
  session(): Promise<Session>
}

type Handlers = {
  readonly [Name in MethodName]: (state: BridgeState, params: Params<Name>) => Promise<Result<Name>>
}

/** The methods of the bridge. */
export const HANDLERS: Handlers = {
  start: async ({ start }, params) => (await start(params)).description,
  async createRealm({ session, book }, { settings }) {
    const { server } = await session()
    const realm = await server.createRealm(settings)
    book.add(realm)
    return describedRealm(realm)
  },
  async dropRealm({ book }, { realm }) {
    await book.drop(realm)
    return {}
  },
  async environment({ session, book }, { realm }) {
    const { url, admin } = (await session()).description
    return { variables: await realmVariables({ url, admin, realm: book.realm(realm).name }) }
  },
  token: async ({ book }, { realm, ...login }) => ({ token: await book.realm(realm).token(login) }),
  logIn: ({ book }, { realm, ...login }) => book.realm(realm).logIn(login),
  refresh: ({ book }, { realm, tokens }) => book.realm(realm).refresh(tokens),
  badToken: async ({ book }, { realm, kind, ...login }) => {
    return { token: await book.realm(realm).badToken(kind, login) }
  },
  serviceToken: async ({ book }, { realm, client, scope }) => {
    const options = { ...(client !== undefined && { client }), ...(scope !== undefined && { scope }) }
    return { token: await book.realm(realm).serviceToken(options) }
  },
  exchange: async ({ book }, { realm, token, ...options }) => {
    return { token: await book.realm(realm).exchange(token, options) }
  },
  introspect: ({ book }, { realm, token, client }) => {
    return book.realm(realm).introspect(token, client === undefined ? {} : { client })
  },
  addUser: ({ book }, { realm, ...user }) => book.realm(realm).users.add(user),
  async registerClient({ book }, { realm, metadata = {} }) {
    const { redirect_uris, ...others } = metadata
    const client = await book.register(realm, { ...others, ...(redirect_uris && { redirect_uris }) })
    return { ...client } // its methods are left out in JSON
  },
  async deleteClient({ book }, { realm, client }) {
    await book.deleteClient(realm, client)
    return {}
  },
  async expectProtected({ book }, { realm, mcpUrl, ignore }) {
    try {
      const report = await book.realm(realm).expectProtected(mcpUrl, { ignore })
      return { faults: null, report }
    } catch (error) {
      if (error instanceof NotProtectedError) return { faults: error.message, report: null }
      throw error
    }
  },
}

function describedRealm(realm: TestRealm): Result<'createRealm'> {
  const { name, issuer, endpoints, mcpUrls, scopes, initialAccessToken, users, warnings } = realm
  return {
    ...{ name, issuer, mcpUrls, scopes, initialAccessToken, warnings },
    endpoints: { ...endpoints },
    users: [...users],
  }
}
