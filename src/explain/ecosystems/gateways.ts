import type { Ecosystem } from './ecosystem.ts'

/** Proxies and gateways that check tokens for the programs behind them. */
export const GATEWAYS: readonly Ecosystem[] = [
  {
    name: 'oauth2-proxy',
    title: 'oauth2-proxy',
    side: 'mcp-server',
    signs: [
      /oauth2[-_ ]?proxy|oauthproxy\.go|OAuth2 callback|any of allowed audiences|OAuth2: unable to obtain CSRF/i,
    ],
    settings: {
      audience: '--oidc-extra-audience={got}, or add the audience {expected} to the token by a mapper',
      issuer: '--oidc-issuer-url={issuer}',
      'redirect-uri': '--redirect-url=<external url>/oauth2/callback, as registered in the client',
      cookies:
        '--cookie-secure=false for plain http, --cookie-domain and --redirect-url with the host of the browser',
      signature: '--oidc-enabled-signing-alg=RS256',
      'host-unreachable': '--skip-oidc-discovery with --login-url, --redeem-url and --oidc-jwks-url',
      tls: '--provider-ca-file=<file of the certificate>',
    },
    docs: 'https://oauth2-proxy.github.io/oauth2-proxy/configuration/providers/keycloak_oidc',
  },
  {
    name: 'envoy',
    title: 'Envoy and Istio',
    side: 'mcp-server',
    signs: [
      /\bJwks? (?:is|issuer|verif|remote|doesn|not|auth)|Audiences in Jwt|\bJWT token verification completed\b|\benvoy\b|\bistio/i,
    ],
    settings: {
      audience: 'RequestAuthentication jwtRules: audiences: ["{audience}"]',
      issuer: 'RequestAuthentication jwtRules: issuer: "{issuer}" (exactly as in the token)',
      'key-not-found':
        'jwtRules: jwksUri: <issuer>/protocol/openid-connect/certs (istiod caches keys for 20 minutes: restart it)',
      'keys-unreachable':
        'jwksUri must be reachable from istiod; Envoy: remote_jwks.http_uri.cluster with a TLS context for https',
    },
    docs: 'https://istio.io/latest/docs/reference/config/security/request_authentication/',
  },
  {
    name: 'gateway',
    title: 'Kong, APISIX and Apache',
    side: 'mcp-server',
    signs: [
      /\bkong\b|apisix|authz-keycloak|jwt-keycloak|No credentials found for given 'iss'|Token issuer not allowed|auth_openidc|oidc_proto_|accessing discovery url/i,
    ],
    settings: {
      issuer: 'Kong: allowed_iss=["{issuer}"] (jwt-keycloak), or a credential with key={issuer} (jwt)',
      'host-unreachable': 'the discovery URL must work from the container of the gateway',
      signature: 'Apache: OIDCProviderMetadataURL <issuer>/.well-known/openid-configuration',
    },
    docs: 'https://docs.konghq.com/hub/',
  },
  {
    name: 'php',
    title: 'PHP',
    side: 'mcp-server',
    signs: [/\\vendor\\|\/vendor\/|\.php\b|KeycloakGuard|KeycloakWebGuard|Jumbojett|Laravel/],
    settings: {
      audience: 'KEYCLOAK_ALLOWED_RESOURCES={audience}',
      signature:
        'KEYCLOAK_TOKEN_ENCRYPTION_ALGORITHM=RS256 and KEYCLOAK_REALM_PUBLIC_KEY with the key of the realm',
    },
    docs: 'https://github.com/robsontenorio/laravel-keycloak-guard',
  },
]
