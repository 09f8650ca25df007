import { printableJson } from '../printable.ts'
import type { ClientProfile } from './client-profile.ts'

const REDIRECT_URI = 'http://localhost:3030/callback'

/** The client of the Python SDK, in a script of the user. */
export const pythonSdkClient: ClientProfile = {
  name: 'python-sdk-client',
  title: 'Python SDK client',
  recordedVersion: '2.3.0',
  registration: {
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'my script',
    application_type: 'native',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: () => 'Run the script again with an empty TokenStorage: the client id is only there.',
  configFile: undefined,
  snippets: ({ mcpUrl }) => [
    { title: 'With automatic registration', language: 'python', code: script(mcpUrl), file: 'client.py' },
    { title: 'Run it', language: 'sh', code: 'uv run --with mcp client.py' },
  ],
}

function script(mcpUrl: string): string {
  return `import asyncio
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

MCP_URL = ${printableJson(mcpUrl)}
REDIRECT_URI = ${printableJson(REDIRECT_URI)}


class MemoryStorage:  # one that keeps both in a file logs in once only
    def __init__(self) -> None:
        self.tokens = self.client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens) -> None:
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info) -> None:
        self.client_info = client_info


class Callback(BaseHTTPRequestHandler):
    answer: dict[str, list[str]] = {}

    def do_GET(self) -> None:
        Callback.answer = parse_qs(urlsplit(self.path).query) or Callback.answer
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Done. You can close this page.")

    def log_message(self, *_) -> None:
        pass


async def main() -> None:
    with HTTPServer(("localhost", urlsplit(REDIRECT_URI).port), Callback) as server:

        async def open_browser(url: str) -> None:
            webbrowser.open(url)

        async def wait_for_answer() -> AuthorizationCodeResult:
            while not Callback.answer:
                await asyncio.to_thread(server.handle_request)
            return AuthorizationCodeResult(**{name: values[0] for name, values in Callback.answer.items()})

        metadata = OAuthClientMetadata(
            client_name="my script",
            redirect_uris=[REDIRECT_URI],
            token_endpoint_auth_method="none",
        )
        auth = OAuthClientProvider(MCP_URL, metadata, MemoryStorage(), open_browser, wait_for_answer)
        async with (
            httpx2.AsyncClient(auth=auth) as http_client,
            Client(streamable_http_client(MCP_URL, http_client=http_client)) as client,
        ):
            for tool in (await client.list_tools()).tools:
                print(f"{tool.name}: {tool.description}")


asyncio.run(main())`
}
