"""Statistical disclosure control: which small cells to hide, so that none can be worked out from the rest.

The reader is taken to know the rule, every count shown and the total, even where a table is hidden whole. Guaranteed,
for a limit (``least``) of three or more: for every hidden count at least two values agree with all that is
published. A zero is shown: it is nobody's answer.

This is about one publication. Who compares a table before and after a single response learns that response, so
tables that follow each other must be further apart than that.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 10
"""A count of fewer respondents than this, but of some, is small."""


def suppress(counts: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """The counts of a table whose cells share out its respondents, none in place of each hidden one.

    Small counts are hidden. If these are fewer than ``least`` together, or all the same number, the smallest of the
    others are hidden too (all that are equally small, so that no order of the cells gives anything away). A table
    of fewer than ``least`` respondents, or of no more than it has cells, is hidden whole; in any other what is
    hidden belongs to at least ``least`` respondents together.

    Why no hidden count is certain: hidden counts that are not all equal may be exchanged without changing anything
    that is shown. Where all are equal, all others are zero, and moving a respondent from each of some to another
    leaves them all hidden. That fails for ones alone, and there are more respondents than cells.
    """
    total = sum(counts.values())
    if total < least or total <= len(counts):
        return dict.fromkeys(counts)
    small = {key for key, count in counts.items() if 0 < count < least}
    hidden = small | _cover(counts, small, least)
    return {key: None if key in hidden else count for key, count in counts.items()}


def _cover(counts: Mapping[str, int], small: set[str], least: int) -> set[str]:
    """The cells that are hidden to protect the small ones."""
    values = [counts[key] for key in small]
    if not small or (sum(values) >= least and len(set(values)) > 1):
        return set()
    others = {key: count for key, count in counts.items() if count >= least}
    return {key for key, count in others.items() if count == min(others.values())}


def suppress_each(counts: Mapping[str, int], total: int, least: int = LEAST) -> dict[str, int | None]:
    """The counts of a question with several answers: each of ``total`` respondents is in one or more of the cells.

    A count is hidden where it is small, and where the number of those who are not in it is. Fewer than ``least``
    respondents hide all. A hidden count may then be any number just below the total, as far as one can tell.
    """
    if total < least:
        return dict.fromkeys(counts)
    return {key: None if 0 < count < least or 0 < total - count < least else count for key, count in counts.items()}
