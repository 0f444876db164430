"""TOML line numbers: on which line each key of a file stands; tomllib reads the values and forgets the places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

KeyPath = tuple[str | int, ...]
_QUOTED = r'"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'"
_PART = rf"(?:[A-Za-z0-9_-]+|{_QUOTED})"
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_NAME})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_NAME})[ \t]*=")
_LONG = r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}"
"""A long string may end with one or two quotes of its own in front of the three that close it."""
_TOKEN = re.compile(rf"{_LONG}|{_QUOTED}|#[^\n]*|[\[\]{{}}\n]", re.DOTALL)


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """Line numbers, counted from 1, by path: ``("frameworks", 0, "claims", 2, "text")``.

    ``text`` must be valid TOML. What stands inside an array or an inline table is found by the key it belongs to,
    a list of tables by its first.
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, start in _statements(text):
        header = _HEADER.match(text, start)
        if header:
            table = _opened(_parts(header[2]), counts, many=header[1] == "[[")
            found[table] = number
            if header[1] == "[[":
                found.setdefault(table[:-1], number)
            continue
        key = _KEY.match(text, start)
        if key:
            path = (*table, *_parts(key[1]))
            for length in range(len(table) + 1, len(path) + 1):  # of a.b.c, a and a.b too
                found.setdefault(path[:length], number)
    return found


def _parts(name: str) -> list[str]:
    return [_plain(part) for part in re.findall(_PART, name)]


def _plain(part: str) -> str:
    if part[0] == '"':
        return str(next(iter(tomllib.loads(f"{part} = 0"))))
    return part.strip("'")


def _opened(parts: list[str], counts: dict[KeyPath, int], *, many: bool) -> KeyPath:
    path: KeyPath = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, parts[-1])
    if many:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Line and offset of each line on which something begins, outside of long strings and brackets."""
    number, depth = 1, 0
    yield 1, 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        number += sign.count("\n")
        depth += (sign in ("[", "{")) - (sign in ("]", "}"))
        if sign == "\n" and depth == 0:
            yield number, token.end()
