"""The fixtures, and the life of the Keycloak of a test run."""

from __future__ import annotations

import json
import socket
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import pytest

from .bridge import Channel
from .errors import McpKeycloakError
from .keycloak import BadTokenKind, Keycloak, Realm, RegisteredClient, User
from .options import add_options, check_options, marker_options, program, realm_options, start_params
from .run import Extension, Run, Switchboard
from .secret import hide

__tracebackhide__ = True  # pytest shows the line of the test

_WORKER_INPUT = "mcp_keycloak"


class TokenFactory(Protocol):
    """Gets an access token by a real login."""

    def __call__(self, *, user: str | User | None = None, scope: str | None = None) -> str:
        """Log in."""


class BadTokenFactory(Protocol):
    """Gets a token that a correct server must refuse."""

    def __call__(self, kind: BadTokenKind, *, user: str | User | None = None, scope: str | None = None) -> str:
        """Log in, and spoil the token."""


class RunPlugin:
    """The bridge of this process: its own, or the one of the main process of pytest-xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._switchboard: Switchboard | None = None
        self._run: Run | None = None
        self.leaks: Sequence[Mapping[str, str]] = ()

    @property
    def channel(self) -> Channel:
        """The way to the bridge. Nothing starts before the first request."""
        address = getattr(self._config, "workerinput", {}).get(_WORKER_INPUT)
        return Extension(address) if address else self._own_run()

    def _own_run(self) -> Run:
        if self._run is None:
            config = self._config
            self._run = Run(program(config), str(config.rootpath), start_params(config))
        return self._run

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where this process listens."""
        if self._switchboard is None:
            self._switchboard = Switchboard(self._own_run)
        node.workerinput[_WORKER_INPUT] = self._switchboard.address

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the bridge, which removes everything it has created."""
        if self._switchboard:
            self._switchboard.close()
        if self._run is None:
            return
        self.leaks = self._run.close()
        on_leak = self._config.getini("mcp_keycloak_on_leak")
        if self.leaks and on_leak == "fail" and session.exitstatus in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name the Keycloak of the run, and the clients that were not deleted."""
        server = self._run.server if self._run else None
        if server:
            terminalreporter.write_line(
                f"Keycloak {server['version']} for the tests: {server['runtime']}, because {server['reason']}"
            )
        on_leak = self._config.getini("mcp_keycloak_on_leak")
        if self.leaks and on_leak != "ignore":
            terminalreporter.section("mcp-keycloak: clients that tests did not delete", **_COLORS[on_leak])
            for leak in self.leaks:
                terminalreporter.write_line(f"{leak['clientId']} ({leak['clientName']}, realm {leak['realm']})")
            terminalreporter.write_line("Register with `with keycloak_realm.client() as client:`, which deletes it.")


_COLORS: Mapping[str, Any] = {"warn": {"yellow": True}, "fail": {"red": True}}
_PLUGIN = pytest.StashKey[RunPlugin]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the plugin of this run."""
    config.addinivalue_line("markers", "mcp_keycloak(scope=..., user=..., with_=...): options of keycloak_realm")
    check_options(config)
    config.stash[_PLUGIN] = RunPlugin(config)
    config.pluginmanager.register(config.stash[_PLUGIN], "mcp_keycloak_run")


_settings: dict[str, Mapping[str, Any]] = {}
"""Options of markers by their JSON. Equal options are one object, so pytest keeps their realm."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the realm of a test the options of its markers."""
    if "keycloak_realm" not in metafunc.fixturenames:
        return
    options = marker_options(metafunc.definition)
    if not options:
        return
    shared = _settings.setdefault(json.dumps(options, sort_keys=True), options)
    hidden = getattr(pytest, "HIDDEN_PARAM", "mcp_keycloak")  # pytest 8.4
    metafunc.parametrize("keycloak_realm", [shared], indirect=True, ids=[hidden], scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hide tokens and passwords in the report of a test."""
    report = yield
    report.longrepr = hide(report.longrepr)
    report.sections = hide(report.sections)
    report.user_properties = hide(report.user_properties)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_warning_recorded(warning_message: warnings.WarningMessage) -> None:
    """Hide tokens and passwords in a warning."""
    if isinstance(warning_message.message, Warning):
        warning_message.message.args = hide(warning_message.message.args)


@contextmanager
def _reported(unavailable: str = "error") -> Iterator[None]:
    """Report an error of mcp-keycloak without a traceback."""
    try:
        yield
    except McpKeycloakError as error:
        if unavailable == "skip":
            pytest.skip(f"no Keycloak: {error}")
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture(scope="session")
def mcp_keycloak(pytestconfig: pytest.Config) -> Keycloak:
    """The Keycloak of the run: one that the environment names, the running one of `up`, else a new one."""
    with _reported(pytestconfig.getini("mcp_keycloak_unavailable")):
        return Keycloak(pytestconfig.stash[_PLUGIN].channel)


@pytest.fixture(scope="session")
def free_mcp_url() -> str:
    """A URL for an MCP server of this worker. The port is free, and tokens of `keycloak_realm` are for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://localhost:{probe.getsockname()[1]}/mcp"


@pytest.fixture(scope="session")
def _mcp_keycloak_realms() -> dict[str, Realm]:
    return {}


@pytest.fixture(scope="session")
def keycloak_realm(
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
    mcp_keycloak: Keycloak,
    free_mcp_url: str,
    _mcp_keycloak_realms: dict[str, Realm],
) -> Realm:
    """The realm of this worker. Tests with other options have another realm."""
    options = {**realm_options(pytestconfig), **getattr(request, "param", {})}
    key = json.dumps(options, sort_keys=True)
    if key not in _mcp_keycloak_realms:
        mcp_url = [*options.pop("mcp_url", []), free_mcp_url]
        with _reported():
            _mcp_keycloak_realms[key] = mcp_keycloak.create_realm(mcp_url=mcp_url, **options)
    return _mcp_keycloak_realms[key]


@pytest.fixture(scope="session")
def mcp_token(keycloak_realm: Realm) -> TokenFactory:
    """A function that gets an access token by a real login: `mcp_token(user="testadmin", scope="openid")`."""

    def token(*, user: str | User | None = None, scope: str | None = None) -> str:
        return keycloak_realm.token(user=user, scope=scope)

    return token


@pytest.fixture(scope="session")
def bad_token(keycloak_realm: Realm) -> BadTokenFactory:
    """A function that gets a token that a correct server must refuse: `bad_token("aud")`."""

    def token(kind: BadTokenKind, *, user: str | User | None = None, scope: str | None = None) -> str:
        return keycloak_realm.bad_token(kind, user=user, scope=scope)

    return token


@pytest.fixture
def registered_client(keycloak_realm: Realm) -> Iterator[RegisteredClient]:
    """A client that has registered itself. It is deleted after the test."""
    with keycloak_realm.client(client_name="pytest") as client:
        yield client


@pytest.fixture(scope="session")
def expect_protected(keycloak_realm: Realm) -> Callable[[str], None]:
    """A function that asserts that a running MCP server protects itself: `expect_protected(free_mcp_url)`."""

    def expect(url: str) -> None:
        keycloak_realm.expect_protected(url)

    return expect
