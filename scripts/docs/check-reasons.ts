import { MCP_SPEC } from '../../src/config/mcp-spec.ts'

/** The reason for a check, and the rule that it comes from. */
interface CheckReason {
  readonly reason: string
  /** Short name of the rule. */
  readonly rule: string
  readonly url: string
  /** The MCP revisions with the rule, such as `2025-06-18` and later ones; `undefined` for a rule of another standard. */
  readonly since?: string
}

const rfc = (number: number, section: string, reason: string): CheckReason => ({
  reason,
  rule: `RFC ${number}, section ${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}.html#section-${section}`,
})
const mcp = (name: keyof typeof MCP_SPEC, since: string, reason: string): CheckReason => {
  const [, page = '', part] = /([^/#]+)(?:#(.+))?$/.exec(MCP_SPEC[name]) ?? []
  const rule = `MCP ${[page, part?.replaceAll('-', ' ')].filter(Boolean).join(': ')}`
  return { reason, rule, url: MCP_SPEC[name], since }
}
const tokens = (reason: string) => mcp('tokenHandling', '2025-06-18', reason)
const requests = (reason: string) => mcp('tokenRequirements', '2025-03-26', reason)

/** The reasons for all checks of `verify`, by name. */
export const CHECK_REASONS: Readonly<Record<string, CheckReason>> = {
  answers: mcp('streamableHttp', '2025-03-26', 'Only an MCP endpoint can be verified.'),
  challenge: rfc(6750, '3', 'A client begins to log in when it sees a 401 with a Bearer challenge.'),
  'named-metadata': rfc(9728, '5.1', 'The 401 leads clients to the metadata.'),
  'well-known-metadata': rfc(9728, '3.1', 'Some clients look at the well-known place only.'),
  resource: rfc(9728, '3.3', 'Clients send no token to a server that calls itself by another URL.'),
  audience: rfc(8707, '2', 'A token for another URL is refused.'),
  'authorization-server': rfc(9728, '2', 'The metadata leads clients to the server where they log in.'),
  'server-metadata': rfc(8414, '3', 'Clients find the login and token endpoints there.'),
  scopes: mcp('scopeSelection', '2025-11-25', 'A client that asks for an unknown scope is refused.'),
  registration: rfc(7591, '3', 'Most MCP clients register themselves.'),
  login: rfc(6749, '4.1', 'Without a login there is no token.'),
  tools: mcp(
    'initialization',
    '2024-11-05 to 2025-11-25',
    'A server that refuses a good token is of no use.',
  ),
  browser: {
    reason: 'Clients in a browser need CORS.',
    rule: 'Fetch: CORS',
    url: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
  },
  'metadata-rules': rfc(9728, '2', 'Clients do what the metadata says, such as a token in the query.'),
  'browser-login': {
    reason: 'A page needs CORS for the challenge and the metadata too.',
    rule: 'Fetch: CORS',
    url: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
  },
  protocol: mcp('versions', '2024-11-05', 'Each question is asked in each protocol era.'),
  'good-token': tokens('A client with a good token must not have to log in again.'),
  'no-token': requests('Each HTTP request needs a token, also within a session.'),
  garbage: tokens('Some servers only look whether there is a token.'),
  aud: tokens('A token for another server must not act here.'),
  iss: tokens('Another issuer can put any user in a token.'),
  exp: rfc(7519, '4.1.4', 'A token that leaks must not be valid for ever.'),
  scope: rfc(6750, '3.1', 'A user consents to scopes. Others must not be used.'),
  sig: rfc(8725, '3.2', 'Anybody can make a token without the right signature.'),
  none: rfc(8725, '3.2', 'Anybody can make a token without a signature.'),
  'another-realm': tokens('Another realm has other users.'),
  'aud-none': rfc(9068, '4', 'A check like "if (aud && …)" accepts tokens for nobody.'),
  'aud-account': rfc(9068, '4', 'Keycloak puts "account" in the tokens of almost every client.'),
  'aud-prefix': rfc(9068, '4', 'A longer URL can be on another host.'),
  'aud-sibling': rfc(9068, '4', 'Each path of a host can be a server of its own.'),
  'aud-realm': rfc(9068, '4', 'A token that is lost at one server must not act at another one.'),
  'aud-origin': rfc(8707, '2', 'A token for an origin is for all its servers.'),
  'iss-none': rfc(9068, '4', 'The claim is required.'),
  'no-exp': rfc(9068, '2.2', 'The claim is required.'),
  nbf: rfc(7519, '4.1.5', 'The token must not be accepted before that time.'),
  hs256: rfc(8725, '2.1', 'The public key is no secret. Everyone can sign with it.'),
  jwk: rfc(8725, '3.10', 'A token must not choose the key that verifies it.'),
  kid: rfc(8725, '3.10', 'A "kid" from a stranger must not become a path or SQL.'),
  jku: rfc(
    8725,
    '3.10',
    'A server must not request a URL that a stranger chose, nor trust a key from there.',
  ),
  x5u: rfc(
    8725,
    '3.10',
    'A server must not request a URL that a stranger chose, nor trust a key from there.',
  ),
  'id-token': rfc(9068, '2.1', 'An ID token is for a client.'),
  'refresh-token': rfc(6749, '1.5', 'A refresh token is for the authorization server.'),
  refusals: rfc(6750, '3.1', 'A client gets another token after a 401, and at nothing else.'),
  'query-token': requests('URLs are kept in logs. The specification forbids it.'),
  'cookie-token': requests('A foreign page makes the browser send cookies.'),
  'body-token': requests('Tokens belong in the Authorization header.'),
  'proxy-headers': requests('Headers of a proxy can come from everyone.'),
  'scheme-case': rfc(9110, '11.1', 'Some clients write the scheme in lower case.'),
  paths: {
    reason: 'A guard in front of the server can know fewer spellings than the server.',
    rule: 'CWE-647',
    url: 'https://cwe.mitre.org/data/definitions/647.html',
  },
  'session-id': mcp(
    'sessionHijacking',
    '2025-06-18 to 2025-11-25',
    'A guessed session id leads into the session of another user.',
  ),
  'session-user': mcp(
    'sessionHijacking',
    '2025-06-18 to 2025-11-25',
    'A session id must not carry another user’s rights.',
  ),
  'session-end': requests('A session id is no secret. It must not end a session alone.'),
  'tool-scopes': mcp('scopeChallenge', '2025-11-25', 'A client logs in again for a scope that a 403 names.'),
  origin: mcp('streamableHttp', '2025-03-26; the status 403: 2025-11-25', 'Foreign web pages must get 403.'),
  host: mcp(
    'streamableHttp',
    '2025-03-26',
    'A page whose name leads to this machine must not reach the server.',
  ),
  'token-life': rfc(7009, '2', 'Named only: a server may check tokens offline until they expire.'),
}
