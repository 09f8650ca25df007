import { python } from './python-literal.ts'
import type { ServerProfile, ServerSigns, TokenRules } from './server-profile.ts'

/** FastMCP's own message for a refused token. */
export function isFastmcp({ headers, refusal }: ServerSigns): boolean {
  return (
    headers.get('server') === 'uvicorn' && refusal.includes('clear authentication tokens in your MCP client')
  )
}

/**
 * Lists the edits that make a token-checking class of FastMCP refuse bad tokens.
 *
 * @param issuerArgument the name of its argument for the realm's URL
 */
export function tokenFixes(
  verifier: string,
  issuerArgument: string,
  { mcpUrl, issuer, scopes }: TokenRules,
): ReturnType<NonNullable<ServerProfile['fixes']>> {
  const verify = `verify the tokens with ${verifier}(${issuerArgument}=${python(issuer)}, …)`
  return {
    aud: `add audience=${python(mcpUrl)} to ${verifier}(…)`,
    iss: `${verify}, which checks "iss"`,
    exp: `${verify}, which checks "exp"`,
    scope: `add required_scopes=[${scopes.map(python).join(', ')}] to ${verifier}(…)`,
    sig: `${verify}, which checks the signature`,
  }
}

/** Writes the argument for a host name other than loopback. */
export function allowedHosts(publicHost: string | undefined): string {
  return publicHost === undefined ? '' : `\n        allowed_hosts=[${python(publicHost)}],`
}

/** The edit that makes FastMCP refuse a foreign `Origin` and `Host`. */
export function rebindingFix(): string {
  return 'add host_origin_protection=True to mcp.run(…)'
}
