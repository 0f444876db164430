"""Readable documents: field by field as people read them, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from fwsite.domain.items import FIELDS, SOURCE_LISTS, Document, Field, Kind, Value, title_of
from fwsite.domain.word_diff import Piece, words

Names = Mapping[tuple[Kind, str], str]
"""What frameworks, criteria and sources are called; where one is missing, its key stands for it."""
SIDES: Mapping[str, str] = {"pro": "For", "con": "Against"}
_STATE = Field("state", "State", Value.LINE)
_REFERENCES: Mapping[Value, Kind] = {Value.FRAMEWORK: Kind.FRAMEWORK, Value.CRITERION: Kind.CRITERION}


class Difference(NamedTuple):
    """A field that changed, and the pieces that lead from its earlier text to its later one."""

    field: Field
    pieces: tuple[Piece, ...]


def title(kind: Kind, document: Document, names: Names) -> str:
    """What people call the item; a rating by what it joins."""
    if kind is not Kind.RATING:
        return title_of(kind, document)
    return f"{_named(Kind.FRAMEWORK, document, names)} on {_named(Kind.CRITERION, document, names)}"


def _named(kind: Kind, document: Document, names: Names) -> str:
    key = str(document[kind.value])
    return names.get((kind, key), key)


def differences(kind: Kind, before: Document | None, after: Document, names: Names) -> tuple[Difference, ...]:
    """Every field that reads differently, in the order of forms.

    Without a document before, every field that says something, with nothing marked as added.
    """
    found = []
    for field in (*FIELDS[kind], _STATE):
        later = in_words(field, after.get(field.name), names)
        if before is None:
            if later and field is not _STATE:
                found.append(Difference(field, (Piece("same", later),)))
            continue
        earlier = in_words(field, before.get(field.name), names)
        if earlier != later:
            found.append(Difference(field, words(earlier, later)))
    return tuple(found)


def in_words(field: Field, value: Any, names: Names) -> str:
    """The value of a field as a text, Markdown as it is written; sources one a line."""
    if not value:
        return ""
    if field.value is Value.DAY:
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    if field.value is Value.SIDE:
        return SIDES.get(value, value)
    if field.value in (Value.EVIDENCE, Value.VOICE) or field is _STATE:
        return str(value).capitalize()
    if field.value in _REFERENCES:
        return names.get((_REFERENCES[field.value], value), value)
    if field.value in SOURCE_LISTS:
        return "\n".join(_cited(value, names))
    return str(value)


def _cited(entries: list[Any], names: Names) -> Iterator[str]:
    for entry in entries:
        key, quoted = (entry, "") if isinstance(entry, str) else (entry["source"], entry["words"])
        name = names.get((Kind.SOURCE, key), key)
        yield f"{name}: “{quoted}”" if quoted else name
