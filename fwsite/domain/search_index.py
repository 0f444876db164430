"""Search index: documents held as folded words, looked through from the first to the last one.

Ten thousand claims are three megabytes, which Python's substring search goes through in some milliseconds. An inverted
index would take more memory than the texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Generic, NamedTuple, Protocol, TypeVar

from fwsite.domain.search_words import Query, folded

_BREAK = "\n"
"""Between title and body, so that no term reaches from one into the other."""


class Document(Protocol):
    """What can be found."""

    @property
    def kind(self) -> str:
        """What readers call it."""

    @property
    def title(self) -> str:
        """Its heading, whose words weigh more."""

    @property
    def body(self) -> str:
        """Its text."""


_D = TypeVar("_D", bound=Document)


class Missing(NamedTuple):
    """A term of a query that finds nothing: as it was typed, whether anything has it, and what remains without it.

    ``others`` counts the documents that have all other terms, ``query`` is the query that finds them.
    """

    given: str
    is_there: bool
    others: int
    query: str


class _Entry(NamedTuple, Generic[_D]):
    text: str
    title_end: int
    document: _D


class SearchIndex(Generic[_D]):
    """Documents with their folded texts, the short ones first."""

    def __init__(self, documents: Iterable[_D]) -> None:
        entries = [_entry(document) for document in documents]
        self.kinds = Counter(entry.document.kind for entry in entries)
        self._entries = sorted(entries, key=lambda entry: len(entry.text))

    def find(self, query: Query) -> list[_D]:
        """The documents that have every term, the best first.

        Better is what has more terms in its title, then what has the whole query as it was typed, then the shorter one.
        """
        needles = sorted(query.needles, key=len, reverse=True)  # the longest are the rarest
        whole = f" {' '.join(' '.join(term) for term in query.terms)} "
        ranks: list[list[_D]] = [[] for _ in range(2 * len(needles) + 2)]
        for text, title_end, document in self._entries if needles else ():
            in_title = 0
            for needle in needles:
                at = text.find(needle)
                if at < 0:
                    break
                in_title += at < title_end
            else:
                ranks[2 * in_title + (whole in text)].append(document)
        return [document for rank in reversed(ranks) for document in rank]

    def missing(self, query: Query) -> list[Missing]:
        """For each term of a query that finds nothing, what speaks for leaving it out."""
        having, others = [0] * len(query.needles), [0] * len(query.needles)
        for text, _, _ in self._entries:
            absent = []
            for number, needle in enumerate(query.needles):
                if needle in text:
                    having[number] += 1
                else:
                    absent.append(number)
            if len(absent) == 1:
                others[absent[0]] += 1
        return [
            Missing(given, having[number] > 0, others[number], query.without(number))
            for number, given in enumerate(query.given)
        ]


def _entry(document: _D) -> _Entry[_D]:
    title = folded(document.title)
    return _Entry(f"{title}{_BREAK}{folded(document.body)}", len(title), document)
