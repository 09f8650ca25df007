import { createHash } from 'node:crypto'

import { parse } from 'node-html-parser'

import type { Config } from '../../../src/config/schema.ts'
import type { McpKeycloakError } from '../../../src/errors.ts'
import { browserlessLogin, type Credentials } from '../../../src/oauth/browserless-login.ts'
import type { RegisteredClient } from '../../../src/oauth/register.ts'
import { registeredClient } from '../../helpers/keycloak/registration.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'

export const REDIRECT = 'http://localhost:3117/callback'
const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

type Members = Readonly<Record<string, unknown>>
type Parameters = Readonly<Record<string, string | undefined>>

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly session_state: string
}

/** What a client program does to a realm, and what it gets to see: the bare text of the answer, as programs print it. */
export interface World extends AsyncDisposable {
  readonly realm: TestRealm
  /** Sends a registration as it is. */
  register(members: Members, headers?: Readonly<Record<string, string>>): Promise<string>
  /** A client that has registered. */
  client(members?: Members): Promise<RegisteredClient>
  /** Opens the authorization endpoint: the page, or where it redirects to. */
  authorize(client: { client_id: string }, parameters?: Parameters): Promise<string>
  /** Logs a user in (testuser): the code of the redirect, or the text of the page where it ends. */
  logIn(client: { client_id: string }, parameters?: Parameters, user?: Partial<Credentials>): Promise<string>
  /** Sends the login form, with these cookies alone. */
  submitLogin(client: { client_id: string }, headers: Readonly<Record<string, string>>): Promise<string>
  /** Makes a user with the password of the test users. */
  user(user: Members & { username: string }, options?: { withoutRoles?: boolean }): Promise<void>
  /** Calls the token endpoint, or another one. */
  post(
    parameters: Parameters,
    options?: { endpoint?: string; headers?: Record<string, string> },
  ): Promise<string>
  /** The tokens of a login. */
  tokens(client: RegisteredClient, parameters?: Parameters): Promise<Tokens>
  /** Ends a session, as a logout does. */
  endSession(session: string): Promise<void>
  /** Changes the realm for as long as something is done. */
  changed<T>(settings: Members, during: () => Promise<T>): Promise<T>
  /** Changes a registration policy for as long as something is done. */
  withPolicy<T>(
    providerId: string,
    config: Readonly<Record<string, string[]>>,
    during: () => Promise<T>,
  ): Promise<T>
}

/** A realm of its own in which clients may fail. */
export async function makeWorld(name: string, options: Partial<Config> = {}): Promise<World> {
  const realm = await testRealm(name, { consent: false, ...options })
  const { server } = realm
  const url = (parameters: Parameters) => {
    const target = new URL(server.authorization_endpoint ?? '')
    const all = {
      response_type: 'code',
      redirect_uri: REDIRECT,
      scope: 'openid',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...parameters,
    }
    for (const [key, value] of Object.entries(all))
      if (value !== undefined) target.searchParams.set(key, value)
    target.search = target.search.replace('%26resource%3D', '&resource=') // the one parameter that may come twice
    return target
  }
  const world: World = {
    realm,
    async register(members, headers = {}) {
      const response = await fetch(server.registration_endpoint ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', ...members }),
      })
      return shown(response)
    },
    async client(members = {}) {
      const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', ...members }
      return registeredClient(server, metadata)
    },
    async authorize({ client_id }, parameters = {}) {
      return shown(await fetch(url({ client_id, ...parameters }), { redirect: 'manual' }))
    },
    async logIn({ client_id }, parameters = {}, user = {}) {
      const credentials = { username: 'testuser', password: 'password123', ...user }
      const target = parameters.redirect_uri ?? REDIRECT
      const end = browserlessLogin(url({ client_id, ...parameters }), target, credentials)
      return end.then(
        (callback) => callback.searchParams.get('code') ?? callback.href,
        (error: McpKeycloakError) => error.why,
      )
    },
    async submitLogin({ client_id }, headers) {
      const page = parse(await (await fetch(url({ client_id }))).text())
      const action = page.querySelector('form#kc-form-login')?.getAttribute('action') ?? ''
      const body = new URLSearchParams({ username: 'testuser', password: 'password123' })
      return shown(await fetch(action, { method: 'POST', headers, body }))
    },
    async user(user, { withoutRoles = false } = {}) {
      const admin = await realm.admin()
      const credentials = [{ type: 'password', value: 'password123' }]
      const { id } = await admin.users.create({ realm: name, ...user, credentials })
      if (!withoutRoles) return
      const roles = await admin.users.listRealmRoleMappings({ realm: name, id })
      const named = roles.map((role) => ({ id: role.id ?? '', name: role.name ?? '' }))
      await admin.users.delRealmRoleMappings({ realm: name, id, roles: named })
    },
    async post(parameters, { endpoint = server.token_endpoint ?? '', headers = {} } = {}) {
      const body = new URLSearchParams(
        Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
      )
      return shown(await fetch(endpoint, { method: 'POST', headers, body }))
    },
    async tokens(client, parameters = {}) {
      const code = await world.logIn(client, parameters)
      const answer = await world.post({ ...codeGrant(client), code })
      return JSON.parse(answer.slice(answer.indexOf('{')))
    },
    async endSession(session) {
      await (await realm.admin()).realms.deleteSession({ realm: name, session, isOffline: false })
    },
    async changed(settings, during) {
      const admin = await realm.admin()
      const before = await admin.realms.findOne({ realm: name })
      await admin.realms.update({ realm: name }, { ...before, ...settings })
      try {
        return await during()
      } finally {
        await (await realm.admin()).realms.update({ realm: name }, before ?? {})
      }
    },
    async withPolicy(providerId, config, during) {
      const admin = await realm.admin()
      const all = await admin.components.find({ realm: name, type: POLICIES })
      const policy = all.find((one) => one.providerId === providerId && one.subType === 'anonymous')
      const component = { realm: name, id: policy?.id ?? '' }
      await admin.components.update(component, { ...policy, config: { ...policy?.config, ...config } })
      try {
        return await during()
      } finally {
        await admin.components.update(component, policy ?? {})
      }
    },
    [Symbol.asyncDispose]: () => realm[Symbol.asyncDispose](),
  }
  return world
}

const POLICIES = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/** The parameters of a code grant, but for the code. */
export function codeGrant(client: RegisteredClient): Parameters {
  return {
    grant_type: 'authorization_code',
    client_id: client.client_id,
    ...(client.client_secret && { client_secret: client.client_secret }),
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  }
}

/** What a program shows of an answer: where it redirects to, or its status and the text of its body or page. */
export async function shown(response: Response): Promise<string> {
  const location = response.headers.get('location')
  if (location) return location
  const challenge = response.headers.get('www-authenticate')
  const body = await response.text()
  const page = body.startsWith('<!')
    ? parse(body).querySelector('body')?.text.replace(/\s+/g, ' ').trim()
    : body
  return [`HTTP ${response.status}`, ...(challenge ? [challenge] : []), page].join('\n')
}
