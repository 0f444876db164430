"""Neutrality audit: what a questionnaire would advise people who answer at random, and what in it is one-sided.

A site that compares rivals must be able to show that its questions are not made for one of them. Answer sets are
drawn: every question is answered, each option (of several-choice questions each choice of one or more) and each
weight except a must is as likely as any other. The seed is the definition's hash: equal definitions, equal audits.

That finds bias, and says nothing of whether the advice is right: for that it holds what came of the scenarios.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from fwsite.domain.answers import Answer, Answers, State, Weight, answers_document
from fwsite.domain.integer_scoring import answer_row, firsts
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.scenario_audit import Tried, scenario_documents, try_scenarios
from fwsite.domain.scoring import RULES, Rules, print_parts, to_points

DRAWS = 4000
"""Answer sets that are drawn: a share is then good to about one and a half points of a hundred."""
SHARE_LEAST = Fraction(5, 100)
"""Among :data:`BAND_FOR` alternatives each comes first in at least this share of the draws ..."""
SHARE_MOST = Fraction(45, 100)
"""... and in at most this one."""
BAND_FOR = 4
SEARCH_STEPS = 20_000
"""So many partial answer sets are tried in search of one with which an alternative wins alone."""
_WEIGHTS = (Weight.LITTLE, Weight.NORMAL, Weight.LOT)


class Chance(NamedTuple):
    """How one alternative fares. ``share`` is that of first places in the draws; a tie is split.

    ``unknown`` counts the cells without a fit. ``dominated_by`` are the alternatives that fit every option at least
    as well. ``wins_with`` are answers without a must with which this one alone comes first; none where the search
    found none.
    """

    alternative: str
    share: Fraction
    points: int
    """The printed share in hundredths; those of all alternatives add up to 100."""
    inside: bool
    """Whether the share is inside the band."""
    unknown: int
    dominated_by: tuple[str, ...]
    wins_with: Answers | None


class Audit(NamedTuple):
    """What the audit of the definition ``version`` found; ``chances`` in the definition's order.

    ``influence`` is, for every question, the share of draws in which leaving it out gives another winner, the highest
    first. ``idle_options`` are (question, option) pairs that fit every alternative alike, ``idle_questions`` those
    with no other options.
    """

    version: str
    draws: int
    band: tuple[Fraction, Fraction]
    chances: tuple[Chance, ...]
    influence: tuple[tuple[str, Fraction], ...]
    idle_questions: tuple[str, ...]
    idle_options: tuple[tuple[str, str], ...]
    scenarios: tuple[Tried, ...] = ()

    @property
    def never_first(self) -> tuple[str, ...]:
        """The alternatives that came first in no draw."""
        return tuple(chance.alternative for chance in self.chances if not chance.share)

    @property
    def balanced(self) -> bool:
        """Whether every share is inside the band, everyone can win alone, and no question is idle."""
        return not self.idle_questions and all(c.inside and c.wins_with is not None for c in self.chances)


def band(alternatives: int) -> tuple[Fraction, Fraction]:
    """The least and the most share for one of so many alternatives: in proportion to an even share.

    No share of 45 % would be left to either of two, nor 5 % to each of thirty.
    """
    return SHARE_LEAST * BAND_FOR / alternatives, SHARE_MOST * BAND_FOR / alternatives


def audit(definition: Definition) -> Audit:
    """Audit ``definition``, which may be one that :func:`~.questionnaire.parse_definition` would refuse."""
    names = list(definition.names)
    rules = RULES[definition.model]
    tables = [_moves(question, names, rules) for question in definition.questions]
    wins, turns = _draw(tables, definition.version)
    limits = band(len(names))
    shares = {name: _share(wins, place) for place, name in enumerate(names)}
    points = print_parts(shares, 100)
    chances = tuple(
        Chance(
            alternative=name,
            share=shares[name],
            points=points[name],
            inside=limits[0] <= shares[name] <= limits[1],
            unknown=sum(name not in option.fits for question in definition.questions for option in question.options),
            dominated_by=tuple(other for other in names if other != name and _dominates(definition, other, name)),
            wins_with=_sole_win(definition, tables, place),
        )
        for place, name in enumerate(names)
    )
    influence = {
        question.key: Fraction(turned, DRAWS) for question, turned in zip(definition.questions, turns, strict=True)
    }
    idle = [(q.key, o.key) for q in definition.questions for o in q.options if len({o.value(n) for n in names}) < 2]
    return Audit(
        version=definition.version,
        draws=DRAWS,
        band=limits,
        chances=chances,
        influence=tuple(sorted(influence.items(), key=lambda item: (-item[1], item[0]))),
        idle_questions=tuple(q.key for q in definition.questions if all((q.key, o) in idle for o in q.by_key)),
        idle_options=tuple(idle),
        scenarios=try_scenarios(definition),
    )


class _Move(NamedTuple):
    """One way to answer a question, and what it adds to every alternative."""

    answer: Answer
    values: tuple[int, ...]


def _moves(question: Question, names: Sequence[str], rules: Rules) -> list[_Move]:
    answers = (Answer(State.ANSWERED, options, weight) for options in _choices(question) for weight in _WEIGHTS)
    return [_Move(answer, answer_row(question, answer, names, rules).values) for answer in answers]


def _choices(question: Question) -> Iterator[tuple[str, ...]]:
    keys = list(question.by_key)
    for size in range(1, len(keys) + 1 if question.multiple else 2):
        yield from combinations(keys, size)


def _draw(tables: Sequence[Sequence[_Move]], seed: str) -> tuple[Counter[tuple[int, ...]], list[int]]:
    """How often each set of places comes first, and how often leaving out each question gives another set."""
    chance = random.Random(int(seed, 16))  # noqa: S311 - to repeat, not to keep secret
    rows = [[move.values for move in table] for table in tables]
    wins: Counter[tuple[int, ...]] = Counter()
    turns = [0] * len(tables)
    for _ in range(DRAWS):
        drawn = [chance.choice(values) for values in rows]
        totals = [sum(column) for column in zip(*drawn, strict=True)]
        winners = firsts(totals)
        wins[winners] += 1
        for number, values in enumerate(drawn):
            without = [total - value for total, value in zip(totals, values, strict=True)]
            turns[number] += firsts(without) != winners
    return wins, turns


def _share(wins: Mapping[tuple[int, ...], int], place: int) -> Fraction:
    shares = (Fraction(times, len(winners)) for winners, times in wins.items() if place in winners)
    return sum(shares, Fraction(0)) / DRAWS


def _dominates(definition: Definition, better: str, worse: str) -> bool:
    options = (option for question in definition.questions for option in question.options)
    return all(option.value(better) >= option.value(worse) for option in options)


def _sole_win(definition: Definition, tables: Sequence[Sequence[_Move]], place: int) -> dict[str, Answer] | None:
    """Answers with which the alternative at ``place`` comes first alone.

    Complete unless :data:`SEARCH_STEPS` run out: question by question, the answers that favour it most come first,
    and a start is given up where the best rest would not put it ahead of some rival.
    """
    steps = [_leads(table, place) for table in tables]
    best = [[max(column) for column in zip(*(lead for lead, _ in table), strict=True)] for table in steps]
    # rest[n]: what the questions from number n on can add at most, against each rival
    rest = [[0] * len(best[0])]
    for column in reversed(best):
        rest.insert(0, [more + least for more, least in zip(rest[0], column, strict=True)])
    starts: list[tuple[list[int], list[Answer]]] = [([0] * len(best[0]), [])]
    for _ in range(SEARCH_STEPS):
        if not starts:
            return None
        leads, answers = starts.pop()
        open_questions = len(steps) - len(answers)
        counted = sum(answer.counts for answer in answers)
        if counted + open_questions < RULES[definition.model].answers_needed:
            continue
        if any(lead + more <= 0 for lead, more in zip(leads, rest[len(answers)], strict=True)):
            continue
        if not open_questions:
            return {question.key: answer for question, answer in zip(definition.questions, answers, strict=True)}
        for step, answer in steps[len(answers)]:
            starts.append(([lead + more for lead, more in zip(leads, step, strict=True)], [*answers, answer]))
    return None


def _leads(table: Sequence[_Move], place: int) -> list[tuple[list[int], Answer]]:
    """What each answer adds to the lead over every rival, the most favourable last; "not sure" adds nothing."""
    rivals = [other for other in range(len(table[0].values)) if other != place]
    leads = [([move.values[place] - move.values[rival] for rival in rivals], move.answer) for move in table]
    leads.append(([0] * len(rivals), Answer(State.NOT_SURE)))
    return sorted(leads, key=lambda entry: min(entry[0]))


def audit_document(found: Audit) -> dict[str, Any]:
    """The audit as JSON-ready data. Shares are exact fractions; ``points`` are their printed hundredths."""
    return {
        "definition": found.version,
        "draws": found.draws,
        "band": {"least": str(found.band[0]), "most": str(found.band[1])},
        "balanced": found.balanced,
        "alternatives": [
            {
                "alternative": chance.alternative,
                "share": {"points": chance.points, "exact": str(chance.share)},
                "inside": chance.inside,
                "unknown": chance.unknown,
                "dominated_by": list(chance.dominated_by),
                "wins_with": None if chance.wins_with is None else answers_document(chance.wins_with),
            }
            for chance in found.chances
        ],
        "never_first": list(found.never_first),
        "influence": [
            {"question": question, "share": {"points": to_points(share), "exact": str(share)}}
            for question, share in found.influence
        ],
        "idle_questions": list(found.idle_questions),
        "idle_options": [{"question": question, "option": option} for question, option in found.idle_options],
        "scenarios": scenario_documents(found.scenarios),
    }
