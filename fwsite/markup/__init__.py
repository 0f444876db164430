"""Markdown text -> safe HTML, with directives and pictures filled in at the last moment.

Rendering has two steps. :func:`parse` turns a text into a :class:`Document`: sanitised HTML cut at its
directives and pictures. It depends on the text alone, so its result can be kept. :meth:`Document.html` fills
the gaps with live data.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g
from markupsafe import Markup

from fwsite.markup.rendered import RenderedTexts, key_of

SOURCES = "sources"
"""The id of the heading over an article's sources; it is of the second level always."""
RENDERED = "fwsite.markup.rendered"
"""Where the application has what was rendered before."""
FOR_EVERYBODY = "for_everybody"
"""What :data:`flask.g` says while a page is made that everybody sees alike. Only then is anything kept on the disk:
what somebody tries out, or suggests and takes back, leaves no trace there.
"""
_INLINE_KEPT = 4096


class Directive(NamedTuple):
    """A gap in a document: ``::name[text]`` on line ``line`` of the text, counted from 1."""

    name: str
    text: str
    line: int


class Picture(NamedTuple):
    """A gap in a document: a picture, ``alone`` when it is a paragraph by itself, ``linked`` inside a link."""

    src: str
    alt: str
    title: str
    alone: bool = False
    linked: bool = False


class Heading(NamedTuple):
    """An entry of the contents list."""

    id: str
    text: str
    children: tuple[Heading, ...] = ()


class Document(NamedTuple):
    """A rendered text: pieces of safe HTML with gaps between them, and its contents list."""

    pieces: tuple[Markup | Directive | Picture, ...]
    contents: tuple[Heading, ...]

    def html(self, fill_directive: Callable[[Directive], Markup], fill_picture: Callable[[Picture], Markup]) -> Markup:
        """The whole text, each gap filled by the callback for its kind."""
        parts = []
        for piece in self.pieces:
            if isinstance(piece, Directive):
                parts.append(fill_directive(piece))
            elif isinstance(piece, Picture):
                parts.append(fill_picture(piece))
            else:
                parts.append(piece)
        return Markup("").join(parts)


def parse(text: str, first_line: int = 1) -> Document:
    """Render Markdown to a document. ``first_line`` is the number of the text's first line in its file."""
    kind = f"document {first_line}"
    known = rendered_before(kind, text)
    if known is not None:
        return _document(json.loads(known))
    from fwsite.markup.renderer import rendered  # a site that has rendered everything before does without

    document = rendered(text, first_line)
    keep_rendered(kind, text, json.dumps(_plain(document)))
    return document


@lru_cache(maxsize=_INLINE_KEPT)
def inline(text: str, links: bool = True) -> Markup:
    """One line of Markdown, such as a claim: emphasis, code and ``links``, no blocks."""
    kind = "links" if links else "no links"
    known = rendered_before(kind, text)
    if known is not None:
        return Markup(known)  # noqa: S704 - sanitised when it was rendered
    from fwsite.markup.renderer import rendered_inline

    made = rendered_inline(text, links)
    keep_rendered(kind, text, str(made))
    return made


def rendered_before(kind: str, text: str) -> str | None:
    """What was kept of a text, rendered in this way; none outside of an application."""
    kept = _kept()
    return kept.get(key_of(kind, text)) if kept else None


def keep_rendered(kind: str, text: str, value: str) -> None:
    """Keep it for processes to come, where a page for everybody needs it."""
    kept = _kept()
    if kept and g.get(FOR_EVERYBODY):
        kept.keep(key_of(kind, text), value)


def _kept() -> RenderedTexts | None:
    found: RenderedTexts | None = current_app.extensions.get(RENDERED) if current_app else None
    return found


def _plain(document: Document) -> Any:
    """As JSON has it; :func:`_document` reads it."""
    pieces: list[Any] = []
    for piece in document.pieces:
        if isinstance(piece, Directive):
            pieces.append({"directive": [piece.name, piece.text, piece.line]})
        elif isinstance(piece, Picture):
            pieces.append({"picture": [piece.src, piece.alt, piece.title, piece.alone, piece.linked]})
        else:
            pieces.append(str(piece))
    return [pieces, [_plain_heading(heading) for heading in document.contents]]


def _plain_heading(heading: Heading) -> Any:
    return [heading.id, heading.text, [_plain_heading(child) for child in heading.children]]


def _document(plain: Any) -> Document:
    pieces, contents = plain
    return Document(tuple(_piece(piece) for piece in pieces), tuple(_heading(heading) for heading in contents))


def _piece(plain: Any) -> Markup | Directive | Picture:
    if isinstance(plain, str):
        return Markup(plain)  # noqa: S704 - sanitised when it was rendered
    return Directive(*plain["directive"]) if "directive" in plain else Picture(*plain["picture"])


def _heading(plain: Any) -> Heading:
    id, text, children = plain
    return Heading(id, text, tuple(_heading(child) for child in children))
