"""``fwsite glossary list``, ``export`` and ``import``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from fwsite.extend import db, emit, reading

from . import files, queries


@click.command("list")
@with_appcontext
def list_() -> None:
    """Print every term with its other spellings and its definition."""
    with reading():
        entries = queries.entries()
    for entry in entries:
        others = f" ({', '.join(entry.aliases)})" if entry.aliases else ""
        click.echo(f"{entry.term}{others}: {entry.plain}")
    if not entries:
        click.echo("There are no terms.")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(file: Path) -> None:
    """Write all terms to FILE, as TOML. A file of an earlier export is replaced, and no other."""
    with reading():
        wordings = [entry.wording for entry in queries.entries()]
    if not wordings:
        raise click.ClickException("There are no terms to export.")
    try:
        if file.exists() and not files.is_export(file):
            raise click.ClickException(f"{file} was not written by an export. Move it away, or choose another name.")
        files.write(file, wordings)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"Wrote {_count(len(wordings))} to {file}.")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_(file: Path) -> None:
    """Add the terms of FILE, and change those of the same name: all of them, or none where there is a fault.

    Terms that FILE does not have stay as they are.
    """
    queries.lock()
    try:
        done = queries.take_in(files.read(file, queries.taken()))
    except files.FileFaults as error:
        db.session.rollback()
        for problem in error.problems:
            click.echo(str(problem), err=True)
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    db.session.commit()
    if done.added or done.changed:
        emit("glossary.changed", texts=frozenset(done.added + done.changed))
    click.echo(f"Added {_count(len(done.added))}, changed {len(done.changed)}; {done.unchanged} were so already.")


def _count(number: int) -> str:
    return f"{number} term{'s' if number != 1 else ''}"


group = click.Group("glossary", commands=[list_, export, import_], help="Terms and their definitions.")
