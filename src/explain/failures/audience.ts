import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import { differenceOf, firstUrl, unquoted } from '../compare-values.ts'
import type { Facts, KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** The words of .NET in place of values while ShowPII is off. */
const HIDDEN = /^(?:System\.|\[PII|null$|undefined$|None$)/

/** Refusals of a token because of its "aud". */
export const AUDIENCE_FAILURES: readonly KnownFailure[] = [
  {
    id: 'audience-mismatch',
    topic: 'mcp-server',
    cause: 'audience',
    example:
      "Bearer token rejected for client 1234: audience mismatch (got 'account', expected 'http://localhost:8000/mcp')",
    text: [
      /Bearer token rejected .{0,200}?audience mismatch \(got (?<got>.+?), expected (?<expected>[^)]+)\)/,
      /IDX10214: Audience validation failed\. Audiences: '(?<got>[^']*)'\. Did not match: validationParameters\.ValidAudience: '(?<expected>[^']*)'/,
      /IDX1020[67]: Unable to validate audience/,
      /audience from claim \w+ with value \[(?<got>[^\]]*)\] does not match with any of allowed audiences map\[(?<expected>[^\]:]+)/,
      /audience claims \[[^\]]*\] do not exist in claims|struct field \w+\.aud\b/,
      /oidc: expected audience "(?<expected>[^"]+)" got (?<got>\[[^\]]*\])/,
      /\baud(?:ience)?\b[^.]{0,40}?\bexpected:? [`"'[(]{0,2}(?<expected>[^\s`"'\]),;]+)[`"'\])]{0,2},? (?:but )?(?:got|was|received|actual|found):? (?<got>\[[^\]]*\]|[^\s,;)}]+)/i,
      /expected (?:one of )?\[(?<expected>[^\]]+)\] but got \[(?<got>[^\]]+)\] for claim \[aud\]/,
      /Expected aud claim to be: (?<expected>[^\s,]+), but was: (?<got>.+?)\.?$/,
      /JWTNotInAudience|Expected audience not available|[Tt]oken (?:is|was) not issued for this audience|token audience \[(?<got>[^\]]*)\] does not match/,
      /The audiences? '(?<got>[^']+)' (?:is|are) invalid|["']aud["'] not satisfied/,
      /'aud' claim and 'client_id' do not match, aud=(?<got>[^\s,]+), client_id=(?<expected>[\w.:/-]+)/,
      /cannot find 'client_id' in 'aud' claim, aud=\[(?<got>[^\]]*)\], client_id=(?<expected>[\w.:/-]+)/,
      /Audience \(aud\) claim \[(?<got>[^\]]*)\] doesn't contain an acceptable identifier\. Expected \[?(?<expected>[^\s\]]+)/,
      /Missing expected '(?<expected>[^']+)' value in 'aud' claim \[(?<got>[^\]]*)\]|[Cc]laim 'aud' value doesn't contain/,
      /JWT audience rejected: \[(?<got>[^\]]*)\]/,
      /jwt audience invalid(?:\. expected: (?<expected>[^\s"',}]+))?/,
      /Bearer token resource '?(?<got>[^\s']+)'? is not resource_server_url (?<expected>\S+)/,
      /Invalid token audience(?:\. Expected '(?<expected>[^']+)', but was '(?<got>[^']+)')?/i,
      /unexpected (?:JWT )?"aud" (?:\(audience\) )?claim value(?:.{0,400}?\baud: \[? ?'(?<got>[^']+)')?|Unexpected 'aud' value/,
      /[Tt]oken was not issued for this (?:resource|server|audience)/,
      /\bInvalidAudienceError\b|SecurityTokenInvalidAudience|\bInvalidAudience\b|Audience doesn't match|invalid claims: \{[^}]*\baud=/,
      /[Mm]issing (?:required )?(?:claim: )?["']?aud\b|missing the "aud" claim|Missing required claim: aud\b|JWT missing required audience/,
      /[Ii]nvalid[ _]audience\b|The aud claim is not valid|token has invalid audience|Invalid claim:? ["']aud["']/,
      /Invalid claim format in token|Exception Type: JWTClaimsError.{0,40}audience/,
      /Audiences in Jwt are not allowed|required audience is missing/,
      /\b(?:invalid|wrong|unexpected|incorrect|bad|unknown) (?:token |JWT |JWT token )?(?:audience|"?aud"?)\b(?! available)/i,
      /\b(?:audience|aud)\b["' ]{0,3}(?:claim |of the token |in token |value |validation |check |verification )?(?:mismatch|does not match|did not match|doesn't match|is invalid|is not allowed|not allowed|not accepted|failed|does not contain|is not valid|must (?:be|contain|include))/i,
    ],
    culprit: ({ expected }) => firstUrl(expected),
    explain: ({ got, expected }, url, { options }) => {
      const [want, have] = [shown(expected), shown(got)]
      return {
        what: want
          ? `The token was not issued for ${want}.`
          : 'The token was not issued for this MCP server ("aud").',
        why: [
          ...(have ? [`Its "aud" is ${have}.`] : []),
          differenceOf(want, have, ['the expected audience', 'the "aud" of the token']) ??
            'The audience that the server expects must equal an MCP URL of the realm. A trailing slash, another port, or 127.0.0.1 for localhost makes it differ.',
          'A token without "aud" comes from a realm whose scope "basic" has no audience mapper.',
          ...(expected && HIDDEN.test(expected) ? ['The message hides the values.'] : []),
        ].join(' '),
        fix: [
          ...(url === undefined && want !== undefined
            ? [
                `Admin console, Client scopes, basic, Mappers: add an "Audience" mapper with ${want} as its custom audience.`,
              ]
            : [resetCommand(options, { mcpUrl: [url ?? '<mcp url>'] })]),
          `Or configure the server to expect the "aud" of the realm's tokens: ${command('token', { decode: true })}`,
        ].join('\n'),
      }
    },
    link: LINKS.audience,
  },
  {
    id: 'audience-not-configured',
    topic: 'mcp-server',
    cause: 'audience',
    example:
      'IDX10208: Unable to validate audience. validationParameters.ValidAudience is null or whitespace and validationParameters.ValidAudiences is null.',
    text: [/IDX10208: Unable to validate audience/],
    explain: () => ({
      what: 'The server checks the audience of tokens, and its configuration names none.',
      why: 'The token may be right. The server does not know which "aud" to expect.',
      fix: `Configure the audience: it is the MCP URL, as ${command('token', { decode: true })} shows it in "aud".`,
    }),
    link: LINKS.audience,
  },
  {
    id: 'mcp-server-unauthorized',
    topic: 'mcp-server',
    cause: 'audience',
    example: 'Server returned 401 after successful authentication',
    text: [
      /Server returned 401 after (?:successful|re-)\s?authentication/,
      /Auth error returned: invalid_token \(status=401\)/,
      /The provided bearer token is invalid, expired, or no longer recognized by the server/,
      /Not a valid token for this server/,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'The MCP server refuses the token, although the login succeeded.',
      why: 'Usually its "aud" is not the one that the server expects. The response does not say so, and Keycloak does not see the refusal. FastMCP logs the reason at WARNING; with FASTMCP_LOG_LEVEL=DEBUG it also logs what it could not verify.',
      fix: `${command('token', { decode: true })} (compare "aud" and "iss" with the values that your server expects)`,
    }),
    link: LINKS.audience,
  },
]

/** A value for a sentence; `undefined` for a hidden or empty one. */
function shown(value: Facts[string] | undefined): string | undefined {
  if (value === undefined || HIDDEN.test(value)) return undefined
  return unquoted(value) || undefined
}
