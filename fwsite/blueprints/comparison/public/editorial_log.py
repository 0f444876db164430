"""Editorial log: what the edition's editors changed, in words, as nobody reads hundreds of lines that say "added"."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import NamedTuple

from fwsite.extend import current_instance, per_file_state

FILE = "log.toml"


class Note(NamedTuple):
    """One remark of the editors: its day, and inline Markdown."""

    day: date
    text: str


def notes() -> tuple[Note, ...]:
    """The editors' remarks, newest first: the host's own file in the instance folder, or the shipped one."""
    return _read(current_instance().content_file(FILE))


@per_file_state
def _read(path: Path) -> tuple[Note, ...]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [Note(entry["day"], entry["text"]) for entry in table.get("entries", [])]
    return tuple(sorted(found, key=lambda note: note.day, reverse=True))
