"""An `httpx.Auth` that logs in at Keycloak without a browser."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING

import anyio.to_thread

try:
    import httpx2 as httpx
except ImportError:  # the MCP SDK and FastMCP of older releases
    import httpx  # type: ignore[no-redef, import-not-found, unused-ignore]

if TYPE_CHECKING:
    from .keycloak import Realm, RegisteredClient, User


class KeycloakAuth(httpx.Auth):
    """Sends an access token with each request, and logs in again when the server refuses it.

    Use it with FastMCP: `Client(url, auth=keycloak_realm.auth(user="testadmin"))`.
    """

    def __init__(
        self,
        realm: Realm,
        *,
        user: str | User | None = None,
        scope: str | None = None,
        client: str | RegisteredClient | None = None,
    ) -> None:
        self._realm = realm
        self._user = user
        self._scope = scope
        self._client = client
        self._token: str | None = None
        self._lock = threading.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate a request of a synchronous client."""
        used = self._log_in(None)
        response = yield self._authorized(request, used)
        if response.status_code == 401:
            yield self._authorized(request, self._log_in(used))

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate a request of an asynchronous client, without blocking its event loop."""
        used = await anyio.to_thread.run_sync(self._log_in, None)
        response = yield self._authorized(request, used)
        if response.status_code == 401:
            yield self._authorized(request, await anyio.to_thread.run_sync(self._log_in, used))

    def _log_in(self, refused: str | None) -> str:
        """Return the current token, or a new one if there is none or it was refused."""
        with self._lock:
            if self._token is None or self._token is refused:
                self._token = self._realm.token(user=self._user, scope=self._scope, client=self._client)
            return self._token

    @staticmethod
    def _authorized(request: httpx.Request, token: str) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {token}"
        return request
