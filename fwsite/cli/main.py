"""The ``fwsite`` command."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from fwsite import __version__
from fwsite.cli.app import INSTANCE, build, command_for, errors_said, site_app
from fwsite.cli.lazy import Elsewhere
from fwsite.cli.plugin_commands import faults_named, refuse_pending
from fwsite.cli.upgrade import say_steps, say_who_is_missing
from fwsite.instance import Instance, current_instance
from fwsite.plugins import migrations
from fwsite.plugins.content import ContentError
from fwsite.plugins.registry import registry_of
from fwsite.plugins.upgrade import bring_up_to_date
from fwsite.web import maintenance


def _choose_instance(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    ctx.meta[INSTANCE] = value
    ctx.ensure_object(ScriptInfo).create_app = lambda: build(value)


class _OpenGroup(Elsewhere):
    """A group of the site's own, to which extensions add commands by a group of the same name; the root takes all."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            theirs = self._theirs(ctx)
        except click.ClickException as error:  # the site's own commands can still be listed
            click.echo(f"Error: {error.format_message()}", err=True)
            theirs = {}
        return sorted({*super().list_commands(ctx), *theirs})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in (theirs := self._theirs(ctx)):
            return own
        refuse_pending(ctx, f"{self.name} {cmd_name}" if ctx.parent else cmd_name)
        if not current_app or current_app != _app(ctx):
            ctx.with_resource(_app(ctx).app_context())
        return theirs[cmd_name]

    def _theirs(self, ctx: click.Context) -> Mapping[str, click.Command]:
        commands = _app(ctx).cli.commands
        group = commands.get(self.name or "")
        inside = group.commands if isinstance(group, click.Group) else {}
        return inside if ctx.parent else commands

    def invoke(self, ctx: click.Context) -> Any:
        with errors_said(), faults_named(ctx):
            return super().invoke(ctx)


class _SiteGroup(_OpenGroup):
    """The command itself. Its help may be asked for before ``--instance`` could choose an application."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        return super().make_context(*given, **{"obj": ScriptInfo(create_app=build, set_debug_flag=False), **named})


def _app(ctx: click.Context) -> Flask:
    return ctx.ensure_object(ScriptInfo).load_app()


main = _SiteGroup(
    name="fwsite",
    help="Backend Ledger: which backend framework should I pick?",
    elsewhere={
        "backup": "fwsite.cli.backup:backup_group",
        "deploy-files": "fwsite.cli.deploy:deploy_files_command",
        "doctor": "fwsite.cli.doctor:doctor_command",
        "extensions": "fwsite.cli.extensions:extensions_group",
        "maintenance": "fwsite.cli.maintenance:maintenance_group",
        "restore": "fwsite.cli.backup:restore_command",
        "serve": "fwsite.cli.serve:serve_command",
        "settings": "fwsite.cli.settings:settings_command",
    },
)
main.params = [
    click.Option(
        ["--instance"],
        metavar="PATH",
        is_eager=True,
        expose_value=False,
        callback=_choose_instance,
        help="The instance folder. Default: FWSITE_INSTANCE, else instance/ in the working directory.",
    )
]
click.version_option(__version__, prog_name="fwsite")(main)


@main.group("db", cls=Elsewhere, elsewhere={"copy": "fwsite.cli.dbcopy:copy_command"})
def db_group() -> None:
    """The database's schema."""


@db_group.command("upgrade")
@click.option("--maintenance", "read_only", is_flag=True, help="Accept no forms from visitors in the meantime.")
@click.pass_context
def db_upgrade(ctx: click.Context, read_only: bool) -> None:
    """Run pending migrations and bring shipped content in."""
    app = site_app(ctx, create=True)
    with errors_said(), _read_only(app) if read_only else nullcontext():
        complete = say_steps(app)
        say_who_is_missing(app)
    if not complete:
        click.echo(f"Not everything could be brought up to date; see: {command_for(app, 'extensions list')}")
        sys.exit(1)


@contextmanager
def _read_only(app: Flask) -> Iterator[None]:
    from fwsite.cli.maintenance import written

    instance = Instance(Path(app.instance_path))
    with written(instance), maintenance.during(instance):
        yield


@db_group.command("status")
@with_appcontext
def db_status() -> None:
    """Say where each schema stands; exit 1 where an upgrade is pending."""
    with errors_said():
        states = migrations.status(current_app)
    for state in states:
        word = f"pending, has {state.current or 'nothing'}" if state.pending else "current"
        click.echo(f"{state.name}: {state.head} ({word}{f'; {state.fault}' if state.fault else ''})")
    if any(state.pending for state in states):
        click.echo(current_instance().upgrade_step())
        sys.exit(1)


@main.group(
    "content",
    cls=_OpenGroup,
    elsewhere={
        "export": "fwsite.cli.content:export_command",
        "import": "fwsite.cli.content:import_command",
    },
)
def content_group() -> None:
    """Articles, comparison and questionnaire as people wrote them."""


@content_group.command("check")
@click.pass_context
def content_check(ctx: click.Context) -> None:
    """List every error with file, line and key; exit 1 where there is one. Mere notes are listed too.

    The files are loaded into a copy of the instance's database: what is checked is what the site would show. The
    instance's own database is not touched.
    """
    from fwsite.cli.content_report import report
    from fwsite.cli.sandbox import site_on_a_copy

    with site_on_a_copy(ctx) as app:
        with suppress(ContentError):  # a file that cannot be loaded: its faults are listed below
            list(bring_up_to_date(app))
        host = (app.config["TRUSTED_HOSTS"] or ["localhost"])[0].lstrip(".")
        with app.test_request_context(base_url=f"http://{host}"):  # directives build addresses
            problems = registry_of(app).content_problems()
            place = current_instance().path
    for line in report(problems):
        click.echo(line)
    if not all(problem.is_note for problem in problems):
        sys.exit(1)
    click.echo(f"No errors in the shipped content and {place}.")
