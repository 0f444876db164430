"""Front matter: what the block at the top of an article says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime

from fwsite.extend import ContentProblem


@dataclass(frozen=True)
class ArticleSource:
    """A work that the article rests on; ``id`` is what ``[^id]`` in the text refers to."""

    title: str
    id: str = ""
    author: str = ""
    publisher: str = ""
    date: Date | None = None
    url: str = ""
    read: Date | None = None


@dataclass
class FrontMatter:
    """What the block says. Everything has a value, whatever was wrong; ``problems`` says what was.

    ``draft`` has the words that keep the article back, such as "status: pending"; ``starts`` and ``ends`` are the
    moments between which it is public; ``lines`` has the line of each key, in lower case; ``unreadable`` has those of
    the problems for which it is held back.
    """

    title: str = ""
    author: str = ""
    date: Date | None = None
    categories: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    image_alts: tuple[str, ...] = ()
    description: str = ""
    reviewed: Date | None = None
    sources: tuple[ArticleSource, ...] = ()
    draft: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[ContentProblem] = field(default_factory=list)
    unreadable: list[ContentProblem] = field(default_factory=list)
    logged: bool = False
