"""Finish: what sanitised HTML needs beyond Markdown, tag by tag.

Tables scroll in a frame, code scrolls by keyboard, the page's own first heading stays the only one, and no id is there
twice.
"""

from __future__ import annotations

import re

from fwsite.markup.headings import PAGE_IDS, numbered

_TAG = re.compile(r'<(?P<name>/?[a-z][a-z0-9]*)(?P<attributes>(?: [a-z-]+="[^"]*")*)>')
_ID = re.compile(r' id="([^"]*)"')
_OWN_LINK = re.compile(r' href="#([^"]*)"')


class _Finish:
    def __init__(self) -> None:
        self.tables = 0
        self.ids: set[str] = set()
        self.renamed: dict[str, str] = {}

    def tag(self, match: re.Match[str]) -> str:
        name, attributes = match["name"], match["attributes"]
        if name == "a":
            attributes = attributes.replace(' name="', ' id="') if ' id="' not in attributes else attributes
        attributes = _ID.sub(self.id, attributes)
        if name in ("h1", "/h1"):  # written as HTML
            name = name.replace("1", "2")
        if name == "th" and ' scope="' not in attributes:
            attributes = f' scope="col"{attributes}'
        if name == "pre":
            attributes = f' tabindex="0"{attributes}'
        if name == "table":
            return f"{self.frame()}<table{attributes}>"
        return "</table></div>" if name == "/table" else f"<{name}{attributes}>"

    def frame(self) -> str:
        """What a table stands in; each has a name of its own, as it is a landmark."""
        self.tables += 1
        label = "Table" if self.tables == 1 else f"Table {self.tables}"
        return f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">'

    def id(self, match: re.Match[str]) -> str:
        """The id, if it is the first of its name; another one where the page has it."""
        wanted = match[1]
        if not wanted or wanted in self.ids:
            return ""
        (given,) = numbered([wanted], "-", PAGE_IDS | self.ids)
        self.ids |= {wanted, given}
        self.renamed[wanted] = given
        return f' id="{given}"'


def finish(clean: str) -> str:
    """HTML that was sanitised, ready for a page."""
    work = _Finish()
    finished = _TAG.sub(work.tag, clean)
    return _OWN_LINK.sub(lambda link: f' href="#{work.renamed.get(link[1], link[1])}"', finished)
