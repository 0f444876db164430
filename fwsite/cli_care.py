"""``fwsite backup`` and ``fwsite restore``: an installation in one file, and back."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from fwsite.backups import making, restoring
from fwsite.backups.archive import BackupError, Manifest
from fwsite.cli_extensions import LENIENT
from fwsite.instance import Instance
from fwsite.site_app import INSTANCE, build, errors_said, site_app
from fwsite.sources import ENVIRONMENT_PREFIX


@contextmanager
def _said() -> Iterator[None]:
    log = logging.getLogger("fwsite")
    before = log.level
    log.setLevel(logging.CRITICAL)  # what is left out, and why, is for “extensions list” to say
    try:
        with errors_said():
            yield
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    finally:
        log.setLevel(before)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Take the place of a file that is there.")
@click.pass_context
def backup_command(ctx: click.Context, file: Path, force: bool) -> None:
    """Write the whole installation into FILE, also while the site serves.

    Database, secret key, settings, articles, pictures, templates and content files. Whoever can read FILE can read
    all of that, so nobody else may.
    """
    with _said():
        app = site_app(ctx, settings=LENIENT)
        made = making.make(app, file, force=force, say=lambda line: click.echo(line, err=True))
    manifest = made.manifest
    click.echo(f"{made.path}: {made.size:,} bytes")
    click.echo(f"{_in_words(manifest)}, {len(manifest.parts) - 1} files")
    outside = sorted(name for name in os.environ if name.startswith(ENVIRONMENT_PREFIX))
    if outside:
        click.echo(f"Not in it, as they come from the environment: {', '.join(outside)}")


def _in_words(manifest: Manifest) -> str:
    rows = sum(manifest.rows.values())
    return f"{manifest.database} with {rows:,} rows, of which {manifest.answers:,} are responses of visitors"


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def restore_command(ctx: click.Context, file: Path, yes: bool) -> None:
    """Put the installation in FILE in the place of this one, which is kept. The site has to be stopped.

    The file is looked at first; where anything in it is wrong, nothing is changed.
    """
    instance = Instance.locate(ctx.meta[INSTANCE], os.environ)
    with _said(), restoring.unpacked(file, instance, _build) as found:
        manifest = found.manifest
        click.echo(f"{file} was made on {manifest.made_at} by fwsite {manifest.fwsite}: {_in_words(manifest)}.")
        target = found.database_file or f"the PostgreSQL database {found.url.database} on {found.url.host}"
        click.echo(f"It goes into {instance.path} and {target}; what is there now is kept.")
        if not yes:
            click.confirm("Go on?", abort=True)
        done = restoring.put_in_place(found, _app_now(ctx))
    for place in done.kept:
        click.echo(f"kept: {place}")
    if done.strangers:
        click.echo(f"It has data of extensions that are not installed here: {', '.join(done.strangers)}")
    click.echo("Restored. Bring it up to date and look at it before it serves: fwsite db upgrade && fwsite doctor")


def _build(folder: Path) -> Flask:
    return build(str(folder), settings=LENIENT)


def _app_now(ctx: click.Context) -> Flask | None:
    """The application on what is there now, which may be the reason for restoring."""
    try:
        return site_app(ctx, settings=LENIENT)
    except click.ClickException:
        return None
