"""Options of the plugin: pytest's configuration and the marker `mcp_keycloak`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from .program import command

_LISTS = {
    "with": "overlays on the realm, such as token-exchange",
    "scope": "further scopes that clients may request",
    "user": "further test users: name[:password][:role,...]",
    "role": "further realm roles",
    "mcp_url": "MCP endpoints that tokens are for, before the one of free_mcp_url",
    "trusted_host": "further hosts in the URIs of clients that register themselves",
    "user_attribute": "attributes of test users: user:key=value",
    "origin": "further web pages that may register clients",
    "downstream": "APIs that the MCP server calls as the user",
    "service_account": "clients that get tokens for themselves",
}
_TEXTS = {
    "realm_file": "realm file in place of the built-in one",
    "token_lifespan": "how long an access token is valid, in seconds",
}
_SWITCHES = {"consent": "show the consent page to clients that register themselves"}

REALM_OPTIONS = frozenset({*_LISTS, *_TEXTS, *_SWITCHES})
"""The options of a realm, as in `mcp-keycloak up`."""


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    for name, text in _LISTS.items():
        parser.addini(f"mcp_keycloak_{name}", f"{text}, one per line", type="linelist", default=[])
    for name, text in _TEXTS.items():
        parser.addini(f"mcp_keycloak_{name}", text, default="")
    for name, text in _SWITCHES.items():
        parser.addini(f"mcp_keycloak_{name}", text, type="bool", default=None)
    parser.addini("mcp_keycloak_reuse", "use a Keycloak that runs already (default: true)", type="bool", default=True)
    parser.addini(
        "mcp_keycloak_unavailable", "error (default) or skip: the result of tests when no Keycloak can start", default="error"
    )
    parser.addini(
        "mcp_keycloak_on_leak",
        "warn (default), fail or ignore: the reaction to clients that tests registered and did not delete",
        default="warn",
    )
    parser.addini("mcp_keycloak_command", "the mcp-keycloak to run (default: the bundled one)", default="")


def check_options(config: pytest.Config) -> None:
    """Refuse values that the plugin does not know."""
    for name, values in {"unavailable": ("error", "skip"), "on_leak": ("warn", "fail", "ignore")}.items():
        value = config.getini(f"mcp_keycloak_{name}")
        if value not in values:
            raise pytest.UsageError(f"mcp_keycloak_{name} must be {' or '.join(values)}, not {value!r}")


def realm_options(config: pytest.Config) -> dict[str, Any]:
    """Return the given options of a realm."""
    given = {name: config.getini(f"mcp_keycloak_{name}") for name in REALM_OPTIONS}
    return {name: value for name, value in sorted(given.items()) if value not in (None, "", [])}


def marker_options(node: pytest.Item | pytest.Class | pytest.Module | Any) -> dict[str, Any]:
    """Return the options of all markers of a test. The nearest marker counts."""
    merged: dict[str, Any] = {}
    for marker in node.iter_markers("mcp_keycloak"):
        if marker.args:
            raise pytest.UsageError("pytest.mark.mcp_keycloak has keyword arguments only, e.g. scope=['notes:read']")
        for key, value in marker.kwargs.items():
            name = key.rstrip("_")
            if name not in REALM_OPTIONS:
                raise pytest.UsageError(
                    f"pytest.mark.mcp_keycloak has no option {key!r}. Its options are {', '.join(sorted(REALM_OPTIONS))}."
                )
            as_list = [value] if name in _LISTS and isinstance(value, str) else value
            merged.setdefault(name, list(as_list) if isinstance(as_list, tuple) else as_list)
    return merged


def program(config: pytest.Config) -> list[str]:
    """Return the command line of mcp-keycloak."""
    given: str = config.getini("mcp_keycloak_command")
    return shlex.split(given) if given else command()


def start_params(config: pytest.Config) -> Mapping[str, Any]:
    """Return the params of `start`. The overlays decide which features a new server has."""
    overlays = config.getini("mcp_keycloak_with")
    return {"reuse": config.getini("mcp_keycloak_reuse"), "settings": {"with": overlays} if overlays else {}}
