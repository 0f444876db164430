"""Recommendation (verdict): what a result says in one word, and whom it names.

The one place that says how firm a first place is. Headline, sentence, decision record, preview and JSON take it from
here, so that no two of them can contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from fwsite.domain.robustness import FIRM_SHARE, USUAL_SHARE, Robustness
from fwsite.domain.scoring import CLEAR_LEAD, LEAN_LEAD, Gain, Ranked, Result, Strength, lead_by_question


class Verdict(StrEnum):
    """How firm the first place is."""

    CLEAR = "clear"
    """A lead of :data:`~.scoring.CLEAR_LEAD` points, and first in :data:`~.robustness.FIRM_SHARE` % of weightings."""
    NARROW = "narrow"
    """Ahead, first in the most weightings, and either by :data:`~.scoring.LEAN_LEAD` points or in
    :data:`~.robustness.USUAL_SHARE` % of them."""
    OPEN = "open"
    """A tie, another one first in more weightings, or too close: two are named."""
    ONLY = "only"
    """One alternative alone meets every must."""
    NONE = "none"
    """Nobody meets every must, or nothing was answered."""


class Recommendation(NamedTuple):
    """The verdict and whom it names, keys of alternatives: the first one, or where it is open those to decide between.

    ``tells_apart`` are, where it is open, the two answers that speak most for the first and for the second that is
    named; one where everything speaks for the same, none where nothing tells them apart.
    """

    verdict: Verdict
    named: tuple[str, ...]
    tells_apart: tuple[Gain, ...] = ()


def recommend(result: Result, robustness: Robustness | None) -> Recommendation:
    """What the result says."""
    ranking = result.ranking
    if not ranking:
        return Recommendation(Verdict.NONE, ())
    if len(ranking) == 1 or robustness is None:
        return Recommendation(Verdict.ONLY, (ranking[0].alternative,))
    verdict = _verdict(result, robustness)
    if verdict is not Verdict.OPEN:
        return Recommendation(verdict, (ranking[0].alternative,))
    named = _open_between(ranking, robustness)
    return Recommendation(verdict, tuple(entry.alternative for entry in named), _telling(*named[:2]))


def strength_of(verdict: Verdict) -> Strength:
    """The same by the names of the first model."""
    names = {
        Verdict.CLEAR: Strength.CLEAR,
        Verdict.NARROW: Strength.LEAN,
        Verdict.OPEN: Strength.CLOSE,
        Verdict.ONLY: Strength.ONLY,
        Verdict.NONE: Strength.NONE,
    }
    return names[verdict]


def _verdict(result: Result, robustness: Robustness) -> Verdict:
    share = robustness.winner_per_cent
    if result.ranking[0].tied or result.lead < 1 or robustness.favourite != robustness.winner:
        return Verdict.OPEN
    if result.lead >= CLEAR_LEAD and share >= FIRM_SHARE:
        return Verdict.CLEAR
    return Verdict.NARROW if result.lead >= LEAN_LEAD or share >= USUAL_SHARE else Verdict.OPEN


def _open_between(ranking: Sequence[Ranked], robustness: Robustness) -> list[Ranked]:
    """All that tie for the first place; else the first, and who comes first in more weightings, or the second."""
    tied = [entry for entry in ranking if entry.place == 1]
    if len(tied) > 1:
        return tied
    favourite = next(entry for entry in ranking if entry.alternative == robustness.favourite)
    return [ranking[0], ranking[1] if favourite is ranking[0] else favourite]


def _telling(first: Ranked, second: Ranked) -> tuple[Gain, ...]:
    gains = lead_by_question(first, second)
    for_first = [gain for gain in gains[:1] if gain.exact > 0]
    for_second = [gain for gain in gains[-1:] if gain.exact < 0]
    return (*for_first, *for_second)
