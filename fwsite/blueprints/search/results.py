"""A page of results: hits with their words marked, or what to leave out where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from fwsite.domain.search_excerpt import Piece, excerpt, marked
from fwsite.domain.search_index import Missing, SearchIndex
from fwsite.domain.search_synonyms import synonymous
from fwsite.domain.search_words import Query
from fwsite.extend import Text

PAGE_LENGTH = 20


class Hit(NamedTuple):
    """One result; ``path`` is from the site's root and leads to the very place."""

    kind: str
    path: str
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


class Results(NamedTuple):
    """One page of what was found; ``missing`` has the terms of a query that finds nothing.

    ``instead`` is the query that was used in its place, with synonyms; empty where it finds something itself.
    """

    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    missing: tuple[Missing, ...]
    instead: str = ""

    @property
    def first(self) -> int:
        """The number of the first hit on this page."""
        return (self.page - 1) * PAGE_LENGTH + 1

    @property
    def absent(self) -> tuple[str, ...]:
        """The terms that no text has."""
        return tuple(each.given for each in self.missing if not each.is_there)

    @property
    def looser(self) -> tuple[Missing, ...]:
        """The terms without which something is found."""
        return tuple(each for each in self.missing if each.others and each.query)


def results(index: SearchIndex[Text], query: Query, page: int) -> Results:
    """The page of this number, or the nearest one that there is."""
    found, instead = index.find(query), ""
    if not found and (other := synonymous(query)) and (found := index.find(other)):
        query, instead = other, " ".join(other.given)
    pages = max(1, -(-len(found) // PAGE_LENGTH))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
    missing = () if found else tuple(index.missing(query))
    return Results(tuple(_hits(shown, query)), len(found), page, pages, missing, instead)


def _hits(texts: list[Text], query: Query) -> Iterator[Hit]:
    for text in texts:
        part = excerpt(text.body, query)
        before = [anchor for offset, anchor in text.anchors if offset <= part.place]
        path = f"{text.path}#{quote(before[-1])}" if before else text.path
        yield Hit(text.kind, path, tuple(marked(text.title, query)), part.pieces)
