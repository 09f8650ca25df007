import { command } from '../../config/command.ts'
import { isReservedScope } from '../../config/reserved-scopes.ts'
import { resetCommand } from '../../config/reset-command.ts'
import { hostOf } from '../host-of.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** The scopes of OpenID Connect. A managed realm lets clients request them. */
const STANDARD_SCOPES = ['openid', 'profile', 'email', 'offline_access']

/** Refusals by Keycloak's client registration policies. */
export const REGISTRATION_POLICY_FAILURES: readonly KnownFailure[] = [
  {
    id: 'redirect-host-not-trusted',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Trusted Hosts' rejected request to client-registration service. Details: URI doesn't match any trusted host or trusted domain",
    text: [/URI doesn't match any trusted host/, /KC-SERVICES0108: URI '(?<uri>[^']*)'/],
    culprit: ({ uri }) => hostOf(uri) ?? uri,
    explain: (_, host, { options }) => ({
      what: host
        ? `The client's redirect URI is on ${host}, which is not trusted.`
        : "The client's redirect URI is on a host that is not trusted.",
      why: 'The realm accepts a client only if all of its redirect URIs are on trusted hosts. The response does not name the refused URI; the server log does.',
      fix: resetCommand(options, { trustedHost: [host ?? '<host>'] }),
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'client-uri-host-not-trusted',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Trusted Hosts' rejected request to client-registration service. Details: URL doesn't match any trusted host or trusted domain",
    text: [/URL doesn't match any trusted host/, /KC-SERVICES0102: URL '(?<uri>[^']*)'/],
    culprit: ({ uri }) => hostOf(uri) ?? uri,
    explain: (_, host, { options }) => ({
      what: host
        ? `The client's home page is on ${host}, which is not trusted.`
        : "The client's home page is on a host that is not trusted.",
      why: 'The policy checks "client_uri" in a registration in the same way as the redirect URIs. The response does not name the host; the server log does.',
      fix: resetCommand(options, { trustedHost: [host ?? '<host>'] }),
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'sender-host-not-trusted',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted.",
    text: [/Details: Host not trusted\./, /KC-SERVICES0101: Failed to verify remote host : (?<ip>[^\s,]+)/],
    culprit: ({ ip }) => ip,
    explain: (_, ip, { options }) => ({
      what: ip
        ? `The registration came from ${ip}, which is not trusted.`
        : 'The registration came from an address that is not trusted.',
      why: "The realm checks the sender of a registration. With Docker the sender is the network's gateway, which differs for each network, and the list accepts no ranges. A managed realm has this check off.",
      fix: `${resetCommand(options)}\nIn your own realm: set "host-sending-registration-request-must-match" of its Trusted Hosts policy to false.`,
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'client-uri-malformed',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Trusted Hosts' rejected request to client-registration service. Details: URI is malformed",
    text: [/Details: UR[IL] is malformed/],
    explain: () => ({
      what: "A URI in the client's registration is not valid.",
      why: 'Keycloak could not read its host. Backslashes, spaces and unencoded brackets are not allowed in a URI.',
      fix: "Correct the redirect URIs and the client_uri in the client's registration.",
    }),
    link: LINKS.redirects,
  },
  {
    id: 'trusted-hosts',
    topic: 'registration',
    cause: 'registration-refused',
    example: "Policy 'Trusted Hosts' rejected request to client-registration service.",
    text: [/Policy 'Trusted Hosts' rejected/],
    events: [{ type: /^CLIENT_REGISTER_ERROR$/, details: { client_registration_policy: /^Trusted Hosts$/ } }],
    vague: 'topic',
    explain: (_, __, { options }) => ({
      what: 'A host in the registration is not trusted.',
      why: 'It is the host of a redirect URI, the host of the home page (client_uri), or the sender. The event does not say which; the server log does.',
      fix: `${command('logs', { since: '10m', level: 'WARN' })}\nThen: ${resetCommand(options, { trustedHost: ['<host>'] })}`,
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'scope-not-permitted',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Allowed Client Scopes' rejected request to client-registration service. Details: Not permitted to use specified clientScope",
    text: [
      /Not permitted to use specified clientScope/,
      /Requested scope '(?<scope>[^']*)' not trusted in the list/,
    ],
    events: [
      { type: /^CLIENT_REGISTER_ERROR$/, details: { client_registration_policy: /^Allowed Client Scopes$/ } },
    ],
    culprit: ({ scope }) => scope,
    explain: (_, scope, { options }) => ({
      what: scope
        ? `The client registers with the scope "${scope}", which is not allowed.`
        : 'The client registers with a scope that is not allowed.',
      why: whyScope(scope),
      fix: fixScope(scope, resetCommand(options), resetCommand(options, { scope: [scope ?? '<scope>'] })),
    }),
    link: LINKS.registrationScope,
  },
  {
    id: 'too-many-clients',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Max Clients Limit' rejected request to client-registration service. Details: It's allowed to have max 200 clients per realm",
    text: [/allowed to have max (?<limit>[1-9]\d*) clients per realm/],
    events: [
      { type: /^CLIENT_REGISTER_ERROR$/, details: { client_registration_policy: /^Max Clients Limit$/ } },
    ],
    culprit: ({ limit }) => limit,
    explain: (_, limit) => ({
      what: limit
        ? `The realm has reached its limit of ${limit} clients.`
        : 'The realm has reached its limit of clients.',
      why: 'Many programs register again for each login and do not delete their old clients. Keycloak also counts its own clients.',
      fix: command('clients prune', { unused: true }),
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'initial-access-token-required',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Initial Access Token Required' rejected request to client-registration service. Details: It's allowed to have max 0 clients per realm",
    text: [/Policy 'Initial Access Token Required' rejected/, /allowed to have max 0 clients per realm/],
    events: [
      {
        type: /^CLIENT_REGISTER_ERROR$/,
        details: { client_registration_policy: /^Initial Access Token Required$/ },
      },
    ],
    explain: () => ({
      what: 'The realm accepts no registration without an initial access token.',
      why: 'It was created with the overlay "strict", or its limit for anonymous registrations is 0 clients.',
      fix: `"${command('up')}" prints a token: send it as "Authorization: Bearer …" with the registration.\nIf the program cannot send it, register a client for the program and give it the client id.`,
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'mapper-type-not-allowed',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "Policy 'Allowed Protocol Mapper Types' rejected request to client-registration service. Details: ProtocolMapper type not allowed",
    text: [
      /ProtocolMapper type not allowed/,
      /KC-SERVICES0100: ProtocolMapper '[^']*' of type '(?<type>[^']*)' not allowed/,
    ],
    events: [
      {
        type: /^CLIENT_REGISTER_ERROR$/,
        details: { client_registration_policy: /^Allowed Protocol Mapper Types$/ },
      },
    ],
    culprit: ({ type }) => type,
    explain: (_, type) => ({
      what: `The client registers with a protocol mapper${type ? ` of type "${type}"` : ''}, which is not allowed.`,
      why: 'A self-registered client must not write its own claims into tokens.',
      fix: 'Remove the protocol mappers from the registration, and add them to a client scope of the realm.',
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'registration-policy',
    topic: 'registration',
    cause: 'registration-refused',
    example: "Policy 'Consent Required' rejected request to client-registration service.",
    text: [
      /Policy '(?<policy>[^']+)' rejected request to client-registration service(?:\. Details: (?<detail>[^"]+))?/,
    ],
    events: [{ type: /^CLIENT_REGISTER_ERROR$/, details: { client_registration_policy: /^(?<policy>.+)$/ } }],
    vague: 'topic',
    culprit: ({ policy }) => policy,
    explain: ({ detail }, policy, { options }) => ({
      what: `A registration policy of the realm${policy ? `, "${policy}",` : ''} refused the client.`,
      why: detail ?? 'The reason is in the server log.',
      fix: `${command('logs', { since: '10m', level: 'WARN' })}\nIf the realm was changed: ${resetCommand(options)}`,
    }),
    link: LINKS.registrationPolicies,
  },
]

function whyScope(scope: string | undefined): string {
  if (scope === undefined)
    return "It is neither a default nor an optional scope of the realm. Clients request the scopes in the MCP server's metadata, or all scopes that Keycloak lists. The server log names the scope."
  if (STANDARD_SCOPES.includes(scope))
    return 'Keycloak refuses it by default. A managed realm allows it, so this realm is not managed or was changed.'
  if (isReservedScope(scope))
    return 'Keycloak or OpenID Connect defines it, so no option can add it. A client that requests all scopes in the metadata requests it too. A managed realm does not list it.'
  return "It is neither a default nor an optional scope of the realm. Clients request the scopes in the MCP server's metadata."
}

function fixScope(scope: string | undefined, reset: string, add: string): string {
  if (scope !== undefined && STANDARD_SCOPES.includes(scope)) return reset
  const command = scope !== undefined && isReservedScope(scope) ? reset : add
  return `${command}\nOr remove it from the scopes that your MCP server requires.`
}
