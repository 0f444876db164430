"""Bringing an instance's database up to date: migrations, then shipped content."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, current_app

from fwsite import migrate
from fwsite.database import db
from fwsite.extend.loading import registry_of
from fwsite.instance import current_instance


def bring_up_to_date(app: Flask) -> Iterator[str]:
    """Do it, and yield a line for each thing that was done."""
    with app.app_context():
        yield from _migrate()
        for extension in registry_of(app).extensions:
            if extension.load_content is not None:
                yield f"content {extension.name}: {extension.load_content()}"
                db.session.rollback()  # whatever it left open would hold up the next one


def upgrade_schema() -> list[str]:
    """Make what the instance folder lacks and run pending migrations, without content; a line for each of them."""
    current_instance().create()
    return _migrate()


def _migrate() -> list[str]:
    moved = migrate.upgrade(current_app)
    return [f"schema {state.name}: {state.current or 'new'} -> {state.head}" for state in moved]


def is_schema_current() -> bool:
    """Whether no migration is pending. Makes no database where there is none."""
    return not any(state.pending for state in migrate.status(current_app))
