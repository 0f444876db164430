"""The index on SQLite: a table of FTS5."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from .index import Match
from .marked import OFF, ON, Marked

_COUNT = text("SELECT count(*) FROM fulltext_index WHERE fulltext_index MATCH :asked")
# So much more does a title weigh that no number of occurrences in a body outweighs it.
_RANK = "bm25(fulltext_index, 1000.0, 1.0), fulltext_index.rowid"
_MATCHES = text(
    f"""
    SELECT entry.kind, entry.path,
      highlight(fulltext_index, 0, :on, :off) AS title, highlight(fulltext_index, 1, :on, :off) AS body
    FROM fulltext_index JOIN fulltext_entry AS entry ON entry.id = fulltext_index.rowid
    WHERE fulltext_index MATCH :asked AND fulltext_index.rowid IN (
      SELECT rowid FROM fulltext_index WHERE fulltext_index MATCH :asked ORDER BY {_RANK} LIMIT :most OFFSET :first
    )
    ORDER BY {_RANK}
    """
)
_MEND = text("INSERT INTO fulltext_index (fulltext_index) VALUES ('rebuild')")


class Fts5:
    """See :class:`~fwsite_fulltext.index.Index`."""

    def count(self, connection: Connection, words: Sequence[str], *, every: bool) -> int:
        return connection.execute(_COUNT, {"asked": _asked(words, every)}).scalar_one()

    def matches(
        self, connection: Connection, words: Sequence[str], *, every: bool, first: int, most: int
    ) -> list[Match]:
        given = {"asked": _asked(words, every), "on": ON, "off": OFF, "first": first, "most": most}
        return [
            Match(row.kind, row.path, Marked.read(row.title), Marked.read(row.body))
            for row in connection.execute(_MATCHES, given)
        ]

    def mend(self, connection: Connection) -> None:
        connection.execute(_MEND)


def _asked(words: Sequence[str], every: bool) -> str:
    """In the language of FTS5: each word in quotes, so that none of them is an operator."""
    return (" AND " if every else " OR ").join(f'"{word}"' for word in words) + "*"
