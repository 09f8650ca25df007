"""Errors of the plugin. Their text has what happened, why, and the fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class McpKeycloakError(Exception):
    """An error of mcp-keycloak, with its stable code."""

    def __init__(self, code: str, message: str, why: str, fix: str) -> None:
        super().__init__(f"{message}  [{code}]\n  Why  {_indented(why)}\n  Fix  {_indented(fix)}")
        self.code = code
        self.message = message
        self.why = why
        self.fix = fix

    @classmethod
    def from_report(cls, report: Mapping[str, Any]) -> McpKeycloakError:
        """Create the error from an error report of the bridge."""
        return cls(*(str(report.get(key, "")) for key in ("code", "message", "why", "fix")))

    def report(self) -> dict[str, str]:
        """Return the error as plain data."""
        return {"code": self.code, "message": self.message, "why": self.why, "fix": self.fix}


class NotProtectedError(AssertionError):
    """An MCP server does not protect itself. The text has each fault with why and fix."""


def _indented(text: str) -> str:
    """Put the further lines of a text below its first one."""
    return text.replace("\n", "\n       ")
