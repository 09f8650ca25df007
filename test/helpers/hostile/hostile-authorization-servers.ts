import type { AuthorizationServerOptions } from '../keycloak/authorization-server.ts'
import {
  bomb,
  DEEP,
  drip,
  ESCAPES,
  endlessBody,
  endlessHeaders,
  hostilePages,
  htmlReply,
  interimFlood,
  jsonReply,
  MANY_KEYS,
  raw,
  reply,
  sendTo,
} from './hostile-answers.ts'

/** Where it is, and the listener that nobody named. */
interface Around {
  readonly issuer: string
  readonly canary: string
}

type Differs = Pick<AuthorizationServerOptions, 'metadata' | 'answers'>
type Scenario = (around: Around) => Differs

const REDIRECT = 'http://localhost:3117/callback'

const says = (metadata: Readonly<Record<string, unknown>>): Differs => ({ metadata })
const answers = (listeners: NonNullable<Differs['answers']>): Differs => ({ answers: listeners })
const document = (listener: NonNullable<Differs['answers']>[string]) => answers({ metadata: listener })
const registers = (members: object) => answers({ register: jsonReply({ client_id: 'c', ...members }, 201) })
const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const gives = (access_token: unknown, more: object = {}) =>
  answers({ token: jsonReply({ access_token, token_type: 'Bearer', expires_in: 300, ...more }) })
const jwt = (claims: unknown, header: unknown = { alg: 'RS256', kid: 'k' }) =>
  gives(`${part(header)}.${part(claims)}.c2ln`)
const callback = (query: string) =>
  answers({
    auth: (request, response) =>
      sendTo(`${REDIRECT}${query.replace('STATE', stateOf(request.url))}`)(request, response),
  })
const stateOf = (url = '') => new URL(url, 'http://x').searchParams.get('state') ?? ''

const PAGES = Object.fromEntries(
  Object.keys(hostilePages('')).map((name): [string, Scenario] => [
    `a page: ${name}`,
    ({ canary }) => answers({ auth: htmlReply(hostilePages(canary)[name] ?? '') }),
  ]),
)

/** Hostile authorization servers: a name, and in what the server differs from a right one. */
export const HOSTILE_AUTHORIZATION_SERVERS: Readonly<Record<string, Scenario>> = {
  // Metadata: CVE-2025-6514 (shell text as authorization_endpoint), mix-up, endpoints of others.
  'an authorization endpoint with shell text': () =>
    says({ authorization_endpoint: 'a:$(cmd.exe /c whoami > c:\\temp\\pwned.txt)?response_type=code' }),
  'an authorization endpoint that is a program': () =>
    says({ authorization_endpoint: 'file:///c:/windows/system32/calc.exe' }),
  'an authorization endpoint in javascript': () => says({ authorization_endpoint: 'javascript:alert(1)' }),
  'an authorization endpoint in data': () =>
    says({ authorization_endpoint: 'data:text/html,<script>1</script>' }),
  'an authorization endpoint at the canary': ({ canary }) =>
    says({ authorization_endpoint: `${canary}/auth` }),
  'an authorization endpoint with a password': ({ issuer }) =>
    says({ authorization_endpoint: `${issuer.replace('//', '//a:b@')}/auth` }),
  'an authorization endpoint at a homograph': () => says({ authorization_endpoint: 'http://lоcalhost/auth' }),
  'an authorization endpoint that steers': () => says({ authorization_endpoint: `http://x/${ESCAPES}` }),
  'an authorization endpoint that is an object': () => says({ authorization_endpoint: { toString: 1 } }),
  'no authorization endpoint': () => says({ authorization_endpoint: undefined }),
  'a token endpoint at the canary': ({ canary }) => says({ token_endpoint: `${canary}/token` }),
  'a token endpoint that is no URL': () => says({ token_endpoint: 'token' }),
  'no token endpoint': () => says({ token_endpoint: undefined }),
  'a registration endpoint at the canary': ({ canary }) =>
    says({ registration_endpoint: `${canary}/register` }),
  'a registration endpoint that is a list': () => says({ registration_endpoint: [[]] }),
  'keys at the canary': ({ canary }) => says({ jwks_uri: `${canary}/certs` }),
  'introspection at the canary': ({ canary }) => says({ introspection_endpoint: `${canary}/introspect` }),
  'other endpoints at the canary': ({ canary }) =>
    says({
      userinfo_endpoint: `${canary}/u`,
      revocation_endpoint: `${canary}/r`,
      pushed_authorization_request_endpoint: `${canary}/par`,
      require_pushed_authorization_requests: true,
      mtls_endpoint_aliases: { token_endpoint: `${canary}/t` },
      client_id_metadata_document_supported: true,
      op_policy_uri: `${canary}/p`,
      service_documentation: `${canary}/d`,
    }),
  'the issuer of somebody else (mix-up)': () => says({ issuer: 'https://accounts.google.com' }),
  'an issuer with a slash more': ({ issuer }) => says({ issuer: `${issuer}/` }),
  'an issuer nested 100,000 deep': () => document(jsonReply(`{"issuer":${DEEP}}`)),
  'an issuer that is an object': () => says({ issuer: { toString: 1, valueOf: 1 } }),
  '60,000 scopes': () => says({ scopes_supported: Array.from({ length: 60_000 }, (_, at) => `s${at}`) }),
  'scopes that are a number': () => says({ scopes_supported: 7 }),
  'scopes that steer': () => says({ scopes_supported: [ESCAPES] }),
  'PKCE methods that are an object': () => says({ code_challenge_methods_supported: { includes: 1 } }),
  'metadata of 90,000 keys': () => document(jsonReply(MANY_KEYS)),
  'metadata that is null': () => document(jsonReply('null')),
  'metadata of a prototype': ({ issuer }) => document(jsonReply(`{"__proto__":{"issuer":"${issuer}"}}`)),
  'metadata that redirects to the canary': ({ canary }) => document(sendTo(`${canary}/metadata`, 307)),
  'metadata that redirects to itself': ({ issuer }) => document(sendTo(issuer, 308)),
  'metadata that is a gzip bomb': () => document(bomb('gzip')),
  'metadata that is a brotli bomb': () => document(bomb('br')),
  'metadata without an end': () => document(endlessBody('application/json', '[')),
  'metadata that drips': () => document(drip()),
  'metadata whose headers do not end': () => document(endlessHeaders),
  'metadata after interim responses without an end': () => document(interimFlood),
  // Registration.
  'a client at the canary': ({ canary }) =>
    registers({ registration_client_uri: `${canary}/c`, registration_access_token: 't' }),
  'a client at a number': () => registers({ registration_client_uri: 7, registration_access_token: {} }),
  'a client in javascript': () => registers({ registration_client_uri: 'javascript:1' }),
  'a client that steers': () => registers({ client_id: ESCAPES }),
  'a client of 900 kB': () => registers({ client_id: 'c'.repeat(900_000) }),
  'a client that is a list': () => registers({ client_id: [] }),
  'a client with a secret that is a number': () =>
    registers({ client_secret: 7, client_secret_expires_at: 0 }),
  'a registration that redirects to the canary': ({ canary }) =>
    answers({ register: sendTo(`${canary}/register`, 307) }),
  'a registration that is refused with escapes': () =>
    answers({ register: jsonReply({ error: 'invalid_client_metadata', error_description: ESCAPES }, 400) }),
  'a registration that is a page': () => answers({ register: htmlReply(`<h1>${ESCAPES}</h1>`, 403) }),
  'a registration without an end': () => answers({ register: endlessBody('application/json', ' ') }),
  'a deletion that redirects to the canary': ({ canary }) => answers({ client: sendTo(`${canary}/c`, 307) }),
  'a deletion that is refused with escapes': () => answers({ client: reply(ESCAPES, {}, 500) }),
  // The login.
  'a login that leads to the canary': ({ canary }) => answers({ auth: sendTo(`${canary}/login`) }),
  'a login that leads to localhost, another port': ({ canary }) =>
    answers({ auth: sendTo(`${canary.replace('127.0.0.1', 'localhost')}/login`) }),
  'a login that leads to no URL': () => answers({ auth: sendTo('http://[') }),
  'a login that leads to javascript': () => answers({ auth: sendTo('javascript:alert(1)') }),
  'a login that leads to itself with a password': ({ issuer }) =>
    answers({ auth: sendTo(`${issuer.replace('//', '//a:b@')}/auth`) }),
  'a login that leads to itself': ({ issuer }) => answers({ auth: sendTo(`${issuer}/auth`) }),
  'a login that leads to an opener': () => answers({ auth: sendTo('vscode://x/?$(calc)') }),
  'a login of 10,000 cookies': () =>
    answers({ auth: reply('', { 'set-cookie': Array.from({ length: 10_000 }, (_, at) => `c${at}=1`) }) }),
  'a login that refreshes to the canary': ({ canary }) =>
    answers({ auth: reply('', { refresh: `0;url=${canary}` }) }),
  'a login that is a gzip bomb': () => answers({ auth: bomb('gzip', 'text/html') }),
  'a login that drips': () => answers({ auth: drip('text/html', '<') }),
  'a login that is no HTTP': () => answers({ auth: raw('\0\0\0') }),
  'a callback of another state': () => callback('?code=1&state=other'),
  'a callback of another issuer (mix-up)': () =>
    callback('?code=1&state=STATE&iss=https://accounts.google.com'),
  'a callback to a host that begins alike': () => answers({ auth: sendTo(`${REDIRECT}.evil.test/?code=1`) }),
  'a callback that steers': () =>
    callback(`?error=x&error_description=${encodeURIComponent(ESCAPES)}&state=STATE`),
  'a callback with two codes': () => callback('?code=1&code=2&state=STATE'),
  // Tokens.
  'an opaque token': () => gives('b3BhcXVl'),
  'an encrypted token': () => gives(`${part({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`),
  'a directly encrypted token': () => gives(`${part({ alg: 'dir', enc: 'A256GCM' })}..b.c.d`),
  'a token of two parts': () => gives('a.b'),
  'a token whose claims are no JSON': () => jwt('no json'),
  'a token whose claims are a list': () => jwt([1]),
  'a token whose claims are null': () => jwt('null'),
  'a token whose claims are of other types': () =>
    jwt({
      aud: { toString: 1 },
      scope: { toString: 1, valueOf: 1 },
      iss: 7,
      exp: 'x',
      realm_access: 'x',
      sub: [],
    }),
  'a token whose claims are nested 50,000 deep': () =>
    jwt(`{"aud":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
  'a token whose claims steer': () => jwt({ aud: ESCAPES, scope: ESCAPES }),
  'a token of a prototype': () => jwt('{"__proto__":{"aud":"x"},"constructor":1}'),
  'a token of 900 kB': () => gives('t'.repeat(900_000)),
  'a token of 5 MB': () => gives('t'.repeat(5_000_000)),
  'a token with line breaks': () => gives('a\r\nX-Evil: 1'),
  'a token that is a number': () => gives(7),
  'a token of another type': () => gives('t', { token_type: 'mac' }),
  'tokens of odd companions': () =>
    gives('t', { expires_in: 1e308, refresh_token: [], id_token: 'x.y.z', scope: 7 }),
  'a token endpoint that redirects to the canary': ({ canary }) =>
    answers({ token: sendTo(`${canary}/token`, 307) }),
  'a token endpoint that refuses with escapes': () =>
    answers({ token: jsonReply({ error: 'invalid_grant', error_description: ESCAPES }, 400) }),
  'a token endpoint without an end': () => answers({ token: endlessBody('application/json', ' ') }),
  'a token endpoint that hangs': () => answers({ token: () => {} }),
  // Keys.
  '6,000 keys': () =>
    answers({
      certs: jsonReply({
        keys: Array.from({ length: 6_000 }, (_, at) => ({ kty: 'RSA', kid: `k${at}`, n: 'AQAB', e: 'AQAB' })),
      }),
    }),
  'keys that redirect to the canary': ({ canary }) => answers({ certs: sendTo(`${canary}/certs`, 307) }),
  'keys that are null': () => answers({ certs: jsonReply('{"keys":[null,7,{}]}') }),
  ...PAGES,
}
