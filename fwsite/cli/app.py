"""Application for a command, with errors said to the host instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from fwsite import create_app
from fwsite.db.errors import outage_of, reason
from fwsite.instance import Instance, InstanceError
from fwsite.plugins.state import ExtensionError
from fwsite.server.failures import AddressChanged, BeingRestored, CrashLoop, PortTaken
from fwsite.settings import SettingsError

INSTANCE = "fwsite.instance"
"""Where click's context keeps the folder that ``--instance`` named."""
_FOR_THE_HOST = (
    SettingsError,
    InstanceError,
    ExtensionError,
    PortTaken,
    AddressChanged,
    BeingRestored,
    CrashLoop,
)
"""Errors whose message says what to do; a traceback would only hide it."""


@contextmanager
def errors_said() -> Iterator[None]:
    """Turn what a host can mend into one message."""
    try:
        yield
    except _FOR_THE_HOST as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        step = outage_of(error).remedy
        raise click.ClickException(f"The database cannot be used: {reason(error)}\nWhat to do: {step}.") from error


def build(
    path: str | None = None,
    *,
    create: bool = False,
    settings: Mapping[str, Any] | None = None,
    forgiving: bool = False,
) -> Flask:
    """The application on the instance folder ``path``; see :func:`fwsite.create_app`."""
    with errors_said():
        return create_app(path, create=create, settings=settings, forgiving=forgiving)


def site_app(
    ctx: click.Context,
    *,
    create: bool = False,
    settings: Mapping[str, Any] | None = None,
    forgiving: bool = False,
) -> Flask:
    """The application on the instance folder of this call of ``fwsite``."""
    return build(ctx.meta[INSTANCE], create=create, settings=settings, forgiving=forgiving)


def command_for(app: Flask, words: str) -> str:
    """A command line that reaches the application's instance folder; see :meth:`Instance.command`."""
    return Instance(Path(app.instance_path)).command(words)
