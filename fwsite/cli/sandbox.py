"""Sandbox: the site on a copy of its database, to try something that must not change anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask import Flask

from fwsite.cli.app import site_app
from fwsite.db.engine import db


@contextmanager
def site_on_a_copy(ctx: click.Context, settings: Mapping[str, Any] | None = None) -> Iterator[Flask]:
    """The application on a copy of the instance's SQLite database, or else on an empty one."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "check.sqlite3"
        _copy_database(site_app(ctx, settings=settings), copy)
        app = site_app(ctx, settings={**(settings or {}), "DATABASE_URL": f"sqlite:///{copy}"})
        yield app
        with app.app_context():
            db.engine.dispose()


def _copy_database(app: Flask, copy: Path) -> None:
    """The instance's SQLite database as it is now, whoever writes to it meanwhile; nothing where there is none."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.get_backend_name() != "sqlite" or not url.database or not Path(url.database).is_file():
        return
    try:
        with (
            closing(sqlite3.connect(f"{Path(url.database).absolute().as_uri()}?mode=rw", uri=True)) as database,
            closing(sqlite3.connect(copy)) as to,
        ):
            database.backup(to)
    except sqlite3.Error as error:
        raise click.ClickException(f"The database cannot be used: {error}") from error
