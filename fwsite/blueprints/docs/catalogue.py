"""Guide repository: each a Markdown file that begins with its title, read when it changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from flask import render_template
from markupsafe import Markup

from fwsite.extend import per_file_state
from fwsite.markup import Directive, Document, Picture, parse

FOLDER = Path(__file__).parent / "guides"
PICTURES = FOLDER / "pictures"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")
_LINK = re.compile(r'<a href="(?P<target>[^"]*)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)
_SENTENCE = re.compile(r".+?[.?!](?=\s|$)", re.DOTALL)
_NO_PROSE = ("#", "|", "`", "!", "-", "    ")


class Guide(NamedTuple):
    """One guide; its file is ``<name>.md``. ``summary`` is its first sentence, as inline Markdown."""

    name: str
    title: str
    summary: str
    document: Document

    def html(self) -> Markup:
        """The text under the title. Links and pictures work from ``/docs/<name>``."""
        return self.document.html(_as_written, figure)


def everything() -> list[Guide]:
    """Every guide, by title."""
    found = [find(path.stem) for path in FOLDER.glob("*.md")]
    return sorted((guide for guide in found if guide), key=lambda guide: guide.title)


def find(name: str) -> Guide | None:
    """The guide of that name; ``None`` where there is none."""
    path = _file(name)
    return None if path is None else _read(path)


def _file(name: str) -> Path | None:
    path = FOLDER / f"{name}.md"
    return path if _NAME.fullmatch(name) and path.is_file() else None


@per_file_state
def _read(path: Path) -> Guide:
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    document = parse(text, first_line=2)
    pieces = tuple(_with_links(piece) if isinstance(piece, Markup) else piece for piece in document.pieces)
    return Guide(path.stem, first.removeprefix("# ").strip(), _summary(text), Document(pieces, document.contents))


def _summary(text: str) -> str:
    for paragraph in text.split("\n\n"):
        if paragraph.strip() and not paragraph.lstrip("\n").startswith(_NO_PROSE):
            sentence = _SENTENCE.match(paragraph.strip())
            return " ".join((sentence[0] if sentence else paragraph).split())
    return ""


def _with_links(piece: Markup) -> Markup:
    return Markup(_LINK.sub(_link, piece))  # noqa: S704 - parts of a safe text


def _link(match: re.Match[str]) -> str:
    """``host.md`` leads to ``host``; what leads out of the folder is not on the site, and only its words stay."""
    target = urlsplit(match["target"])
    if target.scheme or not target.path or target.path.startswith("/"):
        return match[0]
    name = target.path.removesuffix(".md")
    if name != target.path and _file(name):
        href = f"{name}#{target.fragment}" if target.fragment else name
        return f'<a href="{href}">{match["words"]}</a>'
    return match[0] if picture_file(target.path) else match["words"]


def picture_file(src: str) -> Path | None:
    """The file behind ``pictures/...`` as a guide writes it; ``None`` where there is none."""
    path = FOLDER / unquote(src)
    return path if path.resolve().is_relative_to(PICTURES.resolve()) and path.is_file() else None


def figure(picture: Picture) -> Markup:
    """The picture with its proportions, or its words where there is no such file."""
    path = picture_file(picture.src)
    size = _size(path) if path else None
    return Markup(render_template("docs/_picture.html", picture=picture, size=size))  # noqa: S704


@per_file_state
def _size(path: Path) -> tuple[int, int]:
    """Width and height in pixels, so that the page keeps its shape while the picture loads."""
    import imagesize  # most processes show no picture

    width, height = imagesize.get(path)
    return int(width), int(height)


def _as_written(directive: Directive) -> Markup:
    return Markup("<p>{}</p>").format(f"::{directive.name}[{directive.text}]")
