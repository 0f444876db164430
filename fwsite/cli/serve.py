"""Serve command: ``fwsite serve``."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask

from fwsite.cli.app import errors_said, site_app
from fwsite.cli.upgrade import say_steps, say_who_is_missing
from fwsite.db.engine import db
from fwsite.instance import Instance
from fwsite.ops import database_source
from fwsite.ops.database_name import named
from fwsite.plugins.registry import registry_of
from fwsite.server import access_log, memory, service_lock
from fwsite.server.restart import Handover, Listener, try_again
from fwsite.server.signals import Signals
from fwsite.server.sockets import inherited, listen, shown
from fwsite.server.supervisor import serve_by_many
from fwsite.server.worker import serve_alone, serve_for_parent


@click.command("serve")
@click.option(
    "--host",
    help="Address to listen on, or a socket file as unix:/run/fwsite/socket. Default: setting HOST, 127.0.0.1.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on. Default: setting PORT, 8000.")
@click.option("--processes", type=click.IntRange(1, 64), help="Default: setting PROCESSES, 1.")
@click.option("--threads", type=click.IntRange(1, 256), help="Of each process. Default: setting THREADS, 8.")
@click.pass_context
def serve_command(ctx: click.Context, **given: Any) -> None:
    """Make what is missing, and serve the site.

    SIGTERM and Ctrl-C stop it once it has answered what it has taken; a second one stops it at once. SIGHUP
    restarts it with the code and settings that are there then, without refusing anybody.
    """
    memory.few_arenas()
    handed_over = Handover.taken(os.environ)
    signals = Signals()
    signals.expect_reload()
    try:
        app, bound = _ready(ctx, given, handed_over.bound if handed_over else None)
    except Exception as error:
        if handed_over is not None and try_again(handed_over, signals, error):
            return
        raise
    if handed_over is not None:
        os.close(handed_over.bound)  # we have a socket of our own on it
    if handed_over is not None and handed_over.ready is not None:
        serve_for_parent(app, bound, handed_over.lifeline, handed_over.ready)
        return
    if handed_over is not None:  # the settings were read anew
        _say_database(app)
    _say_how(app)
    serve = serve_alone if app.config["PROCESSES"] == 1 else serve_by_many
    with errors_said():
        serve(app, Listener.hold(bound, handed_over), handed_over.old if handed_over else [], signals)


def _ready(ctx: click.Context, given: dict[str, Any], descriptor: int | None) -> tuple[Flask, socket.socket]:
    """The application, up to date, and the socket that it will serve on."""
    with access_log.held_back():
        app = site_app(ctx, create=True, settings={name.upper(): value for name, value in given.items() if value})
        access_log.use_settings(app)
    with errors_said():
        service_lock.hold(app)
        bound = _socket(app, descriptor)
        _prepare(app, first=descriptor is None)
    return app, bound


def _socket(app: Flask, descriptor: int | None) -> socket.socket:
    host, port = app.config["HOST"], app.config["PORT"]
    return listen(host, port) if descriptor is None else inherited(descriptor, host, port)


def _prepare(app: Flask, *, first: bool) -> None:
    if first:
        _say_where(app)
    say_steps(app)
    _refuse_without_required(app)
    if first:
        say_who_is_missing(app)


def _refuse_without_required(app: Flask) -> None:
    pending = registry_of(app).pending
    for name in app.config["EXTENSIONS_REQUIRED"]:
        if name in pending:
            raise click.ClickException(f"extension {name!r} is required (EXTENSIONS_REQUIRED): {pending[name]}")


def _say_where(app: Flask) -> None:
    instance = Instance(Path(app.instance_path))
    config_file = instance.config_file
    places = {
        "instance": instance.path,
        "settings": config_file if config_file.is_file() else f"defaults (there is no {config_file})",
        "secret key": "setting SECRET_KEY" if app.config["SECRET_KEY_GIVEN"] else instance.secret_file,
    }
    for name, place in places.items():
        click.echo(f"{name + ':':<11} {place}")
    _say_database(app)


def _say_database(app: Flask) -> None:
    """Which one is in force, and whose word that is: a variable that was left over leads to somebody else's."""
    instance = Instance(Path(app.instance_path))
    source = database_source.source(instance, os.environ)
    with app.app_context():  # where the address is of a file, its whole path
        click.echo(f"{'database:':<11} {named(db.engine.url)} ({source})")
    warning = database_source.overridden(instance, os.environ)
    if warning:
        click.echo(f"Warning: {warning}. To start without it: {database_source.without('serve', instance)}")


def _say_how(app: Flask) -> None:
    config = app.config
    number, threads = config["PROCESSES"], config["THREADS"]
    workers = f"{threads} threads" if number == 1 else f"{number} processes of {threads} threads"
    click.echo(f"Serving on {shown(config['HOST'], config['PORT'])} with {workers}. Ctrl-C stops.")
    click.echo(f"To load new code and settings without refusing anybody: kill -HUP {os.getpid()}")
    sys.stdout.flush()  # whoever started it reads this where it goes, a file too
