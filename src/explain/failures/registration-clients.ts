import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Registrations as client programs report them: without the reason, or with a response that they do not understand. */
export const REGISTRATION_CLIENT_FAILURES: readonly KnownFailure[] = [
  {
    id: 'registration-not-offered',
    topic: 'registration',
    cause: 'registration-refused',
    example: 'Incompatible auth server: does not support dynamic client registration',
    text: [
      /does not support (?:dynamic|automatic) client registration/i,
      /[Dd]ynamic (?:client )?registration (?:is )?not (?:supported|available|enabled|allowed)/i,
      /authorization server '(?<issuer>[^']+)' does not support/,
      /no configured client registration methods are supported|registration_endpoint is required|no registration[_ ]endpoint/i,
      /User did not provide client details/,
    ],
    culprit: ({ issuer }) => issuer,
    explain: (_, issuer) => ({
      what: `The client found no registration endpoint in the metadata${issuer ? ` of ${issuer}` : ''}.`,
      why: 'The metadata belongs to another authorization server, or to the MCP server itself, which does not offer registration. The metadata of a realm has "registration_endpoint". A program that found no metadata reports the same.',
      fix: `${command('env')} (KEYCLOAK_ISSUER belongs into "authorization_servers" of the MCP server)\nOr give the program the id of a client that you created: ${command('snippets')}`,
    }),
    link: LINKS.mcpRegistration,
  },
  {
    id: 'registration-response-unreadable',
    topic: 'registration',
    cause: 'registration-refused',
    example: "Invalid registration response: Input should be 'web' or 'native' [type=literal_error]",
    text: [
      /Invalid (?:authorization dynamic client )?registration response/i,
      /Error parsing client registration response|validation errors? for OAuthClientInformation(?:Full)?/,
      /registration failed at (?<url>\S+?): 201\b/,
    ],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The registration succeeded${url ? ` at ${url}` : ''}, and the program does not understand the response.`,
      why: 'The program accepts only some values of a member, for example of token_endpoint_auth_method or application_type.',
      fix: 'Update the program. Until then, give it the id of a client that you created yourself.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'registration-with-admin-token',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      "status=403, error=insufficient_scope, description='Forbidden', url=http://localhost:8080/realms/fastmcp/clients-registrations/openid-connect",
    text: [
      /insufficient_scope.{0,80}Forbidden.{0,200}clients-registrations/,
      /clients-registrations.{0,300}insufficient_scope.{0,80}Forbidden/,
      /"insufficient_scope", ?"error_description": ?"Forbidden"/,
    ],
    explain: () => ({
      what: 'The registration has an access token that may not register clients.',
      why: 'The registration endpoint takes an initial access token. It takes the access token of a user or an administrator only with the role "create-client" of realm-management.',
      fix: `Remove the Authorization header, because anyone may register in a managed realm.\nOr send an initial access token: "${command('up')}" prints one in a "strict" realm.`,
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'redirect-uri-refused',
    topic: 'registration',
    cause: 'redirect-uri',
    example: '{"error":"invalid_redirect_uri","error_description":"Each redirect_uri must be an HTTPS URL"}',
    text: [
      /"?invalid_redirect_uri"?(?!.{0,200}(?:illegal scheme|URL fragment))/,
      /redirect[_ ]uris? (?:host )?.{0,60}?(?:must (?:be an|use) HTTPS|no longer support|must be url encoded|is not https)/i,
      /Each redirect_uri must be|require https redirect URIs(?:.{0,40}?(?<uri>https?:\S+))?/,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'The authorization server does not accept a redirect URI of the program.',
      why: 'The URI has a scheme, a host or a port that the server does not allow, it is not the registered one, or it is not encoded. One refused URI refuses the whole registration.',
      fix: `In a realm of Keycloak, the log names the URI: ${command('logs', { since: '10m', level: 'WARN' })}\nThen trust its host with --trusted-host, or give the program another callback URL.`,
    }),
    link: LINKS.redirects,
  },
  {
    id: 'registration-failed',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      'Error: Dynamic registration failed: Registration to http://localhost:8080/realms/fastmcp/clients-registrations/openid-connect failed.',
    text: [
      /Registration to (?<url>\S+) failed/,
      /(?:[Dd]ynamic |[Cc]lient )+[Rr]egistration (?:failed|rejected|error)(?: at (?<url>\S+?):? |\b)/,
      /\bRegistration (?:failed: ?|rejected(?: by| \(HTTP |$))(?<status>\d+)?/,
      /validation errors? for OAuthClientMetadata|[Ff]ailed to register (?:\w+ )?client|\bat (?:async )?registerClient \(|\bPOST \S+\/(?:register|clients-registrations\/[\w-]+) ?"?HTTP\/[\d.]+ 4\d\d\b/,
      /Couldn't register with .{1,60}? sign-in service/,
    ],
    vague: 'any',
    covers: ['token-missing'],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The registration of the client${url ? ` at ${url}` : ''} was refused, and the program does not show why.`,
      why: 'Usually a policy of the realm refuses a redirect URI or a scope. The response and the log of the server have the reason.',
      fix: `${command('logs --explain', { since: '10m' })}\nTo see which programs may register: ${command('doctor')}`,
    }),
    link: LINKS.registrationPolicies,
  },
]
