import { bearer, type Provocation } from './provocation.ts'
import { REDIRECT, shown } from './world.ts'

/** Registers with a body of its own kind. */
const post = (url: string, body: string, type = 'application/json') =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body }).then(shown)

/** At the registration endpoint (RFC 7591, RFC 7592). */
export const REGISTRATION_PROVOCATIONS: readonly Provocation[] = [
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
    name: 'a web page on a foreign origin',
    seen: ['origin-not-allowed'],
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
    before: { version: '26.7.0', seen: ['registration-stumbled'] }, // 26.6.4 answers 500
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
