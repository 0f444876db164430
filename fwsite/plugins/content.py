"""Content contract: addresses, texts to be found by, grounds for fits, and faults in what people wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SitemapEntry:
    """One address for ``/sitemap.xml``: a path from the root, and the day it last changed where known."""

    path: str
    changed: date | None = None


@dataclass(frozen=True, kw_only=True)
class TextsContext:
    """Which texts are asked for: those with these keys, or all where ``keys`` is ``None``."""

    keys: frozenset[str] | None = None

    def wants(self, key: str) -> bool:
        """Whether the text of this key is asked for."""
        return self.keys is None or key in self.keys


@dataclass(frozen=True, kw_only=True)
class Text:
    """Something public that a reader may look for.

    ``key`` tells it from all others of its extension, for good; ``kind`` is what readers call it, such as "Article";
    ``body`` is plain text; ``path`` is where it stands, from the root, with the anchor where it has one.
    """

    key: str
    kind: str
    title: str
    body: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Something that a fit of the questionnaire may rest on, such as a pro or a con.

    ``key`` is what fits name it by, for good; ``about`` the key of the framework that it is about; ``text`` what it
    says, as plain text. One that is not published is for maintainers: what rests on it cannot be published before it.
    """

    key: str
    about: str
    text: str
    is_published: bool = True


@dataclass(frozen=True, kw_only=True)
class ContentProblem:
    """One fault in content that a person wrote: ``path`` and ``line`` say where, ``key`` names the part.

    With ``is_note`` it is none, only something to know: ``fwsite content check`` lists it and is content.
    """

    path: Path
    message: str
    line: int | None = None
    key: str = ""
    is_note: bool = False

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ContentError(ValueError):
    """Raised by ``load_content`` for content that cannot be loaded; the message has a line for each fault."""
