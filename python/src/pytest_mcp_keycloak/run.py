"""The bridge of a test run, shared by all processes of pytest-xdist."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

from .bridge import Bridge
from .errors import McpKeycloakError

__tracebackhide__ = True  # pytest shows the line of the test


class Run:
    """The owner of the bridge. Starts it, and a Keycloak, at the first request."""

    def __init__(self, command: Sequence[str], cwd: str, start: Mapping[str, Any]) -> None:
        self.server: Mapping[str, Any] | None = None
        """The Keycloak of the run, after the first request."""
        self._command = command
        self._cwd = cwd
        self._start = start
        self._lock = threading.Lock()
        self._bridge: Bridge | None = None
        self._failure: McpKeycloakError | None = None

    def request(self, method: str, **params: Any) -> Any:
        """Send a request. `start` returns the Keycloak of the run."""
        bridge = self._started()
        return dict(self.server or {}) if method == "start" else bridge.request(method, **params)

    def _started(self) -> Bridge:
        with self._lock:
            if self._failure is not None:
                raise self._failure  # every test has the same reason
            if self._bridge is None or self.server is None:
                try:
                    self._bridge = Bridge(self._command, self._cwd)
                    self.server = self._bridge.request("start", **self._start)
                except McpKeycloakError as error:
                    self._failure = error
                    raise
            return self._bridge

    def close(self) -> Sequence[Mapping[str, str]]:
        """End the bridge. Return the clients that were not deleted."""
        with self._lock:
            bridge, self._bridge = self._bridge, None
        clients: Sequence[Mapping[str, str]] = bridge.close().get("clients", []) if bridge else []
        return clients


class Switchboard:
    """Takes requests of worker processes to the run's bridge. Only holders of the key are answered."""

    def __init__(self, run: Callable[[], Run]) -> None:
        self._run = run
        self._key = secrets.token_bytes(32)
        try:
            self._listener = Listener(backlog=128, authkey=self._key)
        except OSError:  # the path of a socket in TMPDIR is too long
            self._listener = Listener(("127.0.0.1", 0), backlog=128, authkey=self._key)
        threading.Thread(target=self._accept, name="mcp-keycloak workers", daemon=True).start()

    @property
    def address(self) -> dict[str, str]:
        """The address and the key for :class:`Extension`, as data for a worker."""
        return {"address": json.dumps(self._listener.address), "key": self._key.hex()}

    def close(self) -> None:
        """Take no more requests."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue
            except OSError:
                return  # closed
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: Connection[bytes, bytes] | Any) -> None:
        with connection:
            try:
                request = json.loads(connection.recv_bytes())
                answer = {"result": self._run().request(request["method"], **request["params"])}
            except McpKeycloakError as error:
                answer = {"error": error.report()}
            except (EOFError, OSError):
                return  # the worker has ended
            try:
                connection.send_bytes(json.dumps(answer).encode())
            except OSError:
                pass  # the worker has ended


class Extension:
    """A worker's way to the run's bridge. Each request has its own connection, so threads do not wait for each other."""

    def __init__(self, address: Mapping[str, str]) -> None:
        given = json.loads(address["address"])
        self._address: Any = tuple(given) if isinstance(given, list) else given
        self._key = bytes.fromhex(address["key"])

    def request(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its result."""
        try:
            with Client(self._address, authkey=self._key) as connection:
                connection.send_bytes(json.dumps({"method": method, "params": params}).encode())
                answer = json.loads(connection.recv_bytes())
        except (OSError, EOFError, AuthenticationError) as error:
            raise McpKeycloakError(
                "BRIDGE_ENDED",
                "The main process of pytest-xdist does not answer this worker.",
                f"{type(error).__name__}: {error}. It has ended, or this worker runs on another machine.",
                "Run the tests again, with workers on this machine only.",
            ) from None
        if "error" in answer:
            raise McpKeycloakError.from_report(answer["error"])
        return answer["result"]
