"""Scenario form: people with their answers, and their twin, as fields and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire import answer_fields, draft_list
from fwsite.blueprints.questionnaire.answer_fields import CHOOSE, Chosen, Line
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.domain.scenarios import Scenario, Situation, scenario_of
from fwsite.domain.weights import Weight

PART = "scenarios"
NAME = Line("The name", 100, "Say who is meant in a few words.")
STORY = Line("The story", 600, "Say what they need in two sentences.")
WHY = Line("The reason", 280, "Say why an expert would sign that.")
TWIN = "twin-"
"""Before the names of the twin's fields."""


class Side(NamedTuple):
    """The fields of a situation, or of what its twin has other."""

    name: str = ""
    answers: Chosen = {}  # noqa: RUF012 - nobody writes into it
    weights: Mapping[str, str] = {}
    accepts: tuple[str, ...] = ()
    why: str = ""


class ScenarioForm(NamedTuple):
    """What the fields say; equal for equal scenarios."""

    story: str = ""
    situation: Side = Side()
    twin: Side = Side()


def shown(definition: Definition, scenario: Scenario) -> ScenarioForm:
    """The form as it opens; of the twin it shows what differs."""
    answers, weights = scenario.differs
    twin = scenario.twin._replace(answers=answers, weights=weights)
    situation = _shown(definition, scenario.situation)
    return ScenarioForm(scenario.story, _without_normal(situation), _shown(definition, twin))


def _without_normal(side: Side) -> Side:
    """A weight that is normal need not be said, but where it is other than that of a twin."""
    return side._replace(weights={key: weight for key, weight in side.weights.items() if weight != Weight.NORMAL})


def _shown(definition: Definition, side: Situation) -> Side:
    weights = {key: side.weights[key] for key in definition.by_key if key in side.weights}
    accepts = tuple(key for key in definition.names if key in side.accepts)
    return Side(side.name, answer_fields.shown(definition, side.answers), weights, accepts, side.why)


def sent(definition: Definition, form: MultiDict[str, str]) -> ScenarioForm:
    """The form as it came."""
    story = " ".join(form.get("story", "").split())
    return ScenarioForm(story, _without_normal(_sent(definition, form, "")), _sent(definition, form, TWIN))


def _sent(definition: Definition, form: MultiDict[str, str], of: str) -> Side:
    accepts = dict.fromkeys(form.getlist(f"{of}accepts"))
    return Side(
        name=" ".join(form.get(f"{of}name", "").split()),
        answers=answer_fields.sent(definition, form, f"{of}answer"),
        weights=answer_fields.weights_sent(definition, form, f"{of}weight"),
        accepts=(*(key for key in definition.names if key in accepts), *(accepts.keys() - definition.names.keys())),
        why=" ".join(form.get(f"{of}why", "").split()),
    )


def read(work: Work, form: ScenarioForm, key: str) -> tuple[Scenario | None, list[Fault]]:
    """The scenario that the fields say, with a new key where it has none yet; or what is wrong with them."""
    faults = list(_wrong(work, form))
    if faults:
        return None, faults
    key = key or draft_list.key_of(work, PART, form.situation.name)
    return scenario_of(key, form.story, Situation(*form.situation), Situation(*form.twin)), []


def _wrong(work: Work, form: ScenarioForm) -> Iterator[Fault]:
    yield from STORY.wrong(work, "story", form.story)
    yield from _wrong_side(work, form.situation, "")
    yield from (fault._replace(message=f"Twin: {fault.message}") for fault in _wrong_side(work, form.twin, TWIN))
    if not form.situation.answers:
        first = work.definition.questions[0].key
        yield Fault(f"answer.{first}", "Give at least one answer.")
    both = [work.definition.names[key] for key in form.twin.accepts if key in form.situation.accepts]
    if both:
        message = f"Twin: {both[0]} may come first in both; in the twin, another one has to. Tick it in one."
        yield Fault(f"{TWIN}accepts", message)


def _wrong_side(work: Work, side: Side, of: str) -> Iterator[Fault]:
    yield from NAME.wrong(work, f"{of}name", side.name)
    yield from answer_fields.wrong(work.definition, side.answers, f"{of}answer", may_be_unsure=True)
    yield from answer_fields.wrong_weights(work.definition, side.weights, f"{of}weight")
    if not side.accepts:
        yield Fault(f"{of}accepts", "Choose who may come first; one or several.")
    elif not set(side.accepts) <= work.nameable.keys():
        yield Fault(f"{of}accepts", CHOOSE)
    yield from WHY.wrong(work, f"{of}why", side.why)
