"""Raises when answers were stored."""

from fwsite.extend import EventContext, Extension


def stored(_context: EventContext) -> None:
    raise RuntimeError("the event")


extension = Extension(
    name="event_raises", title="Broken", events={"questionnaire.answer_stored": stored, "article.shown": stored}
)
