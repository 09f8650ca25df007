import { command } from '../config/command.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { listenAddress } from './listen-address.ts'
import { python } from './python-literal.ts'
import { REQUIRED_SCOPES, toolScopes } from './scopes.ts'
import type { ServerProfile } from './server-profile.ts'
import { serverSnippet } from './server-snippet.ts'

/** The official Python SDK 2, with PyJWT for the tokens, and a tool that needs a scope of its own. */
export const pythonSdk: ServerProfile = {
  name: 'python-sdk',
  title: 'Python SDK',
  testedVersion: '2.3.0',
  shows: ({ headers, refusal }) =>
    headers.get('server') === 'uvicorn' &&
    refusal === '{"error": "invalid_token", "error_description": "Authentication required"}',
  rebindingFix: (mcpUrl) =>
    `run it on 127.0.0.1, or with transport_security=TransportSecuritySettings(allowed_hosts=[${python(new URL(mcpUrl).host)}])`,
  toolScopeFix: () =>
    `answer 403 in a middleware, as the server of ${command('snippets', 'python-sdk')} does`,
  fixes: ({ mcpUrl, issuer, scopes }) => {
    const decode = 'jwt.decode(…) of your TokenVerifier'
    return {
      aud: `add validate_token_resource=True to AuthSettings(…), and audience=${python(mcpUrl)} to ${decode}`,
      iss: `add issuer=${python(issuer)} to ${decode}`,
      exp: `do not switch off "verify_exp" in ${decode}, and return expires_at in the AccessToken`,
      time: `add options={"require": ["exp"]} to ${decode}, which also checks "nbf"`,
      scope: `add required_scopes=[${scopes.map(python).join(', ')}] to AuthSettings(…)`,
      sig: `verify the signature in your TokenVerifier, with PyJWKClient(${python(`${issuer}/protocol/openid-connect/certs`)}) and algorithms=["RS256"]`,
    }
  },
  snippets: (target) => [
    serverSnippet(target, 'A server with login, and a tool that needs a scope', server(target), 'server.py'),
    { title: 'Run it', language: 'sh', code: 'uv run --with mcp server.py' },
    { title: 'Run it without uv', language: 'sh', code: 'pip install mcp\npython server.py' },
  ],
}

const list = (values: readonly string[]) => `[${values.map(python).join(', ')}]`

function server(target: SnippetTarget): string {
  const { mcpUrl, issuer, serverName } = target
  const { host, port, path, origin, publicHost } = listenAddress(mcpUrl)
  const hosts = publicHost === undefined ? undefined : [publicHost, `${publicHost}:*`]
  const security =
    hosts === undefined
      ? ''
      : `\n    transport_security=TransportSecuritySettings(allowed_hosts=${list(hosts)}, allowed_origins=${list([origin])}),`
  return `import json

import anyio.to_thread
import jwt
import uvicorn
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
${hosts === undefined ? '' : 'from mcp.server.transport_security import TransportSecuritySettings\n'}from pydantic import AnyHttpUrl
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse

MCP_URL = ${python(mcpUrl)}
ISSUER = ${python(issuer)}
REQUIRED_SCOPES = ${list(REQUIRED_SCOPES)}
TOOL_SCOPES = {"greet": ${list([...REQUIRED_SCOPES, ...toolScopes(target)])}}

keys = jwt.PyJWKClient(f"{ISSUER}/protocol/openid-connect/certs")


class KeycloakTokens(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            key = await anyio.to_thread.run_sync(keys.get_signing_key_from_jwt, token)
            claims = jwt.decode(
                token,
                key,
                algorithms=[${python(target.tokenAlgorithm ?? 'RS256')}],
                issuer=ISSUER,
                # Without it, a token that was issued for another server would be accepted too.
                audience=${python(mcpUrl)},
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWKClientConnectionError:
            raise
        except jwt.PyJWTError as error:
            print("Token refused:", error)
            return None
        return AccessToken(
            token=token,
            client_id=claims.get("azp", ""),
            scopes=claims.get("scope", "").split(),
            expires_at=claims["exp"],
            resource=MCP_URL,
            subject=claims["sub"],
            claims=claims,
        )


class RequireToolScopes:
    """Answers 403 to the call of a tool whose scopes the token lacks. The client then logs in again."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        user = scope.get("user")
        if scope.get("method") != "POST" or not isinstance(user, AuthenticatedUser):
            return await self.app(scope, receive, send)
        body = await Request(scope, receive).body()
        wanted = tool_scopes(body)
        if not set(wanted) <= set(user.scopes):
            metadata = build_resource_metadata_url(AnyHttpUrl(MCP_URL))
            scopes = " ".join(wanted)
            challenge = f'Bearer error="insufficient_scope", scope="{scopes}", resource_metadata="{metadata}"'
            refusal = JSONResponse({"error": "insufficient_scope"}, 403, {"WWW-Authenticate": challenge})
            return await refusal(scope, receive, send)
        unread = [{"type": "http.request", "body": body}]
        await self.app(scope, lambda: replay(unread, receive), send)


async def replay(unread, receive):
    return unread.pop() if unread else await receive()


def tool_scopes(body: bytes) -> list[str]:
    try:
        messages = json.loads(body)
    except ValueError:
        return []
    messages = messages if isinstance(messages, list) else [messages]
    calls = [one for one in messages if isinstance(one, dict) and one.get("method") == "tools/call"]
    names = [call["params"].get("name") for call in calls if isinstance(call.get("params"), dict)]
    return [scope for name in names if isinstance(name, str) for scope in TOOL_SCOPES.get(name, [])]


mcp = MCPServer(
    ${python(serverName)},
    token_verifier=KeycloakTokens(),
    auth=AuthSettings(
        issuer_url=ISSUER,
        resource_server_url=MCP_URL,
        # Without it, the SDK accepts tokens for other servers, unless the verifier refuses them (CVE-2026-116684).
        validate_token_resource=True,
        required_scopes=REQUIRED_SCOPES,
    ),
)


@mcp.tool()
def whoami() -> dict:
    """Show who is logged in, from the claims of the access token."""
    claims = get_access_token().claims
    return {
        "subject": claims["sub"],
        "username": claims.get("preferred_username"),
        "client": claims.get("azp"),
        "scope": claims.get("scope"),
        "roles": claims.get("realm_access", {}).get("roles", []),
    }


@mcp.tool()
def greet() -> str:
    """Greet the user."""
    return f"Hello, {get_access_token().subject}."


# On loopback, it refuses foreign web pages and host names (DNS rebinding).
app = mcp.streamable_http_app(
    host=${python(host)},
    streamable_http_path=${python(path)},${security}
)
app.user_middleware.append(Middleware(RequireToolScopes))  # runs after the token is verified
# Clients register for the scopes of the metadata. Keycloak gives them no others later, so it has those of the tools too.
app.router.routes[:0] = create_protected_resource_routes(
    resource_url=AnyHttpUrl(MCP_URL),
    authorization_servers=[AnyHttpUrl(ISSUER)],
    scopes_supported=${list([...REQUIRED_SCOPES, ...toolScopes(target)])},
)

if __name__ == "__main__":
    uvicorn.run(app, host=${python(host)}, port=${port})`
}
