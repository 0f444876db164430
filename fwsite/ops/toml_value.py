"""TOML edit: one top-level key of a host's file gets another value, and everything else stays as it was written."""

from __future__ import annotations

import re
import tomllib

import tomli_w


class NotEdited(Exception):
    """The file is written in a way that this cannot change without changing more."""


def with_value(text: str, name: str, value: str) -> str:
    """``text`` with ``name = value`` at its top, and without the line that had the key. Raises :class:`NotEdited`."""
    old = tomllib.loads(text)
    line = re.compile(rf"""^[ \t]*(["']?){re.escape(name)}\1[ \t]*=.*\n?""", re.MULTILINE)
    rest = line.sub("", text, count=1) if name in old else text
    new = tomli_w.dumps({name: value}) + rest
    try:
        is_right = tomllib.loads(new) == {**old, name: value}
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise NotEdited(f"write {name} on one line of its own")
    return new
