"""What is counted of each event. Nothing of who caused it: no event says that, and nothing here asks."""

from __future__ import annotations

from fwsite.extend import EventContext

from . import counting
from .counting import NOBODY, Kind


def article_shown(context: EventContext) -> None:
    """One more for the article."""
    counting.process.add(Kind.ARTICLES, [context.values["slug"]])


def answer_stored(context: EventContext) -> None:
    """One more for what came first."""
    counting.process.add(Kind.ANSWERS, [context.values["recommended"] or NOBODY])


def comparison_changed(context: EventContext) -> None:
    """One more for each item that changed, by its kind."""
    counting.process.add(Kind.CHANGES, [kind for kind, _ in context.values["items"]])


def suggested(context: EventContext) -> None:
    """One more for the framework that a visitor has something to say about."""
    counting.process.add(Kind.SUGGESTIONS, [context.values["framework"]])
