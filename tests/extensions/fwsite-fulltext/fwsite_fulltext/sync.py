"""Bringing the entries in line with what the extensions have to read: only what differs is written."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy import text as sql

from fwsite.extend import Text, TextsContext, db, reading, texts_by_extension

from .lookup import index_of
from .models import Entry

LONGEST_TITLE, LONGEST_BODY = 1_000, 200_000
"""So many characters are kept; PostgreSQL has no room for much more."""
_AT_ONCE = 500
"""Keys in one statement, and rows between two reports of progress."""
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_Place = tuple[str, str]
"""Extension and key."""
_Row = dict[str, str]


@dataclass(frozen=True)
class Counts:
    """What was done; ``entries`` counts those that were looked at."""

    entries: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0

    def __str__(self) -> str:
        parts = [f"{self.entries} entries", f"{self.new} of them new"]
        parts += [f"{number} {word}" for word in ("changed", "removed") if (number := getattr(self, word))]
        return ", ".join(parts)


@dataclass(frozen=True)
class _Difference:
    """What is to be written; ``changed`` and ``removed`` by the numbers of the entries."""

    new: list[_Row]
    changed: dict[int, _Row]
    removed: list[int]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def bring_in_line(extension: str | None = None, keys: frozenset[str] | None = None) -> Counts:
    """Make the entries say what the texts say: those of one extension or all, with these keys or all.

    Where nothing differs, nothing is written, and no writer is waited for. What an extension had stays where it
    cannot be asked.
    """
    with reading():
        wanted, silent = _wanted(extension, keys)
        difference = _difference(wanted, _there(db.session.connection(), extension, keys, silent))
    if not difference:
        return Counts(len(wanted))
    with _turn() as connection:
        with reading():  # once more: others may have been first, and what was read may be old by now
            wanted, silent = _wanted(extension, keys)
        difference = _difference(wanted, _there(connection, extension, keys, silent))
        _write(connection, difference)
    return Counts(len(wanted), len(difference.new), len(difference.changed), len(difference.removed))


def rebuild() -> Iterator[tuple[int, int]]:
    """Empty the index and fill it again, in one transaction; yields how many entries of how many are in it.

    Readers find what was there before until the last one is in.
    """
    with _turn() as connection:
        with reading():
            wanted, silent = _wanted()
        rows = list(wanted.values())
        index_of(connection).mend(connection)  # one that is damaged could not even be emptied
        connection.execute(delete(Entry).where(Entry.extension.not_in(silent)))
        yield 0, len(rows)
        for begin in range(0, len(rows), _AT_ONCE):
            part = rows[begin : begin + _AT_ONCE]
            connection.execute(insert(Entry), part)
            yield begin + len(part), len(rows)


def clean(given: str) -> str:
    """A text that every database takes, on one line, without the signs that marks are made with."""
    return " ".join(unicodedata.normalize("NFC", _UNUSABLE.sub(" ", str(given))).split())


@contextmanager
def _turn() -> Iterator[Connection]:
    """A transaction of our own, in which nobody else writes entries; waits for its turn."""
    # Begun outside the request that is answered: while a page is only read, SQLite would not wait, and fail.
    with db.engine.connect() as connection, Context().run(connection.begin):
        if connection.dialect.name == "postgresql":
            connection.execute(sql("LOCK TABLE fulltext_entry IN SHARE ROW EXCLUSIVE MODE"))
        yield connection


def _wanted(
    extension: str | None = None, keys: frozenset[str] | None = None
) -> tuple[dict[_Place, _Row], frozenset[str]]:
    """What the entries are to say, and which extensions could not be asked."""
    found = texts_by_extension(TextsContext(keys=keys), of=extension)
    wanted = {
        (name, each.key): _row(name, each)
        for name, texts in found.items()
        for each in texts or ()
        if not _UNUSABLE.search(each.key + each.path)
    }
    return wanted, frozenset(name for name, texts in found.items() if texts is None)


def _row(extension: str, found: Text) -> _Row:
    said = {
        "kind": clean(found.kind),
        "title": clean(found.title)[:LONGEST_TITLE],
        "body": clean(found.body)[:LONGEST_BODY],
        "path": found.path,
    }
    digest = hashlib.sha256("\0".join(said.values()).encode()).hexdigest()
    return {"extension": extension, "key": found.key, **said, "digest": digest}


def _there(
    connection: Connection, extension: str | None, keys: frozenset[str] | None, silent: frozenset[str]
) -> dict[_Place, tuple[int, str]]:
    """Number and digest of the entries that are there, but for those of the ``silent`` extensions."""
    query = select(Entry.id, Entry.extension, Entry.key, Entry.digest).where(Entry.extension.not_in(silent))
    if extension is not None:
        query = query.where(Entry.extension == extension)
    if keys is not None and len(keys) <= _AT_ONCE:
        query = query.where(Entry.key.in_(keys))
    rows = connection.execute(query)
    return {(row.extension, row.key): (row.id, row.digest) for row in rows if keys is None or row.key in keys}


def _difference(wanted: Mapping[_Place, _Row], there: Mapping[_Place, tuple[int, str]]) -> _Difference:
    return _Difference(
        new=[row for place, row in wanted.items() if place not in there],
        changed={
            there[place][0]: row for place, row in wanted.items() if place in there and there[place][1] != row["digest"]
        },
        removed=[number for place, (number, _) in there.items() if place not in wanted],
    )


def _write(connection: Connection, difference: _Difference) -> None:
    for part in _parts(difference.removed):
        connection.execute(delete(Entry).where(Entry.id.in_(part)))
    if difference.changed:
        query = update(Entry).where(Entry.id == bindparam("number"))
        connection.execute(query, [{**row, "number": number} for number, row in difference.changed.items()])
    if difference.new:
        connection.execute(insert(Entry), difference.new)


def _parts(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[begin : begin + _AT_ONCE] for begin in range(0, len(numbers), _AT_ONCE))
