"""Scenarios (acceptance tests of the advice): people with answers, and who may come first for them.

Random answers show whether questions are one-sided. Whether the advice is right only people can say, who judge a
situation before they look: that is what a scenario keeps. Its twin is the same situation but for what tips it over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from fwsite.domain.faults import At, Reading
from fwsite.domain.naming import stands_in

Given = Mapping[str, tuple[str, ...]]
"""Question -> options chosen; ``("not-sure",)`` where that was."""
Weights = Mapping[str, str]
"""Question -> weight, of those that are not normal."""


class Situation(NamedTuple):
    """Who is meant, what they answer, and the alternatives that may come first; several that tie must all be among
    them. ``why`` says why an expert would sign that."""

    name: str
    answers: Given
    weights: Weights
    accepts: tuple[str, ...]
    why: str

    def asked(self, questions: Collection[str]) -> Situation:
        """The situation where only these questions are asked."""
        return self._replace(answers=_of(self.answers, questions), weights=_of(self.weights, questions))


class Scenario(NamedTuple):
    """A situation and its twin, in which others come first. ``story`` tells the situation in plain words."""

    key: str
    story: str
    situation: Situation
    twin: Situation
    """Whose answers and weights are those of the situation with what differs put in their place."""
    differs: tuple[Given, Weights]
    """What differs, as it was written."""

    def tells_of(self, names: Iterable[str]) -> bool:
        """Whether one of its texts names one of these."""
        sides = (self.situation, self.twin)
        texts = [self.story, *(text for side in sides for text in (side.name, side.why))]
        return any(stands_in(name, text) for name in names for text in texts)

    def without(self, alternatives: Collection[str]) -> Scenario | None:
        """The scenario where there are no such alternatives; none where nobody would be left who may come first."""
        sides = []
        for side in (self.situation, self.twin):
            sides.append(side._replace(accepts=tuple(key for key in side.accepts if key not in alternatives)))
        return self._replace(situation=sides[0], twin=sides[1]) if all(side.accepts for side in sides) else None

    def asked(self, questions: Collection[str]) -> Scenario:
        """The scenario where only these questions are asked."""
        answers, weights = self.differs
        return self._replace(
            situation=self.situation.asked(questions),
            twin=self.twin.asked(questions),
            differs=(_of(answers, questions), _of(weights, questions)),
        )


_V = TypeVar("_V")


def _of(by_question: Mapping[str, _V], questions: Collection[str]) -> dict[str, _V]:
    return {key: value for key, value in by_question.items() if key in questions}


def read_scenario(reader: Reading, at: At, table: Mapping[str, Any]) -> Scenario:
    """The scenario that a table of a file says, checked."""
    reader.known_keys(at, table, {"key", "name", "story", "answers", "weights", "accepts", "why", "twin"})
    situation = _situation(reader, at, table)
    inner, twin_table = at.inside("twin", "twin"), table.get("twin")
    if not isinstance(twin_table, Mapping):
        reader.fault(at, "twin is missing: the same situation except for what makes another one come first", "twin")
        twin_table = {"name": "?", "accepts": [], "why": "?"}
    reader.known_keys(inner, twin_table, {"name", "answers", "weights", "accepts", "why"})
    twin = _situation(reader, inner, twin_table)
    both = sorted(set(situation.accepts) & set(twin.accepts))
    if both:
        reader.fault(
            inner, f"accepts {', '.join(both)}, as its scenario does; another one has to come first", "accepts"
        )
    return scenario_of(reader.key(at, table), reader.text(at, table, "story"), situation, twin)


def _situation(reader: Reading, at: At, table: Mapping[str, Any]) -> Situation:
    accepts = reader.alternatives(at, table, "accepts")
    if not accepts and "accepts" in table:
        reader.fault(at, "accepts is empty; list who may come first", "accepts")
    elif not accepts:
        reader.fault(at, "accepts is missing; list who may come first", "accepts")
    name, why = reader.text(at, table, "name"), reader.text(at, table, "why")
    return Situation(name, reader.given(at, table), reader.weights(at, table), accepts, why)


def scenario_of(key: str, story: str, situation: Situation, twin: Situation) -> Scenario:
    """The scenario of a situation and its twin, which has the answers and weights that differ, and no others."""
    return Scenario(key, story, situation, _over(situation, twin), (twin.answers, twin.weights))


def _over(situation: Situation, twin: Situation) -> Situation:
    return twin._replace(answers={**situation.answers, **twin.answers}, weights={**situation.weights, **twin.weights})


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as JSON-ready data, of the twin what differs."""
    answers, weights = scenario.differs
    return {
        "key": scenario.key,
        "name": scenario.situation.name,
        "story": scenario.story,
        **_document(scenario.situation),
        "twin": {"name": scenario.twin.name, **_document(scenario.twin._replace(answers=answers, weights=weights))},
    }


def _document(side: Situation) -> dict[str, Any]:
    return {
        **({"answers": {key: list(options) for key, options in side.answers.items()}} if side.answers else {}),
        **({"weights": dict(side.weights)} if side.weights else {}),
        "accepts": list(side.accepts),
        "why": side.why,
    }


def restored_scenario(table: Mapping[str, Any]) -> Scenario:
    """What :func:`scenario_document` wrote, unchecked."""
    return scenario_of(table["key"], table["story"], _restored(table), _restored(table["twin"]))


def _restored(table: Mapping[str, Any]) -> Situation:
    answers = {key: tuple(options) for key, options in table.get("answers", {}).items()}
    return Situation(table["name"], answers, dict(table.get("weights", {})), tuple(table["accepts"]), table["why"])
