"""Emits the event that it listens to."""

from fwsite.extend import EventContext, Extension, emit


def shown(context: EventContext) -> None:
    emit(context.name, **context.values)


extension = Extension(name="event_emits", title="Broken", events={"article.shown": shown})
