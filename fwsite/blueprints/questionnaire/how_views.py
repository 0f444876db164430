"""Methodology view: the formula, every fit, and an example, all from the code's own numbers."""

from __future__ import annotations

from flask import render_template

from fwsite.blueprints.questionnaire import wording
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.domain import answers, questionnaire, robustness, scoring, sensitivity, working
from fwsite.extend import whole_page


@bp.get("/how")
@whole_page(despite_hooks=True)
def how() -> str:
    """For everybody, and the same for everybody."""
    definition = definition_in_force()
    example = working.example_answers(definition)
    result = scoring.evaluate(definition, example)
    return render_template(
        "questionnaire/how.html",
        definition=definition,
        answers=example,
        result=result,
        sums=working.sums(definition, example),
        distances=working.distances(definition, example, result),
        questionnaire=questionnaire,
        answering=answers,
        scoring=scoring,
        robustness=robustness,
        flips=sensitivity,
        wording=wording,
        weights=answers.WEIGHTS,
        weight_labels=WEIGHT_LABELS,
        fit_max=questionnaire.FIT_MAX,
    )
