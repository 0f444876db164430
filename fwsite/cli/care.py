"""``fwsite backup``, ``fwsite restore`` and ``fwsite doctor``: an installation in one file and back, and how it is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from fwsite.cli.app import INSTANCE, build, errors_said, site_app
from fwsite.cli.extensions import LENIENT, quiet
from fwsite.instance import Instance
from fwsite.ops.backup import making, restoring
from fwsite.ops.backup.archive import BackupError, Manifest
from fwsite.ops.doctor import data, from_outside, places, settings
from fwsite.ops.doctor.finding import Finding, Level, wrong
from fwsite.settings import ENVIRONMENT_PREFIX


@contextmanager
def _said() -> Iterator[None]:
    try:
        with quiet(), errors_said():
            yield
    except BackupError as error:
        raise click.ClickException(str(error)) from error


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


@click.command("doctor")
@click.option("--url", metavar="ADDRESS", help="The public address: ask the running site there how it is reached.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def doctor_command(ctx: click.Context, url: str | None, as_json: bool) -> None:
    """Look at settings, permissions, disk, clock, database, schema, extensions and backups; change nothing.

    Run it as the site's user. Exit 1 where something is wrong; what is only advice is not.
    """
    with _said():
        found = _findings(ctx, url)
    is_wrong = any(finding.level is Level.WRONG for finding in found)
    if as_json:
        listed = [{**vars(finding), "level": finding.level.value} for finding in found]
        click.echo(json.dumps({"fine": not is_wrong, "findings": listed}, indent=1))
    else:
        _print(found)
    sys.exit(is_wrong)


def _findings(ctx: click.Context, url: str | None) -> list[Finding]:
    try:
        app = site_app(ctx, settings=LENIENT)
    except click.ClickException as error:
        lines = error.format_message().splitlines()
        return [wrong("settings", line, "change it, and look again") for line in lines]
    instance = Instance(Path(app.instance_path))
    if not instance.path.is_dir():
        step = "name another by --instance or FWSITE_INSTANCE, or make it: fwsite db upgrade"
        return [wrong("instance", f"there is no folder {instance.path}", step)]
    with app.app_context():
        found = [*settings.look(app.config), *places.look(instance, making.database_file()), *data.look(app)]
    if url:
        found += from_outside.look(url, app.config["SECRET_KEY"])
    return found


def _print(found: list[Finding]) -> None:
    width = max(len(finding.area) for finding in found)
    for finding in found:
        click.echo(f"{finding.level:<6}  {finding.area:<{width}}  {finding.what}")
        if finding.remedy:
            click.echo(f"{'':<6}  {'':<{width}}  -> {finding.remedy}")
    faults, hints = (sum(each.level is level for each in found) for level in (Level.WRONG, Level.ADVICE))
    if faults or hints:
        click.echo(f"{faults} wrong, {hints} to think about.")
    else:
        click.echo("Everything is in order.")
