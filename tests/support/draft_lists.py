"""A questionnaire with notes and scenarios of its own, for tests of what maintainers do with them."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from fwsite.blueprints.questionnaire import definitions
from fwsite.blueprints.questionnaire.models import Draft
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import MODEL, Definition, Option, Question
from fwsite.domain.scenarios import Scenario, Situation, scenario_of
from fwsite.extend import db

FAVOURED, OTHER = "django", "flask"
"""The alternative that fits the first option of every question best, and the one that fits the last best."""
RIVALS = frozenset({FAVOURED, OTHER})


def put_in_force(app: Flask) -> Definition:
    """Publish :func:`with_lists` of what is in force, and take any draft away."""
    with app.app_context():
        definition = with_lists(definitions.definition_of(str(definitions.edition_version())))
        draft = db.session.get(Draft, 1)
        if draft is not None:
            db.session.delete(draft)
        definitions.put_in_force(definition, who="mara", note="For tests")
        db.session.commit()
        return definition


def with_lists(definition: Definition) -> Definition:
    """The definition with two notes and a scenario, which comes out as expected."""
    single, several = single_and_several(definition)
    questions = tuple(_decided(each) if each.key == single.key else each for each in definition.questions)
    notes = (
        Note("first-note", ((single.key, single.options[0].key),), "Think *twice*."),
        Note("second-note", ((several.key, several.options[0].key),), "For one of them.", alternatives=(OTHER,)),
    )
    return replace(definition, questions=questions, notes=notes, scenarios=(scenario(definition),), model=MODEL)


def scenario(definition: Definition) -> Scenario:
    """Somebody who gives the first answer, and their twin, who gives the last."""
    single, _ = single_and_several(definition)
    first, last = single.options[0].key, single.options[-1].key
    situation = Situation("A paper", {single.key: (first,)}, {single.key: "lot"}, (FAVOURED,), "Best there.")
    twin = Situation("The same paper, turned round", {single.key: (last,)}, {}, (OTHER,), "Best there, too.")
    return scenario_of("paper", "They print. They need pages.", situation, twin)


def single_and_several(definition: Definition) -> tuple[Question, Question]:
    """The first question that takes one answer, and the first that takes several."""
    single = next(question for question in definition.questions if not question.multiple)
    return single, next(question for question in definition.questions if question.multiple)


def _decided(question: Question) -> Question:
    """The question with fits that leave no doubt."""
    *_, last = question.options
    options = (_favouring(each, OTHER if each is last else FAVOURED) for each in question.options)
    return replace(question, options=tuple(options))


def _favouring(option: Option, name: str) -> Option:
    fits = {key: fit._replace(value=4 if key == name else 1, via=()) for key, fit in option.fits.items()}
    return option._replace(fits=fits)
