"""An MCP server for notes. Reading and writing need a scope each, and only admins delete notes."""

import os

from fastmcp import FastMCP
from fastmcp.server.auth import require_roles, require_scopes
from fastmcp.server.auth.providers.keycloak import KeycloakAuthProvider
from fastmcp.server.dependencies import get_access_token


def realm_roles(claims: dict) -> list[str]:
    """Return the realm roles in a token of Keycloak."""
    return claims["realm_access"]["roles"]


def create_server(realm_url: str, mcp_url: str) -> FastMCP:
    """Create the server. `realm_url` is the issuer of its tokens, `mcp_url` its own address."""
    auth = KeycloakAuthProvider(
        realm_url=realm_url,
        base_url=mcp_url.removesuffix("/mcp"),
        audience=mcp_url,
        required_scopes=["notes:read"],
    )
    mcp = FastMCP("notes", auth=auth)
    notes = ["buy milk"]

    @mcp.tool
    def list_notes() -> list[str]:
        """List all notes."""
        return notes

    @mcp.tool(auth=require_scopes("notes:write"))
    def add_note(text: str) -> str:
        """Add a note with the name of its author."""
        token = get_access_token()
        assert token is not None
        notes.append(f"{token.claims['preferred_username']}: {text}")
        return notes[-1]

    @mcp.tool(auth=require_roles("admin", extract=realm_roles))
    def delete_notes() -> int:
        """Delete all notes and return their number."""
        deleted = len(notes)
        notes.clear()
        return deleted

    return mcp


if __name__ == "__main__":
    server = create_server(os.environ["KEYCLOAK_REALM_URL"], os.environ["KEYCLOAK_AUDIENCE"])
    server.run(transport="http", port=8000)
