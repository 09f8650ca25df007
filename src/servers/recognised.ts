import type { ServerProfile, TokenRules } from './server-profile.ts'
import { joseFixes, quoted } from './typescript-parts.ts'

/** A framework or proxy with fix lines, for which mcp-keycloak has no snippet. */
export type RecognisedServer = Pick<
  ServerProfile,
  'title' | 'shows' | 'fixes' | 'rebindingFix' | 'toolScopeFix'
>

const jwks = ({ issuer }: TokenRules) => quoted(`${issuer}/protocol/openid-connect/certs`)

/** Frameworks and proxies with an answer that no other one gives. Each is recognised by that answer only. */
export const RECOGNISED_SERVERS: readonly RecognisedServer[] = [
  {
    title: 'TypeScript SDK', // on Hono, on Node, or on Express without X-Powered-By
    shows: ({ challenge }) => challenge.includes('error_description="Missing Authorization header"'),
    fixes: joseFixes,
    toolScopeFix: (scopes) => `add scopeChallenge: requireScopes(${scopes}) to the tool (version 2)`,
  },
  {
    title: 'mcp-use',
    shows: ({ challenge }) =>
      challenge.includes('error="unauthorized", error_description="Authorization needed"'),
    fixes: ({ mcpUrl }) => ({
      aud: `add audience: ${quoted(mcpUrl)} to oauthKeycloakProvider({ … })`,
      sig: 'do not set verifyJwt: false in oauthKeycloakProvider({ … })',
    }),
  },
  {
    title: 'fastmcp (TypeScript)', // the 401 that it makes of an error in authenticate(…)
    shows: ({ challenge, firstText }) =>
      /^Bearer resource_metadata="[^"]*", error="invalid_token", error_description=/.test(challenge) &&
      firstText.startsWith('{"error":{"code":-32000,"message":'),
    fixes: (rules) => ({
      ...joseFixes(rules),
      scope: 'answer 403 in authenticate(…) to a token without a scope',
    }),
  },
  {
    title: 'Go SDK',
    shows: ({ firstText, headers }) =>
      firstText.trim() === 'no bearer token' && headers.get('x-content-type-options') === 'nosniff',
    fixes: (rules) => ({
      aud: `add jwt.WithAudience(${quoted(rules.mcpUrl)}) to jwt.Parse in your TokenVerifier (golang-jwt), or set ClientID: ${quoted(rules.mcpUrl)} in oidc.Config (go-oidc)`,
      iss: `add jwt.WithIssuer(${quoted(rules.issuer)}) to jwt.Parse in your TokenVerifier (golang-jwt)`,
      exp: 'set Expiration in the TokenInfo that your TokenVerifier returns to the "exp" of the token',
      time: 'add jwt.WithExpirationRequired() to jwt.Parse in your TokenVerifier (golang-jwt)',
      scope: `add Scopes: []string{${rules.scopes.map(quoted).join(', ')}} to RequireBearerTokenOptions`,
      sig: `verify the signature in your TokenVerifier with the keys at ${jwks(rules)}`,
    }),
  },
  {
    title: 'Spring Security',
    shows: ({ headers }) =>
      /error_uri="https:\/\/(tools\.ietf\.org\/html|datatracker\.ietf\.org\/doc\/html)\/rfc6750#section-3\.1"/.test(
        headers.get('www-authenticate') ?? '',
      ),
    fixes: ({ mcpUrl, issuer, scopes }) => ({
      aud: `set spring.security.oauth2.resourceserver.jwt.audiences=${mcpUrl}`,
      iss: `set spring.security.oauth2.resourceserver.jwt.issuer-uri=${issuer}`,
      exp: `use JwtValidators.createDefaultWithIssuer(${quoted(issuer)}) in your JwtDecoder, which checks "exp"`,
      scope: `require hasAuthority(${quoted(`SCOPE_${scopes[0] ?? 'openid'}`)}) for the endpoint in the SecurityFilterChain`,
      sig: `set spring.security.oauth2.resourceserver.jwt.issuer-uri=${issuer}, and define no JwtDecoder of your own`,
    }),
  },
  {
    title: 'Envoy (jwt_authn)',
    shows: ({ refusal, firstText }) =>
      firstText === 'Jwt is missing' || refusal.startsWith('Jwt is not in the form of'),
    fixes: (rules) => ({
      aud: `add ${quoted(rules.mcpUrl)} to the audiences of the JWT provider`,
      iss: `set issuer: ${quoted(rules.issuer)} in the JWT provider`,
      time: 'set require_expiration: true in the JWT provider',
      sig: `set remote_jwks of the JWT provider to ${jwks(rules)}`,
    }),
  },
  {
    title: 'agentgateway',
    shows: ({ firstText }) => firstText.startsWith('authentication failure: no bearer token found'),
    fixes: (rules) => ({
      aud: `set audiences: [${quoted(rules.mcpUrl)}] in jwtAuth`,
      iss: `set issuer: ${quoted(rules.issuer)} in jwtAuth`,
      sig: `set the url of jwks in jwtAuth to ${jwks(rules)}`,
    }),
  },
  {
    title: 'ASP.NET Core',
    // The challenge of the MCP C# SDK, or that of AddJwtBearer, by Microsoft's own web server.
    shows: ({ headers, challenge }) =>
      headers.get('server') === 'Kestrel' &&
      /^Bearer\b/.test(challenge || (headers.get('www-authenticate') ?? '')),
    rebindingFix: () =>
      'set "AllowedHosts" in appsettings.json, and answer 403 to a foreign Origin in app.Use(…)',
    fixes: ({ mcpUrl, issuer }) => ({
      aud: `set ValidAudience = ${quoted(mcpUrl)} in the TokenValidationParameters of AddJwtBearer(…)`,
      iss: `set ValidIssuer = ${quoted(issuer)} in the TokenValidationParameters of AddJwtBearer(…)`,
      exp: 'set ValidateLifetime = true in the TokenValidationParameters of AddJwtBearer(…)',
      time: 'set RequireExpirationTime = true and ValidateLifetime = true in the TokenValidationParameters of AddJwtBearer(…)',
      sig: `set Authority = ${quoted(issuer)} in AddJwtBearer(…), and no SignatureValidator`,
    }),
  },
  {
    title: 'nginx', // the proxy refuses the request, not the server behind it
    shows: ({ refusal }) => /<center>(nginx|openresty)(\/[\d.]+)?<\/center>/.test(refusal),
  },
]
