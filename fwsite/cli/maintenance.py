"""Maintenance commands: the site read-only for a while, and back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from fwsite.cli.app import INSTANCE, errors_said
from fwsite.instance import Instance
from fwsite.web import maintenance


class _Moment(click.ParamType):
    """A date and time of this machine's zone, unless it names another, that is yet to come."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip()).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f'{value!r} is no time such as "2026-12-01 18:00", or "2026-12-01T18:00+01:00".', param, ctx)
        if moment <= datetime.now(UTC):
            self.fail(f"{maintenance.shown(moment)} is in the past.", param, ctx)
        return moment


def _instance(ctx: click.Context) -> Instance:
    instance = Instance.locate(ctx.meta[INSTANCE], os.environ)
    with errors_said():
        instance.refuse_unreadable()
    if not instance.path.is_dir():
        raise click.ClickException(f"There is no instance folder {instance.path}.")
    return instance


@contextmanager
def written(instance: Instance) -> Iterator[None]:
    """Say so where the folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(
            f"{instance.maintenance_file} cannot be changed: {error.strerror}. Run this as the site's user, or as root."
        ) from error


@click.group("maintenance")
def maintenance_group() -> None:
    """The site read-only: everything can be read, and every form gets error 503 with what was typed."""


@maintenance_group.command("on")
@click.option("--until", type=_Moment(), help='When it will be over, as "2026-12-01 18:00"; visitors read it.')
@click.pass_context
def on_command(ctx: click.Context, until: datetime | None) -> None:
    """Take nothing in from now on, in every process on this instance folder at once.

    It lasts until it is switched off, whatever was said.
    """
    instance = _instance(ctx)
    with written(instance):
        maintenance.begin(instance, until)
    _say(instance)


@maintenance_group.command("off")
@click.pass_context
def off_command(ctx: click.Context) -> None:
    """Take everything in again."""
    instance = _instance(ctx)
    with written(instance):
        was_on = maintenance.end(instance)
    click.echo(f"{instance.path} accepts everything{' again' if was_on else ', as before'}.")


@maintenance_group.command("status")
@click.pass_context
def status_command(ctx: click.Context) -> None:
    """Say whether the site is read-only."""
    _say(_instance(ctx))


def _say(instance: Instance) -> None:
    holds = maintenance.maintenance_of(instance)
    if holds is None:
        click.echo(f"{instance.path} accepts everything.")
        return
    click.echo(f"{instance.path} is read-only{holds}. To end it: {instance.command('maintenance off')}")
