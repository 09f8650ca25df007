"""A client of `mcp-keycloak bridge`: one process, requests from any thread."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout  # another class before Python 3.11
from typing import Any, Protocol

from . import __version__
from .errors import McpKeycloakError

BRIDGE_VERSION = 1
"""The protocol that this client knows."""

__tracebackhide__ = True  # pytest shows the line of the test

_HELLO_SECONDS = 60.0
_STOP_SECONDS = 60.0


class Channel(Protocol):
    """A way to the bridge of the test run."""

    def request(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its result."""


class Bridge:
    """A bridge process. It ends with this process, whatever ends it."""

    def __init__(self, command: Sequence[str], cwd: str | None = None) -> None:
        self._pending: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._next_id = 0
        self._log: deque[str] = deque(maxlen=20)
        self._goodbye: dict[str, Any] = {}
        self._hello: Future[dict[str, Any]] = Future()
        new_group: dict[str, Any] = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined, unused-ignore]
            if os.name == "nt"
            else {"start_new_session": True}
        )  # Ctrl-C ends the tests first; the bridge then ends with its input
        try:
            self._process = subprocess.Popen(
                [*command, "bridge"],
                cwd=cwd,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                bufsize=1,
                **new_group,
            )
        except OSError as error:
            raise McpKeycloakError(
                "BRIDGE_FAILED",
                f"mcp-keycloak could not be run: {error}",
                f"The command is: {' '.join(command)}",
                "Correct mcp_keycloak_command in pytest's configuration, or leave it out.",
            ) from None
        self._readers = [
            threading.Thread(target=reader, name="mcp-keycloak bridge", daemon=True)
            for reader in (self._read_answers, self._read_log)
        ]
        for reader in self._readers:
            reader.start()
        try:
            self._check_version(self._hello.result(_HELLO_SECONDS))
        except McpKeycloakError:
            self.close()
            raise
        except (TimeoutError, FutureTimeout):
            self._process.kill()
            raise McpKeycloakError(
                "BRIDGE_FAILED",
                f"mcp-keycloak has not answered for {_HELLO_SECONDS:.0f} seconds.",
                f"The command is: {' '.join(command)} bridge",
                "Correct mcp_keycloak_command in pytest's configuration, or leave it out.",
            ) from None

    @staticmethod
    def _check_version(hello: dict[str, Any]) -> None:
        version = hello.get("bridgeVersion")
        if version == BRIDGE_VERSION:
            return
        raise McpKeycloakError(
            "BRIDGE_VERSION",
            f"This plugin and mcp-keycloak {hello.get('version', '')} do not fit together.",
            f"pytest-mcp-keycloak {__version__} has version {BRIDGE_VERSION} of the bridge, the program has {version}.",
            "Install the same version of both, or leave out mcp_keycloak_command.",
        )

    def request(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its result. Parameters that are None are left out."""
        answer: Future[Any] = Future()
        known = {key: value for key, value in params.items() if value is not None}
        with self._lock:
            self._next_id += 1
            self._pending[self._next_id] = answer
            line = json.dumps({"id": self._next_id, "method": method, "params": known})
            if self._process.stdin is None or self._process.stdin.closed or self._hello.exception():
                answer.set_exception(self._ended())
            else:
                try:
                    self._process.stdin.write(line + "\n")
                    self._process.stdin.flush()
                except OSError:
                    self._readers[0].join(_STOP_SECONDS)
                    if not answer.done():
                        answer.set_exception(self._ended())
        error = answer.exception()
        if error is not None:
            raise error  # without the frames of Future.result
        return answer.result()

    def close(self) -> dict[str, Any]:
        """End the bridge. Return its last message: the realms and clients that were not removed."""
        with self._lock:
            if self._process.stdin is not None and not self._process.stdin.closed:
                try:
                    self._process.stdin.close()
                except OSError:
                    pass  # it has ended
            if self._pending and os.name != "nt":
                self._process.terminate()  # it undoes what it has begun, such as a start
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
        for reader in self._readers:
            reader.join(_STOP_SECONDS)
        return self._goodbye

    def _read_answers(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                self._log.append(line)
                continue
            if "bridgeVersion" in message:
                self._hello.set_result(message)
            elif "goodbye" in message:
                self._goodbye = message["goodbye"]
            else:
                answer = self._pending.pop(message.get("id"), None)
                if answer is None:
                    continue
                if "error" in message:
                    answer.set_exception(McpKeycloakError.from_report(message["error"]))
                else:
                    answer.set_result(message.get("result"))
        self._process.wait()
        self._readers[1].join(1)
        ended = self._ended()
        if not self._hello.done():
            self._hello.set_exception(ended)
        for answer in list(self._pending.values()):
            if not answer.done():
                answer.set_exception(ended)

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._log.append(line)

    def _ended(self) -> McpKeycloakError:
        code = self._process.poll()
        end = f"It was ended by signal {-code}." if code is not None and code < 0 else f"Its exit code is {code}."
        last = "".join(line for line in self._log if not line.startswith("… ")).strip()  # without progress
        return McpKeycloakError(
            "BRIDGE_ENDED",
            "The process of mcp-keycloak has ended.",
            f"{end} {'It printed: ' + last if last else 'It printed nothing.'}",
            "Run the tests again. If it happens again, run: mcp-keycloak doctor",
        )
