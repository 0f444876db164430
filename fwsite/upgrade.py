"""Bringing an instance's database up to date: migrations, then shipped content."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from fwsite import migrate
from fwsite.database import db
from fwsite.extend.loading import registry_of


def bring_up_to_date(app: Flask) -> Iterator[str]:
    """Do it, and yield a line for each thing that was done."""
    with app.app_context():
        for moved in migrate.upgrade(app):
            yield f"schema {moved.name}: {moved.current or 'new'} -> {moved.head}"
        for extension in registry_of(app).extensions:
            if extension.load_content is not None:
                yield f"content {extension.name}: {extension.load_content()}"
                db.session.rollback()  # whatever it left open would hold up the next one
