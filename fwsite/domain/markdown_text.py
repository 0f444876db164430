"""Markdown writing: text of others escaped, as every reader shows it, and blocks put together to a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"}
_START = re.compile(r"^(\d*)([-+=.)])")
"""What makes a list or a heading of a line that begins with it."""
_MARKS = re.compile(r"[\\`*_\[\]{}#]|[&<>|~]")


def plain(text: str) -> str:
    """``text`` for a line of Markdown, where every reader shows it as it is."""
    escaped = _MARKS.sub(lambda mark: _ENTITIES.get(mark[0]) or f"\\{mark[0]}", " ".join(text.split()))
    return _START.sub(lambda start: f"{start[1]}&#{ord(start[2])};", escaped)


def document(begin: Sequence[str], sections: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A document: the lines of ``begin``, then each section with its heading; one without a block is left out."""
    lines = [*begin, ""]
    for heading, blocks in sections:
        found = [block for block in blocks if block]
        if found:
            lines += [heading, "", *_spaced(found), ""]
    return "\n".join(lines).rstrip() + "\n"


def _spaced(blocks: Iterable[str]) -> Iterator[str]:
    """Paragraphs apart, items of a list and rows of a table together."""
    before = ""
    for block in blocks:
        if before and not (before[:2] == block[:2] and block[:2] in ("* ", "- ", "| ")):
            yield ""
        yield block
        before = block
