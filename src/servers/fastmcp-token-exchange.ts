import { command } from '../config/command.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { runServer, STRICT_PROVIDER, tokenAlgorithm } from './fastmcp-token-fixes.ts'
import { listenAddress } from './listen-address.ts'
import { python } from './python-literal.ts'
import { REQUIRED_SCOPES, TOOL_SCOPE, toolScopes } from './scopes.ts'
import type { ServerProfile } from './server-profile.ts'
import { serverSnippet } from './server-snippet.ts'

/** The default names in the overlay `token-exchange`, without `--downstream`. */
const DEFAULT_DOWNSTREAM = { clientId: 'downstream-api', scopes: ['downstream:use-api'] }

/** FastMCP with a tool that calls another API as the user, with an exchanged token. */
export const fastmcpTokenExchange: ServerProfile = {
  name: 'fastmcp-token-exchange',
  title: 'FastMCP that calls a downstream API as the user',
  testedVersion: '4.1.2',
  snippets: (target) => {
    const environment = 'export MCP_SERVER_CLIENT_SECRET=… DOWNSTREAM_API_URL=…\n'
    return [
      serverSnippet(
        target,
        'A server with login, and a tool that exchanges the token of its caller',
        server(target),
        'server.py',
      ),
      {
        title: 'Run it',
        language: 'sh',
        code: `${environment}uv run --with fastmcp --with httpx2 server.py`,
        note: `Run "${command('env')}" to see the secret of the client ${target.mcpUrl}.${overlayNote(target)}`,
      },
      {
        title: 'Run it without uv',
        language: 'sh',
        code: `${environment}pip install fastmcp httpx2\npython server.py`,
      },
    ]
  },
}

function overlayNote({ downstream }: SnippetTarget): string {
  return downstream === undefined
    ? ` The realm needs the overlay: ${command('up', { with: 'token-exchange' })}.`
    : ''
}

function server(target: SnippetTarget): string {
  const { mcpUrl, issuer, serverName, downstream = DEFAULT_DOWNSTREAM } = target
  const scopes = [...new Set([...REQUIRED_SCOPES, TOOL_SCOPE, ...toolScopes(target)])]
  const address = listenAddress(mcpUrl)
  const { origin } = address
  return `import os
import time

import httpx2
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.auth.providers.keycloak import KeycloakAuthProvider
from fastmcp.server.dependencies import get_access_token

ISSUER = ${python(issuer)}
CLIENT_ID = ${python(mcpUrl)}  # this server's own client at Keycloak
CLIENT_SECRET = os.environ["MCP_SERVER_CLIENT_SECRET"]
API_URL = os.environ["DOWNSTREAM_API_URL"]
API_AUDIENCE = ${python(downstream.clientId)}
API_SCOPE = ${python(downstream.scopes.join(' '))}


${STRICT_PROVIDER}


auth = StrictKeycloakAuthProvider(
    realm_url=ISSUER,
    base_url=${python(origin)},
    # Without it, a token that was issued for another server would be accepted too.
    audience=${python(mcpUrl)},
    required_scopes=[${scopes.map(python).join(', ')}],
)${tokenAlgorithm(target)}
mcp = FastMCP(${python(serverName)}, auth=auth)


async def exchange_token(http: httpx2.AsyncClient) -> str:
    """Exchange the caller's token for one of the same user that only the API accepts (RFC 8693)."""
    response = await http.post(
        f"{ISSUER}/protocol/openid-connect/token",
        data={
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "subject_token": get_access_token().token,
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "audience": API_AUDIENCE,
            "scope": API_SCOPE,
        },
    )
    answer = response.json()
    if response.is_success:
        return answer["access_token"]
    reason = str(answer.get("error_description", answer))
    if "audience not available" in reason:
        reason = f"you have none of the roles of {API_AUDIENCE!r}"
    raise ToolError(f"You may not use the API: {reason}.")


@mcp.tool
async def call_api() -> str:
    """Call the downstream API as the user who is logged in, and return what it answers."""
    async with httpx2.AsyncClient() as http:
        token = await exchange_token(http)
        try:
            response = await http.get(API_URL, headers={"Authorization": f"Bearer {token}"})
        except httpx2.RequestError as error:
            raise ToolError(f"The API at {API_URL} cannot be reached: {error}") from error
    if not response.is_success:
        raise ToolError(f"The API answered {response.status_code}: {response.text}")
    return response.text


${runServer(address)}`
}
