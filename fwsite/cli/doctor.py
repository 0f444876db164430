"""Doctor command: how an installation is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from fwsite.cli.app import site_app
from fwsite.cli.backup import said
from fwsite.cli.extensions import LENIENT
from fwsite.instance import Instance, InstanceError
from fwsite.ops import database_source
from fwsite.ops.backup import making
from fwsite.ops.doctor import data, from_outside, permissions, places, settings
from fwsite.ops.doctor.finding import Finding, Level, advice, wrong
from fwsite.ops.site_user import SiteUser


@click.command("doctor")
@click.option("--url", metavar="ADDRESS", help="The public URL: ask the running site there how it is reached.")
@click.option(
    "--user",
    "name",
    metavar="NAME",
    help="The user that the site runs as. Default: for root the owner of the instance folder, for others themselves.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def doctor_command(ctx: click.Context, url: str | None, name: str | None, as_json: bool) -> None:
    """Look at settings, permissions, disk, clock, database, schema, extensions and backups; change nothing.

    Run it as the site's user, or as root, who finds out what that user may do. Exit 1 where something is wrong; what is
    only advice is not.
    """
    with said():
        found = _findings(ctx, url, name)
    is_wrong = any(finding.level is Level.WRONG for finding in found)
    if as_json:
        listed = [{**vars(finding), "level": finding.level.value} for finding in found]
        click.echo(json.dumps({"fine": not is_wrong, "findings": listed}, indent=1))
    else:
        _print(found)
    sys.exit(is_wrong)


def _findings(ctx: click.Context, url: str | None, name: str | None) -> list[Finding]:
    try:
        app = site_app(ctx, settings=LENIENT)
    except click.ClickException as error:
        if isinstance(error.__cause__, InstanceError):
            return [wrong("instance", error.format_message(), "run this as the site's user, or as root")]
        lines = error.format_message().splitlines()
        return [wrong("settings", line, "change it, and look again") for line in lines]
    instance = Instance(Path(app.instance_path))
    if not instance.path.is_dir():
        make = instance.command("db upgrade")
        step = f"name another with --instance or FWSITE_INSTANCE, or make it: {make}"
        return [wrong("instance", f"there is no folder {instance.path}", step)]
    user = _user(instance, name)
    with app.app_context():
        database = making.database_file()
        found = [*_overridden(instance), *settings.look(app.config)]
        found += _as_far_as_possible(lambda: permissions.look(instance, database, user))
        found += _as_far_as_possible(lambda: places.look(instance, database))
        found += data.look(app)
    if url:
        found += from_outside.look(url, app.config["SECRET_KEY"])
    return found


def _overridden(instance: Instance) -> list[Finding]:
    what = database_source.overridden(instance, os.environ)
    step = f"if that is not meant, take it out of the environment: unset {database_source.VARIABLE}"
    return [advice(settings.AREA, what, step)] if what else []


def _user(instance: Instance, name: str | None) -> SiteUser:
    """Who the site runs as, as far as can be known."""
    if name is not None:
        try:
            return SiteUser.named(name)
        except KeyError:
            raise click.BadParameter(f"there is no user {name} on this machine.", param_hint="--user") from None
    return SiteUser.owning(instance.path) if os.geteuid() == 0 else SiteUser.asking()


def _as_far_as_possible(look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except OSError as error:
        what = f"{error.filename} cannot be looked at: {error.strerror}"
        return [wrong(permissions.AREA, what, "run this as the site's user, or as root")]


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
