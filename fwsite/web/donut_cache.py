"""Donut caching: a page that is the same for everybody but for its holes, which are filled for each request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fwsite.web.compression import encoding_for, pack
from fwsite.web.page_state import State
from fwsite.web.page_store import OVERHEAD

Hole = Callable[[], str]
"""Gives the text of one hole for the request that is being answered; of that it may look at the session alone."""


@dataclass(slots=True)
class Donut:
    """The page as it was made at ``state``: texts, and between them the numbers of the holes that are there."""

    state: State
    endpoint: str
    headers: tuple[tuple[str, str], ...]
    holes: tuple[Hole, ...]
    pieces: tuple[bytes | int, ...]
    was_asked: bool = False

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return OVERHEAD + sum(len(each) for each in self.pieces if isinstance(each, bytes))

    @classmethod
    def made(
        cls, state: State, endpoint: str, headers: Iterable[tuple[str, str]], text: str, filled: dict[str, Hole]
    ) -> Donut:
        """From the page that was made for somebody; ``filled`` has the text that stands in each hole."""
        own = list(filled)
        found = re.split("|".join(f"({re.escape(each)})" for each in own), text) if own else [text]
        pieces = tuple(own.index(each) if each in filled else each.encode() for each in found if each)
        return cls(state, endpoint, tuple(headers), tuple(filled.values()), pieces)

    def filled(self, accepted: str) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body of the page with its holes filled, for the header Accept-Encoding. Needs the request's
        context.
        """
        texts = [hole().encode() for hole in self.holes]
        body = b"".join([texts[each] if isinstance(each, int) else each for each in self.pieces])
        headers = [*self.headers, ("Vary", "Accept-Encoding")]
        if encoding := encoding_for(accepted):
            headers.append(("Content-Encoding", encoding))
            body = pack(body, encoding, tightly=False)
        headers.append(("Content-Length", str(len(body))))
        return headers, body
