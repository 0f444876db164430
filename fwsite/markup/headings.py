"""Headings: their level below the page's own title, and the ids that links lead to (anchors).

Ids are GitHub's. An article that moves in may have links, here and on other sites, that were made for Hugo or for
Python-Markdown: where those, or Zola, spell an id otherwise, it leads to the same heading.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import remove_fnrefs, render_inner_html, slugify
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from fwsite.markup.document import SOURCES
from fwsite.markup.sanitiser import filter_tags

PAGE_IDS = frozenset({"errors", "main", "toc"})
"""Ids that the page around a text has; what would double one of them gets a number."""
_HEADING = re.compile(r"h[1-6]")
_REPLACED = re.compile(r"-{2,3}|\.{3}|[\"']")
"""What Hugo's typographer makes signs of, before it makes the id."""


def github_id(text: str) -> str:
    """As GitHub makes it: letters, marks, numbers, ``_`` and ``-`` stay, each blank is a hyphen, and all is small."""
    return "".join("-" if sign == " " else sign for sign in text.lower() if sign in " -" or _is_word(sign))


def hugo_id(text: str) -> str:
    """As Hugo makes it (``autoHeadingIDType = "github"``, typographer on): without marks, dashes and quotes."""
    plain = _REPLACED.sub("", text)
    return "".join("-" if sign == " " else sign for sign in plain.lower() if sign in " -_" or sign.isalnum())


def python_markdown_id(text: str) -> str:
    """As the contents list of Python-Markdown makes it: ASCII alone, blanks and hyphens in a row are one."""
    return slugify(text, "-")


def zola_id(text: str) -> str:
    """As Zola and others make it: what is no letter or digit of ASCII is a hyphen, one for all in a row."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _is_word(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LMN" or category == "Pc"


class Headings(Extension):
    """Register with ``Markdown(extensions=[Headings(), "toc"])``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown; after attribute lists (8), before typography (6), which changes what an id is made of."""
        md.treeprocessors.register(_Headings(md), "fwsite-headings", 7.5)


class _Headings(Treeprocessor):
    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if _HEADING.fullmatch(element.tag)]
        own = [heading for heading in headings if heading.get("id") != SOURCES]
        if any(heading.tag == "h1" for heading in own):  # the page has its h1 already
            for heading in own:
                heading.tag = f"h{min(6, int(heading.tag[1]) + 1)}"
        texts = [self._text(heading) for heading in headings]
        taken = {"", *PAGE_IDS, *(element.get("id", "") for element in root.iter())}
        for heading, found in zip(headings, list(numbered(map(github_id, texts), "-", taken)), strict=True):
            if not heading.get("id") and found:
                heading.set("id", found)
        taken |= {heading.get("id", "") for heading in headings}
        for spelling, mark in ((hugo_id, "-"), (python_markdown_id, "_"), (zola_id, "-")):
            self._alias(headings, texts, spelling, mark, taken)

    def _text(self, heading: Element) -> str:
        inner, typed = filter_tags(render_inner_html(remove_fnrefs(heading), self.md))
        text = html.unescape(Markup(inner).striptags())  # noqa: S704 - tags are taken out
        if typed:  # the contents list would take them out
            heading.set("data-toc-label", html.escape(text))
        return text

    @staticmethod
    def _alias(
        headings: list[Element], texts: list[str], spelling: Callable[[str], str], mark: str, taken: set[str]
    ) -> None:
        ids = [spelling(text) for text in texts]
        for heading, own, found in zip(headings, ids, list(numbered(ids, mark, {""})), strict=True):
            is_one = own or mark == "_"  # Python-Markdown numbers what has no letter
            if is_one and found not in taken:
                taken.add(found)
                place = Element("span", {"id": found})
                place.tail, heading.text = heading.text, None
                heading.insert(0, place)


def numbered(ids: Iterable[str], mark: str, taken: Iterable[str]) -> Iterator[str]:
    """Each id, or with ``mark`` and the first free number behind it where it is ``taken`` or was there before."""
    seen = set(taken)
    for found in ids:
        free, number = found, 0
        while free in seen:
            number += 1
            free = f"{found}{mark}{number}"
        seen.add(free)
        yield free
