"""What stands on every page: the link in the header, and where browsers learn how to ask."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.extend import SlotContext


def head(_context: SlotContext) -> Markup:
    """The link to the OpenSearch description."""
    return Markup(render_template("search/_head.html"))  # noqa: S704


def header(_context: SlotContext) -> Markup:
    """A magnifier that leads to the search."""
    return Markup(render_template("search/_link.html"))  # noqa: S704
