"""Document: a rendered text as pieces of safe HTML, with holes for directives and pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup

SOURCES = "article-sources"
"""The id of the heading over an article's sources; it is of the second level always."""


class Directive(NamedTuple):
    """A gap in a document: ``::name[text]`` on line ``line`` of the text, counted from 1."""

    name: str
    text: str
    line: int


class Picture(NamedTuple):
    """A gap in a document: a picture, ``alone`` when it is a paragraph of its own, ``linked`` inside a link."""

    src: str
    alt: str
    title: str
    alone: bool = False
    linked: bool = False
    width: int = 0
    """Pixels, where the text says so; 0 otherwise."""


class Heading(NamedTuple):
    """An entry of the contents list."""

    id: str
    text: str
    children: tuple[Heading, ...] = ()


class Remark(NamedTuple):
    """Something for the author: on ``line`` of the text, counted from 1, ``piece`` is shown as ``message`` says.

    It is an error, unless ``is_note`` says that nothing is lost.
    """

    line: int
    piece: str
    message: str
    is_note: bool = False


class Document(NamedTuple):
    """A rendered text: pieces of safe HTML with gaps between them, its contents list, and what its author should know
    about it."""

    pieces: tuple[Markup | Directive | Picture, ...]
    contents: tuple[Heading, ...]
    remarks: tuple[Remark, ...] = ()

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
