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
from sqlalchemy.exc import DBAPIError

from fwsite.cli.app import site_app
from fwsite.db.engine import db, metadata
from fwsite.ops.dbcopy.site import copy_site
from fwsite.ops.dbcopy.table import CopyError


@contextmanager
def site_on_a_copy(ctx: click.Context, settings: Mapping[str, Any] | None = None) -> Iterator[Flask]:
    """The application on a copy of the instance's database, in a file of SQLite; on an empty one before there is any.

    Of a server's database it has the content: what visitors and people have stored is left out.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "check.sqlite3"
        source = site_app(ctx, settings=settings)
        _copy_file(source, copy)
        app = site_app(ctx, settings={**(settings or {}), "DATABASE_URL": f"sqlite:///{copy}"})
        if source.config["SQLALCHEMY_DATABASE_URI"].get_backend_name() != "sqlite":
            _copy_content(source, app)
        yield app
        with app.app_context():
            db.engine.dispose()


def _copy_content(source: Flask, target: Flask) -> None:
    """What a server's database has of content; where it is not up to date, nothing, which is said."""
    stored = {name for name, table in metadata.tables.items() if not table.info.get("content", True)}
    try:
        for _ in copy_site(source, target, without_leftovers=True, leave_out=stored):
            pass
    except (CopyError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        click.echo(f"Checked on an empty database, as the site's own cannot be copied: {reason}", err=True)
    finally:
        with source.app_context():
            db.engine.dispose()


def _copy_file(app: Flask, copy: Path) -> None:
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
