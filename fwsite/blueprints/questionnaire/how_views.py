"""Methodology view: the formula, every fit, and an example, all from the code's own numbers."""

from __future__ import annotations

from flask import render_template

from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.blueprints.questionnaire.result_page import arithmetic
from fwsite.blueprints.questionnaire.wording import when_words
from fwsite.domain import answers, questionnaire, robustness, scoring, sensitivity, working
from fwsite.extend import whole_page


@bp.get("/how")
@whole_page(despite_hooks=True)
def how() -> str:
    """For everybody, and the same for everybody."""
    definition = definition_in_force()
    example = working.example_answers(definition)
    return render_template(
        "questionnaire/how.html",
        definition=definition,
        notes=[(note, when_words(definition, note)) for note in definition.notes],
        answers=example,
        arithmetic=arithmetic(definition, example, scoring.evaluate(definition, example)),
        questionnaire=questionnaire,
        scoring=scoring,
        rules=scoring.RULES[definition.model],
        robustness=robustness,
        flips=sensitivity,
        weights=answers.WEIGHTS,
        weight_labels=WEIGHT_LABELS,
    )
