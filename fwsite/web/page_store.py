"""Second-chance (CLOCK) cache: finished pages in at most so many bytes; stale ones go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qsl

from fwsite.web.page_state import State

Key = tuple[str, ...]
LONGEST_QUERY = 500
"""Characters; pages of longer ones are made each time."""
OVERHEAD = 2_000
"""Bytes that a kept page takes beside its body, about."""


@dataclass(slots=True)
class Page:
    """An answer as it was made at ``state``; ``reads`` names what its view takes from the query."""

    state: State
    endpoint: str
    reads: frozenset[str]
    headers: list[tuple[str, str]]
    etag: str
    body: bytes
    was_asked: bool = False

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + OVERHEAD


def is_of_query(query: str, reads: frozenset[str]) -> bool:
    """Whether the query has one of the names that a page reads; any other query changes nothing."""
    if not query or not reads:
        return False
    names = _names_in(query)
    return names is None or not reads.isdisjoint(names)


def is_all_of_query(query: str, reads: frozenset[str]) -> bool:
    """Whether a page that reads these names may be kept under the query: it has no other names, and is no longer than
    people's are.
    """
    names = _names_in(query)
    return names is not None and names <= reads and len(query) <= LONGEST_QUERY


def _names_in(query: str) -> set[str] | None:
    """The names in a query; ``None`` for one that no form of the site sends."""
    try:
        return {name for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=20)}
    except ValueError:
        return None


class Kept(Protocol):
    """What a store can hold."""

    state: State
    was_asked: bool

    @property
    def size(self) -> int: ...


_Kept = TypeVar("_Kept", bound=Kept)


class PageStore(Generic[_Kept]):
    """Pages by their keys; at most ``most`` bytes of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[Key, _Kept] = OrderedDict()
        self._storing = threading.Lock()
        self.size = 0

    def __iter__(self) -> Iterator[Key]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def values(self) -> tuple[_Kept, ...]:
        """The pages, oldest first."""
        return tuple(self._pages.values())

    def get(self, key: Key) -> _Kept | None:
        """What is kept under the key, stale or not."""
        return self._pages.get(key)

    def put(self, key: Key, page: _Kept, now: State | None) -> None:
        """Keep a page, and make room for it; ``now`` tells which ones are stale. One that alone would take more than a
        quarter of the room is not kept.
        """
        if page.size > self._most // 4:
            return
        with self._storing:
            before = self._pages.pop(key, None)
            self.size += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self.size > self._most:
                self._evict(now)

    def clear(self) -> None:
        """Forget all of them."""
        with self._storing:
            self._pages.clear()
            self.size = 0

    def _evict(self, now: State | None) -> None:
        while True:
            key, page = self._pages.popitem(last=False)
            if not page.was_asked or not page.state.counts_at(now):
                self.size -= page.size
                return
            page.was_asked = False
            self._pages[key] = page
