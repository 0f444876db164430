"""Migration revisions read without Alembic, whose import takes a tenth of a second and ten megabytes.

A site whose tables are up to date, as it is at nearly every start, needs no more than this.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

_ASSIGNED = re.compile(
    r"^(revision|down_revision)(?:\s*:[^=\n]+)?\s*=\s*(?:[\"']([^\"'\n]+)[\"']|None)\s*(?:#.*)?$", re.MULTILINE
)
Files = tuple[tuple[str, int], ...]
"""Name and time of change of each file."""


def files(folder: Path) -> Files:
    """The state of the folder."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.py")))


def head(folder: Path) -> str | None:
    """The newest revision, where each file plainly names one and the one before it, and they form one line.

    ``None`` for everything else: then only Alembic can say what there is, or what is wrong with it.
    """
    return _head(folder, files(folder))


@lru_cache(maxsize=256)
def _head(folder: Path, names: Files) -> str | None:
    before: dict[str, str] = {}
    for name, _ in names:
        try:
            found = dict(_ASSIGNED.findall((folder / name).read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError):
            return None
        if not found.get("revision") or "down_revision" not in found or found["revision"] in before:
            return None
        before[found["revision"]] = found["down_revision"]
    newest = before.keys() - set(before.values())
    return newest.pop() if len(newest) == 1 and sum(not each for each in before.values()) == 1 else None


def current(connection: Connection, version_table: str) -> str | None:
    """The revision that the database has in this version table; none where there is no such table."""
    if not inspect(connection).has_table(version_table):
        return None
    return connection.execute(select(column("version_num")).select_from(table(version_table))).scalar()
