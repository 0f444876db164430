"""Content commands: ``fwsite content export`` and ``fwsite content import``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from fwsite.domain.items import NOTE_LENGTH, unusable
from fwsite.instance import current_instance
from fwsite.ops.content import exporting, importing
from fwsite.plugins.content import ContentError
from fwsite.plugins.upgrade import is_schema_current, upgrade_schema

IMPORTER = "import"
"""Who changed what a command imports, in the log: nobody is signed in where it runs."""


@click.command("export")
@click.argument("place", type=click.Path(path_type=Path))
@with_appcontext
def export_command(place: Path) -> None:
    """Write everything that maintainers can edit to PLACE.

    PLACE is a folder: edition.toml and a file for each framework hold the comparison, questionnaire.toml the
    questionnaire in force. Where it ends in .toml, it is one file that holds the comparison alone;
    questionnaire.toml holds the questionnaire alone. What an export wrote there before is replaced; files of frameworks
    that are gone are removed, and nothing else is touched.
    """
    if not is_schema_current():
        step = current_instance().upgrade_step()
        raise click.ClickException(f"The database is missing or of an older version. {step}")
    try:
        texts = exporting.texts(place)
        if not texts:
            step = current_instance().upgrade_step()
            raise click.ClickException(f"There is nothing to export: the site has no content. {step}")
        for done in exporting.write(texts, place):
            click.echo(done)
    except ContentError as error:
        raise click.ClickException(str(error)) from error
    except exporting.NotAnExport as error:
        raise click.ClickException(
            f"{error.path} is not a file that an export wrote. Move it away, or choose another place."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or place} cannot be written: {error.strerror}") from error
    if exporting.is_file(place):
        click.echo(f"One file holds the {next(iter(texts)).name} alone; a folder holds everything.")


def _checked_note(_ctx: click.Context, _param: click.Parameter, note: str) -> str:
    if len(note) > NOTE_LENGTH:
        raise click.BadParameter(f"has {len(note)} characters; at most {NOTE_LENGTH} fit")
    if unusable(note):
        raise click.BadParameter(f"has the character {unusable(note)}, which cannot be stored; remove it")
    return note


@click.command("import")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--note", default="", callback=_checked_note, help="Why; shown in the history.")
@with_appcontext
def import_command(place: Path, yes: bool, note: str) -> None:
    """Make the site say what PLACE says, as export wrote it: all or nothing.

    Shows what would change, and asks. What PLACE does not have is retired from the comparison, and leaves the
    questionnaire; a part that has no file in PLACE stays as it is. Faults are listed with file, line and key, and
    change nothing.
    """
    note = note or f"Imported from {place.name}"[:NOTE_LENGTH]
    try:
        incoming = importing.read(place)
        for line in upgrade_schema():
            click.echo(line)
        found = importing.plan(incoming)
        if not found.lines:
            click.echo("Nothing would change.")
            return
        if yes:
            done = importing.carry_out(found, IMPORTER, note)
            click.echo("\n".join([*found.lines, *done]))
            return
        importing.rehearse(found, IMPORTER, note)
        click.echo("\n".join(found.lines))
        click.confirm(f"Import {len(found.lines)} change{'s' if len(found.lines) > 1 else ''}?", abort=True)
        click.echo("\n".join(importing.carry_out(found, IMPORTER, note)))
    except ContentError as error:
        click.echo(str(error))
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    except importing.ChangedMeanwhile as error:
        raise click.ClickException(
            "The site’s content has changed in the meantime, so nothing was imported. Import again."
        ) from error
