"""What stands on every page: the box in the header, and what the head needs for it."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from fwsite.extend import SlotContext

from .words import MOST_CHARACTERS


def head(_context: SlotContext) -> Markup:
    """The style sheet, and the description by which browsers take the search among their own."""
    return Markup(render_template("fulltext/_head.html"))


def header(_context: SlotContext) -> Markup:
    """The box; the page of results has a larger one of its own instead."""
    if request.endpoint == "fulltext.index":
        return Markup("")
    return Markup(render_template("fulltext/_box.html", most=MOST_CHARACTERS))
