"""Inline patterns: code spans, links, references and struck-out text as CommonMark and GFM read them."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    BACKTICK_RE,
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    AutolinkInlineProcessor,
    BacktickInlineProcessor,
    HtmlInlineProcessor,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.util import AtomicString, code_escape

from fwsite.markup.sanitiser import COMMENT, TAG

TEMPLATE = r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}"
"""What Hugo, Jekyll and others would fill in; nothing here does."""
_BRACKET = re.compile(r"[\[\]]")
_POINTED = re.compile(r"\(\s*<([^<>\n]*)>")
_OPENING = re.compile(r"\(\s*")
_REST = re.compile(r"(?:\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|\((?P<round>[^()]*)\)))?\s*\)")
"""The title of a link and the closing parenthesis."""


class InlinePatterns(Extension):
    """Register with ``Markdown(extensions=[InlinePatterns()])``."""

    def __init__(self) -> None:
        super().__init__()
        self.references = References()

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown."""
        md.references = self.references  # type: ignore[assignment]
        if md.delimiters is not None:
            md.delimiters.add("~", "del", double=True)
        md.inlinePatterns.register(_CodeSpan(BACKTICK_RE), "backtick", 190)
        md.inlinePatterns.register(_Reference(REFERENCE_RE, md), "reference", 170)
        md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(_Image(IMAGE_LINK_RE, md), "image_link", 150)
        md.inlinePatterns.register(_ImageReference(IMAGE_REFERENCE_RE, md), "image_reference", 140)
        md.inlinePatterns.register(_ShortReference(REFERENCE_RE, md), "short_reference", 130)
        md.inlinePatterns.register(_ShortImageReference(IMAGE_REFERENCE_RE, md), "short_image_ref", 125)
        md.inlinePatterns.register(
            AutolinkInlineProcessor(r"<((?:https?|ftp|mailto|tel):[^\s<>]*)>", md), "autolink", 120
        )
        md.inlinePatterns.register(HtmlInlineProcessor(f"({COMMENT}|{TAG})", md), "html", 90)
        md.inlinePatterns.register(_AsTyped(rf"<!--|{TEMPLATE}", md), "fwsite-as-typed", 89)


class _CodeSpan(BacktickInlineProcessor):
    """The end of a line within code is a blank, and one blank on either side is not a part of it."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        element, start, end = super().handleMatch(m, data)
        if isinstance(element, Element):
            ticked = data[start:end]
            ticks = len(ticked) - len(ticked.lstrip("`"))
            code = re.sub(r"\n *", " ", ticked[ticks:-ticks])
            if code.strip() and code[0] == code[-1] == " ":
                code = code[1:-1]
            element.text = AtomicString(code_escape(code))
        return element, start, end


class _AsTyped(InlineProcessor):
    """The beginning of a comment that does not end, and the template languages of other programs."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        return self.md.htmlStash.store(html.escape(m[0])), m.start(), m.end()


class _Brackets:
    """The text of a link or a picture, between brackets of which each opened one is closed.

    Python-Markdown looks for the end anew from each opening bracket; here all are paired once."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        end = _paired_brackets(data).get(index - 1)
        return ("", index, False) if end is None else (data[index:end], end + 1, True)


@lru_cache(maxsize=4)
def _paired_brackets(data: str) -> dict[int, int]:
    """The places of opening brackets, each with that of its closing one."""
    opened: list[int] = []
    pairs = {}
    for bracket in _BRACKET.finditer(data):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened:
            pairs[opened.pop()] = bracket.start()
    return pairs


class _Destination(_Brackets):
    """The address and the title of a link or a picture. An address with a blank in it is none, and stays as typed."""

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        pointed, opening = _POINTED.match(data, index), _OPENING.match(data, index)
        if not opening:
            return "", None, index, False
        begin, end = pointed.span(1) if pointed else (opening.end(), _end_of_address(data, opening.end()))
        rest = _REST.match(data, pointed.end() if pointed else end)
        if not rest:
            return "", None, index, False
        title = next((title for title in rest.groups() if title is not None), None)
        return self._plain(data[begin:end]), title and self._plain(title), rest.end(), True

    def _plain(self, text: str) -> str:
        """Without what stands in for escaped signs; entities stay, as the serialiser takes them for such."""
        return str(self.unescape(text))  # type: ignore[attr-defined]


def _end_of_address(data: str, begin: int) -> int:
    """Where an address ends that begins there: at a blank, or at a parenthesis that it did not open."""
    opened = 0
    for at in range(begin, len(data)):
        opened += (data[at] == "(") - (data[at] == ")")
        if opened < 0 or data[at].isspace():
            return at
    return len(data)


class _Link(_Destination, LinkInlineProcessor):
    pass


class _Image(_Destination, ImageInlineProcessor):
    pass


class _Label(_Brackets):
    """``[text][label]`` with nothing between the brackets; a label is compared by its words, code or not."""

    RE_LINK = re.compile(r"\[([^\]]*)\]", re.DOTALL)

    def evalId(self, data: str, index: int, text: str) -> tuple[str | None, int, bool]:
        label, end, found = super().evalId(data, index, text)  # type: ignore[misc]
        return label and label_of(html.unescape(self.unescape(label))), end, found  # type: ignore[attr-defined]


class _Reference(_Label, ReferenceInlineProcessor):
    pass


class _ImageReference(_Label, ImageReferenceInlineProcessor):
    pass


class _ShortReference(_Label, ShortReferenceInlineProcessor):
    pass


class _ShortImageReference(_Label, ShortImageReferenceInlineProcessor):
    pass


class References(dict[str, tuple[str, str | None]]):
    """The definitions of references: of those with one label the first counts."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[str] = []
        """Labels that were defined before."""

    def __setitem__(self, label: str, definition: tuple[str, str | None]) -> None:
        if label_of(label) in self:
            self.repeated.append(label)
        self.setdefault(label_of(label), definition)


def label_of(text: str) -> str:
    """The label of a reference, as references are compared."""
    return " ".join(text.replace("`", "").split()).lower()
