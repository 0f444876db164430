"""Front matter block: where it begins and ends in a file, and in which format it is.

A block that is not quite one is named, not taken for text: its author may have written ``draft: true`` in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

_DASHES = "\\-\u2010-\u2015\u2212"
"""What keyboards and word processors make of three hyphens."""
_FENCED = {
    "YAML": re.compile(r"\A---[ \t]*\n(?P<block>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE),
    "TOML": re.compile(r"\A\+\+\+[ \t]*\n(?P<block>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE),
}
_FENCES = {"YAML": "---", "TOML": "+++"}
_JSON_AT_TOP = re.compile(r'\A\{\s*(?:["}]|[^\W\d]\w*\s*:)')
"""An object; not a shortcode ``{{< x >}}``, a tag ``{% x %}`` or a list of attributes ``{: .x}``."""
_LIKE_YAML = re.compile(rf"[ \t]*(?:---\w*|[{_DASHES}]*[\u2012-\u2015\u2212][{_DASHES}]*|----+)[ \t]*")
_ABOVE = re.compile("(?:[\\s\ufeff\u200b\u2060]|<!--.*?-->)*", re.DOTALL)
"""What may stand above a block that is meant as one: empty lines, signs that nobody sees, comments."""
_LIKE_TOML = re.compile(r"[ \t]*\+\+\++[ \t]*")
_HEADER = re.compile(r"(?:(?P<key>[A-Za-z][\w-]*):(?:\s.*)?|[ \t]+\S.*)")
_OF_HEADERS = frozenset({"title", "date", "draft", "published", "slug", "status"})
"""At least one of these is among lines ``Key: value`` that are meant as front matter, as Pelican has it."""


class Block(NamedTuple):
    """A block and the text below it; the numbers are those of their first lines.

    ``fault`` says why the block cannot be told from the text; then ``text`` is empty and ``body`` the whole file.
    """

    format: str
    text: str
    line: int
    body: str
    body_line: int
    fault: str = ""
    fault_line: int = 1


def split(text: str) -> Block:
    """The block at the top of ``text``, or one without a format where there is none."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = text.replace("\r", "\n")  # as long as before
    block = _json(lines) if _JSON_AT_TOP.match(lines) else _fenced(lines)
    if block is None:
        fault = _like_front_matter(lines)
        return Block(fault[0], "", 1, lines, 1, fault[1], fault[2]) if fault else Block("", "", 1, lines, 1)
    if "\r" in text[: len(lines) - len(block.body)]:
        why = "has carriage returns for line ends; save the file with the line ends of Unix or of Windows"
        return Block(block.format, "", 1, lines, 1, why)
    return block


def _fenced(text: str) -> Block | None:
    for format, pattern in _FENCED.items():
        if match := pattern.match(text):
            below = text.count("\n", 0, match.end()) + 1
            return Block(format, match["block"].removesuffix("\n"), 2, text[match.end() :], below)
    return None


def _json(text: str) -> Block:
    """A block that is no JSON reaches to the end: whoever reads it will say where the fault is."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return Block("JSON", text, 1, "", text.count("\n") + 1)
    rest = text[end:].lstrip(" \t")
    body = rest.removeprefix("\n")
    return Block("JSON", text[:end], 1, body, text.count("\n", 0, len(text) - len(body)) + 1)


def _like_front_matter(text: str) -> tuple[str, str, int] | None:
    """Format, fault and line of what is meant as front matter and is none."""
    above = _ABOVE.match(text)
    start = above.end() if above else 0
    lines, number = text[start:].split("\n"), text.count("\n", 0, start) + 1
    first = lines[0]
    for format, fence in _FENCES.items():
        if first.rstrip(" \t") == fence and not start:
            return format, f"has no closing line {fence}", 1
        if first.strip() == fence:
            return format, f"must begin in the first line of the file, with {fence} and nothing before it", number
    if _JSON_AT_TOP.match(first.strip()):
        return "JSON", "must begin in the first line of the file, with { and nothing before it", number
    for format, pattern in (("YAML", _LIKE_YAML), ("TOML", _LIKE_TOML)):
        if pattern.fullmatch(first):
            fence = _FENCES[format]
            return format, f"begins with the line {first.strip()!r}; write {fence} (or *** for a rule)", number
    if _is_header(lines):
        return "YAML", "has no line --- before it and after it", number
    return None


def _is_header(lines: Iterable[str]) -> bool:
    """Whether these begin with lines ``Key: value`` as front matter has them, down to an empty line or a fence."""
    keys = set()
    for line in lines:
        if not line.strip() or line.strip() in _FENCES.values():
            break
        if (match := _HEADER.fullmatch(line)) is None:
            return False
        keys.add((match["key"] or "").lower())
    return not _OF_HEADERS.isdisjoint(keys)
