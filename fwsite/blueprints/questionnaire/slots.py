"""Questionnaire slots: the questionnaire in other pages."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.domain.english import number
from fwsite.domain.telling import telling_apart
from fwsite.extend import SlotContext


def article_footer(_context: SlotContext) -> Markup:
    """The way from an article to the questions."""
    return Markup(render_template("questionnaire/_article_footer.html"))  # noqa: S704 - Jinja has escaped it


def comparison_pair(context: SlotContext) -> Markup:
    """The question that tells two alternatives apart, where both are among those that it ranks."""
    definition = definition_in_force()
    first, second = context.values["first"], context.values["second"]
    if not {first, second} <= definition.names.keys():
        return Markup()
    telling = telling_apart(definition, first, second)
    if telling is None:
        return Markup()
    names = (definition.names[first], definition.names[second])
    values = {"telling": telling, "names": names, "number": number, "count": len(definition.questions)}
    return Markup(render_template("questionnaire/_pair.html", **values))  # noqa: S704 - Jinja has escaped it
