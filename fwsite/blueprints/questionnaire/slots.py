"""Questionnaire slots: the questionnaire in other pages."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.blueprints.questionnaire import definitions
from fwsite.domain.english import number
from fwsite.domain.questionnaire import Definition
from fwsite.domain.telling import telling_apart
from fwsite.extend import QuestionSet, SlotContext, framework_names, per_content_version, question_sets


def article_footer(_context: SlotContext) -> Markup:
    """The way from an article to the questions."""
    return _render("questionnaire/_article_footer.html")


def article_front(_context: SlotContext) -> Markup:
    """Each alternative, and when it is chosen."""
    definition = _definition()
    told = [each for each in definition.alternatives if each.when] if definition else []
    return _render("questionnaire/_front.html", alternatives=told, known=framework_names()) if told else Markup("")


def article_front_button(_context: SlotContext) -> Markup:
    """The way to the questions, with their number."""
    definition = _definition()
    count = len(definition.questions) if definition else 0
    return _render("questionnaire/_front_button.html", count=count, number=number(count)) if count else Markup("")


def comparison_pair(context: SlotContext) -> Markup:
    """The question that tells two alternatives apart, where both are among those that it ranks."""
    definition = _definition()
    first, second = context.values["first"], context.values["second"]
    if definition is None or not {first, second} <= definition.names.keys():
        return Markup("")
    telling = telling_apart(definition, first, second)
    if telling is None:
        return Markup("")
    names = (definition.names[first], definition.names[second])
    count = len(definition.questions)
    return _render("questionnaire/_pair.html", telling=telling, names=names, number=number, count=count)


def _definition() -> Definition | None:
    return _in_force(question_sets())


@per_content_version
def _in_force(more: tuple[QuestionSet, ...]) -> Definition | None:
    return definitions.current_definition(more)


def _render(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - Jinja has escaped it
