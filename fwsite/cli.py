"""The ``fwsite`` command."""

from __future__ import annotations

import logging
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, ScriptInfo, with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from fwsite import __version__, create_app, migrate
from fwsite.config import SettingsError
from fwsite.database import db
from fwsite.extend.contract import ContentError
from fwsite.extend.loading import ExtensionError, registry_of
from fwsite.instance import Instance, InstanceError, current_instance
from fwsite.models import User
from fwsite.serve import PortTaken, listen, serve
from fwsite.upgrade import bring_up_to_date

_FOR_THE_HOST = (SettingsError, InstanceError, ExtensionError, PortTaken)
"""Errors whose message says what to do; a traceback would only hide it."""


@contextmanager
def _errors_said() -> Iterator[None]:
    try:
        yield
    except _FOR_THE_HOST as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        raise click.ClickException(f"The database cannot be used: {error.orig}") from error


def _bring_up_to_date(app: Flask) -> None:
    try:
        for line in bring_up_to_date(app):
            click.echo(line)
    except ContentError as error:
        raise click.ClickException(
            f"{error}\nThat content was not loaded. Mend the file and try: fwsite content check"
        ) from error


def _say_who_is_missing(app: Flask) -> None:
    with app.app_context():
        if db.session.scalar(select(User.id).limit(1)) is None:
            click.echo("Nobody can sign in yet. Make the first maintainer: fwsite user add NAME --role admin")


def _app(path: str | None = None, *, create: bool = False, settings: dict[str, Any] | None = None) -> Flask:
    with _errors_said():
        return create_app(path, create=create, settings=settings)


def _choose_instance(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    ctx.meta["fwsite.instance"] = value
    ctx.ensure_object(ScriptInfo).create_app = lambda: _app(value)


main = FlaskGroup(
    name="fwsite",
    help="Backend Ledger: which backend framework should I pick?",
    create_app=_app,  # --instance puts its own in place before any command runs
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
)
main._loaded_plugin_commands = True  # what packages add to the "flask" command is not for hosts
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


@main.command("serve")
@click.option("--host", help="Address to listen on. Default: setting HOST, 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on. Default: setting PORT, 8000.")
@click.option("--threads", type=click.IntRange(1, 256), help="Default: setting THREADS, 8.")
@click.pass_context
def serve_command(ctx: click.Context, host: str | None, port: int | None, threads: int | None) -> None:
    """Make what is missing, and serve the site."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    path = ctx.meta["fwsite.instance"]
    given = {"HOST": host, "PORT": port, "THREADS": threads}
    app = _app(path, create=True, settings={name: value for name, value in given.items() if value is not None})
    config = app.config
    with _errors_said():
        bound = listen(config["HOST"], config["PORT"])
        _say_where(app)
        _bring_up_to_date(app)
        _say_who_is_missing(app)
    shown = f"[{config['HOST']}]" if ":" in config["HOST"] else config["HOST"]
    click.echo(f"Serving on http://{shown}:{config['PORT']} with {config['THREADS']} threads. Ctrl-C stops.")
    signal.signal(signal.SIGTERM, _stop)
    serve(app, bound, config["THREADS"])


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _say_where(app: Flask) -> None:
    instance = Instance(Path(app.instance_path))
    config_file = instance.config_file
    places = {
        "instance": instance.path,
        "settings": config_file if config_file.is_file() else f"defaults (there is no {config_file})",
        "secret key": "setting SECRET_KEY" if app.config["SECRET_KEY_GIVEN"] else instance.secret_file,
        "database": "setting DATABASE_URL" if app.config["DATABASE_URL"] else instance.database_file,
    }
    for name, place in places.items():
        click.echo(f"{name + ':':<11} {place}")


@main.group("db")
def db_group() -> None:
    """The database's schema."""


@db_group.command("upgrade")
@click.pass_context
def db_upgrade(ctx: click.Context) -> None:
    """Run pending migrations and bring shipped content in."""
    app = _app(ctx.meta["fwsite.instance"], create=True)
    with _errors_said():
        _bring_up_to_date(app)
        _say_who_is_missing(app)


@db_group.command("status")
@with_appcontext
def db_status() -> None:
    """Say where each schema stands; exit 1 where an upgrade is pending."""
    with _errors_said():
        states = migrate.status(current_app)
    for state in states:
        word = f"pending, has {state.current or 'nothing'}" if state.pending else "current"
        click.echo(f"{state.name}: {state.head} ({word})")
    if any(state.pending for state in states):
        click.echo("Run: fwsite db upgrade")
        sys.exit(1)


class _OpenGroup(click.Group):
    """A group of the site's own, to which extensions add commands by a group of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            theirs = self._theirs(ctx)
        except click.ClickException as error:  # the site's own commands can still be listed
            click.echo(f"Error: {error.format_message()}", err=True)
            theirs = {}
        return sorted({*super().list_commands(ctx), *theirs})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._theirs(ctx).get(cmd_name)

    def _theirs(self, ctx: click.Context) -> Mapping[str, click.Command]:
        group = ctx.ensure_object(ScriptInfo).load_app().cli.commands.get(self.name or "")
        return group.commands if isinstance(group, click.Group) else {}

    def invoke(self, ctx: click.Context) -> Any:
        with _errors_said():
            return super().invoke(ctx)


@main.group("content", cls=_OpenGroup)
def content_group() -> None:
    """Articles, comparison and questionnaire as people wrote them."""


@content_group.command("check")
@click.pass_context
def content_check(ctx: click.Context) -> None:
    """List every fault with file, line and key; exit 1 where there is one.

    The files are loaded into a copy of the instance's SQLite database, or else into an empty one: what is checked
    is what the site would show. The instance's own database is not touched.
    """
    with TemporaryDirectory() as scratch:
        database = Path(scratch) / "check.sqlite3"
        _copy_database(_app(ctx.meta["fwsite.instance"]), database)
        app = _app(ctx.meta["fwsite.instance"], settings={"DATABASE_URL": f"sqlite:///{database}"})
        with suppress(ContentError):  # a file that cannot be loaded: its faults are listed below
            list(bring_up_to_date(app))
        host = (app.config["TRUSTED_HOSTS"] or ["localhost"])[0].lstrip(".")
        with app.test_request_context(base_url=f"http://{host}"):  # directives build addresses
            problems = [
                problem
                for extension in registry_of(app).extensions
                if extension.check_content is not None
                for problem in extension.check_content()
            ]
            place = current_instance().path
            db.engine.dispose()
    for problem in problems:
        click.echo(str(problem))
    if problems:
        sys.exit(1)
    click.echo(f"No faults in the shipped content and {place}.")


def _copy_database(app: Flask, copy: Path) -> None:
    """The instance's SQLite database as it is now, whoever writes to it meanwhile; nothing where there is none."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.get_backend_name() != "sqlite" or not url.database or not Path(url.database).is_file():
        return
    try:
        with (
            closing(sqlite3.connect(f"{Path(url.database).absolute().as_uri()}?mode=rw", uri=True)) as database,
            closing(sqlite3.connect(copy)) as to,
        ):
            database.backup(to)
    except sqlite3.Error as error:
        raise click.ClickException(f"The database cannot be used: {error}") from error
