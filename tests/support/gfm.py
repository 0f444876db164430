"""GFM reader: what a Markdown text says by cmark-gfm, to hold beside what it says here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from html.parser import HTMLParser
from urllib.parse import unquote

import cmarkgfm
from cmarkgfm.cmark import Options
from markupsafe import Markup

from fwsite.markup import inline, parse

KINDS = ("words", "links", "pictures", "code", "headings")
_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
_WITHIN = frozenset("a abbr b cite code del em i img ins kbd mark q s samp small span strong sub sup u var".split())
_HEADING = re.compile(r"h[1-6]")


class Said(HTMLParser):
    """The words, links, pictures, code and headings of a page, each in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.code: list[str] = []
        self.headings: list[str] = []
        self._text: list[str] = []
        self._code: tuple[str, list[str]] | None = None
        self._heading: list[str] | None = None
        self.feed(html)
        self.close()
        self.words = words("".join(self._text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(unquote(given["href"]).replace("#fn-", "#fn:").replace("#fnref-", "#fnref:"))
        if tag == "img":
            self.pictures.append(given.get("src", ""))
            self._text.append(f" {given.get('alt', '')} ")
        if tag in ("code", "pre") and self._code is None:
            self._code = tag, []
        if _HEADING.fullmatch(tag):
            self._heading = []
        if tag not in _WITHIN:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WITHIN:
            self._text.append("\n")
        if self._code is not None and self._code[0] == tag:
            self.code.append("".join(self._code[1]).strip("\n").rstrip())
            self._code = None
        if _HEADING.fullmatch(tag) and self._heading is not None:
            self.headings.append(" ".join(words("".join(self._heading))))
            self._heading = None

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if self._code is not None:
            self._code[1].append(data)
        if self._heading is not None:
            self._heading.append(data)


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def theirs(text: str) -> Said:
    """What a text says by cmark-gfm."""
    return Said(cmarkgfm.github_flavored_markdown_to_html(text, _OPTIONS))


def ours(text: str) -> Said:
    """What it says here, with the texts of its directives."""
    page = parse(text).html(
        lambda directive: Markup("<p>::{}[{}]</p>").format(directive.name, inline(directive.text)),
        lambda picture: Markup('<img src="{}" alt="{}">').format(picture.src, picture.alt),
    )
    return Said(str(page))


def differences(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Where the two say something else: the kind, what cmark-gfm says, and what is said here."""
    their, our = theirs(text), ours(text)
    for kind in KINDS:
        one, other = getattr(their, kind), getattr(our, kind)
        if one != other:
            for what, begin, end, start, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
                if what != "equal":
                    yield kind, one[begin:end], other[start:stop]
