/**
 * Things that people name with their fault, the most precise first. Each line has the words of the thing, its failures by
 * fault (`any`: the words are enough), and further words that may stand beside it.
 */
export const THINGS = String.raw`
cors|cross origin|preflight|access control allow origin ; wrong missing unsupported -> browser-blocked ; <registration>|headers?|options|post|fetch|xmlhttprequest|origin|by|trusted hosts?
(?:untrusted|invalid|wrong|unknown) origin|origin ; wrong -> origin-not-allowed host-header-refused ; <registration>
trusted hosts?|trusted host policy ; any wrong -> trusted-hosts ; <registration>|redirect
max clients(?: limit)?|client limit|too many clients ; any -> too-many-clients ; <registration>|limit|reached|exceeded
initial access token ; any required missing -> initial-access-token-required, wrong expired -> registration-token-refused ; <registration>
allowed client scopes ; any wrong -> scope-not-permitted ; <registration>
allowed protocol mapper types|protocol mappers? ; any wrong -> mapper-type-not-allowed ; <registration>|types?
user (?:has )?denied(?: the)? (?:access|consent|request) ; any -> consent-refused
consent ; required -> code-login-required registration-policy, wrong -> consent-refused ; screen
offline (?:access|tokens?|sessions?) ; wrong -> offline-access-not-allowed, expired missing -> session-ended
refresh(?:ing)? tokens?|token refresh ; expired wrong -> session-ended
client (?:secret|credentials|assertion) ; wrong missing -> client-secret-wrong
code verifier ; missing required -> code-verifier-missing, wrong -> code-verifier-wrong ; pkce
pkce|code challenge(?: method)?|s256 ; missing required unsupported -> pkce-missing, wrong -> code-verifier-wrong pkce-missing ; method
redirect (?:uris?|urls?)|callback (?:uris?|urls?) ; wrong missing -> redirect-uri-not-registered ; redirect
(?:protected )?resource metadata|oauth protected resource|rfc 9728|prm ; missing wrong unsupported -> resource-metadata-missing ; well known|discovery|fetch|protected
(?:authorization|auth|oauth|oidc|openid) (?:server )?(?:metadata|discovery)(?: document)?|openid configuration|discovery document|oauth authorization server ; missing wrong unsupported -> server-metadata-missing ; well known|discovery|fetch
well known ; missing -> resource-metadata-missing server-metadata-missing
registration endpoint ; missing unsupported -> registration-not-offered, wrong -> registration-failed ; <registration>
dynamic client registration|dynamic registration|dcr|client registration ; unsupported -> registration-not-offered, wrong -> registration-failed ; <registration>
register(?:ing)? (?:(?:a|an|the|my|new|dynamic) )*clients? ; wrong -> registration-failed ; <registration>
aud(?:ience)?(?: claim)? (?:is |only )*account ; any -> audience-mismatch
auds?|audiences? ; missing wrong required unsupported -> audience-mismatch ; mapper|resource
iss|issuers? ; wrong -> issuer-mismatch, missing -> issuer-mismatch response-issuer-missing ; hostname
hmac|hs256|hs512 ; wrong -> signature-invalid algorithm-not-allowed, unsupported -> algorithm-not-allowed ; secret|key|alg|algorithm|signature
alg|algorithms?|rs256|es256|ps256 ; wrong unsupported -> algorithm-not-allowed ; signing|signature|none
signatures? ; wrong -> signature-invalid
jwks?(?: uri| endpoint| url)?|json web key set|certs endpoint ; wrong expired missing -> keys-not-fetched ; fetch|load|retrieve|reach|keys?
kid|key id|signing keys?|public keys?|matching (?:public |signing )?keys?|jwk ; missing wrong -> signing-key-unknown ; matching|found|jwks|signing|keys?
clock (?:skew|drift)|time skew|clocks? (?:is |are )?(?:out of sync|not in sync|differs?|wrong) ; any wrong -> token-not-yet-valid token-expired
realm access|(?:realm |client )?roles|resource access ; missing -> roles-missing ; groups
sub ; missing -> subject-missing
scopes? ; wrong unsupported -> scope-not-assigned, missing required -> scope-missing-in-token ; insufficient
mcp session(?: id)? ; missing expired wrong required -> mcp-session-gone
(?:sso|keycloak|user|login|offline) session ; missing expired -> session-ended
session ; expired -> session-ended mcp-session-gone, missing -> mcp-session-gone session-ended
(?:authorization|auth) codes?|(?:expired|invalid) code|code (?:is |has |was )?(?:expired|invalid|already used|reused) ; expired wrong any -> code-not-valid ; already|twice|reused
token introspection|introspection|introspect ; wrong any -> introspection-audience ; active false|false
token exchange ; unsupported -> token-exchange-off, wrong -> token-exchange-failed ; standard|internal
user ?info ; wrong -> userinfo-without-openid token-not-of-this-realm
dpop(?: proof| nonce)? ; wrong missing required -> code-invalid-dpop-proof ; proof|nonce
direct access grants?|password grant|service accounts?|client credentials grant ; unsupported wrong -> token-without-login ; direct|password
(?:standard|implicit|device) flow|bearer only ; unsupported wrong any -> flow-disabled
grant type ; unsupported wrong -> grant-type-unknown
resource(?: indicator| parameter)? ; wrong -> resource-mismatch resource-not-known, unsupported -> resource-not-known ; indicators?
https|ssl ; required -> https-required
certificates?|cert|ssl|tls|self signed ; wrong -> certificate-not-trusted ; self signed|chain|authority|first|ca|local|issuer|https|handshake
(?:restart )?(?:login )?cookies? ; missing wrong unsupported -> cookie-not-found ; third party|3rd party
username|password|user credentials ; wrong -> wrong-password ; username|password
credentials ; wrong -> wrong-password client-secret-wrong
account|user ; unsupported -> user-disabled
required actions?|account not fully set up ; any required wrong -> profile-incomplete
port (?:\d+ )?(?:is |are )?(?:already )?(?:in use|allocated|taken|used|occupied|bound) ; any -> port-in-use ; already|8080|8443|9000
docker (?:daemon |desktop |engine )?(?:is )?not (?:running|reachable|started) ; any -> docker-unreachable
docker (?:is )?not installed ; any -> docker-missing
disk (?:is )?full|out of disk(?: space)?|not enough disk space|no disk space ; any -> disk-full
out of memory|oom|oomkilled|java heap space|exit code 137 ; any wrong -> out-of-memory ; killed|outofmemoryerror|lang
java (?:version )?too old|wrong java version|unsupported class version ; any -> java-too-old
java (?:is )?not (?:found|installed)|no java ; any -> java-missing ; found|home
keycloak (?:container )?(?:does |is |will |can )*not (?:start|starting|come up) ; any -> start-failed
(?:container|keycloak) (?:is )?unhealthy|health ?check ; any wrong -> container-unhealthy
(?:not|unable to|failed to) (?:connect to|reach) (?:the |my )?keycloak|keycloak (?:server )?(?:is )?not reachable ; any -> nothing-reached
realm ; missing -> realm-not-found, unsupported -> realm-disabled
(?:unknown|unrecogni[sz]ed) client(?: id)?|client(?: id)? (?:(?:is|was|could|can) )*(?:unknown|not (?:be )?(?:found|known|exist|recogni[sz]ed)) ; any wrong -> client-not-found client-unknown
tokens? (?:is )?(?:not active|inactive) ; any -> session-ended token-expired
authorization header|bearer tokens? ; missing required -> token-missing
token|tokens|jwt ; expired -> token-expired, missing -> token-missing
401|unauthorized ; any -> status-401 ; valid|successful|401|unauthorized
403|forbidden ; any -> status-403 ; valid|403|forbidden|<registration>
404 ; any -> status-404
405 ; any -> status-405 ; method
406 ; any -> status-406 ; acceptable
415 ; any -> status-415 ; media type
500 (?:internal )?(?:server )?error|(?:http|status) 500 ; any -> status-500
502|503|504 ; any -> status-502 ; gateway
`

/** Words of the registration, which stand beside many things: `<registration>`. */
export const REGISTRATION =
  'dynamic|dynamically|registrations?|register|registering|registered|dcr|policy|anonymous'
