"""A Keycloak for tests: realms, logins, clients, users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from .bridge import Channel
from .errors import McpKeycloakError, NotProtectedError
from .secret import Secret

if TYPE_CHECKING:
    from .auth import KeycloakAuth

__tracebackhide__ = True  # pytest shows the line of the test, not these functions

BadTokenKind = Literal["aud", "iss", "exp", "scope", "sig", "none"]
"""The one fault of a bad token."""


class User:
    """A user who can log in."""

    def __init__(self, username: str, password: str, roles: Sequence[str]) -> None:
        self.username = username
        self.password: str = Secret(password)
        self.roles = tuple(roles)

    def __repr__(self) -> str:
        return f"User({self.username!r}, roles={self.roles!r})"


class RegisteredClient:
    """A client that has registered itself (RFC 7591)."""

    def __init__(self, realm: Realm, metadata: Mapping[str, Any]) -> None:
        self._realm = realm
        self.metadata: Mapping[str, Any] = Secret.of(metadata)
        """All fields of the registration."""
        self.client_id: str = metadata["client_id"]
        self.redirect_uris: Sequence[str] = tuple(metadata["redirect_uris"])

    def token(self, *, user: str | None = None, scope: str | None = None) -> str:
        """Log in through this client."""
        return self._realm.token(user=user, scope=scope, client=self)

    def delete(self) -> None:
        """Delete it (RFC 7592)."""
        self._realm._request("deleteClient", client=self.client_id)

    def __repr__(self) -> str:
        return f"RegisteredClient({self.client_id!r})"


class Realm:
    """A realm for tests, made for MCP. It is removed at the end of the run."""

    def __init__(self, channel: Channel, description: Mapping[str, Any]) -> None:
        self._channel = channel
        self.name: str = description["name"]
        self.issuer: str = description["issuer"]
        """The `iss` of its tokens, and FastMCP's `realm_url`."""
        self.endpoints: Mapping[str, str] = description["endpoints"]
        self.mcp_urls: Sequence[str] = tuple(description["mcpUrls"])
        """The MCP endpoints that its tokens are for."""
        self.scopes: Sequence[str] = tuple(description["scopes"])
        self.users: list[User] = [User(**user) for user in description["users"]]
        self.warnings: Sequence[str] = tuple(description["warnings"])

    def __repr__(self) -> str:
        return f"Realm({self.issuer!r})"

    @property
    def mcp_url(self) -> str:
        """The first MCP endpoint that its tokens are for."""
        return self.mcp_urls[0]

    def token(
        self,
        *,
        user: str | User | None = None,
        scope: str | None = None,
        client: str | RegisteredClient | None = None,
        resource: str | None = None,
    ) -> str:
        """Get an access token by a real login, without a browser."""
        return self._token("token", **_login(user, scope, client, resource))

    def bad_token(
        self,
        kind: BadTokenKind,
        *,
        user: str | User | None = None,
        scope: str | None = None,
        client: str | RegisteredClient | None = None,
    ) -> str:
        """Get a token that a correct server must refuse, for exactly one reason."""
        return self._token("badToken", kind=kind, **_login(user, scope, client, None))

    def service_token(self, *, client: str | None = None, scope: str | None = None) -> str:
        """Get a token of a client for itself. Requires the overlay `service-account`."""
        return self._token("serviceToken", client=client, scope=scope)

    def exchange(
        self, token: str, *, audience: str | None = None, scope: str | None = None, client: str | None = None
    ) -> str:
        """Exchange a user's token for a token for another API. Requires the overlay `token-exchange`."""
        return self._token("exchange", token=token, audience=audience, scope=scope, client=client)

    def introspect(self, token: str, *, client: str | None = None) -> Mapping[str, Any]:
        """Ask Keycloak about a token (RFC 7662)."""
        return Secret.of(self._request("introspect", token=token, client=client))

    def add_user(self, username: str, *, password: str | None = None, roles: Sequence[str] = ()) -> User:
        """Add a user who can log in."""
        added = self._request("addUser", username=username, password=password, roles=list(roles))
        user = User(**added)
        self.users.append(user)
        return user

    def register_client(self, **metadata: Any) -> RegisteredClient:
        """Register a client. The caller deletes it; :meth:`client` does so itself."""
        return RegisteredClient(self, self._request("registerClient", metadata=metadata))

    @contextmanager
    def client(self, **metadata: Any) -> Iterator[RegisteredClient]:
        """Register a client, and delete it at the end of the block."""
        client = self.register_client(**metadata)
        try:
            yield client
        finally:
            try:
                client.delete()
            except McpKeycloakError as error:
                if error.code not in ("REGISTRATION_REFUSED", "USAGE_INVALID"):
                    raise  # else the test has deleted it

    def auth(
        self,
        *,
        user: str | User | None = None,
        scope: str | None = None,
        client: str | RegisteredClient | None = None,
    ) -> KeycloakAuth:
        """Return an `httpx.Auth` that logs in for real, for FastMCP's and the MCP SDK's clients."""
        from .auth import KeycloakAuth

        return KeycloakAuth(self, user=user, scope=scope, client=client)

    def environment(self) -> dict[str, str]:
        """Return the variables that `mcp-keycloak env` prints, for a server in its own process."""
        variables: dict[str, str] = self._request("environment")["variables"]
        Secret.remember(value for key, value in variables.items() if "SECRET" in key or "PASSWORD" in key)
        return variables

    def expect_protected(self, url: str, *, ignore: Sequence[str] = ()) -> None:
        """Assert that a running MCP server protects itself with this realm. Takes some seconds."""
        faults = self._request("expectProtected", mcpUrl=url, ignore=list(ignore))["faults"]
        if faults is not None:
            raise NotProtectedError(faults)

    def drop(self) -> None:
        """Remove the realm."""
        self._request("dropRealm")

    def _token(self, method: str, **params: Any) -> str:
        return Secret(self._request(method, **params)["token"])

    def _request(self, method: str, **params: Any) -> Any:
        return self._channel.request(method, realm=self.name, **params)


class Keycloak:
    """The Keycloak of the test run."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        server = channel.request("start")
        self.url: str = server["url"]
        self.version: str = server["version"]
        self.runtime: str = server["runtime"]
        """`external` for one that was running, else `compose` or `java`."""
        self.reason: str = server["reason"]
        """The reason for that runtime."""
        self.admin_username: str = server["admin"]["username"]
        self.admin_password: str = Secret(server["admin"]["password"])

    def __repr__(self) -> str:
        return f"Keycloak({self.url!r}, {self.version}, {self.runtime}: {self.reason})"

    def create_realm(self, **settings: Any) -> Realm:
        """Create a realm in less than a second. The options are those of `up`: `scope=[…]`, `with_=[…]`, `token_lifespan=5`."""
        named = {_camel(key): list(value) if isinstance(value, tuple) else value for key, value in settings.items()}
        return Realm(self._channel, self._channel.request("createRealm", settings=named))


def _login(
    user: str | User | None, scope: str | None, client: str | RegisteredClient | None, resource: str | None
) -> dict[str, Any]:
    return {
        "user": {"username": user.username, "password": user.password} if isinstance(user, User) else user,
        "scope": scope,
        "client": client.client_id if isinstance(client, RegisteredClient) else client,
        "resource": resource,
    }


def _camel(key: str) -> str:
    first, *others = key.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in others)
