import { command } from '../../config/command.ts'
import { differenceOf, firstUrl, unquoted } from '../compare-values.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Issuers that differ: in a token, in metadata, or in the response of a login. */
export const ISSUER_FAILURES: readonly KnownFailure[] = [
  {
    id: 'issuer-mismatch',
    topic: 'mcp-server',
    cause: 'issuer',
    example:
      "Bearer token rejected for client 1234: issuer mismatch (got 'http://localhost:8080/realms/fastmcp', expected 'http://keycloak:8080/realms/fastmcp')",
    text: [
      /Bearer token rejected .{0,200}?issuer mismatch \(got (?<got>.+?), expected (?<expected>[^)]+)\)/,
      /IDX10205: Issuer validation failed\. Issuer: '(?<got>[^']*)'\. Did not match: validationParameters\.ValidIssuer: '(?:null|(?<expected>[^']*))'/,
      /IDX10205: .{0,900}?CurrentConfiguration\.Issuer: '(?<expected>[^']+)'/,
      /IDX1020[49]\b|IDX10211\b/,
      /metadata issuer mismatch: (?<got>\S+) != (?<expected>\S+)/,
      /[Ii]ssuer mismatch in authorization server metadata.{0,200}?: expected "(?<expected>[^"]+)", received "(?<got>[^"]+)"/,
      /issuer mismatch: expected (?<expected>https?:\S+?),? received (?<got>\S+)/i,
      /\biss(?:uer)?\b[^.]{0,60}?\bexpected:? [`"'[(]{0,2}(?<expected>https?:[^\s`"'\]),;]+)[`"'\])]{0,2},? (?:but )?(?:got|was|received|actual|found):? [`"'[(]{0,2}(?<got>[^\s`"'\]),;]+)/i,
      /\bissuer(?: URI| URL)? [`"']?(?<got>https?:[^\s`"']+)[`"']? \(expected [`"']?(?<expected>[^\s`"')]+)/,
      /expected (?:one of )?\[(?<expected>[^\]]+)\] but got \[(?<got>[^\]]+)\] for claim \[iss\]/,
      /The issuer '(?<got>[^']+)' is invalid|["']iss["'] not satisfied/,
      /metadata issuer ["'](?<got>[^"']+)["'] does not match (?:the )?(?:expected issuer|issuer URL) ["'](?<expected>[^"']+)/,
      /issuer did not match the issuer returned by provider, expected "(?<expected>[^"]+)" got "(?<got>[^"]+)/,
      /issuer URL provided to client \("(?<expected>[^"]+)"\) did not match the issuer URL returned by provider \("(?<got>[^"]+)/,
      /issued by a different provider, expected "(?<expected>[^"]+)" got "(?<got>[^"]+)"/,
      /Issuer "(?<got>[^"]+)" provided in the configuration (?:metadata )?did not match the requested issuer "(?<expected>[^"]+)/,
      /JWT iss claim has value (?<got>[^\s,]+), must be (?<expected>\S+)/,
      /Issuer \(iss\) claim value \((?<got>[^)]+)\) doesn't match expected value of (?<expected>\S+)/,
      /Expected iss claim to be: (?<expected>[^\s,]+), but was: (?<got>\S+?)\.?(?:\s|$)|[Cc]laim 'iss' value doesn't match/,
      /jwt issuer invalid(?:\. expected: (?<expected>[^\s"',}]+))?/,
      /Invalid token issuer(?:\. Expected '(?<expected>[^']+)', but was '(?<got>[^']+)')?/i,
      /discovered metadata issuer does not match the expected issuer(?:.{0,900}?expected: '(?<expected>[^']+)')?(?:.{0,200}?issuer: '(?<got>[^']+)')?/,
      /unexpected (?:JWT )?"iss" (?:\(issuer\) )?claim value|Unexpected 'iss' value/,
      /Payload Issuer \(iss\) must|OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED|information is bound to authorization server (?<expected>\S+) and is not presented to (?<got>\S+)/,
      /"issuer" property does not match the expected value/,
      /issuer mismatch for client (?<client>[\w.:/-]+)/,
      /\bInvalidIssuerError\b|\bInvalidIssuer\b|SecurityTokenInvalidIssuer|JWT issuer claim|\bwrong ISS\b|non-trusted issuer|issuer not in allow|invalid claims: \{[^}]*\biss=/,
      /[Ii]nvalid[ _]issuer\b|The iss claim is not valid|token has invalid issuer|Invalid claim:? ["']iss["']/,
      /Jwt issuer is not configured|[Tt]oken issuer (?:is )?not allowed|No credentials found for given 'iss'|No mandatory 'iss' in claims/,
      /Discovery metadata issuer does not match token issuer|[Mm]issing (?:the |required )?(?:claim: )?"?iss\b"?(?! parameter)/,
      /\b(?:invalid|wrong|unexpected|incorrect|unknown|untrusted) (?:token |JWT )?(?:issuer|"?iss"?)\b(?! for issuer)/i,
      /(?<!response )\b(?:issuer|iss)\b["' ]{0,3}(?:claim |of the token |in token |value |validation |URL |url )?(?:mismatch|does not match|did not match|doesn't match|is invalid|is not valid|is not trusted|not trusted|not allowed|validation failed)(?! in \w+ response)/i,
    ],
    culprit: ({ got }) => firstUrl(got),
    explain: ({ got, expected }) => {
      const [want, have] = [expected && unquoted(expected), got && unquoted(got)]
      return {
        what: 'The issuer is not the expected one.',
        why: [
          ...(want && have ? [`The expected issuer is ${want}, the actual issuer is ${have}.`] : []),
          ...(want && !have ? [`The expected issuer is ${want}.`] : []),
          ...[differenceOf(want, have) ?? []].flat(),
          "Both must be exactly equal. Keycloak's issuer is the same from the host and from containers. A server in a container may fetch keys under another host name, but must expect the issuer of the host.",
        ].join(' '),
        fix: `${command('env')} (configure the server to expect KEYCLOAK_ISSUER, without a trailing slash)`,
      }
    },
    link: LINKS.issuerInContainers,
  },
  {
    id: 'response-issuer-missing',
    topic: 'login',
    cause: 'issuer-response',
    covers: ['issuer'],
    example:
      'Authorization server response missing required issuer: expected http://localhost:8080/realms/fastmcp',
    text: [
      /response missing required issuer(?::? expected (?<expected>[^\s"',]+))?/i,
      /[Rr]esponse missing iss parameter advertised/,
      /RFC 9207 iss parameter support but none was received/,
      /response parameter "iss" \(issuer\) missing|iss missing from the response/,
      /\biss(?:uer)? (?:parameter )?(?:is )?missing (?:from|in) (?:the )?(?:authorization )?(?:response|callback)/i,
      /missing (?:the )?["'`]?iss(?:uer)?["'`]? (?:parameter )?(?:from|in) (?:the )?(?:authorization )?(?:response|callback)/i,
    ],
    culprit: ({ expected }) => expected,
    explain: (_, expected) => ({
      what: 'The response of the login has no "iss", which the metadata promises.',
      why: `RFC 9207 adds the issuer${expected ? ` (${expected})` : ''} to the redirect. The client in Keycloak has "Exclude Issuer From Authentication Response" on, or a proxy between them removed the parameter.`,
      fix: 'Admin console, Clients, the client, Advanced, OpenID Connect Compatibility Modes: Exclude Issuer From Authentication Response: off.\nFor an OAuth proxy in front of Keycloak: pass "iss" on, or remove authorization_response_iss_parameter_supported from its metadata.',
    }),
    link: LINKS.responseIssuer,
  },
  {
    id: 'response-issuer-differs',
    topic: 'login',
    cause: 'issuer-response',
    covers: ['issuer'],
    example:
      'Authorization response iss mismatch: http://localhost:8080/realms/other != http://localhost:8080/realms/fastmcp',
    text: [
      /[Rr]esponse iss mismatch: (?<got>\S+) != (?<expected>\S+)/,
      /response issuer ["'](?<got>[^"']+)["'] does not match expected issuer ["'](?<expected>[^"']+)/,
      /unexpected "iss" \(issuer\) response parameter value|iss mismatch, expected (?<expected>\S+), got: (?<got>\S+)/,
      /[Ii]ssuer mismatch in authorization[_ ]response/,
    ],
    culprit: ({ got }) => got,
    explain: ({ expected, got }) => ({
      what: 'The response of the login comes from another issuer than the client expects.',
      why: [
        ...(expected && got ? [`The client expects ${expected}, the response has ${got}.`] : []),
        ...[differenceOf(expected, got) ?? []].flat(),
        'The client read the metadata under another address, or mixes two authorization servers.',
      ].join(' '),
      fix: `${command('env')} (the client and the MCP server must use KEYCLOAK_ISSUER)`,
    }),
    link: LINKS.responseIssuer,
  },
]
