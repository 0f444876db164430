"""Database address on the command line: given outright, in a file or on standard input, and never with a password.

Arguments can be read by every user of the machine, and stay in the shell's history.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_STEP = "put the URL into a file that only you may read, and say @FILE, or write it to standard input, and say -"


class _DatabaseAddress(click.ParamType):
    """``URL`` without a password, ``@FILE`` whose first line has it, or ``-`` for standard input."""

    name = "URL|@FILE|-"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == "-":
            return self._line(sys.stdin.readline(), "standard input", param, ctx)
        if value.startswith("@"):
            try:
                text = Path(value[1:]).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                self.fail(f"{value[1:]} cannot be read: {getattr(error, 'strerror', None) or error}.", param, ctx)
            return self._line(text, value[1:], param, ctx)
        if _has_password(value):
            self.fail(f"a password among the arguments can be read by everybody on this machine: {_STEP}.", param, ctx)
        return str(value)

    def _line(self, text: str, where: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        line = text.strip().partition("\n")[0].strip()
        return line or self.fail(f"{where} has no URL in it.", param, ctx)


DATABASE_ADDRESS = _DatabaseAddress()


def _has_password(address: str) -> bool:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return "@" in address.partition("://")[2]
    return bool(url.password) or "password" in url.query
