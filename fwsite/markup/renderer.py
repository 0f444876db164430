"""Markdown pipeline: Python-Markdown, this site's habits, and the sanitiser; imported with the first text."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import ParagraphProcessor
from markdown.extensions import Extension as MarkdownExtension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.inlinepatterns import SimpleTextInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import BLOCK_LEVEL_ELEMENTS, Registry
from markupsafe import Markup

from fwsite.markup.commonmark import CommonMark
from fwsite.markup.document import Directive, Document, Heading, Picture
from fwsite.markup.finish import finish
from fwsite.markup.footnotes import Footnotes
from fwsite.markup.headings import Headings
from fwsite.markup.inline_patterns import InlinePatterns
from fwsite.markup.remarks import remarks
from fwsite.markup.sanitiser import TAGS, UNWRAPPED, filter_tags, sanitise, tag_name, without_layout
from fwsite.markup.typography import LiteralText

_EXTENSIONS = (
    "tables",
    "sane_lists",
    "toc",
    "smarty",
    "attr_list",
    "def_list",
    "abbr",
    "admonition",
    "pymdownx.details",
    "pymdownx.magiclink",
    "pymdownx.quotes",
    "pymdownx.tasklist",
)
_EXTENSION_CONFIGS: dict[str, dict[str, Any]] = {
    "toc": {"toc_depth": "2-3", "permalink": False},
    "tables": {"use_align_attribute": True},
    "pymdownx.quotes": {"callouts": True},
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
        extensions=[
            *_EXTENSIONS,
            footnotes := Footnotes(),
            patterns := InlinePatterns(),
            CommonMark(_kept, _highlighted, stand_in),
            LiteralText(),
            Headings(),
            _Habits(),
        ],
        extension_configs=_EXTENSION_CONFIGS,
        output_format="html",
    )
    try:
        made = markdown.convert(text)
    except RecursionError:  # hundreds of definitions within definitions, say
        made = f"<pre>{html.escape(text)}</pre>"
    filtered, typed = filter_tags(_CHECKBOX.sub(_checked, made))
    finished = finish(sanitise(filtered))
    contents = tuple(_heading(token) for token in getattr(markdown, "toc_tokens", ()))
    if len(contents) == 1 and contents[0].children:  # a title of the text's own, and all of the rest below it
        contents = contents[0].children
    repeated = [*patterns.references.repeated, *(f"^{label}" for label in footnotes.repeated)]
    return Document(
        tuple(_cut(finished, nonce, found)),
        contents,
        tuple(sorted(remarks(text, first_line, typed, repeated, filtered, finished))),
    )


_CHECKBOX = re.compile(r'<input type="checkbox" disabled(?P<done> checked)?/>')


def _checked(box: re.Match[str]) -> str:
    """The box of a task: a sign, as a text has no fields to fill in."""
    return f'<span class="task">{"☑" if box["done"] else "☐"}</span>'


def rendered_inline(text: str, links: bool) -> Markup:
    """The HTML of one line of Markdown: it has no blocks, whatever it begins with."""
    typography = ["smarty"] if re.search(r"\w", text) else []
    markdown = Markdown(extensions=[*typography, InlinePatterns(), LiteralText()], output_format="html")
    markdown.parser.blockprocessors = Registry()
    markdown.parser.blockprocessors.register(ParagraphProcessor(markdown.parser), "paragraph", 10)
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.register(SimpleTextInlineProcessor(r"(!\[[^\[\]]*\]\([^()]*\))"), "image_link", 165)
    made = markdown.convert(" ".join(text.split())).removeprefix("<p>").removesuffix("</p>")
    filtered, _ = filter_tags(made, _INLINE_TAGS)
    return Markup(sanitise(filtered, _INLINE_TAGS if links else _INLINE_TAGS - {"a"}))  # noqa: S704 - sanitised


_INLINE_TAGS = frozenset({"a", "code", "em", "strong"})


def _kept(block: str) -> str:
    """A block of HTML; one that begins with what is no block here is a paragraph."""
    block = without_layout(block)
    name = tag_name(block.lstrip())
    return f"<p>{block}</p>" if name and name not in TAGS.intersection(BLOCK_LEVEL_ELEMENTS) | UNWRAPPED else block


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
    width = given.get("width", "").removesuffix("px")
    pixels = int(width) if width.isdecimal() and len(width) < 5 else 0
    return Picture(given.get("src", ""), given.get("alt", ""), given.get("title", ""), alone, linked, pixels)


class _Habits(MarkdownExtension):
    """What this site wants otherwise than Python-Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown."""
        md.treeprocessors.register(_Attributes(md), "attr_list", 8)
        md.treeprocessors.register(_Alignment(md), "fwsite-alignment", 4)


class _Attributes(AttrListTreeprocessor):
    """Attributes begin with ``#`` or ``.``, or are pairs such as ``width=300``; other words in braces are text."""

    BASE_RE = r"\{:?[ ]*((?=[#.]\w|[\w-]+=)[^\}\n]*)[ ]*\}"  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]

    def assign_attrs(self, elem: Element, attrs_string: str, *, strict: bool = False) -> str:
        """A word alone among them means nothing here."""
        remainder = super().assign_attrs(elem, attrs_string, strict=strict)
        for name in [name for name, value in elem.attrib.items() if value is None]:
            del elem.attrib[name]
        return remainder


class _Alignment(Treeprocessor):
    """Column alignment as a class: ``align`` is obsolete and ``style`` is barred by the security policy."""

    def run(self, root: Element) -> None:
        for cell in root.iter():
            if cell.tag in ("td", "th"):
                align = cell.attrib.pop("align", "")
                if align in ("right", "center"):
                    cell.set("class", "n" if align == "right" else "c")
