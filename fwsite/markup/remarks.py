"""Remarks: what of a text is shown as typed, left out or leads nowhere, for whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from fwsite.markup.code_mask import without_code
from fwsite.markup.document import Remark
from fwsite.markup.inline_patterns import TEMPLATE
from fwsite.markup.sanitiser import LAYOUT, SCHEMES, TAG, UNWRAPPED, tag_name

_TEMPLATE = re.compile(TEMPLATE)
_OPENING = re.compile(rf"(?!</){TAG}")
_ID = re.compile(r' id="([^"]+)"')
_OWN_LINK = re.compile(r'<a(?: [a-z]+="[^"]*")*? href="#([^"]*)"')
_ADDRESS = re.compile(r"<(?:a|img)\s[^>]*?(?:href|src)\s*=\s*[\"']?\s*(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*):")


def remarks(
    text: str, first_line: int, typed: Iterable[str], repeated: Iterable[str], filtered: str, finished: str
) -> Iterator[Remark]:
    """What is to be said of a text: ``typed`` are tags that were escaped, ``repeated`` the labels of definitions that
    do not count; ``filtered`` is its HTML before it was sanitised, and ``finished`` as the page has it."""
    lines = _Lines(text, first_line)
    for tag in (tag for tag in typed if not tag.startswith("</")):
        message = f"is shown as typed: <{tag_name(tag)}> is not markup here; write `{tag_name(tag)}` where it is a word"
        yield lines.remark(tag.split("\n")[0], message)
    for tag in _OPENING.findall("\n".join(lines.lines)):
        if tag_name(tag) in UNWRAPPED | LAYOUT:
            yield lines.remark(tag, "is removed, and its content stays", is_note=True)
    for label in repeated:
        yield lines.remark(f"[{label}]:", "is already defined above; this line is not shown", last=True)
    for address in _ADDRESS.finditer(filtered):
        if address["scheme"].lower() not in SCHEMES:
            message = f"is not a URL that a page may link to; {', '.join(sorted(SCHEMES))} are"
            yield lines.remark(f"{address['scheme']}:", message)
    for template in _TEMPLATE.findall("\n".join(lines.lines)):
        yield lines.remark(template, "is shown as typed: it is meant for another program, and nothing here fills it in")
    ids = set(_ID.findall(finished))
    for target in _OWN_LINK.findall(finished):
        if target and target not in ids and unquote(target) not in ids:
            yield lines.remark(f"#{unquote(target)}", "leads to no heading or other place on this page")


class _Lines:
    """The lines of a text, without code."""

    def __init__(self, text: str, first_line: int) -> None:
        self.first_line = first_line
        self.lines = without_code(text).split("\n")

    def remark(self, piece: str, message: str, *, last: bool = False, is_note: bool = False) -> Remark:
        """With the number of the first line (or the ``last``) that has the piece in it."""
        numbers = [number for number, line in enumerate(self.lines) if piece in line]
        number = numbers[-1 if last else 0] if numbers else 0
        if numbers and not last:
            self.lines[number] = self.lines[number].replace(piece, "", 1)  # the next one is another
        return Remark(self.first_line + number, piece, message, is_note)
