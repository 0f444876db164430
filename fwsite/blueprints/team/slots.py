"""Team slots: the way to a round from the questionnaire, what is stored, and its clearing."""

from __future__ import annotations

import logging

from flask import current_app, render_template
from markupsafe import Markup

from fwsite.blueprints.team import rounds
from fwsite.extend import EventContext, SlotContext

log = logging.getLogger(__name__)


def begin(_context: SlotContext) -> Markup:
    """Above the questions."""
    return _part("_begin.html")


def result(_context: SlotContext) -> Markup:
    """Among the buttons of a result."""
    return _part("_result.html")


def privacy(_context: SlotContext) -> Markup:
    """The tables, on the page that says what is stored."""
    from fwsite.blueprints.team.privacy_inventory import TABLES  # texts that only this page needs

    return _part("_privacy.html", tables=TABLES, days=current_app.config["TEAM_KEEP_DAYS"])


def _part(template: str, **values: object) -> Markup:
    return Markup(render_template(f"team/{template}", **values))  # noqa: S704 - Jinja has escaped it


def expire(_context: EventContext) -> None:
    """With the old answers of visitors go the rounds whose time is over."""
    gone = rounds.expire()
    log.info("%d rounds of teams deleted, as their time was over", gone)
