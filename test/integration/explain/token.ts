import type { RegisteredClient } from '../../../src/oauth/register.ts'
import { bearer, GONE, OTHER_REDIRECT, type Provocation } from './provocation.ts'
import { codeGrant, shown } from './world.ts'

const refresh = ({ client_id }: RegisteredClient, refresh_token: string) => ({
  grant_type: 'refresh_token',
  ...{ client_id, refresh_token },
})

/** At the token endpoint and those beside it. */
export const TOKEN_PROVOCATIONS: readonly Provocation[] = [
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
    server: ['redirect-uri-differs', OTHER_REDIRECT],
    async provoke(world) {
      const client = await world.client()
      return world.post({
        ...codeGrant(client),
        code: await world.logIn(client),
        redirect_uri: OTHER_REDIRECT,
      })
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
      const { refresh_token, session_state } = await world.tokens(client)
      await world.endSession(session_state)
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
      const { access_token, session_state } = await world.tokens(await world.client())
      await world.endSession(session_state)
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
    seen: ['origin-not-allowed'],
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
