import type { Ecosystem } from './ecosystem.ts'

const CERTIFICATES = 'https://www.keycloak.org/server/enabletls'

/** Languages and frameworks in which MCP servers check tokens. The precise ones are before the general ones. */
export const LIBRARIES: readonly Ecosystem[] = [
  {
    name: 'fastmcp',
    title: 'FastMCP',
    side: 'mcp-server',
    signs: [
      /(?<!realms\/|realm(?:Name|Id)?=['"]?)\bfast-?mcp\b/i, // the realm's name shows nothing
      /Bearer token rejected for client|FASTMCP_|JTI mapping not found|fastmcp\.server/,
    ],
    settings: {
      audience: 'KeycloakAuthProvider(…, audience="{audience}") or JWTVerifier(…, audience="{audience}")',
      issuer: 'KeycloakAuthProvider(realm_url="{issuer}", …) or JWTVerifier(issuer="{issuer}", …)',
      'key-not-found': 'JWTVerifier(jwks_uri="{issuer}/protocol/openid-connect/certs", …)',
      'keys-unreachable':
        'JWTVerifier(jwks_uri="<url from the container>/protocol/openid-connect/certs", issuer="{issuer}")',
      signature: 'JWTVerifier(jwks_uri=…, algorithm="RS256")',
      scope: 'KeycloakAuthProvider(required_scopes=["{scope}"])',
      'wrong-metadata': 'KeycloakAuthProvider(base_url="{expected}")',
      'missing-metadata': 'FastMCP("server", auth=KeycloakAuthProvider(realm_url="{issuer}", base_url=…))',
      'session-gone': 'OAuthProxy(client_storage=<a store on disk>, jwt_signing_key=<a fixed key>)',
      'redirect-drops-token':
        'mount the app of mcp.http_app(path="/mcp") at "/" so that /mcp needs no redirect',
      'server-restart': 'mcp.run(transport="http", stateless_http=True)',
      origin: `FASTMCP_HTTP_ALLOWED_HOSTS='["{host}"]'`,
    },
    docs: 'https://gofastmcp.com/servers/auth/authentication',
  },
  {
    name: 'spring',
    title: 'Spring Security',
    side: 'mcp-server',
    signs: [
      /org\.springframework|springframework\.security|spring-security/,
      /attempt(?:ing)? to decode the Jwt|with the provided Issuer of|provided in the configuration (?:metadata )?did not match/,
      /BearerTokenAuthentication|\.s\.s\.|spring\.security\.oauth2/,
    ],
    settings: {
      audience: 'spring.security.oauth2.resourceserver.jwt.audiences={audience}',
      issuer: 'spring.security.oauth2.resourceserver.jwt.issuer-uri={issuer}',
      'key-not-found':
        'spring.security.oauth2.resourceserver.jwt.jwk-set-uri=<issuer>/protocol/openid-connect/certs',
      'keys-unreachable':
        'spring.security.oauth2.resourceserver.jwt.jwk-set-uri=<url from the container>/protocol/openid-connect/certs',
      signature: 'spring.security.oauth2.resourceserver.jwt.jws-algorithms=RS256',
      expiry: 'new JwtTimestampValidator(Duration.ofSeconds(60)) allows a difference of the clocks',
      'host-unreachable':
        'in a container: jwk-set-uri with the URL of the container, issuer-uri as in the token',
      tls: 'import the certificate into the truststore of the JVM, or use an issuer-uri with http in development',
      'client-authentication':
        'spring.security.oauth2.client.registration.<id>.client-secret and .client-authentication-method',
    },
    docs: 'https://docs.spring.io/spring-security/reference/servlet/oauth2/resource-server/jwt.html',
  },
  {
    name: 'quarkus',
    title: 'Quarkus',
    side: 'mcp-server',
    signs: [
      /quarkus\.oidc|io\.qua\.oid|OidcProvider|JWK with kid '|Token issued to client|'Default' tenant|OIDC Server is not available/,
    ],
    settings: {
      audience: 'quarkus.oidc.token.audience={audience}',
      issuer: 'quarkus.oidc.token.issuer={issuer}',
      'key-not-found': 'quarkus.oidc.auth-server-url=<issuer>',
      'host-unreachable': 'quarkus.oidc.auth-server-url=<url from the container>',
      expiry: 'quarkus.oidc.token.lifespan-grace=60',
      tls: 'quarkus.oidc.tls.tls-configuration-name=<a configuration with the certificate>',
    },
    docs: 'https://quarkus.io/guides/security-oidc-bearer-token-authentication',
  },
  {
    name: 'dotnet',
    title: '.NET',
    side: 'mcp-server',
    signs: [
      /\bIDX\d{5}\b|Microsoft\.(?:IdentityModel|AspNetCore|Extensions)|RequireHttpsMetadata|validationParameters\./,
      /ModelContextProtocol\.(?!Sdk)|\bSystem\.\w+(?:\.\w+)*Exception|JwtBearer(?:Handler|Options)|SecurityToken\w+Exception/,
      /Resource URI in metadata \(|Authorization server metadata (?:issuer|from) '/,
    ],
    settings: {
      audience: 'options.Audience = "{audience}"; hidden values: IdentityModelEventSource.ShowPII = true',
      issuer:
        'options.TokenValidationParameters.ValidIssuer = "{issuer}" (and Authority or MetadataAddress for the keys)',
      'key-not-found':
        'options.Authority = "<issuer>"; "Number of keys in Configuration: 0" means that the metadata was not read',
      signature: 'options.TokenValidationParameters.ValidAlgorithms = ["RS256"]',
      expiry: 'options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1)',
      tls: 'options.RequireHttpsMetadata = false (in development)',
      'host-unreachable':
        'options.MetadataAddress = "<url from the container>/.well-known/openid-configuration"',
      'wrong-metadata': 'AddMcp(options => options.ResourceMetadata = new() { Resource = "{expected}" })',
    },
    docs: 'https://learn.microsoft.com/en-us/aspnet/core/security/authentication/configure-jwt-bearer-authentication',
  },
  {
    name: 'rust',
    title: 'Rust',
    side: 'mcp-server',
    signs: [
      /\brmcp\b|\.rs:\d|reqwest::|hyper_util::|Result::unwrap\(\)|agentgateway|\bError\((?:Invalid|Expired|Immature)\w+\)/,
      /^(?:Invalid(?:Audience|Issuer|Signature)|ExpiredSignature)$/,
    ],
    settings: {
      audience: 'validation.set_audience(&["{audience}"])',
      issuer: 'validation.set_issuer(&["{issuer}"])',
      signature: 'Validation::new(Algorithm::RS256), with the key of the realm at KEYCLOAK_JWKS_URI',
      expiry: 'validation.leeway = 60',
    },
    docs: 'https://docs.rs/jsonwebtoken/latest/jsonwebtoken/struct.Validation.html',
  },
  {
    name: 'python',
    title: 'Python',
    side: 'mcp-server',
    signs: [
      /Traceback \(most recent call last\)|\.py", line \d|site-packages|\w\.py:\d/,
      /(?<!\.)\b(?:jwt|jose|authlib|joserfc)\.(?:exceptions|errors)|\bmcp\.(?:client|server|shared)\b|pydantic|httpx\.|uvicorn|PyJWK/,
      /\b(?:InvalidAudienceError|InvalidIssuerError|ExpiredSignatureError|JWTClaimsError|OAuthFlowError|OAuthRegistrationError|OAuthTokenError)\b/,
    ],
    settings: {
      audience: 'jwt.decode(token, key, algorithms=["RS256"], audience="{audience}")',
      issuer: 'jwt.decode(token, key, algorithms=["RS256"], issuer="{issuer}")',
      'key-not-found':
        'PyJWKClient("<issuer>/protocol/openid-connect/certs").get_signing_key_from_jwt(token)',
      'keys-unreachable': 'PyJWKClient("<url from the container>/protocol/openid-connect/certs")',
      signature: 'jwt.decode(token, key, algorithms=["RS256"]) with the key of PyJWKClient',
      expiry: 'jwt.decode(…, leeway=30)',
      origin:
        'TransportSecuritySettings(allowed_hosts=["localhost:*", "{host}:*"], allowed_origins=["{origin}"])',
      scope: 'AuthSettings(required_scopes=["{scope}"])',
      'wrong-metadata': 'AuthSettings(resource_server_url="{expected}")',
      tls: 'SSL_CERT_FILE=<file of the certificate>',
    },
    docs: 'https://pyjwt.readthedocs.io/en/stable/usage.html',
  },
  {
    name: 'java',
    title: 'Java',
    side: 'mcp-server',
    signs: [
      /com\.nimbusds|com\.auth0\.jwt|io\.jsonwebtoken|org\.jose4j|org\.keycloak\.adapters|\bjavax?\.\w+\.\w+|sun\.security|PKIX|Caused by: |jboss\.resteasy/,
    ],
    settings: {
      audience: 'new DefaultJWTClaimsVerifier<>("{audience}", …)',
      issuer: 'new DefaultJWTClaimsVerifier<>(…, new JWTClaimsSet.Builder().issuer("{issuer}").build(), …)',
      tls: `keytool -importcert -cacerts -alias keycloak -file <file> (see ${CERTIFICATES})`,
      proxy: '-Dhttps.proxyHost=<host> -Dhttps.proxyPort=<port> -Dhttp.nonProxyHosts="localhost|127.*"',
    },
    docs: 'https://connect2id.com/products/nimbus-jose-jwt/examples/validating-jwt-access-tokens',
  },
  {
    name: 'go',
    title: 'Go',
    side: 'mcp-server',
    signs: [
      /\boidc: |\boauth2: "|dial tcp|token has invalid claims|token signature is invalid: |token is malformed: |verify id token signature|\bx509: |keyfunc|level=fatal msg=|crypto\/rsa|golang|\.go:\d+/,
    ],
    settings: {
      audience: 'provider.Verifier(&oidc.Config{ClientID: "{audience}"})',
      issuer: 'oidc.NewProvider(ctx, "{issuer}"); in a container: oidc.InsecureIssuerURLContext',
      'key-not-found': 'oidc.NewRemoteKeySet(ctx, "<issuer>/protocol/openid-connect/certs")',
      signature: 'oidc.Config{SupportedSigningAlgs: []string{"RS256"}}',
      expiry: 'jwt.WithLeeway(30 * time.Second)',
      tls: 'SSL_CERT_FILE=<file of the certificate>',
    },
    docs: 'https://pkg.go.dev/github.com/coreos/go-oidc/v3/oidc',
  },
  {
    name: 'node',
    title: 'Node',
    side: 'mcp-server',
    signs: [
      /node:internal|node_modules|\bnode:events|JWTClaimValidationFailed|ERR_J\w+|JW[TKS]S?[A-Z]\w+(?:Failed|Expired|Key|Timeout)|JOSEError/,
      /StreamableHTTPError|OperationProcessingError|JsonWebTokenError|TokenExpiredError|jwt (?:audience|issuer) invalid|openid-client|oauth4webapi|\bRPError|\bOPError/,
      /Incompatible auth server|Error POSTing to endpoint|TypeError: fetch failed|\bECONN\w+|UnauthorizedError/,
    ],
    settings: {
      audience: 'jwtVerify(token, keys, { issuer, audience: "{audience}" })',
      issuer: 'jwtVerify(token, keys, { issuer: "{issuer}", audience })',
      'key-not-found': 'createRemoteJWKSet(new URL("<issuer>/protocol/openid-connect/certs"))',
      'keys-unreachable':
        'createRemoteJWKSet(new URL("<url from the container>/protocol/openid-connect/certs"))',
      signature: 'jwtVerify(token, keys, { algorithms: ["RS256"] })',
      expiry: 'jwtVerify(token, keys, { clockTolerance: 5 })',
      scope: 'requireBearerAuth({ verifier, requiredScopes: ["{scope}"] })',
      'wrong-metadata': 'mcpAuthMetadataRouter({ resourceServerUrl: new URL("{expected}"), … })',
      tls: 'NODE_EXTRA_CA_CERTS=<file of the certificate>',
    },
    docs: 'https://github.com/panva/jose/blob/main/docs/jwt/verify/functions/jwtVerify.md',
  },
]
