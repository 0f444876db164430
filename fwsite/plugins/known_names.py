"""Known names: which extensions were ever installed here, so that settings of one that has gone are no typing errors.

A file, and not the database: settings are read before it is known which database there is, the site starts while its
server is down, and an extension without tables leaves nothing in there.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def read(file: Path) -> frozenset[str]:
    """The names; none where nothing can be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(line for line in lines if line.isidentifier())


def add(file: Path, names: Iterable[str]) -> None:
    """Note those that are not there yet. Where that cannot be done, the site goes on without."""
    new = sorted(set(names) - read(file))
    if new:
        with suppress(OSError), file.open("a", encoding="utf-8") as lines:
            lines.write("".join(f"{name}\n" for name in new))
