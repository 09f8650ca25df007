"""Texts that must not appear in the output of tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SECRET_FIELDS = ("client_secret", "registration_access_token", "jwt")

_TOKEN = re.compile(r"eyJ[\w-]{12,}(?:\.+[\w-]*)*")
"""A JSON Web Token, also one with dots in place of its middle."""

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
        """Remember texts for :func:`masked`. Leaves out short ones, which could be a part of any text."""
        _known.update(text for text in texts if len(text) >= 16)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields with hidden secrets."""
        return {key: cls(value) if key in _SECRET_FIELDS and value else value for key, value in fields.items()}


def masked(text: str) -> str:
    """Hide every known secret in a text, and each token that pytest has cut."""
    for secret in _known:
        if secret in text:
            text = text.replace(secret, "(secret)")
    return _TOKEN.sub("(secret)", text) if _known else text
