"""What is asked of the index; SQLite and PostgreSQL answer each in its own way.

Nothing is put in here: both keep their index in step with the table of entries by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from .marked import Marked


@dataclass(frozen=True)
class Match:
    """An entry that has the words."""

    kind: str
    path: str
    title: Marked
    body: Marked


class Index(Protocol):
    """The index of one kind of database.

    ``words`` are not empty, and each is of letters and digits alone. The last one may be the beginning of a word.
    ``every`` says whether an entry must have all of them, or any.
    """

    def count(self, connection: Connection, words: Sequence[str], *, every: bool) -> int:
        """How many entries match."""

    def matches(
        self, connection: Connection, words: Sequence[str], *, every: bool, first: int, most: int
    ) -> list[Match]:
        """Those that match from number ``first`` on, which counts from 0: words in titles first, then by relevance."""

    def mend(self, connection: Connection) -> None:
        """Make the index anew from the entries, whatever became of it."""
