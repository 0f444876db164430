"""Facts: what an answer in the table of facts says."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Availability(StrEnum):
    """How a framework comes by what a row of the table asks for; the word is that of the exports."""

    BUILT_IN = "built in"
    PACKAGE = "package"
    """By a package, whose name is the answer."""
    BY_HAND = "by hand"
    NO = "no"
    TEXT = "text"
    """Something else, which the answer says itself, such as "5.2, to April 2028"."""


_WORDS = {str(state): state for state in (Availability.BUILT_IN, Availability.BY_HAND, Availability.NO)}


def availability_of(answer: str, packages: Collection[str]) -> Availability:
    """What an answer says: one of the words for it, one of the names of ``packages`` as it is written, or a text."""
    if answer in packages:
        return Availability.PACKAGE
    return _WORDS.get(answer, Availability.TEXT)
