import { inspect } from 'node:util'

import { exchangeAuthorization, registerClient } from '@modelcontextprotocol/sdk/client/auth.js'

import type { RegisteredClient } from '../../../src/oauth/register.ts'
import { codeGrant, REDIRECT, shown, type World } from './world.ts'

/** A way to be refused by a real server, and what has to be found out of it. */
export interface Provocation {
  readonly name: string
  /** What is found from what the program gets to see; its culprit too, where that names it. */
  readonly seen: readonly [id: string, culprit?: string | RegExp]
  /** What is found on the server, in its log or its events; absent for what leaves nothing there. */
  readonly server?: readonly [id: string, culprit?: string | RegExp]
  provoke(world: World): Promise<string>
}

const GONE = { client_id: '11111111-2222-4333-8444-555555555555' }
const OTHER = 'http://localhost:4444/callback'

const refresh = ({ client_id }: RegisteredClient, refresh_token: string) => ({
  grant_type: 'refresh_token',
  ...{ client_id, refresh_token },
})

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Registers with a body of its own kind. */
const post = (url: string, body: string, type = 'application/json') =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body }).then(shown)

/** At the registration endpoint (RFC 7591, RFC 7592). */
const REGISTRATION: readonly Provocation[] = [
  {
    name: 'a redirect URI on a host that is not trusted',
    seen: ['redirect-host-not-trusted'],
    server: ['redirect-host-not-trusted', 'evil.example'],
    provoke: (world) => world.register({ redirect_uris: [REDIRECT, 'https://evil.example/callback'] }),
  },
  {
    name: 'a home page on a host that is not trusted',
    seen: ['client-uri-host-not-trusted'],
    server: ['client-uri-host-not-trusted', 'evil.example'],
    provoke: (world) => world.register({ client_uri: 'https://evil.example/home' }),
  },
  {
    name: 'a sender that is not trusted',
    seen: ['sender-host-not-trusted'],
    server: ['sender-host-not-trusted', '127.0.0.1'],
    provoke: (world) => {
      const policy = { 'trusted-hosts': ['a.test'], 'host-sending-registration-request-must-match': ['true'] }
      return world.withPolicy('trusted-hosts', policy, () => world.register({}))
    },
  },
  {
    name: 'a URI that cannot be read',
    seen: ['client-uri-malformed'],
    server: ['client-uri-malformed'],
    provoke: (world) => world.register({ redirect_uris: ['https://evil.example\\@localhost/'] }),
  },
  {
    name: 'a scope that the realm does not have',
    seen: ['scope-not-permitted'],
    server: ['scope-not-permitted', 'payroll:write'],
    provoke: (world) => world.register({ scope: 'openid payroll:write' }),
  },
  {
    name: 'a scope openid that the realm does not allow',
    seen: ['scope-not-permitted'],
    server: ['scope-not-permitted', 'openid'],
    provoke: (world) =>
      world.withPolicy(
        'allowed-client-templates',
        { 'allowed-client-scopes': ['basic'], 'allow-default-scopes': ['false'] },
        () => world.register({ scope: 'openid' }),
      ),
  },
  {
    name: 'a realm that is full',
    seen: ['too-many-clients', '3'],
    server: ['too-many-clients', '3'],
    provoke: (world) => world.withPolicy('max-clients', { 'max-clients': ['3'] }, () => world.register({})),
  },
  {
    name: 'a protocol mapper of its own',
    seen: ['mapper-type-not-allowed'],
    server: ['mapper-type-not-allowed', 'oidc-hardcoded-role-mapper'],
    provoke: ({ realm }) => {
      const mapper = {
        name: 'mine',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-hardcoded-role-mapper',
      }
      const url = realm.server.registration_endpoint?.replace(/openid-connect$/, 'default') ?? ''
      return post(url, JSON.stringify({ redirectUris: [REDIRECT], protocolMappers: [mapper] }))
    },
  },
  {
    name: 'a web page on a foreign origin',
    seen: ['registration-origin'],
    provoke: (world) => world.register({}, { origin: 'http://localhost:5999' }),
  },
  {
    name: 'a redirect URI without a host',
    seen: ['registration-stumbled'],
    server: ['redirect-without-host'],
    provoke: (world) => world.register({ redirect_uris: ['com.example.app:/callback'] }),
  },
  {
    name: 'a member that Keycloak does not know',
    seen: ['unknown-registration-member', 'resource'],
    provoke: (world) => world.register({ resource: 'http://localhost:8000/mcp' }),
  },
  {
    name: 'a body that is no JSON',
    seen: ['registration-unreadable'],
    provoke: ({ realm }) => post(realm.server.registration_endpoint ?? '', '{"redirect_uris'),
  },
  {
    name: 'keys that it does not bring',
    seen: ['client-metadata-invalid'],
    server: ['client-metadata-invalid', /^Didn't find key/],
    provoke: (world) => world.register({ token_endpoint_auth_method: 'private_key_jwt' }),
  },
  {
    name: 'an unknown way to authenticate',
    seen: ['client-metadata-invalid'],
    server: ['client-metadata-invalid', /^Not found clientAuthenticator/],
    provoke: (world) => world.register({ token_endpoint_auth_method: 'secret_handshake' }),
  },
  {
    name: 'a redirect URI with a fragment',
    seen: ['redirect-uri-illegal', /fragment/],
    provoke: (world) => world.register({ redirect_uris: [`${REDIRECT}#x`] }),
  },
  {
    name: 'a redirect URI that is a script',
    seen: ['redirect-uri-illegal', /scheme/],
    provoke: (world) => world.register({ redirect_uris: ['javascript://localhost/%0aalert(1)'] }),
  },
  {
    name: 'a token that is none',
    seen: ['registration-token-refused', 'Failed decode token'],
    server: ['registration-token-refused', 'Failed decode token'],
    provoke: (world) => world.register({}, bearer('nonsense').headers),
  },
  {
    name: 'an initial access token that is used up',
    seen: ['registration-token-refused', 'No remaining count on initial access token'],
    server: ['registration-token-refused', 'No remaining count on initial access token'],
    async provoke(world) {
      const admin = await world.realm.admin()
      const { token = '' } = await admin.realms.createClientsInitialAccess(
        { realm: world.realm.name },
        { count: 1 },
      )
      await world.register({}, bearer(token).headers)
      return world.register({}, bearer(token).headers)
    },
  },
  {
    name: 'a realm that is not there',
    seen: ['realm-not-found'],
    provoke: ({ realm }) =>
      post(realm.server.registration_endpoint?.replace(realm.name, 'nowhere') ?? '', '{}'),
  },
  {
    name: 'a registration endpoint that is not there',
    seen: ['wrong-registration-url'],
    provoke: ({ realm }) =>
      post(realm.server.registration_endpoint?.replace(/openid-connect$/, 'oidc') ?? '', '{}'),
  },
  {
    name: 'a registration by GET',
    seen: ['wrong-method', '404 Not Found'],
    provoke: async ({ realm }) => shown(await fetch(realm.server.registration_endpoint ?? '')),
  },
  {
    name: 'a registration as a form',
    seen: ['wrong-content-type'],
    provoke: ({ realm }) =>
      post(realm.server.registration_endpoint ?? '', 'a=b', 'application/x-www-form-urlencoded'),
  },
  {
    name: 'a URL with the path of old',
    seen: ['wrong-url'],
    provoke: async ({ realm }) =>
      shown(await fetch(new URL(`/auth/realms/${realm.name}`, realm.server.issuer))),
  },
  {
    name: 'a registration read with the token of before',
    seen: ['registration-access-token-refused'],
    server: ['registration-access-token-refused'],
    async provoke(world) {
      const {
        client_id,
        registration_client_uri: uri = '',
        registration_access_token: token = '',
      } = await world.client()
      const headers = { 'content-type': 'application/json', ...bearer(token).headers }
      await fetch(uri, {
        method: 'PUT',
        headers,
        body: JSON.stringify({ client_id, redirect_uris: [REDIRECT] }),
      })
      return shown(await fetch(uri, bearer(token)))
    },
  },
]

/** As the OAuth code of the MCP TypeScript SDK shows it. */
const SDK: readonly Provocation[] = [
  {
    name: 'the MCP SDK, with a redirect URI on a host that is not trusted',
    seen: ['redirect-host-not-trusted'],
    server: ['redirect-host-not-trusted', 'app.example'],
    provoke: ({ realm }) => {
      const clientMetadata = { redirect_uris: ['https://app.example/callback'] }
      return exception(
        registerClient(realm.server.issuer, { metadata: realm.server as never, clientMetadata }),
      )
    },
  },
  {
    name: 'the MCP SDK, with a client that is gone',
    seen: ['client-unknown'],
    server: ['client-unknown', GONE.client_id],
    provoke: ({ realm }) =>
      exception(
        exchangeAuthorization(realm.server.issuer, {
          metadata: realm.server as never,
          clientInformation: GONE,
          authorizationCode: 'x',
          codeVerifier: 'x',
          redirectUri: REDIRECT,
        }),
      ),
  },
]

/** What a program prints of an exception. */
async function exception(failing: Promise<unknown>): Promise<string> {
  return failing.then(
    () => 'it did not fail',
    (error: Error) => inspect(error),
  )
}

/** At the authorization endpoint and the login page. */
const LOGIN: readonly Provocation[] = [
  {
    name: 'a client that is gone',
    seen: ['client-not-found'],
    server: ['client-not-found', GONE.client_id],
    provoke: (world) => world.authorize(GONE),
  },
  {
    name: 'another redirect URI than it registered',
    seen: ['redirect-uri-not-registered'],
    server: ['redirect-uri-not-registered', OTHER],
    provoke: async (world) => world.authorize(await world.client(), { redirect_uri: OTHER }),
  },
  {
    name: 'a scope that the client did not register',
    seen: ['scope-not-assigned', 'openid mcp:tools'],
    server: ['scope-not-assigned', 'openid mcp:tools'],
    provoke: async (world) =>
      world.authorize(await world.client({ scope: 'openid' }), { scope: 'openid mcp:tools' }),
  },
  {
    name: 'no PKCE',
    seen: ['pkce-missing'],
    server: ['pkce-missing'],
    provoke: async (world) =>
      world.authorize(await world.client(), { code_challenge: undefined, code_challenge_method: undefined }),
  },
  {
    name: 'PKCE with the method plain',
    seen: ['pkce-plain'],
    server: ['pkce-plain'],
    provoke: async (world) => world.authorize(await world.client(), { code_challenge_method: 'plain' }),
  },
  {
    name: 'two resources at once',
    seen: ['parameter-twice'],
    provoke: async (world) => world.authorize(await world.client(), { resource: 'a&resource=b' }),
  },
  {
    name: 'a program that drops cookies',
    seen: ['cookie-not-found'],
    server: ['cookie-not-found'],
    provoke: async (world) => world.submitLogin(await world.client(), {}),
  },
  {
    name: 'a wrong password',
    seen: ['wrong-password'],
    server: ['wrong-password', 'testuser'],
    provoke: async (world) => world.logIn(await world.client(), {}, { password: 'wrong' }),
  },
  {
    name: 'a user who is disabled',
    seen: ['user-disabled'],
    server: ['user-disabled', 'dora'],
    async provoke(world) {
      await world.user({
        username: 'dora',
        enabled: false,
        email: 'dora@a.test',
        firstName: 'D',
        lastName: 'D',
      })
      return world.logIn(await world.client(), {}, { username: 'dora' })
    },
  },
  {
    name: 'a user without a complete profile',
    seen: ['profile-incomplete'],
    server: ['profile-incomplete', 'bob'],
    async provoke(world) {
      await world.user({ username: 'bob', enabled: true })
      return world.logIn(await world.client(), {}, { username: 'bob' })
    },
  },
  {
    name: 'plain http where https is required',
    seen: ['https-required'],
    server: ['https-required'],
    provoke: async (world) => {
      const client = await world.client()
      return world.changed({ sslRequired: 'all' }, () => world.authorize(client))
    },
  },
  {
    name: 'a realm that is switched off',
    seen: ['realm-disabled'],
    server: ['realm-disabled'],
    provoke: async (world) => {
      const client = await world.client()
      return world.changed({ enabled: false }, () => world.authorize(client))
    },
  },
]

/** At the token endpoint and those beside it. */
const TOKEN: readonly Provocation[] = [
  {
    name: 'no code verifier',
    seen: ['code-verifier-missing'],
    server: ['code-verifier-missing'],
    async provoke(world) {
      const client = await world.client()
      return world.post({ ...codeGrant(client), code: await world.logIn(client), code_verifier: undefined })
    },
  },
  {
    name: 'the code verifier of another login',
    seen: ['code-verifier-wrong'],
    server: ['code-verifier-wrong'],
    async provoke(world) {
      const client = await world.client()
      return world.post({
        ...codeGrant(client),
        code: await world.logIn(client),
        code_verifier: 'w'.repeat(43),
      })
    },
  },
  {
    name: 'a code that is used up',
    seen: ['code-not-valid'],
    server: ['code-not-valid'],
    async provoke(world) {
      const client = await world.client()
      const grant = { ...codeGrant(client), code: await world.logIn(client) }
      await world.post(grant)
      return world.post(grant)
    },
  },
  {
    name: 'another redirect URI than at the login',
    seen: ['redirect-uri-differs'],
    server: ['redirect-uri-differs', OTHER],
    async provoke(world) {
      const client = await world.client()
      return world.post({ ...codeGrant(client), code: await world.logIn(client), redirect_uri: OTHER })
    },
  },
  {
    name: 'a refresh token that is none',
    seen: ['session-ended'],
    server: ['session-ended'],
    provoke: async (world) => world.post(refresh(await world.client(), 'nonsense')),
  },
  {
    name: 'a refresh token of a session that has ended',
    seen: ['session-ended'],
    server: ['session-ended'],
    async provoke(world) {
      const client = await world.client()
      const { refresh_token } = await world.tokens(client)
      await (await world.realm.admin()).realms.logoutAll({ realm: world.realm.name })
      return world.post(refresh(client, refresh_token))
    },
  },
  {
    name: 'a refresh token of another client',
    seen: ['refresh-token-of-another-client'],
    server: ['refresh-token-of-another-client'],
    async provoke(world) {
      const { refresh_token } = await world.tokens(await world.client())
      return world.post(refresh(await world.client(), refresh_token))
    },
  },
  {
    name: 'a refresh token that was used, where they rotate',
    seen: ['refresh-token-reused'],
    server: ['refresh-token-reused'],
    provoke: (world) =>
      world.changed({ revokeRefreshToken: true, refreshTokenMaxReuse: 0 }, async () => {
        const client = await world.client()
        const { refresh_token } = await world.tokens(client)
        await world.post(refresh(client, refresh_token))
        return world.post(refresh(client, refresh_token))
      }),
  },
  {
    name: 'an introspection by a client that the token is not for',
    seen: ['introspection-audience'],
    server: ['introspection-audience', /^[0-9a-f-]{36}$/],
    async provoke(world) {
      const { access_token: token } = await world.tokens(await world.client())
      const { client_id, client_secret } = await world.client({
        token_endpoint_auth_method: 'client_secret_post',
      })
      const endpoint = world.realm.server.introspection_endpoint ?? ''
      return world.post({ client_id, client_secret, token }, { endpoint })
    },
  },
  {
    name: 'a user info without the scope openid',
    seen: ['userinfo-without-openid'],
    server: ['userinfo-without-openid'],
    async provoke(world) {
      const { access_token } = await world.tokens(await world.client(), { scope: undefined })
      return shown(await fetch(world.realm.server.userinfo_endpoint ?? '', bearer(access_token)))
    },
  },
  {
    name: 'a user info with a token that is none',
    seen: ['token-not-of-this-realm'],
    server: ['token-not-of-this-realm'],
    provoke: async ({ realm }) =>
      shown(await fetch(realm.server.userinfo_endpoint ?? '', bearer('nonsense'))),
  },
  {
    name: 'a user info after the session has ended',
    seen: ['session-ended'],
    server: ['session-ended'],
    async provoke(world) {
      const { access_token } = await world.tokens(await world.client())
      await (await world.realm.admin()).realms.logoutAll({ realm: world.realm.name })
      return shown(await fetch(world.realm.server.userinfo_endpoint ?? '', bearer(access_token)))
    },
  },
  {
    name: 'offline access for a user without the role',
    seen: ['offline-access-not-allowed'],
    server: ['offline-access-not-allowed'],
    async provoke(world) {
      const profile = { email: 'olga@a.test', firstName: 'O', lastName: 'O' }
      await world.user({ username: 'olga', enabled: true, ...profile }, { withoutRoles: true })
      const scope = 'openid offline_access'
      const client = await world.client({ scope })
      return world.post({
        ...codeGrant(client),
        code: await world.logIn(client, { scope }, { username: 'olga' }),
      })
    },
  },
  {
    name: 'a secret that is sent in another way than registered',
    seen: ['auth-method-differs', 'client_secret_post'],
    server: ['client-secret-wrong', /^[0-9a-f-]{36}$/],
    async provoke(world) {
      const { client_id: id, client_secret: secret } = await world.client({
        token_endpoint_auth_method: 'client_secret_post',
      })
      const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` }
      return world.post({ grant_type: 'authorization_code', code: 'x' }, { headers })
    },
  },
  {
    name: 'a wrong secret',
    seen: ['client-secret-wrong'],
    server: ['client-secret-wrong', /^[0-9a-f-]{36}$/],
    async provoke(world) {
      const client = await world.client({ token_endpoint_auth_method: 'client_secret_post' })
      return world.post({ ...codeGrant({ ...client, client_secret: 'wrong' }), code: 'x' })
    },
  },
  {
    name: 'a client that is gone, at the token endpoint',
    seen: ['client-unknown'],
    server: ['client-unknown', GONE.client_id],
    provoke: (world) => world.post({ ...codeGrant(GONE), code: 'x' }),
  },
  {
    name: 'a web page on a foreign origin, at the token endpoint',
    seen: ['registration-origin'],
    async provoke(world) {
      const client = await world.client()
      const headers = { origin: 'http://localhost:5999' }
      return world.post({ ...codeGrant(client), code: await world.logIn(client) }, { headers })
    },
  },
  {
    name: 'a token for the client itself',
    seen: ['token-without-login'],
    server: ['token-without-login', 'client_credentials'],
    async provoke(world) {
      const grant_type = 'client_credentials'
      const { client_id, client_secret } = await world.client({
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: [grant_type],
      })
      return world.post({ grant_type, client_id, client_secret })
    },
  },
  {
    name: 'a token by password',
    seen: ['token-without-login'],
    server: ['token-without-login', 'password'],
    async provoke(world) {
      const { client_id } = await world.client()
      return world.post({ grant_type: 'password', client_id, username: 'testuser', password: 'password123' })
    },
  },
  {
    name: 'a grant type that is none',
    seen: ['grant-type-unknown'],
    provoke: async (world) => {
      const { client_id } = await world.client()
      return world.post({ grant_type: 'magic', client_id })
    },
  },
  {
    name: 'a token exchange by a client that may not',
    seen: ['token-exchange-off'],
    server: ['token-exchange-off'],
    async provoke(world) {
      const client = await world.client()
      const { access_token: subject_token } = await world.tokens(client)
      return world.post({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        ...{ client_id: client.client_id, subject_token },
      })
    },
  },
]

/** Every way to be refused that a plain realm has. */
export const PROVOCATIONS: readonly Provocation[] = [...REGISTRATION, ...SDK, ...LOGIN, ...TOKEN]
