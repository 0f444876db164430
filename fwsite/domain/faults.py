"""Faults in what people wrote: each with its place in words, and as a path that leads to a line of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from fwsite.domain.evidence import Evidence

KeyPath = tuple[str | int, ...]
"""The way to a part of a document: ``("questions", 0, "options", 2, "label")``."""


class Fault(NamedTuple):
    """One thing wrong with a definition or an answer: ``place`` says where, ``message`` what to do.

    ``path`` leads there in the document that was read, so that a file's line can be named; empty where there is none.
    """

    place: str
    message: str
    path: KeyPath = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class At(NamedTuple):
    """Where the reader is: in words, and as the path in the document."""

    place: str
    path: KeyPath = ()

    def inside(self, words: str, *steps: str | int) -> At:
        """A part of this; the words stand behind those of what is around it."""
        return At(f"{self.place}, {words}" if self.place else words, (*self.path, *steps))


class Reading(Protocol):
    """Reader of tables, as those know it that read one list of a questionnaire.

    Each method gives what stands there, and notes what is wrong with it.
    """

    @property
    def options(self) -> Mapping[str, set[str]]:
        """Question -> its options, of those that were read."""

    def fault(self, at: At, message: str, *steps: str | int) -> None:
        """Note a fault."""

    def known_keys(self, at: At, table: Mapping[str, Any], known: set[str]) -> None:
        """Note every other key."""

    def key(self, at: At, table: Mapping[str, Any]) -> str:
        """The key of the item."""

    def text(self, at: At, table: Mapping[str, Any], name: str) -> str:
        """A text that has to be there."""

    def texts(self, at: At, table: Mapping[str, Any], name: str) -> Sequence[str]:
        """A list of texts."""

    def grounds(self, at: At, table: Mapping[str, Any]) -> tuple[tuple[str, ...], Evidence]:
        """What it rests on."""

    def alternatives(self, at: At, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """Keys of alternatives."""

    def given(self, at: At, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """Answers by question."""

    def weights(self, at: At, table: Mapping[str, Any]) -> dict[str, str]:
        """Weights by question."""
