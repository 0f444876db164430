"""Word diff: what changed between two texts, word by word, so that people can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

Kind = Literal["same", "removed", "added"]
Run = tuple[Kind, list[str]]

MOST_WORDS = 1_000
"""Of texts that differ in more words than this, on either side, the differing part is shown as one."""

_WORD = re.compile(r"\s*\w+(?:[.'’-]\w+)*|\s*[^\w\s]|\s+")
"""With the blanks before it, so that a point or a comma after a word leaves the word itself the same."""


class Piece(NamedTuple):
    """A run of text that both texts have, or only the ``before`` (removed), or only the ``after`` (added)."""

    kind: Kind
    text: str


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from ``before`` to ``after``; what is removed stands before what is added instead.

    Words are compared with the blanks before them, punctuation apart. Same and removed pieces give
    ``before``, same and added ones ``after``; neighbours differ in kind, and none is empty.
    """
    left, right = _WORD.findall(before), _WORD.findall(after)
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    runs: list[Run] = [("same", left[:start])]
    runs += _changed(left[start : len(left) - end], right[start : len(right) - end])
    runs.append(("same", left[len(left) - end :]))
    return tuple(_joined(runs))


def _common(left: list[str], right: list[str]) -> int:
    """How many words both begin with."""
    pairs = zip(left, right, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))


def _changed(left: list[str], right: list[str]) -> Iterator[Run]:
    if max(len(left), len(right)) > MOST_WORDS:  # the matcher's time grows with the product of both
        yield from (("removed", left), ("added", right))
        return
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", left[i:j]
        else:
            yield from (("removed", left[i:j]), ("added", right[k:m]))


def _joined(runs: list[Run]) -> Iterator[Piece]:
    for kind, group in groupby((run for run in runs if run[1]), key=lambda run: run[0]):
        yield Piece(kind, "".join(word for _, part in group for word in part))
