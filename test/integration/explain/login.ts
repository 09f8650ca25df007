import { GONE, OTHER_REDIRECT, type Provocation } from './provocation.ts'

/** At the authorization endpoint and the login page. */
export const LOGIN_PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'a client that is gone',
    seen: ['client-not-found'],
    server: ['client-not-found', GONE.client_id],
    provoke: (world) => world.authorize(GONE),
  },
  {
    name: 'another redirect URI than it registered',
    seen: ['redirect-uri-not-registered'],
    server: ['redirect-uri-not-registered', OTHER_REDIRECT],
    provoke: async (world) => world.authorize(await world.client(), { redirect_uri: OTHER_REDIRECT }),
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
