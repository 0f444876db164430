"""Scenario audit (acceptance tests): who comes first for each scenario and its twin, and who was to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fwsite.domain.answers import Answer, Answers, answers_document, parse_answer
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import NOT_SURE, Definition, Fault, KeyPath, Question
from fwsite.domain.scenarios import Scenario, Situation


class Outcome(NamedTuple):
    """What the definition says to one situation.

    ``answers`` are those that it takes: what it does not have is left out, and the questions are named in
    ``left_out``. ``firsts`` are all in the first place, nobody where there is no ranking.
    """

    situation: Situation
    answers: Answers
    left_out: tuple[str, ...]
    firsts: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether somebody comes first, and everyone who does may."""
        return bool(self.firsts) and set(self.firsts) <= set(self.situation.accepts)


class Tried(NamedTuple):
    """A scenario with what came of it."""

    scenario: Scenario
    situation: Outcome
    twin: Outcome


def try_scenarios(definition: Definition) -> tuple[Tried, ...]:
    """Every scenario of the definition, in its order."""
    return tuple(
        Tried(scenario, outcome(definition, scenario.situation), outcome(definition, scenario.twin))
        for scenario in definition.scenarios
    )


def outcome(definition: Definition, situation: Situation) -> Outcome:
    """Who comes first in one situation."""
    answers = {question.key: _answer(question, situation) for question in definition.questions}
    left_out = (key for key, options in situation.answers.items() if _lost(definition.by_key.get(key), options))
    return Outcome(situation, answers, tuple(left_out), Board(definition, answers).winners())


def _answer(question: Question, situation: Situation) -> Answer:
    """Skipped where nothing that was chosen can be, or too much."""
    given = situation.answers.get(question.key, ())
    weight = {"weight": situation.weights[question.key]} if question.key in situation.weights else {}
    options = [option for option in given if option == NOT_SURE or option in question.by_key]
    return parse_answer(question, {"options": options, **weight})[0]


def _lost(question: Question | None, options: tuple[str, ...]) -> bool:
    """Whether one of these options cannot be chosen."""
    if question is None:
        return bool(options)
    return any(option != NOT_SURE and option not in question.by_key for option in options)


def unexpected(definition: Definition) -> Iterator[Fault]:
    """Each situation in which somebody else comes first than may, where its scenario stands."""
    for number, tried in enumerate(try_scenarios(definition)):
        for side, words, steps in ((tried.situation, "", ()), (tried.twin, ", twin", ("twin",))):
            if not side.accepted:
                path: KeyPath = ("scenarios", number, *steps, "accepts")
                yield Fault(f'scenario "{tried.scenario.key}"{words}', _said(definition, side), path)


def _said(definition: Definition, side: Outcome) -> str:
    def named(keys: tuple[str, ...]) -> str:
        return ", ".join(definition.names.get(key, key) for key in keys)

    first = f"comes out with {named(side.firsts)} first" if side.firsts else "has nobody first"
    return f"{first}; accepted: {named(side.situation.accepts)}"


def scenario_documents(tried: tuple[Tried, ...]) -> list[dict[str, Any]]:
    """The scenarios as JSON-ready data, with what came of them."""
    return [
        {
            "key": each.scenario.key,
            "story": each.scenario.story,
            "situation": _outcome_document(each.situation),
            "twin": _outcome_document(each.twin),
        }
        for each in tried
    ]


def _outcome_document(side: Outcome) -> dict[str, Any]:
    return {
        "name": side.situation.name,
        "answers": answers_document(side.answers),
        "left_out": list(side.left_out),
        "firsts": list(side.firsts),
        "accepts": list(side.situation.accepts),
        "accepted": side.accepted,
        "why": side.situation.why,
    }
