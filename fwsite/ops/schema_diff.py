"""Schema diff: where models and tables differ, a migration is missing, and the pages fail."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from fwsite.db.engine import db, metadata


def drift(name: str) -> list[str]:
    """What a migration of the extension would still have to do, as ``add_column notes_entry.colour``.

    Tables that only the database has are left out: indexes for full texts have such. Needs the application's context.
    """

    def is_own(_object: object, found: str | None, kind: str, reflected: bool, other: object) -> bool:
        if kind == "table":
            return str(found).startswith(f"{name}_") and not (reflected and other is None)
        return True

    with db.engine.connect() as connection:
        options = {"include_object": is_own, "compare_type": True}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    return [_in_words(change[0] if isinstance(change, list) else change) for change in found]


def _in_words(change: tuple[Any, ...]) -> str:
    """Alembic names the operation first; then comes what it is about, or schema, table and column."""
    what, *about = change
    if what in ("add_column", "remove_column"):
        return f"{what} {about[1]}.{about[2].name}"
    if what.startswith("modify_"):
        return f"{what} {about[1]}.{about[2]}"
    return f"{what} {getattr(about[0], 'name', about[0])}"
