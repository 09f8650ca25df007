import { command } from '../config/command.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { isFastmcp, rebindingFix, runServer, tokenFixes } from './fastmcp-token-fixes.ts'
import { listenAddress } from './listen-address.ts'
import { python } from './python-literal.ts'
import { serverScopes } from './scopes.ts'
import type { ServerProfile } from './server-profile.ts'
import { serverSnippet } from './server-snippet.ts'

/** FastMCP with `OAuthProxy`: clients register at the MCP server, which logs users in with its single client. */
export const fastmcpOauthProxy: ServerProfile = {
  name: 'fastmcp-oauth-proxy',
  title: 'FastMCP with OAuthProxy',
  testedVersion: '4.1.2',
  shows: (signs) => isFastmcp(signs) && signs.isAuthorizationServer,
  rebindingFix,
  fixes: (rules) => tokenFixes('JWTVerifier', 'issuer', rules),
  snippets: (target) => [
    serverSnippet(target, 'A server with login', server(target), 'server.py'),
    {
      title: 'Run it',
      language: 'sh',
      code: `eval "$(${command('env', { format: 'shell' })})"\nuv run --with fastmcp server.py`,
      note: `The realm must have its client: ${command('up', { with: 'oauth-proxy' })}`,
    },
    {
      title: 'Run it without uv',
      language: 'sh',
      code: `pip install fastmcp\neval "$(${command('env', { format: 'shell' })})"\npython server.py`,
    },
  ],
}

function server(target: SnippetTarget): string {
  const { mcpUrl, issuer, serverName } = target
  const address = listenAddress(mcpUrl)
  const { origin } = address
  return `import os
from urllib.parse import urlencode

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.auth import OAuthProxy
from fastmcp.server.auth.providers.jwt import JWTVerifier
from fastmcp.server.dependencies import get_access_token
from starlette.responses import RedirectResponse

ISSUER = ${python(issuer)}
OPENID_CONNECT = f"{ISSUER}/protocol/openid-connect"
BASE_URL = ${python(origin)}

# Printed by "${command('env')}": Keycloak makes another secret for each realm.
CLIENT_ID = os.environ["MCP_OAUTH_CLIENT_ID"]
CLIENT_SECRET = os.environ["MCP_OAUTH_CLIENT_SECRET"]

auth = OAuthProxy(
    upstream_authorization_endpoint=f"{OPENID_CONNECT}/auth",
    upstream_token_endpoint=f"{OPENID_CONNECT}/token",
    upstream_revocation_endpoint=f"{OPENID_CONNECT}/revoke",
    upstream_client_id=CLIENT_ID,
    upstream_client_secret=CLIENT_SECRET,
    token_verifier=JWTVerifier(
        jwks_uri=f"{OPENID_CONNECT}/certs",
        issuer=ISSUER,${algorithmArgument(target)}
        # Without it, a token that was issued for another server would be accepted too.
        audience=${python(mcpUrl)},
        required_scopes=[${serverScopes(target).map(python).join(', ')}],
    ),
    base_url=BASE_URL,
    # With it, Claude Code and Codex would not register, but name a document on the internet that this server then
    # has to fetch: they could not log in offline.
    enable_cimd=False,
)
mcp = FastMCP(${python(serverName)}, auth=auth)


def realm_roles(claims: dict) -> list[str]:
    return claims.get("realm_access", {}).get("roles", [])


@mcp.tool
def whoami() -> dict:
    """Show who is logged in, from the claims of Keycloak's access token."""
    claims = get_access_token().claims
    return {
        "subject": claims["sub"],
        "username": claims.get("preferred_username"),
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


@mcp.custom_route("/logout", methods=["GET"])
async def logout(_request) -> RedirectResponse:
    """Open it in the browser to end the login at Keycloak; it asks first, then leads back here."""
    query = urlencode({"client_id": CLIENT_ID, "post_logout_redirect_uri": BASE_URL})
    return RedirectResponse(f"{OPENID_CONNECT}/logout?{query}")


${runServer(address)}`
}

/** The algorithm of the tokens. Without it, FastMCP expects RS256. */
function algorithmArgument({ tokenAlgorithm }: SnippetTarget): string {
  return tokenAlgorithm === undefined ? '' : `\n        algorithm=${python(tokenAlgorithm)},`
}
