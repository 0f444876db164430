"""Markdown renderer: text -> safe HTML, with directives and pictures filled in at the last moment.

Rendering has two steps. :func:`parse` turns a text into a :class:`Document`: sanitised HTML cut at its
directives and pictures. It depends on the text alone, so its result can be kept. :meth:`Document.html` fills
the holes with live data.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup

from fwsite.markup.document import Directive, Document, Heading, Picture, Remark
from fwsite.markup.plain_text import PlainText, plain_text

__all__ = [
    "Directive",
    "Document",
    "Heading",
    "Picture",
    "PlainText",
    "Remark",
    "inline",
    "parse",
    "plain_line",
    "plain_text",
]
_INLINE_KEPT = 4096
_MARKED = re.compile(r"[^\w\s.,:;?!()'-]")
"""What may mean more than itself in a line of Markdown."""


def parse(text: str, first_line: int = 1) -> Document:
    """Render Markdown to a document. ``first_line`` is the number of the text's first line in its file."""
    from fwsite.markup.renderer import rendered  # whoever serves no text does without Markdown and its sanitiser

    return rendered(text, first_line)


@lru_cache(maxsize=_INLINE_KEPT)
def inline(text: str, links: bool = True) -> Markup:
    """One line of Markdown, such as a claim: emphasis, code and ``links``, no blocks."""
    from fwsite.markup.renderer import rendered_inline

    return rendered_inline(text, links)


def plain_line(text: str) -> str:
    """One line of Markdown as people read it, without its marks."""
    return str(inline(text).striptags()) if _MARKED.search(text) else text
