"""Content contract: addresses, texts to be found by, grounds for fits, and faults in what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    """Something public that a reader may search for.

    ``key`` tells it from all others of its extension, permanently; ``kind`` is what readers call it, such as "Article";
    ``body`` is plain text; ``path`` is where it is, from the root, with the anchor if it has one. A long text
    may have ``anchors`` instead: for each of its sections the offset in ``body`` and the id, in order.
    """

    key: str
    kind: str
    title: str
    body: str
    path: str
    anchors: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Something that a fit of the questionnaire may rest on, such as a pro or a con.

    ``key`` is the permanent name that fits use for it; ``about`` the key of the framework that it is about; ``text``
    what it says, as plain text. ``words`` are those of its sources that it quotes: a fit that is sourced may name
    what they name. Where it is none, the text itself is taken for them. With ``is_published=False`` visitors cannot
    read it, and ``text`` may be empty: no new fit may rest on it, but one from an import may. ``is_against`` says
    that it speaks against the framework: a result shows such points among the costs. ``is_measured`` says that the
    site's current run does not contradict it: a fit that rests on it may be called measured.
    """

    key: str
    about: str
    text: str
    words: str | None = None
    is_published: bool = True
    is_against: bool = False
    is_measured: bool = False


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which claims or ratings are asked for: those of a framework, on a criterion, of a key; all where it is ``None``.

    Ratings have no key.
    """

    framework: str | None = None
    criterion: str | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContentProblem:
    """One error in content that a person wrote: ``path`` and ``line`` say where, ``key`` names the part.

    With ``is_note`` it is only something to know: ``fwsite content check`` lists it and still succeeds.
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
    """Raised by ``load_content``, and by ``content_files``, for content that cannot be loaded; the message has a line
    for each error. Made from a message, or from ``problems``.
    """

    def __init__(self, message: str = "", *, problems: Sequence[ContentProblem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(message or "\n".join(map(str, problems)))


@dataclass(frozen=True, kw_only=True)
class ContentImport:
    """Files that were read and checked, and what taking them in would do. Nothing in here commits.

    ``changes``
        f() -> a line for each thing that would change, beginning with ``+``, ``~`` or ``-``; none where nothing would.
    ``take_in``
        f(who, note): makes the database say what the files say; gives one line that says what was done. Called only
        where something would change.
    ``check``
        f() -> ContentProblem, ...: what is wrong once everything that is imported together has been taken in. Where
        something is, all of it is taken back.
    ``tell``
        f(): called after the commit, to emit events.
    """

    changes: Callable[[], Iterable[str]]
    take_in: Callable[[str, str], str]
    check: Callable[[], Iterable[ContentProblem]] = tuple
    tell: Callable[[], object] = tuple


@dataclass(frozen=True, kw_only=True)
class ContentFiles:
    """What people edit in the browser, as TOML files: written by ``fwsite content export``, read by ``content import``.

    ``names``
        The files in the folder, as names or patterns: ``("glossary.toml",)``, ``("terms/*.toml",)``. No other
        extension may have them.
    ``keys``
        Keys at the top of a file that tell it from those of others.
    ``write``
        f() -> the text of each file by its name in the folder, the same bytes for the same content; nothing where there
        is no content.
    ``read``
        f(Path) -> ContentImport: reads the folder, or one file. Raises :class:`ContentError` with every error.
    ``write_file``
        f() -> all of it as one file, for a PLACE that ends in ``.toml``.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
    write: Callable[[], Mapping[str, str]]
    read: Callable[[Path], ContentImport]
    write_file: Callable[[], str]
