"""Typographic quotes and dashes, which stay out of what is to be read letter by letter.

Python-Markdown's ``smarty`` leaves its own code spans alone, but not what stands between two tags of HTML, such as
``<kbd>Ctrl -- C</kbd>``: it sees a tag, a text and a tag. Those texts are put aside before it comes.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import unescape
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from fwsite.markup.sanitiser import tag_name

_LITERAL = frozenset({"code", "kbd", "samp", "tt", "var"})
_Place = tuple[Element, str]


class LiteralText(Extension):
    """Register with ``Markdown(extensions=["smarty", LiteralText()])``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown; after inline patterns (20), before smarty (6)."""
        md.treeprocessors.register(_Guard(md), "fwsite-literal", 7)


class _Guard(Treeprocessor):
    def run(self, root: Element) -> None:
        if not any(tag_name(str(kept)) in _LITERAL for kept in self.md.htmlStash.rawHtmlBlocks):
            return
        depth = 0
        for element, part in _texts(root):
            text = getattr(element, part)
            if not text or isinstance(text, AtomicString):
                continue
            made, end = [], 0
            for tag in [*HTML_PLACEHOLDER_RE.finditer(text), None]:
                piece = text[end : tag.start() if tag else len(text)]
                made.append(self._aside(piece) if depth and piece else piece)
                if tag:
                    made.append(tag[0])
                    depth = max(0, depth + self._step(tag[1]))
                    end = tag.end()
            setattr(element, part, "".join(made))

    def _step(self, number: str) -> int:
        """One deeper, one less deep, or as before."""
        kept = str(self.md.htmlStash.rawHtmlBlocks[int(number)])
        if tag_name(kept) not in _LITERAL:
            return 0
        return -1 if kept.startswith("</") else 1

    def _aside(self, text: str) -> str:
        return str(self.md.htmlStash.store(html.escape(unescape(text), quote=False)))


def _texts(element: Element) -> Iterator[_Place]:
    """The places of all texts below an element, in the order in which they are read."""
    yield element, "text"
    for child in element:
        yield from _texts(child)
        yield child, "tail"
