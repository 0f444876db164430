"""Looking for what somebody typed."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import Connection, func, select

from fwsite.extend import db

from .fts5 import Fts5
from .index import Index
from .models import Entry
from .postgresql import PostgreSQL
from .words import Words

_INDEXES: dict[str, Index] = {"postgresql": PostgreSQL(), "sqlite": Fts5()}


@dataclass(frozen=True)
class Hit:
    """One result; ``path`` is from the site's root, the words are marked in ``title`` and ``excerpt``."""

    kind: str
    path: str
    title: Markup
    excerpt: Markup


@dataclass(frozen=True)
class Results:
    """One page of results. ``every`` says whether they have all of the words, or only some."""

    words: Words
    hits: tuple[Hit, ...] = ()
    total: int = 0
    every: bool = True
    page: int = 1
    pages: int = 1


def index_of(connection: Connection) -> Index:
    """The index of the database."""
    return _INDEXES[connection.dialect.name]


def look_for(text: str, *, page: int = 1, length: int = 20) -> Results:
    """What has all the words of a text; where nothing has, what has any of them."""
    words = Words.of(text)
    if not words.words:
        return Results(words)
    connection = db.session.connection()
    index = index_of(connection)
    total, every = index.count(connection, words.words, every=True), True
    if not total and len(words.words) > 1:
        total, every = index.count(connection, words.words, every=False), False
    pages = max(1, -(-total // length))
    page = min(max(1, page), pages)
    found = index.matches(connection, words.words, every=every, first=(page - 1) * length, most=length) if total else []
    hits = tuple(Hit(match.kind, match.path, match.title.html(), match.body.excerpt()) for match in found)
    return Results(words, hits, total, every, page, pages)


def numbers_by_kind() -> dict[str, int]:
    """How many entries there are of each kind."""
    rows = db.session.execute(select(Entry.kind, func.count()).group_by(Entry.kind).order_by(Entry.kind))
    return {row[0]: row[1] for row in rows}
