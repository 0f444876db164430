"""Draft lists: the notes and the scenarios of the draft, one at a time, beside those that are published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fwsite.blueprints.questionnaire import drafts
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.domain.items import new_key

_KEY_WORDS = 4
_KEY_LENGTH = 32
"""A key is made of so many words, and of so many characters of them."""


class Entry(NamedTuple):
    """An item as the draft has it, and as it is published; none where it is not there."""

    key: str
    drafted: Any
    published: Any

    @property
    def word(self) -> str:
        """How it stands."""
        if self.drafted == self.published:
            return "published"
        if self.drafted is None:
            return "removed in draft"
        return "draft" if self.published is None else "changed in draft"

    @property
    def newest(self) -> Any:
        """What the draft says, or said before it was removed there."""
        return self.published if self.drafted is None else self.drafted


def entries(work: Work, part: str) -> list[Entry]:
    """All items of a part of the questionnaire, in the draft's order; those that it removes come last."""
    drafted, published = _by_key(work.definition, part), _by_key(work.edition, part)
    return [Entry(key, drafted.get(key), published.get(key)) for key in {**drafted, **published}]


def find(work: Work, part: str, key: str) -> Entry | None:
    """One of them."""
    return next((entry for entry in entries(work, part) if entry.key == key), None)


def key_of(work: Work, part: str, text: str) -> str:
    """A key for a new item, made of its first words; those of removed ones are not used again."""
    words = " ".join(text.split()[:_KEY_WORDS])[:_KEY_LENGTH]
    return new_key(words, [entry.key for entry in entries(work, part)])


def put(work: Work, part: str, item: Any, who: str) -> None:
    """Put an item into the draft: in its place, or last where it is new. Raises :class:`drafts.MovedError`."""
    items = list(getattr(work.definition, part))
    keys = [each.key for each in items]
    if item.key in keys:
        items[keys.index(item.key)] = item
    else:
        items.insert(_place(keys, [each.key for each in getattr(work.edition, part)], item.key), item)
    drafts.save_list(work, part, items, who)


def take_out(work: Work, part: str, key: str, who: str) -> None:
    """Remove an item from the draft. Raises :class:`drafts.MovedError`."""
    drafts.save_list(work, part, [each for each in getattr(work.definition, part) if each.key != key], who)


def _place(keys: Sequence[str], published: Sequence[str], key: str) -> int:
    """Where an item comes back: behind the one that stands before it in what is published."""
    if key not in published:
        return len(keys)
    before = [each for each in published[: published.index(key)] if each in keys]
    return keys.index(before[-1]) + 1 if before else 0


def _by_key(definition: Any, part: str) -> dict[str, Any]:
    return {item.key: item for item in getattr(definition, part)}
