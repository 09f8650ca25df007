from urllib.parse import urlsplit

import anyio.to_thread
import pytest
from fastmcp.exceptions import ToolError
from fastmcp.utilities.tests import run_server_async
from server import create_server

pytestmark = pytest.mark.anyio

READ = "openid notes:read"
WRITE = "openid notes:read notes:write"
LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


async def test_lists_notes(server, mcp_token):
    async with server.client(auth=mcp_token(scope=READ)) as client:
        answer = await client.call_tool("list_notes")
    assert answer.data == ["buy milk"]


async def test_adds_a_note_in_the_name_of_the_caller(server, mcp_token):
    async with server.client(auth=mcp_token(scope=WRITE)) as client:
        answer = await client.call_tool("add_note", {"text": "call mum"})
    assert answer.data == "testuser: call mum"


async def test_needs_a_scope_to_add_a_note(server, mcp_token):
    async with server.client(auth=mcp_token(scope=READ)) as client:
        with pytest.raises(Exception, match="notes:write|insufficient_scope|403|nknown tool"):
            await client.call_tool("add_note", {"text": "call mum"})


async def test_lets_an_admin_delete_notes(server, keycloak_realm):
    auth = keycloak_realm.auth(user="testadmin", scope=READ)  # logs in for real, without a browser
    async with server.client(auth=auth) as client:
        assert (await client.call_tool("delete_notes")).data == 1


async def test_lets_nobody_else_delete_notes(server, mcp_token):
    async with server.client(auth=mcp_token(user="testuser", scope=READ)) as client:
        with pytest.raises(ToolError):
            await client.call_tool("delete_notes")


@pytest.mark.parametrize("kind", ["aud", "iss", "exp", "sig", "none"])
async def test_refuses_a_bad_token(server, bad_token, kind):
    headers = ACCEPT | {"Authorization": f"Bearer {bad_token(kind, scope=READ)}"}
    async with server.http_client() as http:
        answer = await http.post("/mcp", json=LIST_TOOLS, headers=headers)
    assert answer.status_code == 401


async def test_serves_a_client_that_has_registered_itself(server, registered_client):
    token = registered_client.token(scope=READ)
    async with server.client(auth=token) as client:
        assert "list_notes" in [tool.name for tool in await client.list_tools()]


@pytest.mark.mcp_keycloak(user="alice:secret-of-alice:admin", token_lifespan=60)
async def test_knows_another_user(server, mcp_token):
    async with server.client(auth=mcp_token(user="alice", scope=WRITE)) as client:
        answer = await client.call_tool("add_note", {"text": "hi"})
    assert answer.data == "alice: hi"


async def test_protects_itself(keycloak_realm, free_mcp_url, expect_protected):
    server = create_server(keycloak_realm.issuer, free_mcp_url)
    async with run_server_async(server, port=urlsplit(free_mcp_url).port):
        await anyio.to_thread.run_sync(expect_protected, free_mcp_url)
