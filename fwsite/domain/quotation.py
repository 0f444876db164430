"""Quotation matching: whether the words that a claim rests on stand in a text.

White space, markup and the shape of quotation marks are folded on both sides, so that words quoted from a page are
found in the source it was made of. As in print, ``...`` stands for what was left out, and ``[brackets]`` for what was
added; the parts follow each other in that order.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from hashlib import sha256
from itertools import pairwise

LIKENESS = 0.5
"""The share of its words that a passage has to have, to be shown as what a quotation may have become."""

_ROLES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r":[\w:+.-]{1,40}:`([^`<]{1,300}?)\s*<[^`>]{1,300}>`"), r"\1"),  # :doc:`text <target>`
    (re.compile(r"`([^`<]{1,300}?)\s*<[^`>]{1,300}>`_{0,2}"), r"\1"),  # `text <address>`_
    (re.compile(r":[\w:+.-]{1,40}:`~(?:[\w.]{1,200}\.)?(\w{1,100})`"), r"\1"),  # :class:`~package.Name`
    (re.compile(r":[\w:+.-]{1,40}:`!?([^`]{1,300})`"), r"\1"),  # :setting:`NAME`
    (re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\s]{1,500}(?:\s+\"[^\"]{0,200}\")?\)"), r"\1"),  # [text](address)
    (re.compile(r"!?\[([^\[\]]{1,300})\]\[[^\[\]]{0,100}\]"), r"\1"),  # [text][reference]
    (re.compile(r"</?[a-zA-Z][^<>]{0,200}>"), ""),
    (re.compile(r"^[ \t]*(?:[=~^#*+\"'`-]{3,}|#+|>|[*+-])(?=[ \t]|$)", re.MULTILINE), ""),  # headings, lists, quotes
)
_MARKS = str.maketrans(
    {
        **dict.fromkeys("*_`|\\", ""),
        **dict.fromkeys("‘’ʼ", "'"),
        **dict.fromkeys("“”«»", '"'),
        **dict.fromkeys("‐‑‒–—", "-"),
        "\u00ad": "",
    }
)
_LEFT_OUT = re.compile(r"\.\.\.|…|\[[^\[\]]*\]")


def fold(text: str) -> str:
    """``text`` as words on one line: without markup, with plain quotation marks and hyphens."""
    for pattern, plain in _ROLES:
        text = pattern.sub(plain, text)
    return " ".join(re.sub(r"-{2,3}", "-", html.unescape(text).translate(_MARKS)).split())


def parts_of(words: str) -> tuple[str, ...]:
    """The parts of a quotation that have to stand in the text, folded, in order; none where nothing is quoted."""
    parts = (fold(part).strip(" ,;") for part in _LEFT_OUT.split(words))
    return tuple(part for part in parts if any(map(str.isalnum, part)))


def is_in(words: str, folded: str) -> bool:
    """Whether the quotation stands in a text that :func:`fold` made; capitals do not matter."""
    parts, text, at = parts_of(words), folded.casefold(), 0
    for part in parts:
        at = text.find(part.casefold(), at)
        if at < 0:
            return False
        at += len(part)
    return bool(parts)


def closest(words: str, folded: str) -> str:
    """The passage of a folded text that has most of the quotation's words; empty where none has half of them."""
    wanted = set(_tokens(" ".join(parts_of(words))))
    tokens = folded.split()
    size = min(len(tokens), len(words.split()) * 5 // 4 + 4)
    if not wanted or not size:
        return ""
    hits = [[word for word in _tokens(token) if word in wanted] for token in tokens]
    seen: Counter[str] = Counter(word for found in hits[:size] for word in found)
    best, start = len(seen), 0
    for left, _ in pairwise(range(len(tokens) - size + 1)):
        seen.subtract(hits[left])
        seen.update(hits[left + size])
        number = sum(1 for count in seen.values() if count > 0)
        if number > best:
            best, start = number, left + 1
    return " ".join(tokens[start : start + size]) if best >= LIKENESS * len(wanted) else ""


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def digest_of(words: str) -> str:
    """SHA-256 of the words as they are compared, 64 hexadecimal digits: what a result of a comparison is kept by."""
    return sha256("\n".join(parts_of(words)).casefold().encode()).hexdigest()
