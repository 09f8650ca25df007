import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Refusals of a Keycloak token by an MCP server. Keycloak does not see them. */
export const MCP_SERVER_FAILURES: readonly KnownFailure[] = [
  {
    id: 'audience-mismatch',
    topic: 'mcp-server',
    example:
      "Bearer token rejected for client 1234: audience mismatch (got 'account', expected 'http://localhost:8000/mcp')",
    text: [
      /Bearer token rejected .*?audience mismatch \(got (?<got>.+?), expected (?<expected>[^)]+)\)/,
      /unexpected (?:JWT )?"aud" (?:\(audience\) )?claim value/,
      /Token was not issued for this resource/,
      /\bInvalidAudienceError\b|Audience doesn't match|Token is missing the "aud" claim/,
      /jwt audience invalid(?:\. expected: (?<expected>\S+))?/,
      /oidc: expected audience "(?<expected>[^"]+)" got (?<got>\[[^\]]*\])/,
      /\bInvalid audience\b|The aud claim is not valid/,
    ],
    culprit: ({ expected }) => firstUrl(expected),
    explain: ({ got }, expected, { options }) => ({
      what: expected
        ? `The token was not issued for ${expected}.`
        : 'The token was not issued for this MCP server ("aud").',
      why: `${got ? `Its "aud" is ${got}. ` : ''}The audience that the server expects must equal an MCP URL of the realm. A trailing slash, another port, or 127.0.0.1 for localhost makes it differ. A token without "aud" comes from a realm whose scope "basic" has no audience mapper.`,
      fix: `${resetCommand(options, { mcpUrl: [expected ?? '<mcp url>'] })}\nOr configure the server to expect the "aud" of the realm's tokens: ${command('token', { decode: true })}`,
    }),
    link: LINKS.audience,
  },
  {
    id: 'issuer-mismatch',
    topic: 'mcp-server',
    example:
      "Bearer token rejected for client 1234: issuer mismatch (got 'http://localhost:8080/realms/fastmcp', expected 'http://keycloak:8080/realms/fastmcp')",
    text: [
      /Bearer token rejected .*?issuer mismatch \(got (?<got>.+?), expected (?<expected>[^)]+)\)/,
      /metadata issuer mismatch: (?<got>\S+) != (?<expected>\S+)/,
      /Issuer mismatch in authorization server metadata.*: expected "(?<expected>[^"]+)", received "(?<got>[^"]+)"/,
      /unexpected (?:JWT )?"iss" (?:\(issuer\) )?claim value/,
      /"issuer" property does not match the expected value/,
      /response iss mismatch: (?<got>\S+) != (?<expected>\S+)/,
      /\bInvalidIssuerError\b|jwt issuer invalid(?:\. expected: (?<expected>\S+))?/,
      /issued by a different provider, expected "(?<expected>[^"]+)" got "(?<got>[^"]+)"/,
      /\bInvalid issuer\b|The iss claim is not valid/,
    ],
    culprit: ({ got }) => firstUrl(got),
    explain: ({ got, expected }) => ({
      what: 'The issuer is not the expected one.',
      why: `${expected && got ? `The expected issuer is ${unquoted(expected)}, the actual issuer is ${unquoted(got)}. ` : ''}Both must be exactly equal. Keycloak's issuer is the same from the host and from containers. A server in a container may fetch keys under another host name, but must expect the issuer of the host.`,
      fix: `${command('env')} (configure the server to expect KEYCLOAK_ISSUER, without a trailing slash)`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'token-expired',
    topic: 'mcp-server',
    example: 'Bearer token rejected for client 1234: token expired',
    text: [
      /Bearer token rejected for client .+: token expired/,
      /"exp" claim timestamp check failed|exp\W+claim.*past current timestamp/,
      /\bToken has expired\b|\bjwt expired\b|Signature has expired/,
    ],
    explain: () => ({
      what: 'The access token has expired.',
      why: 'The program did not refresh it, or the clocks of the two machines differ. The clock of a suspended container can also be behind.',
      fix: `Log in again. In a script, create a new token each time: ${command('token')}`,
    }),
    link: LINKS.bearer,
  },
  {
    id: 'scope-missing-in-token',
    topic: 'mcp-server',
    example:
      "Bearer token rejected for client 1234: missing required scopes (has ['openid'], requires ['mcp:tools'])",
    text: [
      /Bearer token rejected .*?missing required scopes \(has (?<has>.+?), requires (?<requires>[^)]+)\)/,
      /"error_description": ?"Insufficient scope"|InsufficientScopeError: Insufficient scope/,
      /error="insufficient_scope"(?!.*Missing openid)/,
    ],
    stale: true,
    culprit: ({ requires }) => requires,
    explain: ({ has }, requires, { options }) => ({
      what: `The token lacks a scope that the MCP server requires${requires ? `: ${requires}` : ''}.`,
      why: `${has ? `It has ${has}. ` : ''}The client did not request it, registered before the server required it, or the realm does not have it.`,
      fix: `Make the program forget its client: it then registers and requests the scopes that the server names.\nIf the realm has no such scope: ${resetCommand(options, { scope: ['<scope>'] })}`,
    }),
    link: LINKS.lostScopes,
  },
  {
    id: 'signing-key-unknown',
    topic: 'mcp-server',
    example: "Failed to process JWKS: Key ID 'abc' not found in JWKS",
    text: [
      /Key ID '(?<kid>[^']+)' not found in JWKS/,
      /no applicable key found in the JSON Web Key Set/,
      /Unable to find a signing key that matches(?:: '?"?(?<kid>[^'"]+))?/,
      /signature verification failed|JWT signature\/format invalid/i,
    ],
    culprit: ({ kid }) => kid,
    explain: () => ({
      what: 'The MCP server does not know the key that signed the token.',
      why: 'The token comes from another realm or another Keycloak, or the server still has the keys from before a reset with --hard.',
      fix: `${command('env')} (compare KEYCLOAK_JWKS_URI and KEYCLOAK_ISSUER with the server's settings)\nThen restart the MCP server and log in again.`,
    }),
    link: LINKS.jwks,
  },
  {
    id: 'keys-not-fetched',
    topic: 'mcp-server',
    example: 'Token validation failed: Failed to fetch JWKS: All connection attempts failed',
    text: [/Failed to fetch JWKS(?:: (?<reason>.+))?/, /JWKS fetch blocked by SSRF protection/],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'The MCP server cannot fetch the keys of the realm.',
      why: `${reason ? `${reason}. ` : ''}Keycloak is not running there, or the server runs in a container, where localhost is the container itself.`,
      fix: `${command('status')}\nIn a container: fetch the keys from the host that "${command('up')}" shows under "From containers", and keep the issuer.`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'roles-missing',
    topic: 'mcp-server',
    example: "KeyError: 'realm_access'",
    text: [/KeyError: 'realm_access'/, /undefined \(reading 'roles'\)/, /\bno realm_access\b/i],
    explain: (_, __, { options }) => ({
      what: 'The token has no roles.',
      why: 'A client that registers with "scope" gets only the scope "basic" and the requested scopes. The realm\'s role mapper must be in "basic", as in a managed realm.',
      fix: `${command('token', { decode: true })} (look at "realm_access")\nThen: ${resetCommand(options)}`,
    }),
    link: LINKS.roles,
  },
  {
    id: 'subject-missing',
    topic: 'mcp-server',
    example: "KeyError: 'sub'",
    text: [/KeyError: 'sub'/, /[Mm]issing required "?sub"? claim|Token is missing the "sub" claim/],
    explain: (_, __, { options }) => ({
      what: 'The token has no "sub".',
      why: 'The scope "basic" adds it. A realm file with its own client scopes replaces Keycloak\'s scopes. Tokens of admin-cli also have no "sub".',
      fix: `${command('token', { decode: true })} (look at "sub")\nThen: ${resetCommand(options)}`,
    }),
    link: LINKS.subject,
  },
  {
    id: 'mcp-server-unauthorized',
    topic: 'mcp-server',
    example: 'Server returned 401 after successful authentication',
    text: [
      /Server returned 401 after successful authentication/,
      /Auth error returned: invalid_token \(status=401\)/,
      /The provided bearer token is invalid, expired, or no longer recognized by the server/,
      /Not a valid token for this server/,
    ],
    vague: true,
    explain: () => ({
      what: 'The MCP server refuses the token, although the login succeeded.',
      why: 'Usually its "aud" is not the one that the server expects. The response does not say so, and Keycloak does not see the refusal. FastMCP logs the reason at WARNING; with FASTMCP_LOG_LEVEL=DEBUG it also logs what it could not verify.',
      fix: `${command('token', { decode: true })} (compare "aud" and "iss" with the values that your server expects)`,
    }),
    link: LINKS.audience,
  },
]

/** A value as Python prints it, without its quotes. */
function unquoted(value: string): string {
  return value.replace(/^['"]|['"]$/g, '')
}

/** The first URL in a value, which may be a list. */
function firstUrl(value: string | undefined): string | undefined {
  return /https?:\/\/[^\s'",\])]+/.exec(value ?? '')?.[0]
}
