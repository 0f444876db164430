"""Article files: which files of a folder are articles, at which address, and which are none for what reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fwsite.extend import ContentProblem

SUFFIXES = (".md", ".markdown")
"""In whatever case; where two files have the same address, ``.md`` goes first, and then the name."""
_TEXTS = frozenset(".adoc .htm .html .mdown .mdx .mkd .mkdn .org .qmd .rst .text .txt".split())
"""Texts of other programs, which somebody may have meant as articles."""
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")


@dataclass(frozen=True)
class ArticleFiles:
    """The files of the articles by their address; ``doubles`` have one that another file has already."""

    places: Mapping[str, str]
    doubles: tuple[tuple[str, str], ...] = ()


def is_slug(name: str) -> bool:
    """Whether an article may be called so."""
    return _SLUG.fullmatch(name) is not None


def listed(folders: Iterable[Path]) -> ArticleFiles:
    """The articles in these folders; those of the first go before those of the next."""
    places: dict[str, str] = {}
    doubles = []
    for folder in folders:
        own: dict[str, str] = {}
        for name, _, place in sorted(_named(folder), key=lambda each: (each[0], each[1] != ".md", each[2])):
            if is_slug(name) and own.setdefault(name, place) != place:
                doubles.append((place, own[name]))
        places = {**own, **places}
    return ArticleFiles(places, tuple(doubles))


def _named(folder: Path) -> Iterator[tuple[str, str, str]]:
    """As texts: with thousands of them, making paths takes longer than all else."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name, suffix = os.path.splitext(entry.name)  # noqa: PTH122
                if suffix.lower() in SUFFIXES and (entry.is_symlink() or entry.is_file()):
                    yield name, suffix, entry.path
    except OSError:  # not there, or not for us
        return


def text_of(place: str) -> bytes:
    """What a file says. Raises :class:`OSError`, for a link that leads out of the file's folder too.

    Whoever may put a link into the folder could otherwise publish whatever the site can read, its secret key for one.
    """
    real = Path(os.path.realpath(place, strict=True))
    if not real.is_relative_to(Path(place).parent.resolve()):
        raise PermissionError(0, "it is a link that leads out of the folder; put a copy in its place")
    return real.read_bytes()


def problems(folder: Path, files: ArticleFiles) -> Iterator[ContentProblem]:
    """What is in the host's folder and is not shown, and what to do."""
    for name, _, place in sorted(_named(folder)):
        if not is_slug(name):
            what = "use letters, digits, - and _ only; it is not shown"
            yield ContentProblem(path=Path(place), key="file name", message=what)
    for place, winner in files.doubles:
        what = f"{Path(winner).name} has the same URL and is shown instead; rename one of them"
        yield ContentProblem(path=Path(place), key="file name", message=what)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in _TEXTS and not path.name.startswith("."):
            what = "is not shown; articles are Markdown, in files that end in .md or .markdown"
            yield ContentProblem(path=path, key="file name", message=what, is_note=True)
    yield from _below(folder)


def _below(folder: Path) -> Iterator[ContentProblem]:
    """Folders in the folder. Links to folders are not followed: they may lead anywhere, and in circles."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in links:
            what = "is a link to a folder, and articles in it are not shown; put the articles themselves here"
            yield ContentProblem(path=Path(place, name), key="folder", message=what)
        number = sum(Path(name).suffix.lower() in SUFFIXES for name in names)
        if number and Path(place) != folder:
            files = "1 article is" if number == 1 else f"{number} articles are"
            what = f"{files} not shown, as folders in {folder.name}/ are not read; move them into {folder}"
            yield ContentProblem(path=Path(place), key="folder", message=what)
