"""Lint report: what ``fwsite content check`` prints, the faults first, and a note that many files share once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from fwsite.plugins.content import ContentProblem

_SHARED = 3
"""A note that more files share is told once."""


def report(problems: Iterable[ContentProblem]) -> Iterator[str]:
    """One line for each fault, then for each note, then how many there are of both."""
    found = list(problems)
    faults = [problem for problem in found if not problem.is_note]
    notes: dict[tuple[str, str], list[ContentProblem]] = defaultdict(list)
    for problem in found:
        if problem.is_note:
            notes[problem.key, problem.message].append(problem)
    yield from map(str, faults)
    for alike in notes.values():
        if len(alike) > _SHARED:
            yield f"{alike[0]} (and the same {len(alike) - 1} times more)"
        else:
            yield from map(str, alike)
    if faults:
        count = len(found) - len(faults)
        yield f"{len(faults)} error{'s' if len(faults) != 1 else ''}, {count} note{'s' if count != 1 else ''}."
