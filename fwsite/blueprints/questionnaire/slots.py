"""Questionnaire slots: the questionnaire in other pages."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.extend import SlotContext


def article_footer(_context: SlotContext) -> Markup:
    """The way from an article to the questions."""
    return Markup(render_template("questionnaire/_article_footer.html"))  # noqa: S704 - Jinja has escaped it
