"""Footnotes: numbered in the order in which a reader meets them; of two with one label the first counts.

Python-Markdown 3.11 numbers them in the order in which it comes across them, and it comes to lists, quotes and tables
after all paragraphs beside them.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.treeprocessors import Treeprocessor


class Footnotes(FootnoteExtension):
    """Register with ``Markdown(extensions=[Footnotes()])``."""

    def __init__(self) -> None:
        super().__init__(BACKLINK_TITLE="Back to the text, note {}", BACKLINK_TEXT="↩", USE_DEFINITION_ORDER=False)
        self.repeated: list[str] = []
        """Labels that were defined before: what the later definitions say is not shown."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown; after inline patterns (20), before the footnotes are put in order (19)."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_DocumentOrder(self), "fwsite-footnotes", 19.5)

    def setFootnote(self, id: str, text: str) -> None:
        """Called with each definition."""
        if id in self.footnotes:
            self.repeated.append(id)
        self.footnotes.setdefault(id, text)


class _DocumentOrder(Treeprocessor):
    def __init__(self, footnotes: Footnotes) -> None:
        super().__init__()
        self.footnotes = footnotes

    def run(self, root: Element) -> None:
        references = [link for link in root.iter("a") if link.get("class") == "footnote-ref"]
        labels = {label: self.footnotes.makeFootnoteId(label) for label in self.footnotes.footnotes}
        numbers: dict[str, int] = {}
        for link in references:
            link.text = str(numbers.setdefault(link.get("href", ""), len(numbers) + 1))
        self.footnotes.footnote_order.sort(key=lambda label: numbers[f"#{labels[label]}"])
