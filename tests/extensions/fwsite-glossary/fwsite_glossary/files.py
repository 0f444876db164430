"""Terms in a TOML file: written, and read with every fault that a file has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from fwsite.extend import ContentProblem

from .entries import Wording, faults, one_line, spelling_key

FIRST_LINE = "# Written by: fwsite glossary export"
"""By this an export knows a file that it may replace."""
_FIELDS = {"term": str, "aliases": list, "definition": str}
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*terms[ \t]*\]\]", re.MULTILINE)


class FileFaults(ValueError):
    """A file that cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[ContentProblem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def write(path: Path, wordings: Iterable[Wording]) -> None:
    """Write the terms; the file is there whole or, where that fails, as it was before."""
    tables = [{"term": each.term, "aliases": list(each.aliases), "definition": each.definition} for each in wordings]
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.write_text(f"{FIRST_LINE}\n\n{tomli_w.dumps({'terms': tables})}", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def is_export(path: Path) -> bool:
    """Whether an export wrote the file."""
    return path.is_file() and path.read_bytes().startswith(FIRST_LINE.encode())


def read(path: Path, taken: Mapping[str, str] | None = None) -> list[Wording]:
    """The terms of a file. Raises :class:`FileFaults`.

    ``taken`` has the term for each spelling, by key, that the glossary has. A term of the file replaces the one of the
    same name, so that its spellings are free.
    """
    text = _text(path)
    tables = _tables(path, text)
    lines = [text.count("\n", 0, match.start()) + 1 for match in _HEADER.finditer(text)]
    places: list[int | None] = [*lines] if len(lines) == len(tables) else [None] * len(tables)
    problems = [
        ContentProblem(path=path, line=line, key=key, message=message)
        for number, (table, line) in enumerate(zip(tables, places, strict=True), 1)
        for key, message in _wrong_table(number, table)
    ]
    if not problems:
        wordings = [_wording(table) for table in tables]
        names = {wording.key for wording in wordings}
        others = {key: term for key, term in (taken or {}).items() if spelling_key(term) not in names}
        problems = [
            ContentProblem(path=path, line=line, key=f"{wording.term}, {key}", message=message)
            for wording, line, key, message in _wrong_wordings(wordings, places, others)
        ]
    if problems:
        raise FileFaults(problems)
    return wordings


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileFaults([ContentProblem(path=path, message=f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise FileFaults([ContentProblem(path=path, message="is not written in UTF-8")]) from error


def _tables(path: Path, text: str) -> list[Any]:
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFaults([ContentProblem(path=path, message=f"is no TOML: {error}")]) from error
    unknown = sorted(set(content) - {"terms"})
    if unknown:
        raise FileFaults([ContentProblem(path=path, key=unknown[0], message="is not known; only [[terms]] is")])
    tables = content.get("terms", [])
    if not isinstance(tables, list) or not tables:
        raise FileFaults([ContentProblem(path=path, key="terms", message="there is no [[terms]] in it")])
    return tables


def _wrong_table(number: int, table: Any) -> Iterator[tuple[str, str]]:
    """Key and message of what makes a table unreadable."""
    if not isinstance(table, dict):
        yield f"term {number}", "must be a table"
        return
    for name in sorted(set(table) - set(_FIELDS)):
        yield f"term {number}, {name}", f"is not known; known are {', '.join(_FIELDS)}"
    for name, wanted in _FIELDS.items():
        value = table.get(name, [] if wanted is list else None)
        if value is None:
            yield f"term {number}, {name}", "is missing"
        elif wanted is str and not isinstance(value, str):
            yield f"term {number}, {name}", "must be a text in quotes"
        elif wanted is list and not (isinstance(value, list) and all(isinstance(part, str) for part in value)):
            yield f"term {number}, {name}", 'must be a list of texts such as ["a", "b"]'


def _wording(table: Mapping[str, Any]) -> Wording:
    aliases = tuple(one_line(alias) for alias in table.get("aliases", []))
    return Wording(term=one_line(table["term"]), aliases=aliases, definition=one_line(table["definition"]))


def _wrong_wordings(
    wordings: list[Wording], places: list[int | None], taken: Mapping[str, str]
) -> Iterator[tuple[Wording, int | None, str, str]]:
    """Each is checked against the glossary and against those before it in the file."""
    so_far = dict(taken)
    for wording, line in zip(wordings, places, strict=True):
        for fault in faults(wording, so_far):
            yield wording, line, fault.place, fault.message
        so_far |= {spelling_key(spelling): wording.term for spelling in wording.spellings}
