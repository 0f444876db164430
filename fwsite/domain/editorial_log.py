"""Editorial log: what the editors of an edition changed, in words: hundreds of lines that say "added" tell nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from fwsite.domain.faults import Fault

TEXT_LENGTH = 400
"""Characters of one note."""


class EditorsNote(NamedTuple):
    """What was changed on a day, as inline Markdown."""

    day: date
    text: str


def parse_log(table: Mapping[str, Any]) -> tuple[tuple[EditorsNote, ...], list[Fault]]:
    """The notes of a file, newest first, and everything that is wrong with it; a faulty note is left out."""
    entries = table.get("entries", [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        return (), [Fault("entries", "must be a list of tables")]
    notes: list[EditorsNote] = []
    faults: list[Fault] = []
    for number, entry in enumerate(entries, 1):
        day, text = entry.get("day"), entry.get("text")
        if not isinstance(day, date) or isinstance(day, datetime):
            faults.append(Fault(f"entries.{number}.day", f"is {day!r}; write a date such as 2026-11-30"))
        elif not isinstance(text, str) or not 0 < len(text.strip()) <= TEXT_LENGTH:
            faults.append(Fault(f"entries.{number}.text", f"must be a text of at most {TEXT_LENGTH} characters"))
        else:
            notes.append(EditorsNote(day, text.strip()))
    return tuple(sorted(notes, key=lambda note: note.day, reverse=True)), faults
