"""Robustness analysis (SMAA): in how many weightings that agree with the visitor's answers a first place stays.

Stochastic multicriteria acceptability analysis with ordinal weights (SMAA-O; Lahdelma, Miettinen, Salminen: Ordinal
criteria in stochastic multicriteria acceptability analysis, European Journal of Operational Research 147, 2003).
The visitor's levels say which questions matter more, not by how much. Weight vectors are drawn uniformly from those
that keep that order, and an alternative's *acceptability* is the share of draws in which it comes first.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import floor, fsum, lcm, log
from operator import mul
from typing import NamedTuple

from fwsite.domain.answers import WEIGHTS, Answers, canonical_answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.scoring import Result, apportion, question_values

DRAWS = 2000
"""Weight vectors that are drawn."""
_FEW = 5
"""So many different answers of a team have as many draws as one person's; from four times as many on a quarter."""
STEP = 5
"""Printed shares are rounded to so many per cent: 2,000 draws do not carry more."""
FIRM_SHARE = 90
"""From so many printed per cent on the first place is clear ..."""
USUAL_SHARE = 60
"""... from so many on it holds in most weightings, and below it is too close to call."""


class Band(StrEnum):
    """What a share means."""

    CLEAR = "clear"
    USUAL = "usual"
    CLOSE = "close"


class Robustness(NamedTuple):
    """``shares`` is every ranked alternative's acceptability, the highest first, equals as ranked; together they
    are one. ``band`` is that of the winner, the first of the ranking. ``favourite`` is who comes first most often; it
    is not always the winner.
    """

    shares: tuple[tuple[str, Fraction], ...]
    winner: str
    band: Band

    @property
    def favourite(self) -> str:
        """The alternative with the highest share; the winner where it has the same."""
        return self.shares[0][0]

    @property
    def winner_per_cent(self) -> int:
        """The winner's printed share."""
        return per_cent(dict(self.shares)[self.winner])

    @property
    def printed(self) -> dict[str, int]:
        """Everyone's printed share, the highest first: the winner's is the nearest step, and all add up to 100."""
        others = {name: share * 100 / STEP for name, share in self.shares if name != self.winner}
        steps = apportion(others, (100 - self.winner_per_cent) // STEP)
        return {name: STEP * steps[name] if name in steps else self.winner_per_cent for name, _ in self.shares}


def per_cent(share: Fraction) -> int:
    """The printed share: per cent, rounded half up to :data:`STEP`."""
    return STEP * floor(share * 100 / STEP + Fraction(1, 2))


def robustness(definition: Definition, answers: Answers, result: Result) -> Robustness | None:
    """The acceptability of everyone ranked; none where fewer than two are.

    Equal answers give equal draws in every process: the seed is the SHA-256 of version and canonical answers.
    """
    names = [entry.alternative for entry in result.ranking]
    if len(names) < 2:
        return None
    rows = question_values(definition, answers)
    blocks = _blocks(answers)
    order = [question for block in blocks for question in block]
    scale = lcm(*(value.denominator for row in rows.values() for value in row.values()))
    columns = {name: [int(scale * rows[question][name]) for question in order] for name in names}
    sizes = [len(block) for block in blocks]
    able = _undominated(columns, sizes)
    counts = _firsts([columns[name] for name in able], sizes, _seed(definition, answers))
    shares = dict.fromkeys(names, Fraction(0)) | dict(zip(able, counts, strict=True))
    winner = names[0]
    return Robustness(
        shares=tuple(sorted(shares.items(), key=lambda item: (-item[1], names.index(item[0])))),
        winner=winner,
        band=band_of(per_cent(shares[winner])),
    )


def team_robustness(definition: Definition, team: Sequence[tuple[Answers, int]], result: Result) -> Robustness | None:
    """The same of a team: who has the highest mean score, with weights drawn anew for each of several answers.

    ``team`` has answers, each with the number of people who gave them. Who answers alike is drawn alike, so that a team
    that agrees has the shares of each of them. The means of many vary less, so that they need fewer draws.
    """
    names = [entry.alternative for entry in result.ranking]
    if len(names) < 2:
        return None
    if len(team) == 1:
        return robustness(definition, team[0][0], result)
    times = max(DRAWS // 4, DRAWS * min(len(team), _FEW) // len(team))
    people = [count for _, count in team]
    drawn = [_scores(definition, answers, names, times) for answers, _ in team]
    means = (
        [fsum(map(mul, people, scores)) for scores in zip(*each, strict=True)] for each in zip(*drawn, strict=True)
    )
    shares = dict(zip(names, _shares(means, len(names), times), strict=True))
    return Robustness(
        shares=tuple(sorted(shares.items(), key=lambda item: (-item[1], names.index(item[0])))),
        winner=names[0],
        band=band_of(per_cent(shares[names[0]])),
    )


def _scores(definition: Definition, answers: Answers, names: Sequence[str], times: int) -> Iterator[list[float]]:
    """The score of each alternative, from 0 to 1, in as many weightings that agree with the answers."""
    rows, blocks = question_values(definition, answers), _blocks(answers)
    order = [question for block in blocks for question in block]
    columns = [[float(rows[question][name]) for question in order] for name in names]
    for weights in _draws([len(block) for block in blocks], _seed(definition, answers), times):
        total = fsum(weights)
        yield [fsum(map(mul, weights, column)) / total for column in columns]


def band_of(printed: int) -> Band:
    """What a printed share means."""
    if printed >= FIRM_SHARE:
        return Band.CLEAR
    return Band.USUAL if printed >= USUAL_SHARE else Band.CLOSE


def _seed(definition: Definition, answers: Answers) -> int:
    text = f"{definition.version}\n{canonical_answers(answers)}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def _blocks(answers: Answers) -> list[list[str]]:
    """The answered questions by level, the most important first; in each by key, so that their order is no matter."""
    levels: dict[int, list[str]] = {}
    for question in sorted(key for key, answer in answers.items() if answer.counts):
        levels.setdefault(WEIGHTS[answers[question].weight], []).append(question)
    return [levels[level] for level in sorted(levels, reverse=True)]


def _undominated(columns: Mapping[str, Sequence[int]], sizes: Sequence[int]) -> list[str]:
    """Those that come first in some weighting; whoever is behind another one in all of them needs no draws."""

    def is_behind(name: str, other: str) -> bool:
        leads = [more - less for more, less in zip(columns[other], columns[name], strict=True)]
        return any(leads) and _least(leads, sizes) >= 0

    return [name for name in columns if not any(is_behind(name, other) for other in columns)]


def _least(leads: Sequence[int], sizes: Sequence[int]) -> int:
    """The least that leads add up to at a corner of the weightings: some of a block's, and all that matter more."""
    least, before = 0, 0
    for end, size in zip(accumulate(sizes), sizes, strict=True):
        block = leads[end - size : end]
        least = min(least, before + sum(lead for lead in block if lead < 0))
        before += sum(block)
    return least


def _firsts(values: Sequence[Sequence[int]], sizes: Sequence[int], seed: int) -> list[Fraction]:
    """Each column's share of draws in which its weighted sum is the highest; equals share a draw."""
    if len(values) == 1:
        return [Fraction(1)]
    columns = [[float(value) for value in column] for column in values]
    # Not sum(): it rounds otherwise from Python 3.12 on, and only a correctly rounded sum keeps every "at least".
    sums = ([fsum(map(mul, weights, column)) for column in columns] for weights in _draws(sizes, seed))
    return _shares(sums, len(columns), DRAWS)


def _shares(draws: Iterable[Sequence[float]], columns: int, times: int) -> list[Fraction]:
    """Each column's share of so many draws in which its number is the highest; equals share a draw."""
    # firsts[k][i]: draws that column i won together with k others
    firsts = [[0] * columns for _ in range(columns)]
    for sums in draws:
        highest = max(sums)
        winners = [index for index, total in enumerate(sums) if total == highest]
        for index in winners:
            firsts[len(winners) - 1][index] += 1
    return [
        sum((Fraction(row[index], shared * times) for shared, row in enumerate(firsts, start=1)), Fraction(0))
        for index in range(columns)
    ]


def _draws(sizes: Sequence[int], seed: int, times: int | None = None) -> Iterator[list[float]]:
    """Weights in the order of the questions: exponentials make a uniform point of the simplex, sorting keeps order.

    The largest go to the most important block, in the order in which they were drawn: that is random, and independent
    of how large they are. They are not made to sum to one, which would change no comparison.
    """
    uniform = random.Random(seed).random  # noqa: S311 - to repeat, not to keep secret
    places = range(sum(sizes))
    blocks = [slice(end - size, end) for end, size in zip(accumulate(sizes), sizes, strict=True)]
    for _ in range(DRAWS if times is None else times):
        weights = [-log(1.0 - uniform()) for _ in places]
        if len(blocks) > 1:
            by_size = sorted(places, key=weights.__getitem__, reverse=True)
            weights = [weights[place] for block in blocks for place in sorted(by_size[block])]
        yield weights
