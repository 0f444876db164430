"""Markdown pipeline: Python-Markdown, this site's habits, and the sanitiser; imported with the first text."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension as MarkdownExtension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.toc import slugify
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from fwsite.markup.commonmark import CommonMark
from fwsite.markup.document import SOURCES, Directive, Document, Heading, Picture

_TAGS = frozenset(
    "a abbr b blockquote br cite code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img "
    "ins kbd li mark ol p pre q s section small span strong sub summary sup table tbody td tfoot th thead tr "
    "ul".split()
)
_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {"id", "lang", "dir"},
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "code": {"class"},
    "div": {"class"},
    "img": {"src", "alt", "title"},
    "li": {"value"},
    "ol": {"start"},
    "pre": {"class"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"class", "colspan", "rowspan"},
    "th": {"class", "colspan", "rowspan", "scope"},
}
_HEADING = re.compile(r"h[1-6]")
_SCHEMES = frozenset({"http", "https", "mailto"})
_EXTENSIONS = (
    "tables",
    "footnotes",
    "sane_lists",
    "toc",
    "smarty",
    "attr_list",
    "def_list",
    "abbr",
)
_TAKEN = frozenset({"main", "toc"})
"""Ids that the page around a text has."""


def _slug(text: str, separator: str) -> str:
    slug = slugify(text, separator)
    return f"{slug}{separator}section" if slug in _TAKEN else slug


_EXTENSION_CONFIGS: dict[str, dict[str, Any]] = {
    "footnotes": {"BACKLINK_TITLE": "Back to the text, note {}", "BACKLINK_TEXT": "↩"},
    "toc": {"toc_depth": "2-3", "permalink": False, "slugify": _slug},
    "tables": {"use_align_attribute": True},
}
_IMAGE = re.compile(r'<img(?P<attributes>(?:\s+[a-z]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def rendered(text: str, first_line: int) -> Document:
    """The document of a Markdown text, whose first line is number ``first_line`` of its file."""
    nonce = secrets.token_hex(8)
    found: list[Directive] = []

    def stand_in(match: re.Match[str], line: int) -> str:
        found.append(Directive(match["name"], match["text"], first_line + line))
        return f"<p>{nonce}-{len(found) - 1}</p>"

    # A fresh instance each time: a used one keeps the footnotes of its last text.
    markdown = Markdown(
        extensions=[*_EXTENSIONS, CommonMark(_highlighted, stand_in), _Habits()],
        extension_configs=_EXTENSION_CONFIGS,
        output_format="html",
    )
    try:
        made = markdown.convert(text)
    except RecursionError:  # hundreds of definitions within definitions, say
        made = f"<pre>{html.escape(text)}</pre>"
    clean = sanitise(made)
    headings = tuple(_heading(token) for token in getattr(markdown, "toc_tokens", ()))
    return Document(tuple(_cut(_finish(clean), nonce, found)), headings)


def rendered_inline(text: str, links: bool) -> Markup:
    """The HTML of one line of Markdown."""
    made = Markdown(extensions=["smarty"], output_format="html").convert(text)
    tags = {"code", "em", "strong"} | ({"a"} if links else set())
    return Markup(nh3.clean(made, tags=tags, url_schemes=set(_SCHEMES)))  # noqa: S704


def sanitise(unsafe: str) -> str:
    """HTML with nothing in it but the elements and attributes a text needs."""
    return nh3.clean(
        unsafe,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )


def _highlighted(code: str, language: str) -> str:
    # Imported here: most texts have no code, and the site starts without.
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    return str(highlight(code, lexer, HtmlFormatter(cssclass="code", wrapcode=True)))


def _heading(token: Mapping[str, Any]) -> Heading:
    text = html.unescape(Markup(token["name"]).striptags())  # noqa: S704 - tags are taken out
    return Heading(token["id"], text, tuple(_heading(child) for child in token["children"]))


def _frame(number: int) -> str:
    """What the page's first, second ... table begins with; each has a name of its own, as it is a landmark."""
    label = "Table" if number == 1 else f"Table {number}"
    return f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table'


def _finish(clean: str) -> str:
    """What HTML needs beyond Markdown: tables that scroll in a frame, code that scrolls by keyboard."""
    numbers = count(1)
    clean = re.sub(r"<table(?=[ >])", lambda _: _frame(next(numbers)), clean)
    clean = clean.replace("</table>", "</table></div>")
    clean = re.sub(r"(</?)h1(?=[ >])", r"\1h2", clean)  # written as HTML
    clean = re.sub(r"<th(?![a-z])(?! scope)", '<th scope="col"', clean)
    return re.sub(r"<pre(?=[ >])", '<pre tabindex="0"', clean)


def _cut(clean: str, nonce: str, found: list[Directive]) -> list[Markup | Directive | Picture]:
    gap = re.compile(rf"<p>{nonce}-(?P<number>\d+)</p>|(?P<open><p>\s*)?{_IMAGE.pattern}(?P<close>\s*</p>)?")
    pieces: list[Markup | Directive | Picture] = []
    end, linked = 0, False
    for match in gap.finditer(clean):
        before, after = clean[end : match.start()], ""
        if match["number"] is not None:
            gap_piece: Directive | Picture = found[int(match["number"])]
        else:
            alone = bool(match["open"] and match["close"])
            if not alone:
                before, after = before + (match["open"] or ""), match["close"] or ""
            opened, closed = before.rfind("<a "), before.rfind("</a>")
            linked = opened > closed or (linked and closed < 0)
            gap_piece = _picture(match["attributes"], alone=alone, linked=linked)
        pieces += [Markup(before), gap_piece, Markup(after)]  # noqa: S704 - sanitised above
        end = match.end()
    pieces.append(Markup(clean[end:]))  # noqa: S704 - sanitised above
    return [piece for piece in pieces if piece]


def _picture(attributes: str, *, alone: bool, linked: bool) -> Picture:
    given = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
    return Picture(given.get("src", ""), given.get("alt", ""), given.get("title", ""), alone, linked)


class _Habits(MarkdownExtension):
    """What this site wants otherwise than Python-Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown; headings are moved before the contents list reads them."""
        md.treeprocessors.register(_Attributes(md), "attr_list", 8)
        md.treeprocessors.register(_Headings(md), "fwsite-headings", 6)
        md.treeprocessors.register(_Alignment(md), "fwsite-alignment", 4)


class _Attributes(AttrListTreeprocessor):
    """Attributes begin with ``#``, ``.`` or ``:``; other words in braces are a part of the text."""

    BASE_RE = r"\{(?=[:#.])\:?[ ]*([^\}\n ][^\}\n]*)[ ]*\}"  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]


class _Headings(Treeprocessor):
    """The page has its h1 already: a text that begins at the first level moves down by one."""

    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if _HEADING.fullmatch(element.tag)]
        if any(heading.tag == "h1" for heading in headings):
            for heading in headings:
                if heading.get("id") != SOURCES:
                    heading.tag = f"h{min(6, int(heading.tag[1]) + 1)}"


class _Alignment(Treeprocessor):
    """Column alignment as a class: ``align`` is obsolete and ``style`` is barred by the security policy."""

    def run(self, root: Element) -> None:
        for cell in root.iter():
            if cell.tag in ("td", "th"):
                align = cell.attrib.pop("align", "")
                if align in ("right", "center"):
                    cell.set("class", "n" if align == "right" else "c")
