"""TOML files that people write: read with the line of each key, for faults; written with one value a line, for git."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fwsite.plugins.content import ContentError, ContentProblem
from fwsite.plugins.toml_line_numbers import KeyPath, lines_of

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class TomlFile:
    """A file that TOML can read: its ``table``, and its ``text``, where the lines of errors are found."""

    path: Path
    table: Mapping[str, Any]
    text: str

    @cached_property
    def lines(self) -> Mapping[KeyPath, int]:
        """The line of each key by path, ``("questions", 0, "text")``."""
        return lines_of(self.text)

    def problem(self, key: str, message: str, path: KeyPath = ()) -> ContentProblem:
        """A fault in the part called ``key``, on the line of ``path``, or of the nearest table around it."""
        places = (self.lines.get(path[:length]) for length in range(len(path), 0, -1))
        return ContentProblem(path=self.path, line=next(filter(None, places), None), key=key, message=message)


def read_toml(path: Path) -> TomlFile:
    """Read ``path``. Raises :class:`ContentError`, with the line where there is one, for a file that is not TOML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return TomlFile(path, tomllib.loads(text), text)
    except (ValueError, RecursionError, OSError) as error:  # ValueError: not TOML, not UTF-8, or an endless number
        reason = getattr(error, "strerror", None) or str(error)
        line = re.search(r"\(at line (\d+)", reason)
        problem = ContentProblem(
            path=path, line=int(line[1]) if line else None, key="file", message=f"cannot be read: {reason}"
        )
        raise ContentError(problems=[problem]) from error


def write_toml(table: Mapping[str, Any]) -> str:
    """The table as TOML. Tables inside it have headers of their own, however short they are."""
    return _under(table, ())


def _under(table: Mapping[str, Any], path: tuple[str, ...]) -> str:
    import tomli_w

    inside = {name: value for name, value in table.items() if isinstance(value, Mapping) or _is_list_of_tables(value)}
    parts = [tomli_w.dumps({name: value for name, value in table.items() if name not in inside})]
    for name, value in inside.items():
        place = (*path, name)
        header = ".".join(part if _BARE.fullmatch(part) else json.dumps(part) for part in place)
        if isinstance(value, Mapping):
            has_own = any(not isinstance(each, Mapping) for each in value.values())
            parts.append(f"[{header}]\n{_under(value, place)}" if has_own or not value else _under(value, place))
        else:
            parts += [f"[[{header}]]\n{_under(row, place)}" for row in value]
    return "\n".join(filter(None, parts))


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
