"""The terms that a new glossary begins with."""

from __future__ import annotations

from pathlib import Path

from fwsite.extend import ContentError, db, emit

from . import files, queries

SHIPPED = Path(__file__).parent / "terms.toml"


def load() -> str:
    """Bring them in where there never was a term; one that was deleted does not come back."""
    if queries.lock().filled:
        db.session.rollback()
        return "the terms are the maintainers’; nothing was brought in"
    try:
        done = queries.take_in(files.read(SHIPPED))
    except files.FileFaults as error:
        raise ContentError(str(error)) from error
    db.session.commit()
    emit("glossary.changed", texts=frozenset(done.added))
    return f"brought in {len(done.added)} terms"
