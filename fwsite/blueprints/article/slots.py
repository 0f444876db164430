"""Articles in other pages."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.blueprints.article import catalogue
from fwsite.blueprints.article.views import address
from fwsite.extend import SlotContext
from fwsite.markup import Directive


def comparison_framework(context: SlotContext) -> Markup:
    """The articles that have the framework's balance in them."""
    key = context.values["framework"]
    found = [(address(article), article.title) for article in catalogue.everything() if key in _balances(article)]
    if not found:
        return Markup("")
    return Markup(render_template("article/_framework.html", articles=found))  # noqa: S704 - Jinja has escaped it


def _balances(article: catalogue.Article) -> set[str]:
    pieces = [piece for piece in article.document.pieces if isinstance(piece, Directive) and piece.name == "balance"]
    return {piece.text.strip() for piece in pieces}
