"""A real Keycloak for tests of MCP servers: fixtures for pytest, and the program `mcp-keycloak`."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("pytest-mcp-keycloak")
except PackageNotFoundError:  # a source tree
    __version__ = "0"

from .errors import McpKeycloakError, NotProtectedError
from .keycloak import BadTokenKind, Keycloak, Realm, RegisteredClient, User

__all__ = [
    "BadTokenKind",
    "Keycloak",
    "McpKeycloakError",
    "NotProtectedError",
    "Realm",
    "RegisteredClient",
    "User",
    "__version__",
]
