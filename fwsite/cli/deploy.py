"""Deployment files command: ``fwsite deploy-files``, for the settings in force."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from fwsite.cli.app import site_app
from fwsite.cli.extensions import LENIENT
from fwsite.ops.deploy.files import rendered
from fwsite.ops.deploy.plan import Wishes, make_plan
from fwsite.ops.deploy.quoting import NotSayable
from fwsite.ops.deploy.writing import NotWritable, WouldOverwrite, write
from fwsite.ops.doctor.permissions import program_faults
from fwsite.ops.site_user import SiteUser


@click.command("deploy-files")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite existing files that differ.")
@click.option("--user", help="The user that the site runs as. Default: the owner of the instance folder, or fwsite.")
@click.option("--backups", type=click.Path(path_type=Path), help=f"Default: {Wishes.backups}.")
@click.option(
    "--machine", "machines", multiple=True, metavar="HOST:PORT", help="Where nginx finds the site. Several: one each."
)
@click.option("--listen", metavar="[ADDRESS:]PORT", help="Where nginx listens. Default: the port of SITE_URL.")
@click.option("--redirect-from", metavar="[ADDRESS:]PORT", help="Where it redirects to https from. Default: 80.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Default: where certbot puts it.")
@click.option("--certificate-key", type=click.Path(path_type=Path), help="Default: where certbot puts it.")
@click.option("--cache", type=click.Path(path_type=Path), help=f"nginx' cache. Default: {Wishes.cache}.")
@click.option("--logs", type=click.Path(path_type=Path), help=f"nginx' logs. Default: {Wishes.logs}.")
@click.option(
    "--client-seconds", type=click.IntRange(1, 600), help="Seconds of silence after which nginx hangs up. Default: 10."
)
@click.option("--connections-each", type=click.IntRange(1, 10_000), help="At once, for each address. Default: 50.")
@click.option("--forms-each", type=click.IntRange(1, 1_000_000), help="At once, for each address. Default: 1000.")
@click.pass_context
def deploy_files_command(ctx: click.Context, folder: Path, force: bool, **wishes: Any) -> None:
    """Write units for systemd, a configuration for nginx, a Dockerfile, and which of them goes where, into DIR."""
    app = site_app(ctx, settings=LENIENT)
    instance = Path(app.instance_path)
    wishes["user"] = wishes["user"] or _owner(instance)
    asked = Wishes(**{name: value for name, value in wishes.items() if value})
    try:
        plan = make_plan(app.config, instance, _program(), os.environ, asked)
        written = write(folder, rendered(plan), force=force)
    except WouldOverwrite as error:
        click.echo(error.difference)
        raise click.ClickException(f"{error} Overwrite them with --force, or name another folder.") from error
    except (NotSayable, NotWritable) as error:
        raise click.ClickException(str(error)) from error
    for file in written:
        click.echo(f"{'wrote' if file.changed else 'as it was':<10} {file.path}")
    for line in plan.advice:
        click.echo(line)
    for line in program_faults(_service_user(plan.unit.user)):
        click.echo(f"{line}: the service would not start. Create the environment elsewhere, as in /srv/ledger/venv.")
    for name in plan.left_out:
        click.echo(f"{name} may be secret and is in none of them: see {folder / 'README.md'}.")


def _program() -> Path:
    """The ``fwsite`` of this environment. Its path stays as it is: what it leads to may be outside of it."""
    program = Path(sys.executable).absolute().with_name("fwsite")
    if not program.is_file():
        raise NotSayable(f"There is no {program}: install the site into this environment, as the guide says.")
    return program


def _service_user(name: str) -> SiteUser:
    try:
        return SiteUser.named(name)
    except KeyError:  # the README says how to make it
        return SiteUser.to_come(name)


def _owner(instance: Path) -> str:
    """Who the instance folder belongs to, unless that is root, as whom nothing has to run."""
    try:
        owner = instance.owner()
    except (OSError, KeyError):  # not there yet, or of somebody whom this machine does not know
        return Wishes.user
    return owner if owner != "root" else Wishes.user
