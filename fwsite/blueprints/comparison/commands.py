"""Content export and import on the command line: ``fwsite content export``, ``fwsite content import``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from flask.cli import with_appcontext

from fwsite.blueprints.comparison.files import content, edition_files
from fwsite.blueprints.comparison.files.edition import LISTS, Edition, EditionError, read_edition
from fwsite.blueprints.comparison.ledger import journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.domain.changes import Key, changed_fields, import_plan
from fwsite.domain.items import NOTE_LENGTH, Document, title_of, unusable
from fwsite.extend import is_schema_current, package_names, reading, upgrade_schema

IMPORTER = "import"
"""Who changed what a command imports, in the log: nobody is signed in where it runs."""


@click.command("export")
@click.argument("place", type=click.Path(path_type=Path))
@with_appcontext
def export(place: Path) -> None:
    """Write everything that maintainers can edit to PLACE.

    PLACE is one file where it ends in .toml, else a folder with a file for each framework. What an export wrote
    there before is replaced; files of frameworks that are gone are removed, and nothing else is touched.
    """
    if not is_schema_current():
        raise click.ClickException("The database is missing or of an older version. Run: fwsite db upgrade")
    with reading():
        edition = content.whole_edition()
    if not any(edition):
        raise click.ClickException("There is nothing to export: the comparison is empty. Run: fwsite db upgrade")
    try:
        for done in edition_files.write(edition, place):
            click.echo(done)
    except edition_files.NotAnEdition as error:
        raise click.ClickException(
            f"{error.path} is not a file that an export wrote. Move it away, or choose another place."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or place} cannot be written: {error.strerror}") from error


def _checked_note(_ctx: click.Context, _param: click.Parameter, note: str) -> str:
    if len(note) > NOTE_LENGTH:
        raise click.BadParameter(f"has {len(note)} characters; at most {NOTE_LENGTH} fit")
    if unusable(note):
        raise click.BadParameter(f"has the character {unusable(note)}, which cannot be kept; write it without")
    return note


@click.command("import")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--note", default="", callback=_checked_note, help="Why; it stands in the history.")
@with_appcontext
def import_(place: Path, yes: bool, note: str) -> None:
    """Make the comparison say what PLACE says, as export wrote it: all or nothing.

    Shows what would change, and asks. What PLACE does not have is retired. Faults are listed with file, line and
    key, and change nothing.
    """
    edition = _read(place)
    for line in upgrade_schema():
        click.echo(line)
    with reading():
        mine = content.documents()
    theirs = content.by_key(edition)
    lines = list(_what_changes(mine, theirs))
    if not lines:
        click.echo("Nothing would change.")
        return
    for line in lines:
        click.echo(line)
    if not yes:
        click.confirm(f"Import {len(lines)} changes?", abort=True)
    if list(content.documents().items()) != list(mine.items()):
        raise click.ClickException("The comparison was changed meanwhile, so nothing was imported. Import again.")
    try:
        batch = content.take_in(edition, By(IMPORTER, note or f"Imported from {place.name}"[:NOTE_LENGTH]))
    except EditionError as error:
        raise click.ClickException(
            f"The content that is shipped has a fault, so nothing was imported.\n{error}"
        ) from error
    journal.commit()
    click.echo(f"Imported as change {batch.id}. Maintainers can undo it as one at /comparison/work/undo/{batch.id}")


def _read(place: Path) -> Edition:
    try:
        return read_edition(place, package_names())
    except EditionError as error:
        for problem in error.problems:
            click.echo(str(problem))
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)


def _what_changes(mine: Mapping[Key, Document], theirs: Mapping[Key, Document]) -> Iterator[str]:
    """A line for each item that an import would change; none where nothing would."""
    plan = import_plan(mine, theirs)
    for kind, key in plan.added:
        yield f"+ {kind} {key}: {title_of(kind, theirs[kind, key])}"
    for kind, key in plan.changed:
        yield f"~ {kind} {key}: {', '.join(changed_fields(mine[kind, key], theirs[kind, key]))}"
    for kind, key in plan.retired:
        yield f"- {kind} {key}: {title_of(kind, mine[kind, key])} (retired)"
    for kind in content.reordered(mine, theirs):
        yield f"~ order of {LISTS[kind]}"


group = click.Group("content", commands=[export, import_])
"""Joins the site's own group of this name."""
