"""Backup and restore commands: an installation in one file and back, and whether such a file is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from fwsite.cli.app import INSTANCE, build, errors_said, site_app
from fwsite.cli.database_address import DATABASE_ADDRESS
from fwsite.cli.extensions import LENIENT, quiet
from fwsite.cli.maintenance import written
from fwsite.instance import Instance
from fwsite.ops import database_source
from fwsite.ops.backup import making, restoring, verifying
from fwsite.ops.backup.archive import BackupError, Manifest
from fwsite.ops.backup.restoring import Unpacked
from fwsite.ops.database_name import named
from fwsite.ops.database_source import VARIABLE
from fwsite.settings import ENVIRONMENT_PREFIX
from fwsite.web import maintenance


@contextmanager
def said() -> Iterator[None]:
    """Turn what a host can mend into one message, and leave out the log."""
    try:
        with quiet(), errors_said():
            yield
    except BackupError as error:
        raise click.ClickException(str(error)) from error


class _MakeUnlessNamed(click.Group):
    """``backup FILE`` is ``backup make FILE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        word = next((each for each in args if not each.startswith("-")), None)
        if args and word not in self.commands and "--help" not in args:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=_MakeUnlessNamed)
def backup_group() -> None:
    """An installation in one file: `backup FILE` makes one, `backup verify FILE` looks whether one is whole."""


@backup_group.command("make")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.pass_context
def make_command(ctx: click.Context, file: Path, force: bool) -> None:
    """Write the whole installation into FILE, also while the site serves.

    Database, secret key, settings, articles, pictures, templates and content files. Whoever can read FILE can read
    all of that, so nobody else may.
    """
    with said():
        app = site_app(ctx, settings=LENIENT)
        made = making.make(app, file, force=force, say=lambda line: click.echo(line, err=True))
    manifest = made.manifest
    click.echo(f"{made.path}: {made.size:,} bytes")
    click.echo(f"{_in_words(manifest)}, {_many(len(manifest.parts) - 1, 'file')}")
    outside = sorted(name for name in os.environ if name.startswith(ENVIRONMENT_PREFIX))
    if outside:
        click.echo(f"Not in it, because they come from the environment: {', '.join(outside)}")


@backup_group.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
def verify_command(file: Path) -> None:
    """Say whether the backup FILE is whole; exit 1 where it is not.

    Every part is held against its checksum, and the database is opened, or the dump of PostgreSQL read to its end:
    it has to have what was backed up. Nothing is restored, and no instance folder is needed.
    """
    with said():
        manifest = verifying.verify(file)
    click.echo(f"{file} was made on {manifest.made_at} by fwsite {manifest.fwsite}{_of(manifest)}.")
    tables, schemas = _many(len(manifest.rows), "table"), _many(len(manifest.schemas), "schema")
    click.echo(f"database: {_in_words(manifest)}, in {tables} of {schemas}")
    click.echo(f"files: {len(manifest.parts) - 1}; {manifest.size:,} bytes in all")
    click.echo("It is intact: every checksum is right, and the database can be read.")


def _in_words(manifest: Manifest) -> str:
    rows = sum(manifest.rows.values())
    answers = (
        "1 is a response of a visitor" if manifest.answers == 1 else f"{manifest.answers:,} are responses of visitors"
    )
    return f"{manifest.database} with {_many(rows, 'row')}, of which {answers}"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _of(manifest: Manifest) -> str:
    return f" from {manifest.origin}" if manifest.origin else ""


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--database",
    type=DATABASE_ADDRESS,
    default="",
    help="Where the database goes. Default: FWSITE_DATABASE_URL, else what the instance folder uses now. "
    "The database that the backup itself names is not used.",
)
@click.option(
    "--maintenance",
    "read_only",
    is_flag=True,
    help="Leave the restored site read-only, so that you can look at it first.",
)
@click.pass_context
def restore_command(ctx: click.Context, file: Path, yes: bool, database: str, read_only: bool) -> None:
    """Put the installation in FILE in the place of this one, which is kept. The site has to be stopped.

    The file is looked at first; where anything in it is wrong, nothing is changed. Restore what you trust only: its
    templates are code, and run.
    """
    instance = Instance.locate(ctx.meta[INSTANCE], os.environ)
    with said():
        now = _app_now(ctx)
        given = database or (now.config["DATABASE_URL"] if now else os.environ.get(VARIABLE, ""))
        with restoring.unpacked(file, instance, given, _build) as found:
            _say_what_and_where(file, found)
            restoring.refuse_where_used(found, now)
            if not yes:
                click.confirm("Go on?", abort=True)
            with written(instance), maintenance.during(instance, stays=read_only):
                done = restoring.put_in_place(found, now)
    for place in done.kept:
        click.echo(f"kept: {place}")
    if done.strangers:
        click.echo(f"It has data of extensions that are not installed here: {', '.join(done.strangers)}")
    _say_next(found)
    if maintenance.maintenance_of(instance) is not None:
        click.echo(f"It is read-only, until: {instance.command('maintenance off')}")


def _say_what_and_where(file: Path, found: Unpacked) -> None:
    manifest, goes_into = found.manifest, named(found.url)
    click.echo(f"{file} was made on {manifest.made_at} by fwsite {manifest.fwsite}: {_in_words(manifest)}.")
    click.echo(f"It goes into {found.instance.path} and {goes_into}; what is there now is kept.")
    if manifest.origin and manifest.origin != goes_into:
        click.echo(f"Warning: it was made from another database, {manifest.origin}, which is left as it is.")
    if found.target.is_written:
        click.echo(f"Its config.toml will name {goes_into} as DATABASE_URL.")


def _say_next(found: Unpacked) -> None:
    """Commands that reach what was restored from any shell, whatever FWSITE_DATABASE_URL is there."""
    click.echo(f"Restored into {named(found.url)}. Bring it up to date and look at it before it serves:")
    for command in ("db upgrade", "doctor", "serve"):
        click.echo(f"  {database_source.without(command, found.instance)}")
    if VARIABLE in os.environ:
        click.echo(
            f"{VARIABLE} goes before config.toml: where the site is started with it, let it name that database, too."
        )


def _build(folder: Path, database: str) -> Flask:
    return build(str(folder), settings={**LENIENT, "DATABASE_URL": database})


def _app_now(ctx: click.Context) -> Flask | None:
    """The application on what is there now, which may be the reason for restoring."""
    try:
        return site_app(ctx, settings=LENIENT)
    except click.ClickException:
        return None
