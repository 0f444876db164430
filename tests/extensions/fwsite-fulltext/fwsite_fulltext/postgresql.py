"""The index on PostgreSQL: its text search in English, over a column that it generates."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from .index import Match
from .marked import OFF, ON, Marked

_SIGNS = "./-@:_&?=#+~<'‘’“”–—…\u00a0"
"""As in the migration: they part words. Each becomes one blank, so that places stay the same."""
_COUNT = text("SELECT count(*) FROM fulltext_entry WHERE words @@ to_tsquery('english', :asked)")
# The weights are those of D, C, B and A: a title is A, a body B. 1 weighs long bodies less.
_MATCHES = text(
    """
    WITH found AS (
      SELECT id, asked, ts_rank('{0, 0, 0.001, 1}', words, asked, 1) AS rank
      FROM fulltext_entry, to_tsquery('english', :asked) AS asked
      WHERE words @@ asked ORDER BY rank DESC, id LIMIT :most OFFSET :first
    )
    SELECT kind, path, title, body,
      ts_headline('english', translate(title, :signs, :blanks), asked, :options) AS marked_title,
      ts_headline('english', translate(body, :signs, :blanks), asked, :options) AS marked_body
    FROM found JOIN fulltext_entry USING (id) ORDER BY rank DESC, id
    """
)


class PostgreSQL:
    """See :class:`~fwsite_fulltext.index.Index`."""

    def count(self, connection: Connection, words: Sequence[str], *, every: bool) -> int:
        return connection.execute(_COUNT, {"asked": _asked(words, every)}).scalar_one()

    def matches(
        self, connection: Connection, words: Sequence[str], *, every: bool, first: int, most: int
    ) -> list[Match]:
        given = {
            "asked": _asked(words, every),
            "signs": _SIGNS,
            "blanks": " " * len(_SIGNS),
            "options": f"HighlightAll=true, StartSel={ON}, StopSel={OFF}",
            "first": first,
            "most": most,
        }
        return [
            Match(row.kind, row.path, _as_marked(row.title, row.marked_title), _as_marked(row.body, row.marked_body))
            for row in connection.execute(_MATCHES, given)
        ]

    def mend(self, connection: Connection) -> None:
        """Nothing to do: it is part of the entries."""


def _asked(words: Sequence[str], every: bool) -> str:
    """In the language of to_tsquery: each word in quotes, so that none of them is an operator."""
    return (" & " if every else " | ").join(f"'{word}'" for word in words) + ":*"


def _as_marked(whole: str, marked: str) -> Marked:
    """The marks of the text without its signs, in the text as it is; none where PostgreSQL has left out a part."""
    found = Marked.read(marked)
    return Marked(whole, found.places if len(found.text) == len(whole) else ())
