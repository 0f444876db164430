"""Terms in plain text: which stand there, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .entries import Entry, spelling_key

_WORD_BEFORE = r"(?<!\w)"
_WORD_AFTER = r"(?![\w\u0300-\u036f]|\+\+|#)"
"""A letter with an accent of its own, and the ends of C++ and C#, are parts of a word."""
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Place:
    """Where a term stands: from ``start`` up to ``end``."""

    start: int
    end: int
    entry: Entry


class Finder:
    """Finds whole words, the longest spelling first; one in capitals is found in capitals alone."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        spellings = [(spelling, entry) for entry in entries for spelling in entry.spellings]
        self._by_key = {spelling_key(spelling): entry for spelling, entry in spellings}
        longest_first = sorted((spelling for spelling, _ in spellings), key=len, reverse=True)
        alternatives = "|".join(map(_pattern, longest_first))
        self._pattern = re.compile(f"{_WORD_BEFORE}(?:{alternatives}){_WORD_AFTER}") if alternatives else _NOTHING

    def next(self, text: str, start: int = 0) -> Place | None:
        """The first term at or after ``start``."""
        while match := self._pattern.search(text, start):
            entry = self._by_key.get(spelling_key(match[0]))
            if entry is not None:
                return Place(match.start(), match.end(), entry)
            start = match.end()  # letters that are alike to re, and not to casefold, such as İ and i
        return None

    def found(self, text: str) -> list[Entry]:
        """The terms of a text in its order, each once."""
        found: dict[Entry, None] = {}
        start = 0
        while place := self.next(text, start):
            found[place.entry] = None
            start = place.end
        return list(found)


def _pattern(spelling: str) -> str:
    words = r"\s+".join(map(re.escape, spelling.split()))
    return words if spelling.isupper() else f"(?i:{words})"


@lru_cache(maxsize=8)
def finder(entries: tuple[Entry, ...]) -> Finder:
    """The finder for these terms, remembered by their content."""
    return Finder(entries)
