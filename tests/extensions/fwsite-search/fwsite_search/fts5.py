"""The index on SQLite: a table of FTS5."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from .index import Match
from .marked import OFF, ON, Marked

_COUNT = text("SELECT count(*) FROM search_index WHERE search_index MATCH :asked")
# So much more does a title weigh that no number of occurrences in a body outweighs it.
_RANK = "bm25(search_index, 1000.0, 1.0), search_index.rowid"
_MATCHES = text(
    f"""
    SELECT entry.kind, entry.path,
      highlight(search_index, 0, :on, :off) AS title, highlight(search_index, 1, :on, :off) AS body
    FROM search_index JOIN search_entry AS entry ON entry.id = search_index.rowid
    WHERE search_index MATCH :asked AND search_index.rowid IN (
      SELECT rowid FROM search_index WHERE search_index MATCH :asked ORDER BY {_RANK} LIMIT :most OFFSET :first
    )
    ORDER BY {_RANK}
    """
)
_MEND = text("INSERT INTO search_index (search_index) VALUES ('rebuild')")


class Fts5:
    """See :class:`~fwsite_search.index.Index`."""

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
