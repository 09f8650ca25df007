import type { SnippetTarget } from '../config/snippet.ts'
import {
  isFastmcp,
  rebindingFix,
  runServer,
  STRICT_PROVIDER,
  tokenAlgorithm,
  tokenFixes,
} from './fastmcp-token-fixes.ts'
import { listenAddress } from './listen-address.ts'
import { python } from './python-literal.ts'
import { serverScopes } from './scopes.ts'
import type { ServerProfile } from './server-profile.ts'
import { serverSnippet } from './server-snippet.ts'

/** FastMCP with its own `KeycloakAuthProvider`: clients register at Keycloak, the server checks the tokens. */
export const fastmcp: ServerProfile = {
  name: 'fastmcp',
  title: 'FastMCP',
  testedVersion: '4.1.2',
  shows: (signs) => isFastmcp(signs) && !signs.isAuthorizationServer,
  rebindingFix,
  fixes: (rules) => tokenFixes('KeycloakAuthProvider', 'realm_url', rules),
  snippets: (target) => [
    serverSnippet(target, 'A server with login', server(target), 'server.py'),
    { title: 'Run it', language: 'sh', code: 'uv run --with fastmcp server.py' },
    { title: 'Run it without uv', language: 'sh', code: 'pip install fastmcp\npython server.py' },
  ],
}

function server(target: SnippetTarget): string {
  const { mcpUrl, issuer, serverName } = target
  const address = listenAddress(mcpUrl)
  const { origin } = address
  return `import time

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.auth.providers.keycloak import KeycloakAuthProvider
from fastmcp.server.dependencies import get_access_token


${STRICT_PROVIDER}


auth = StrictKeycloakAuthProvider(
    realm_url=${python(issuer)},
    base_url=${python(origin)},
    # Without it, a token that was issued for another server would be accepted too.
    audience=${python(mcpUrl)},${scopesArgument(target)}
)${tokenAlgorithm(target)}
mcp = FastMCP(${python(serverName)}, auth=auth)


def realm_roles(claims: dict) -> list[str]:
    return claims.get("realm_access", {}).get("roles", [])


@mcp.tool
def whoami() -> dict:
    """Show who is logged in, from the claims of the access token."""
    claims = get_access_token().claims
    return {
        "subject": claims["sub"],
        "username": claims.get("preferred_username"),  # there when the client asked for the scope "profile"
        "client": claims.get("azp"),
        "scope": claims.get("scope"),
        "roles": realm_roles(claims),
    }


@mcp.tool
def admin_only() -> str:
    """Greet users who have the realm role "admin"; refuse everybody else."""
    if "admin" not in realm_roles(get_access_token().claims):
        raise ToolError('Only users with the realm role "admin" may call this tool.')
    return "Hello, admin."


${runServer(address)}`
}

/** The scopes of the server, when they are others than FastMCP's own default. */
function scopesArgument(target: SnippetTarget): string {
  const scopes = serverScopes(target)
  return scopes.length === 1 ? '' : `\n    required_scopes=[${scopes.map(python).join(', ')}],`
}
