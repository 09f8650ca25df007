const SITE = 'https://modelcontextprotocol.io'
const CURRENT = `${SITE}/specification/2026-07-28/basic`
/** The last revision with `initialize` and sessions. */
const WITH_SESSIONS = `${SITE}/specification/2025-11-25/basic`

/**
 * Addresses of rules in the MCP specification. A rule of revision 2026-07-28 has its address there, and a rule about
 * sessions has it in the last revision that had them.
 */
export const MCP_SPEC = {
  authorization: `${CURRENT}/authorization`,
  tokenRequirements: `${CURRENT}/authorization#token-requirements`,
  tokenHandling: `${CURRENT}/authorization#token-handling`,
  scopeSelection: `${CURRENT}/authorization#scope-selection-strategy`,
  scopeChallenge: `${CURRENT}/authorization#scope-challenge-handling`,
  serverDiscovery: `${CURRENT}/authorization/authorization-server-discovery#authorization-server-metadata-discovery`,
  registration: `${CURRENT}/authorization/client-registration`,
  dynamicRegistration: `${CURRENT}/authorization/client-registration#dynamic-client-registration`,
  tokenAudience: `${CURRENT}/authorization/security-considerations#access-token-privilege-restriction`,
  codeProtection: `${CURRENT}/authorization/security-considerations#authorization-code-protection`,
  confusedDeputy: `${CURRENT}/authorization/security-considerations#confused-deputy-problem`,
  streamableHttp: `${CURRENT}/transports/streamable-http`,
  oldTransport: `${CURRENT}/transports/streamable-http#backward-compatibility`,
  versions: `${CURRENT}/versioning#protocol-version-negotiation`,
  initialization: `${WITH_SESSIONS}/lifecycle#initialization`,
  sessionHijacking: `${WITH_SESSIONS}/security_best_practices#session-hijacking`,
} as const
