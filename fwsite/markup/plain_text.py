"""Plain text: words without tags and marks, and where in them each section begins, for whoever looks for a word."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from markupsafe import Markup

_HEADING = re.compile(r"<h[2-6]\b[^>]*?\sid=\"([^\"]+)\"")


class PlainText(NamedTuple):
    """``anchors`` has, for each heading, its offset in ``text`` and its id."""

    text: str
    anchors: tuple[tuple[int, str], ...]


def plain_text(document: str, before: str = "") -> PlainText:
    """What people read of safe HTML, in one line, after the words in ``before``."""
    headings = list(_HEADING.finditer(document))
    begins = [0, *(heading.start() for heading in headings)]
    text, anchors = before, []
    for number, begin in enumerate(begins):
        end = begins[number + 1] if number + 1 < len(begins) else len(document)
        section = Markup(document[begin:end]).striptags()  # noqa: S704 - tags are taken out
        text += " " if text and section else ""
        if number:
            anchors.append((len(text), html.unescape(headings[number - 1][1])))
        text += section
    return PlainText(text, tuple(anchors))
