import pytest
from fastmcp.utilities.tests import asgi_server
from server import create_server


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def server(keycloak_realm):
    """The server in this process, without a port."""
    async with asgi_server(create_server(keycloak_realm.issuer, keycloak_realm.mcp_url)) as running:
        yield running
