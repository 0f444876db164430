"""Statistics: what visitors answered, from tallies to the numbers that are published.

A tally is a count of responses to one version of the questionnaire. What is published is a document, made now and
then from all tallies of a version together; page, CSV and JSON only show it. Small counts are hidden by
:mod:`fwsite.domain.disclosure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from fwsite.domain.answers import State, Weight
from fwsite.domain.concentration import Arrivals, Share, from_one_network, on_one_day
from fwsite.domain.disclosure import LEAST, suppress, suppress_each
from fwsite.domain.questionnaire import Definition, Question

STEP = LEAST
"""Published numbers move when at least so many responses have come or gone since the last ones; where there are many,
..."""
SHARE = 100
"""... one in so many responses, as another ten would hardly be seen, ..."""
LONGEST_STEP = 100
"""... but no more than these."""


class Part(StrEnum):
    """What is counted."""

    DAY = "day"
    """Responses of a day; the cell is its ISO date. Only the first and the last day are published."""
    OPTION = "option"
    STATE = "state"
    WEIGHT = "weight"
    WINNER = "winner"
    """Results with one first place; the cell is the alternative."""
    OUTCOME = "outcome"
    """Results without one; the cell is an :class:`Outcome`."""


class Outcome(StrEnum):
    """Why a result has no single first place."""

    TIE = "tie"
    NONE = "none"
    """No alternative met every must."""
    UNKNOWN = "unknown"
    """The response is from before results were kept."""


class Cell(NamedTuple):
    """One number of a tally. ``question`` is empty where it is not about one."""

    part: Part
    question: str
    cell: str


Tally = Mapping[Cell, int]


class Counted(NamedTuple):
    """What is counted of one response."""

    answers: Mapping[str, Any]
    """As :func:`fwsite.domain.answers.stored_document` writes them."""
    winners: Sequence[str] | None
    """Those that came first; ``None`` where that is not known."""
    day: date


def tally_of(responses: Iterable[Counted]) -> Tally:
    """What these count for together. Equal answers are counted before they are taken apart: there are few of them."""
    answers: Counter[tuple[str, str, tuple[str, ...], str]] = Counter()
    total: Counter[Cell] = Counter()
    for response in responses:
        total[Cell(Part.DAY, "", response.day.isoformat())] += 1
        total[_winner(response.winners)] += 1
        for question, (state, options, weight) in response.answers.items():
            answers[question, state, tuple(options), weight] += 1
    for (question, state, options, weight), count in answers.items():
        total[Cell(Part.STATE, question, State(state).value)] += count
        total[Cell(Part.WEIGHT, question, Weight(weight).value)] += count
        for option in options:
            total[Cell(Part.OPTION, question, option)] += count
    return total


def _winner(winners: Sequence[str] | None) -> Cell:
    if winners is None:
        return Cell(Part.OUTCOME, "", Outcome.UNKNOWN)
    if len(winners) == 1:
        return Cell(Part.WINNER, "", winners[0])
    return Cell(Part.OUTCOME, "", Outcome.TIE if winners else Outcome.NONE)


def step(responses: int) -> int:
    """How many of so many responses must have come or gone before new numbers are published."""
    return max(STEP, min(responses // SHARE, LONGEST_STEP))


def may_publish(responses: int, moved: int) -> bool:
    """Whether new numbers may be published, ``moved`` responses after the last ones.

    Numbers that follow each other closely would tell what the few in between have answered.
    """
    return responses >= LEAST and moved >= step(responses)


def published(
    definition: Definition, tally: Tally, responses: int, counted_on: date, arrivals: Mapping[date, Arrivals]
) -> dict[str, Any]:
    """The numbers that may be shown, as JSON-ready data; none in place of each hidden count.

    Beside them stands where much of it is from: so many from one network, or on one day, or none.

    The rows of a question with one answer share out all responses, and so do the weights: they count as they were
    sent, whether or not the question was answered. Among the answered ones only, they would tell how many those
    were, also where that is hidden.
    """
    present = {date.fromisoformat(key.cell): count for key, count in tally.items() if key.part is Part.DAY and count}
    days = sorted(day.isoformat() for day in present)
    shown: dict[Cell, int | None] = {}
    for question in definition.questions:
        shown |= _several(question, tally) if question.multiple else _one(question, tally)
        shown |= _shared_out([Cell(Part.WEIGHT, question.key, weight) for weight in Weight], tally)
    winners = [Cell(Part.WINNER, "", alternative.key) for alternative in definition.alternatives]
    shown |= _shared_out([*winners, *(Cell(Part.OUTCOME, "", outcome) for outcome in Outcome)], tally)
    return {
        "version": definition.version,
        "responses": responses,
        "first_on": days[0],
        "last_on": days[-1],
        "counted_on": counted_on.isoformat(),
        "hidden_below": LEAST,
        "from_one_network": _share(from_one_network(present, arrivals)),
        "on_one_day": _share(on_one_day(present)),
        "counts": [
            {"part": key.part.value, "question": key.question, "cell": str(key.cell), "count": count}
            for key, count in shown.items()
        ],
    }


def _share(share: Share | None) -> dict[str, Any] | None:
    return None if share is None else {"day": share.day.isoformat(), "count": share.number}


def _one(question: Question, tally: Tally) -> dict[Cell, int | None]:
    options = [Cell(Part.OPTION, question.key, option.key) for option in question.options]
    return _shared_out([*options, _state(question, State.NOT_SURE), _state(question, State.SKIPPED)], tally)


def _several(question: Question, tally: Tally) -> dict[Cell, int | None]:
    """Several answers: first how many have answered at all; of these, if it is shown, how many chose each option."""
    states = _shared_out([_state(question, state) for state in State], tally)
    options = [Cell(Part.OPTION, question.key, option.key) for option in question.options]
    answered = states[_state(question, State.ANSWERED)]
    if answered is None:
        return states | dict.fromkeys(options)
    counts = {option.cell: tally.get(option, 0) for option in options}
    shown = suppress_each(counts, answered) if answered else counts
    return states | {option: shown[option.cell] for option in options}


def _state(question: Question, state: State) -> Cell:
    return Cell(Part.STATE, question.key, state)


def _shared_out(cells: Iterable[Cell], tally: Tally) -> dict[Cell, int | None]:
    """The counts of cells of which every response is in exactly one."""
    by_name = {f"{cell.part} {cell.cell}": cell for cell in cells}
    shown = suppress({name: tally.get(cell, 0) for name, cell in by_name.items()})
    return {cell: shown[name] for name, cell in by_name.items()}


def counts_in(document: Mapping[str, Any]) -> dict[Cell, int | None]:
    """The published counts by what they count."""
    return {Cell(Part(entry["part"]), entry["question"], entry["cell"]): entry["count"] for entry in document["counts"]}
