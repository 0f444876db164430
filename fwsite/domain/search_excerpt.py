"""Excerpt of a search result: the part of a text that has most of the words, and the words marked in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from fwsite.domain.search_words import Query, Token, folded, tokens

LENGTH = 240
"""Characters of an excerpt, about."""
_LEAD = 60
"""Characters before the first word that is marked."""
_LOOKED_AT = 50
"""So many places of each term are compared at most."""
_CUT = "…"


class Piece(NamedTuple):
    """A stretch of a text, and whether it is marked."""

    text: str
    is_marked: bool = False


class Excerpt(NamedTuple):
    """Part of a text; ``place`` is the offset of the words that it shows, 0 where it has none."""

    pieces: tuple[Piece, ...]
    place: int


def excerpt(text: str, query: Query) -> Excerpt:
    """The part of a text that shows most of a query; its beginning where it has no word of it."""
    place = _best_place(text, query)
    begin = _blank_behind(text, place - _LEAD) if place > _LEAD else 0
    end = begin + LENGTH
    end = len(text) if end + _LEAD >= len(text) else max(text.rfind(" ", begin, end), begin + LENGTH - _LEAD)
    pieces = tuple(marked(text, query, begin, end))
    before, after = (Piece(_CUT),) * bool(begin), (Piece(_CUT),) * (end < len(text))
    return Excerpt(before + pieces + after, place)


def marked(text: str, query: Query, begin: int = 0, end: int | None = None) -> Iterator[Piece]:
    """A text, or a part of it, with the terms of a query marked."""
    end = len(text) if end is None else end
    done = begin
    for first, last in _spans(list(tokens(text, begin, end)), query):
        if last <= done:
            continue
        if first > done:
            yield Piece(text[done:first])
        yield Piece(text[max(first, done) : last], is_marked=True)
        done = last
    if done < end:
        yield Piece(text[done:end])


def _spans(found: list[Token], query: Query) -> list[tuple[int, int]]:
    """From where to where the terms stand, in the order of the text."""
    spans = []
    for number, term in enumerate(query.terms):
        may_go_on = number == len(query.terms) - 1
        for at in range(len(found) - len(term) + 1):
            row = tuple(token.word for token in found[at : at + len(term)])
            is_beginning = may_go_on and row[:-1] == term[:-1] and row[-1].startswith(term[-1])
            if row == term or is_beginning:
                spans.append((found[at].begin, found[at + len(term) - 1].end))
    return sorted(spans)


def _best_place(text: str, query: Query) -> int:
    """Where the first word stands of the part that has most terms near each other."""
    words = folded(text)
    places = sorted(at for needle in query.needles for at in islice(_places(words, needle), _LOOKED_AT))
    if not places:
        return 0
    best = max(places, key=lambda at: sum(words.find(needle, at, at + LENGTH) >= 0 for needle in query.needles))
    return next(islice(tokens(text), words.count(" ", 0, best), None)).begin


def _places(words: str, needle: str) -> Iterator[int]:
    at = words.find(needle)
    while at >= 0:
        yield at
        at = words.find(needle, at + 1)


def _blank_behind(text: str, place: int) -> int:
    """Where the word behind the next blank begins; ``place`` itself where no blank is near."""
    blank = text.find(" ", place, place + _LEAD)
    return place if blank < 0 else blank + 1
