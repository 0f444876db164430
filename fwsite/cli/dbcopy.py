"""Database copy command: ``fwsite db copy``."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

import click
from flask import Flask

from fwsite.cli.app import errors_said, site_app
from fwsite.cli.database_address import DATABASE_ADDRESS
from fwsite.db.engine import db
from fwsite.ops.database_name import named
from fwsite.ops.dbcopy.site import Progress, copy_site
from fwsite.ops.dbcopy.table import CopyError

_BETWEEN = 2.0
"""Seconds between two lines about one table."""


@click.command("copy")
@click.option(
    "--to",
    "url",
    required=True,
    type=DATABASE_ADDRESS,
    help="URL of an empty database, as in DATABASE_URL: without a password, or from a file, or from standard input.",
)
@click.option(
    "--without-leftovers", is_flag=True, help="Leave behind the tables of extensions that are no longer active."
)
@click.pass_context
def copy_command(ctx: click.Context, url: str, without_leftovers: bool) -> None:
    """Copy the whole database into an empty one, on SQLite or PostgreSQL.

    All of it or nothing: in one transaction there, with the rows of each table counted on both sides. The site may go
    on serving, but what is written after the beginning is not copied.
    """
    source = site_app(ctx)
    target = site_app(ctx, settings={"DATABASE_URL": url})
    click.echo(f"From {_named(source)} into {_named(target)}.")
    try:
        with errors_said():
            rows, tables = _told(copy_site(source, target, without_leftovers=without_leftovers))
    except CopyError as error:
        raise click.ClickException(f"Nothing was copied: {error}.") from error
    finally:
        _close(source, target)
    click.echo(f"Copied {rows:,} rows of {tables} tables; both sides have the same number in each.")
    click.echo("This site still uses the old database. To use the copy, put its URL into DATABASE_URL.")


def _told(copied: Iterable[Progress]) -> tuple[int, int]:
    """Say how it goes on; returns how many rows of how many tables were copied."""
    rows, tables, said = 0, set(), 0.0
    for step in copied:
        if not step.table:
            now = datetime.now(UTC)
            click.echo(f"{step.total:,} rows, as they are at {now:%H:%M:%S} UTC; what is written later is not copied.")
            continue
        is_done = step.done == step.total
        if is_done:
            tables.add(step.table)
            rows += step.total
        if is_done or time.monotonic() - said > _BETWEEN:
            of = "" if is_done else f" of {step.total:,}"
            click.echo(f"{step.table}: {step.done:,}{of}")
            said = time.monotonic()
    return rows, len(tables)


def _named(app: Flask) -> str:
    with app.app_context():
        return named(db.engine.url)


def _close(*apps: Flask) -> None:
    for app in apps:
        with app.app_context():
            db.engine.dispose()
