"""Tokeniser of the search: words of texts and queries, alike whatever their case and accents, and with their signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

MOST_CHARACTERS = 200
MOST_WORDS = 20
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:[+#]+(?![^\W_]))?")
"""Letters and digits, and what makes C++ and C# of a C."""
_FOLDED_KEPT = 8192
_COMMON = frozenset(
    "a an and any are as at be but by can do does for from had has have how i if in is it its my of on or should so "
    "than that the their there this to was we what when where which who why will with would you your".split()
)
"""Words of questions, which are looked for only where a query has no others."""


class Token(NamedTuple):
    """A word in a text: how it is compared, and where it stands."""

    word: str
    begin: int
    end: int


def tokens(text: str, begin: int = 0, end: int | None = None) -> Iterator[Token]:
    """The words of a text, or of a part of it, in their order."""
    for found in _WORD.finditer(text, begin, len(text) if end is None else end):
        yield Token(fold(found[0]), *found.span())


def folded(text: str) -> str:
    """The words alone, as they are compared, with one blank before, between and behind them."""
    found = _WORD.findall(text.lower()) if text.isascii() else map(fold, _WORD.findall(text))
    return f" {' '.join(found)} "


@lru_cache(maxsize=_FOLDED_KEPT)
def fold(word: str) -> str:
    """A word as it is compared: without case and accents, in one piece."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign) and not sign.isspace())
    return bare.casefold() or word


@dataclass(frozen=True)
class Query:
    """What is looked for: ``terms`` are what blanks part, as the words of each, so that “server-sent” is two in a row.

    The very last word may be the beginning of one. ``given`` are the terms as they were typed.
    """

    terms: tuple[tuple[str, ...], ...]
    given: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Query:
        """The query that somebody typed, what is there twice once.

        What has no letter or digit is left out, and so are common words where others remain.
        """
        found: dict[tuple[str, ...], str] = {}
        for given in text.split():
            if term := tuple(token.word for token in tokens(given)):
                found.pop(term, None)
                found[term] = given
        telling = {term: given for term, given in found.items() if not _COMMON.issuperset(term)} or found
        return cls(tuple(telling), tuple(telling.values()))

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """Each term as it stands in a folded text."""
        whole = [f" {' '.join(term)} " for term in self.terms]
        return tuple([*whole[:-1], whole[-1].removesuffix(" ")] if whole else [])

    def without(self, number: int) -> str:
        """The query as it is typed without one of its terms."""
        return " ".join(given for place, given in enumerate(self.given) if place != number)

    @property
    def is_too_long(self) -> bool:
        """Whether there are more words than are looked for."""
        return sum(map(len, self.terms)) > MOST_WORDS
