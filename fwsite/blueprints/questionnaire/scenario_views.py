"""Scenarios in the workspace: listed with what comes out of each, and edited one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import draft_list, scenario_form
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.draft_list import Entry
from fwsite.blueprints.questionnaire.draft_list_views import Editor, Look
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.blueprints.questionnaire.maintaining import Page, maintainer, work_at_hand
from fwsite.blueprints.questionnaire.scenario_form import ScenarioForm
from fwsite.blueprints.questionnaire.wording import joined
from fwsite.domain.questionnaire import MODEL
from fwsite.domain.scenario_audit import Outcome, outcome
from fwsite.domain.scenarios import Scenario, Situation


class Told(NamedTuple):
    """What comes out of a situation, in words."""

    situation: Situation
    is_expected: bool
    accepted: str
    found: str


class Row(NamedTuple):
    """A scenario in the list, with what comes out of it and of its twin; of one that is removed, nothing."""

    entry: Entry
    sides: tuple[Told, ...]


@bp.get("/work/scenarios")
@maintainer
def work_scenarios() -> str:
    """Every scenario of the draft, and who comes first for its people."""
    work = work_at_hand()
    rows = [
        Row(entry, told(work, entry.drafted) if entry.drafted is not None else ())
        for entry in draft_list.entries(work, scenario_form.PART)
    ]
    broken = sum(not side.is_expected for row in rows for side in row.sides)
    situations = sum(len(row.sides) for row in rows)
    return render_template(
        "questionnaire/work_scenarios.html", work=work, rows=rows, broken=broken, situations=situations
    )


@bp.route("/work/scenarios/add", methods=["GET", "POST"])
@maintainer
def work_scenario_add() -> Page | AnyResponse:
    """A new scenario."""
    return EDITOR.page()


@bp.route("/work/scenario/<scenario>", methods=["GET", "POST"])
@maintainer
def work_scenario(scenario: str) -> Page | AnyResponse:
    """One scenario, to be edited or removed."""
    return EDITOR.page(scenario)


def told(work: Work, scenario: Scenario) -> tuple[Told, ...]:
    """What comes out of a scenario and of its twin once the draft is published."""
    return tuple(_told(work, side) for side in (scenario.situation, scenario.twin))


def _told(work: Work, situation: Situation) -> Told:
    found = outcome(replace(work.for_visitors(work.definition), model=MODEL), situation)
    names = work.definition.names
    accepted = joined([names.get(key, key) for key in situation.accepts])
    first = joined([names[key] for key in found.firsts]) or _nobody(found)
    lost = f" (left out, because the questions do not have it: {', '.join(found.left_out)})" if found.left_out else ""
    return Told(situation, found.accepted, accepted, first + lost)


def _nobody(found: Outcome) -> str:
    counts = any(answer.counts for answer in found.answers.values())
    return "nobody: no alternative meets every must-have" if counts else "nobody: nothing is answered"


def _values(work: Work, look: Look) -> dict[str, Any]:
    shown = look.preview if look.preview is not None or look.faults else look.entry.drafted
    return {
        "questions": work.definition.questions,
        "nameable": work.nameable,
        "weights": [(weight.value, label) for weight, label in WEIGHT_LABELS.items()],
        "name_most": scenario_form.NAME.most,
        "story_most": scenario_form.STORY.most,
        "why_most": scenario_form.WHY.most,
        "sides": told(work, shown) if shown is not None else (),
    }


EDITOR = Editor(
    part=scenario_form.PART,
    noun="scenario",
    template="questionnaire/work_scenario.html",
    listing="questionnaire.work_scenarios",
    blank=ScenarioForm(),
    shown=scenario_form.shown,
    sent=scenario_form.sent,
    read=scenario_form.read,
    values=_values,
)
