"""Change notifier: tells others when an article's file is another than this process has seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app

from fwsite.extend import emit

State = tuple[Any, ...]
"""What tells one state of an article from another: that of its file, and whether visitors see it."""
_Seen = dict[str, State | None]


def _seen() -> _Seen:
    """The state in which each article was told of; ``None`` for one that nobody was told of yet."""
    found: _Seen = current_app.extensions.setdefault("fwsite.article", {})
    return found


def know(slugs: Iterable[str]) -> None:
    """Remember that these are there, and tell nobody: whoever was told of one of them may be asking just now."""
    for slug in slugs:
        _seen().setdefault(slug, None)


def tell(states: Mapping[str, State], *, missing: Iterable[str] = ()) -> None:
    """Tell at once of all that are new or changed, and of those that are ``missing`` and were there before."""
    seen = _seen()
    news = {slug for slug, state in states.items() if seen.get(slug) != state}
    gone = {slug for slug in missing if slug in seen}
    seen.update({slug: states[slug] for slug in news})
    for slug in gone:
        seen.pop(slug, None)
    if news | gone:
        emit("article.changed", texts=frozenset(news | gone))


def tell_all(states: Mapping[str, State]) -> None:
    """The same where these are all articles that there are."""
    tell(states, missing=_seen().keys() - states.keys())
