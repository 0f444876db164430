"""A coroutine where a plain function belongs: it would never run."""

from fwsite.extend import EventContext, Extension


async def stored(_context: EventContext) -> None:
    raise RuntimeError("nobody waits for me")


extension = Extension(name="later_for_events", title="Broken", events={"questionnaire.answer_stored": stored})
