"""Texts in which the words that were looked for are marked, for people: never with any HTML of their own."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from markupsafe import Markup, escape

ON, OFF = "\x02", "\x03"
"""What the databases put around a word. No entry has such signs: see :func:`fwsite_fulltext.sync.clean`."""
EXCERPT = 240
"""Characters of an excerpt, about."""
_LEAD = 50
"""Characters before the first word of an excerpt that is marked."""
_MORE = 40
"""So many further characters are shown rather than cut off."""
_LOOKED_AT = 200
"""The place for an excerpt is looked for among so many marks."""
_MARK = re.compile(f"{ON}(.*?){OFF}", re.DOTALL)
_CUT = "…"


@dataclass(frozen=True)
class Marked:
    """A text and the places in it, from and to, of words that were looked for."""

    text: str
    places: tuple[tuple[int, int], ...] = ()

    @classmethod
    def read(cls, text: str) -> Marked:
        """From what a database gives, with :data:`ON` and :data:`OFF` around the words."""
        places = []
        for number, found in enumerate(_MARK.finditer(text)):
            begin = found.start() - 2 * number
            places.append((begin, begin + len(found[1])))
        return cls(text.replace(ON, "").replace(OFF, ""), tuple(places))

    def html(self) -> Markup:
        """All of it, with ``<mark>``."""
        return self._between(0, len(self.text))

    def excerpt(self) -> Markup:
        """The part that has most of the words; the beginning where that has as many."""
        begin = min(self._best(), max(0, len(self.text) - EXCERPT - _MORE))
        begin = self._blank_before(begin) + 1 or begin
        end = begin + EXCERPT
        if end + _MORE >= len(self.text):
            end = len(self.text)
        elif (blank := self._blank_before(end + 1)) > begin:
            end = blank
        before = _CUT if begin else ""
        after = _CUT if end < len(self.text) else ""
        return Markup("").join((before, self._between(begin, end), after))

    def _best(self) -> int:
        """Where the part begins that has most different words."""
        begins = [begin for begin, _ in self.places[:_LOOKED_AT]]
        forms = [self.text[begin:end].casefold() for begin, end in self.places[:_LOOKED_AT]]
        best, most = 0, len(set(forms[: bisect_right(begins, EXCERPT - _LEAD)]))
        for number, begin in enumerate(begins):
            different = len(set(forms[number : bisect_right(begins, begin + EXCERPT - 2 * _LEAD)]))
            if different > most:
                best, most = max(0, begin - _LEAD), different
        return best

    def _blank_before(self, place: int) -> int:
        """The last blank before ``place``; -1 where the word there is too long to be shown whole."""
        return self.text.rfind(" ", max(0, place - _LEAD), place)

    def _between(self, begin: int, end: int) -> Markup:
        parts, done = [], begin
        for first, last in self.places:
            if last > begin and first < end:
                first, last = max(first, begin), min(last, end)
                parts += [escape(self.text[done:first]), Markup("<mark>{}</mark>").format(self.text[first:last])]
                done = last
        return Markup("").join([*parts, escape(self.text[done:end])])
