"""When entries are brought in line: at the start, and when others tell that their texts may have changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from fwsite.extend import EventContext

from . import sync

_News = tuple[str, str | None]
"""An extension and the key of a text of it, or ``None`` for all."""
_waiting: ContextVar[list[_News] | None] = ContextVar("fulltext_waiting", default=None)


def load() -> str:
    """Everything, whatever was missed meanwhile."""
    with news_waits():
        return str(sync.bring_in_line())


def changed(context: EventContext) -> None:
    """The texts that an event names; they are those of the extension that tells."""
    extension = context.name.partition(".")[0]
    keys = context.values.get("texts")
    with news_waits() as waiting:
        waiting += [(extension, None)] if keys is None else [(extension, key) for key in keys]


@contextmanager
def news_waits() -> Iterator[list[_News]]:
    """What is told inside it is done at its end: reading texts can itself bring news, such as a file that changed."""
    outer = _waiting.get()
    if outer is not None:
        yield outer
        return
    waiting: list[_News] = []
    token = _waiting.set(waiting)
    try:
        yield waiting
        _follow(waiting)
    finally:
        _waiting.reset(token)


def _follow(waiting: list[_News]) -> None:
    done: set[_News] = set()
    while todo := set(waiting) - done:  # doing it may bring further news, or the same once more
        waiting.clear()
        done |= todo
        for extension in sorted({name for name, _ in todo}):
            keys = frozenset(key for name, key in todo if name == extension and key is not None)
            sync.bring_in_line(extension, None if (extension, None) in todo else keys)
