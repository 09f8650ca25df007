"""Texts that must not appear in the output of tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SECRET_FIELDS = ("client_secret", "registration_access_token", "jwt")

_TOKEN = re.compile(r"eyJ[\w-]{12,}(?:\.+[\w-]*)*")
"""A JSON Web Token, also one with dots in place of its middle."""

_SHORTEST = 16
"""The length of the shortest hidden text. A shorter one could be a part of any text."""

_PIECE = re.compile(rf"[\w-]{{{_SHORTEST},}}")

_known: set[str] = set()


class Secret(str):
    """A text whose `repr` hides it. It is a normal `str` otherwise."""

    __slots__ = ()

    def __new__(cls, text: str) -> Secret:
        """Create the text, and remember it for :func:`masked`."""
        cls.remember([text])
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        return "'(secret)'"

    @staticmethod
    def remember(texts: Iterable[str]) -> None:
        """Remember texts for :func:`masked`. Leaves out short ones."""
        _known.update(text for text in texts if len(text) >= _SHORTEST)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields with hidden secrets."""
        return {key: cls(value) if key in _SECRET_FIELDS and value else value for key, value in fields.items()}


def hide(value: Any) -> Any:
    """Hide every known secret in a part of a pytest report: texts, sequences, and the objects that pytest prints."""
    if isinstance(value, str):
        return masked(value)
    if type(value) in (list, tuple):
        return type(value)(hide(part) for part in value)
    if hasattr(value, "toterminal"):
        for name, part in list(vars(value).items()):
            setattr(value, name, hide(part))
    return value


def masked(text: str) -> str:
    """Hide every known secret in a text, and the pieces of those that pytest or a test has cut."""
    if not _known:
        return text
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, "(secret)")
    return _PIECE.sub(_masked_piece, _TOKEN.sub("(secret)", text))


def _masked_piece(piece: re.Match[str]) -> str:
    return "(secret)" if any(piece[0] in secret for secret in _known) else piece[0]
