"""Counts in the memory of this process. They begin with it, and end with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock


class Kind(StrEnum):
    """What is counted: articles by slug, answers by the key that came first, changes by the kind of what changed, and
    suggestions by framework.
    """

    ARTICLES = "articles"
    ANSWERS = "answers"
    CHANGES = "changes"
    SUGGESTIONS = "suggestions"


NOBODY = ""
"""Stands for the first place of answers whose musts left nobody to rank."""


@dataclass(frozen=True)
class Snapshot:
    """All counts at one moment, and since when they are counted, in UTC."""

    since: datetime
    counts: Mapping[Kind, Mapping[str, int]]

    def total(self, kind: Kind) -> int:
        """Of one kind together."""
        return sum(self.counts[kind].values())

    def most(self, kind: Kind, number: int | None = None) -> list[tuple[str, int]]:
        """The most frequent first, equals by name; no more than ``number`` of them."""
        return sorted(self.counts[kind].items(), key=lambda item: (-item[1], item[0]))[:number]


class Counts:
    """Counts that several threads may add to at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since = datetime.now(UTC)
        self._counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}

    def add(self, kind: Kind, names: Iterable[str]) -> None:
        """One more of each name, as often as it is named."""
        with self._lock:
            for name in names:
                self._counts[kind][name] += 1

    def snapshot(self) -> Snapshot:
        """A copy that stays as it is."""
        with self._lock:
            return Snapshot(self._since, {kind: dict(names) for kind, names in self._counts.items()})


process = Counts()
"""Those of this process. Other processes of the same site have their own."""
