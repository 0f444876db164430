"""Article slots: articles in other pages."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.blueprints.article import catalogue
from fwsite.blueprints.article.links import address
from fwsite.extend import SlotContext


def comparison_framework(context: SlotContext) -> Markup:
    """The articles that have the framework's balance in them."""
    articles = catalogue.everything(balance=context.values["framework"])
    found = [(address(article), article.title) for article in articles]
    if not found:
        return Markup("")
    return Markup(render_template("article/_framework.html", articles=found))  # noqa: S704 - Jinja has escaped it
