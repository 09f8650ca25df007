import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Refusals of a Keycloak token by an MCP server because of its lifetime, scopes or claims. Keycloak does not see them. */
export const MCP_SERVER_FAILURES: readonly KnownFailure[] = [
  {
    id: 'token-expired',
    topic: 'mcp-server',
    cause: 'expiry',
    example: 'Bearer token rejected for client 1234: token expired',
    text: [
      /Bearer token rejected for client .+: token expired/,
      /expired token for client (?<client>[\w.:/-]+)|Token issued to client (?<client2>\S+) has expired/,
      /"exp" claim timestamp check failed|exp\W+claim.*past current timestamp/,
      /\b[Tt]oken has expired\b|\b(?:jwt|JWT) expired\b|The JWT is no longer valid|[Ss]ignature has expired|token is expired|token expired\b/,
      /Jwt expired at (?<at>[\d:TZ.-]+)|Jwt is expired|\bExpired JWT\b|\bJWT has expired\b|JWTExpired|TokenExpiredError/,
      /IDX10223: .{0,200}?ValidTo \(UTC\): '(?<at>[^']+)', Current time \(UTC\): '(?<now>[^']+)'/,
      /IDX1022[35]\b|SecurityTokenExpired|SecurityTokenNoExpiration/,
      /\bExpiredSignature(?:Error)?\b|expired_token|Token has no expiration time|token missing expiration/,
      /oidc: token is expired \(Token Expiry: (?<at>[^)]+)\)/,
      /\b(?:access |bearer |id |JWT )*token (?:is |was |has )?(?:already |been )?expired\b|\bexp\b["' ]{0,3}claim .{0,30}(?:past|expired)/i,
    ],
    explain: ({ at, now }) => ({
      what: 'The access token has expired.',
      why: `${at ? `It was valid until ${at}${now ? `, and the server's clock says ${now}` : ''}. ` : ''}The program did not refresh it, or the clocks of the two machines differ. The clock of a suspended container can also be behind.`,
      fix: `Log in again. In a script, create a new token each time: ${command('token')}`,
    }),
    link: LINKS.bearer,
  },
  {
    id: 'token-not-yet-valid',
    topic: 'mcp-server',
    cause: 'expiry',
    example: 'jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)',
    text: [
      /Jwt used before (?<at>[\d:TZ.-]+)|JWT before use time|Jwt not yet valid|jwt not active|NotBeforeError/,
      /IDX10222: .{0,200}?ValidFrom \(UTC\): '(?<at>[^']+)', Current time \(UTC\): '(?<now>[^']+)'/,
      /IDX1022[24]\b|ImmatureSignature|SecurityTokenNotYetValid/,
      /token (?:is )?not (?:yet valid|valid yet)|token used before issued|before the nbf \(not before\) time/i,
      /"(?:nbf|iat)" claim timestamp check failed|unexpected JWT "nbf"|\biat\b.{0,40}(?:in the future|should be in the past)/,
    ],
    explain: ({ at, now }) => ({
      what: 'The token is not valid yet: the clock of the server is behind.',
      why: `${at ? `It is valid from ${at}${now ? `, and the server's clock says ${now}` : ''}. ` : ''}Keycloak and the MCP server run on machines or containers whose clocks differ. The clock of a suspended container or of WSL stops.`,
      fix: 'Set the clock (WSL: wsl --shutdown; Docker Desktop: restart it), or allow some seconds of difference in the server.',
    }),
    link: LINKS.bearer,
  },
  {
    id: 'scope-missing-in-token',
    topic: 'mcp-server',
    cause: 'scope',
    example:
      "Bearer token rejected for client 1234: missing required scopes (has ['openid'], requires ['mcp:tools'])",
    text: [
      /Bearer token rejected .*?missing required scopes \(has (?<has>.+?), requires (?<requires>[^)]+)\)/,
      /Token missing required scopes\. Has: (?<has>.+?), Required: (?<requires>.+)$/,
      /"error_description": ?"Insufficient scope"|InsufficientScopeError: Insufficient scope|[Ii]nsufficient scope: (?<requires>[\w:. -]+)/,
      /error="insufficient_scope"(?!.*Missing openid)(?:.*?scope="(?<requires>[^"]+)")?/,
      /Server returned 403 (?:after trying upscoping|insufficient_scope after)/,
      /(?:required|needed|necessary) scopes? (?:is |are |was )?(?:missing|not (?:present|granted|found))|missing (?:required |the )?scopes?\b(?:[: ]+["'`[]*(?<requires>[\w:.-]+))?|\blacks? (?:the )?(?:required )?scopes?\b/i,
      /"error": ?"insufficient_scope" ?\}/,
      /(?<!"error": ?")\binsufficient[_ ]scopes?\b(?!.{0,300}(?:client-registration|clients-registrations|Missing openid|Policy '|"error_description|Forbidden))/i,
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
    id: 'claim-missing',
    topic: 'mcp-server',
    cause: 'scope',
    example: 'An error occurred: AuthClaimMissing',
    text: [
      /profileURL set an email|email in id_token \([^)]*\) isn't verified/,
      /AuthClaimMissing|(?:required |mandatory )claims? (?:is |are )?missing|JWT missing required claims: \[(?<claim>[^\]]+)\]/,
      /\bNo [\w ]{2,20} \((?<claim>\w+)\) claim present/,
    ],
    vague: 'topic',
    culprit: ({ claim }) => claim,
    explain: (_, claim) => ({
      what: `The token lacks a claim that the server reads${claim ? `: ${claim}` : ''}.`,
      why: 'A claim comes from a mapper of a client scope. The client did not request that scope, or the realm does not have it.',
      fix: `${command('token', { decode: true })} (shows the claims of a token)`,
    }),
    link: LINKS.lostScopes,
  },
  {
    id: 'token-missing',
    topic: 'mcp-server',
    cause: 'token-missing',
    example: 'UnauthorizedError: No authorization token was found',
    text: [
      /No authorization token was found|authorization header not available|Missing Authorization header|Format is Authorization: Bearer/i,
      /\bJwt is missing\b|no bearer token(?: found)?|Found multiple bearer tokens|Invalid Authorization header format/i,
      /\(401 Unauthorized\) for url \((?<url>[^)]+)\)|401 error received for .{0,60}?without OAuth|www-authenticate: Bearer resource_metadata=/i,
      /AuthRequired\(AuthRequiredError|error: Auth required\b|"?error"?[=:] ?"invalid_token", ?"?error_description"?[=:] ?"Authentication required"/,
      /No valid authentication in request\. Initiating login/,
      /(?:bearer |access )token (?:is |was )?(?:missing|not (?:provided|present|found|sent))\b|(?:no|missing) (?:access |bearer )token\b|authorization header (?:is |was )?(?:missing|not)/i,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'The request has no access token.',
      why: 'That is how a login begins: the MCP server answers 401 and names its metadata. If no login follows, the program found no metadata, or it does not support OAuth. A redirect also removes the Authorization header.',
      fix: `${command('verify')} (plays the login of a client against the MCP server)`,
    }),
    link: LINKS.mcpAuthorization,
  },
  {
    id: 'roles-missing',
    topic: 'mcp-server',
    cause: 'claims',
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
    cause: 'claims',
    example: "KeyError: 'sub'",
    text: [/KeyError: 'sub'/, /[Mm]issing required "?sub"? claim|Token is missing the "sub" claim/],
    explain: (_, __, { options }) => ({
      what: 'The token has no "sub".',
      why: 'The scope "basic" adds it. A realm file with its own client scopes replaces Keycloak\'s scopes. Tokens of admin-cli also have no "sub".',
      fix: `${command('token', { decode: true })} (look at "sub")\nThen: ${resetCommand(options)}`,
    }),
    link: LINKS.subject,
  },
]
