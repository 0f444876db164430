"""Plugin commands: whether one of a third party may run, and which one has failed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import unwrap
from traceback import walk_tb

import click
from flask.cli import ScriptInfo

from fwsite.cli.app import errors_said
from fwsite.plugins.conflicts import command_names, with_names
from fwsite.plugins.discovery import said
from fwsite.plugins.fault_log import NEXT
from fwsite.plugins.pending import refresh
from fwsite.plugins.registry import Registry, registry_of

log = logging.getLogger(__name__)
_OF_THE_TERMINAL = (EOFError, KeyboardInterrupt, BrokenPipeError)
"""Whoever types has gone, or has seen enough of what is printed: click ends the command quietly."""


def refuse_pending(ctx: click.Context, name: str) -> None:
    """Raise where all that have the command of this full name, or commands in the group of this name, are pending."""
    app = ctx.ensure_object(ScriptInfo).load_app()
    registry = registry_of(app)
    owners = {
        extension.name
        for extension in registry.extensions
        for command in extension.commands
        if any(f"{full} ".startswith(f"{name} ") for full in command_names(command))
    }
    if not owners or not owners <= registry.third_parties:
        return
    with app.app_context(), errors_said():
        refresh(app)
    if owners <= set(registry.pending):
        owner = min(owners)
        raise click.ClickException(f"extension {owner} is pending: {registry.pending[owner]}")


@contextmanager
def faults_named(ctx: click.Context) -> Iterator[None]:
    """What a command of a third party raises, as one line that names the command and its extension."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, *_OF_THE_TERMINAL):
        raise
    except Exception as error:
        named = _named(ctx, error)
        if named is None:
            raise
        log.debug(named.message, exc_info=error)
        raise named from error


def _named(ctx: click.Context, error: Exception) -> click.ClickException | None:
    try:
        registry = registry_of(ctx.ensure_object(ScriptInfo).load_app())
    except Exception:  # there is no application: it was not a command that failed
        return None
    running = {frame.f_code for frame, _ in walk_tb(error.__traceback__)}
    for name, full, command in _commands(registry):
        code = getattr(unwrap(command.callback), "__code__", None) if command.callback else None
        if code in running:
            return click.ClickException(f"extension {name}: command {full} failed: {said(error)}; {NEXT}")
    return None


def _commands(registry: Registry) -> Iterator[tuple[str, str, click.Command]]:
    """Extension, full name and command, of every command of third parties."""
    for extension in registry.extensions:
        if extension.name in registry.third_parties:
            for command in extension.commands:
                yield from ((extension.name, full, each) for full, each in with_names(command))
