"""Random questionnaires and answers for property tests, and short ways to write small ones by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from fwsite.domain.answers import Answer, Weight, parse_answers
from fwsite.domain.questionnaire import NOT_SURE, Definition, Fit, Option, Question, parse_definition
from fwsite.domain.scoring import ANSWERS_NEEDED

ALTERNATIVES = {"ash": "Echo", "birch": "delta", "cedar": "Alfa", "date": "Charlie", "elm": "bravo"}
"""Keys and names sort differently, so that an order by the one shows where the other is meant."""

Row = Sequence[int | None]
"""The fits of one option, an alternative each; none where the fit is unknown."""


@dataclass(frozen=True)
class Case:
    """A questionnaire, and answers to it with at least as many answered questions as a ranking needs.

    In every second one two alternatives have the same fits, as equal scores are rare otherwise.
    """

    definition: Definition
    answers: dict[str, Answer]

    @property
    def counted(self) -> list[str]:
        return [key for key, answer in self.answers.items() if answer.counts]


def definition_document(questions: Iterable[Mapping[str, Row]], multiple: bool = False) -> dict[str, Any]:
    """A document with questions ``q1``, ``q2`` ..., from option keys and the fits of the alternatives."""
    tables = [dict(question) for question in questions]
    width = len(next(iter(tables[0].values())))
    keys = list(ALTERNATIVES)[:width]
    return {
        "reviewed_on": "2026-11-22",
        "alternatives": [{"key": key, "name": ALTERNATIVES[key]} for key in keys],
        "questions": [
            {
                "key": f"q{number}",
                "text": f"Question {number}?",
                "why": f"Why {number}.",
                "multiple": multiple,
                "options": [
                    {
                        "key": key,
                        "label": f"Label {key}",
                        "consequence": f"Consequence {key}.",
                        "fits": {
                            name: {"fit": fit, "reason": f"Reason {name}"}
                            for name, fit in zip(keys, row, strict=True)
                            if fit is not None
                        },
                    }
                    for key, row in options.items()
                ],
            }
            for number, options in enumerate(tables, start=1)
        ],
    }


def define(*questions: Mapping[str, Row], multiple: bool = False) -> Definition:
    return parse_definition(definition_document(questions, multiple))


def answer(definition: Definition, weight: str = "normal", **options: str | Sequence[str]) -> dict[str, Answer]:
    """``q1="x"`` or ``q1=["x", "y"]``, all with one weight."""
    return parse_answers(
        definition,
        {
            key: {"options": [chosen] if isinstance(chosen, str) else chosen, "weight": weight}
            for key, chosen in options.items()
        },
    )


def change_fit(definition: Definition, question: str, option: str, alternative: str, value: int) -> Definition:
    """The same definition with one cell of its fit table replaced."""

    def changed(old: Option) -> Option:
        return replace(old, fits={**old.fits, alternative: Fit(value, "changed")})

    return _with_options(definition, lambda q, o: changed(o) if (q.key, o.key) == (question, option) else o)


def change_row(definition: Definition, alternative: str, value: Callable[[Option], int]) -> Definition:
    """The same definition with every fit of one alternative set to ``value(option)``."""
    return _with_options(definition, lambda _, o: replace(o, fits={**o.fits, alternative: Fit(value(o), "changed")}))


def _with_options(definition: Definition, change: Callable[[Question, Option], Option]) -> Definition:
    return replace(
        definition,
        questions=tuple(
            replace(question, options=tuple(change(question, option) for option in question.options))
            for question in definition.questions
        ),
    )


def _discriminates(rows: Sequence[Row]) -> bool:
    return any(len({2 if fit is None else fit for fit in row}) > 1 for row in rows)


@cache
def _questions(width: int) -> st.SearchStrategy[list[Row]]:
    """The rows of one question. A row is one draw, a digit of six for each alternative: faster than many draws."""
    values = (0, 1, 2, 3, 4, None)
    row = st.integers(0, 6**width - 1).map(lambda code: tuple(values[code // 6**place % 6] for place in range(width)))
    return st.lists(row, min_size=2, max_size=4).filter(_discriminates)


@st.composite
def definitions(
    draw: st.DrawFn, alternatives: tuple[int, int] = (2, 5), questions: tuple[int, int] = (1, 8)
) -> Definition:
    width = draw(st.integers(*alternatives))
    tables = draw(st.lists(_questions(width), min_size=questions[0], max_size=questions[1]))
    document = definition_document({f"o{number}": row for number, row in enumerate(rows)} for rows in tables)
    for question in document["questions"]:
        question["multiple"] = draw(st.booleans())
    return parse_definition(document)


_unanswered = st.sampled_from(([], [NOT_SURE]))


@cache
def _choices(keys: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(keys), min_size=1, max_size=most, unique=True)


@st.composite
def given_answers(draw: st.DrawFn, definition: Definition, answered: int = 0) -> dict[str, dict[str, Any]]:
    """Answers as a visitor sends them, in any order, with at least so many questions answered."""
    keys = draw(st.permutations(list(definition.by_key)))
    certain = draw(st.integers(answered, len(keys)))
    given = {}
    for place, key in enumerate(keys):
        question = definition.by_key[key]
        most = len(question.options) if question.multiple else 1
        choices = _choices(tuple(question.by_key), most) if place < certain else _unanswered
        given[key] = {"options": draw(choices), "weight": draw(st.sampled_from(Weight)).value}
    return given


@st.composite
def cases(draw: st.DrawFn, alternatives: tuple[int, int] = (2, 5)) -> Case:
    definition = draw(definitions(alternatives, questions=(ANSWERS_NEEDED, 8)))
    twin, model = draw(st.permutations(list(definition.names)))[:2]
    if draw(st.booleans()):
        definition = change_row(definition, twin, lambda option: option.value(model))
    given = draw(given_answers(definition, ANSWERS_NEEDED))
    return Case(definition, parse_answers(definition, given))
