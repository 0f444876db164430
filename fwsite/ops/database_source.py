"""Database source: where the address of the database in force comes from, and what it goes before."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from fwsite.config import SETTINGS
from fwsite.instance import Instance
from fwsite.ops.database_name import named
from fwsite.settings import ENVIRONMENT_PREFIX, Source, in_force

NAME = "DATABASE_URL"
VARIABLE = f"{ENVIRONMENT_PREFIX}{NAME}"


def source(instance: Instance, environ: Mapping[str, str]) -> Source:
    """Where the address comes from. Raises ``SettingsError``."""
    return _value(instance, environ)[1]


def overridden(instance: Instance, environ: Mapping[str, str]) -> str | None:
    """What to tell the host where the environment names another database than ``config.toml``; ``None`` elsewhere.

    A variable that an earlier command needed, and that is still there, would send the site to the other database.
    """
    value, given = _value(instance, environ)
    without = {name: text for name, text in environ.items() if name != VARIABLE}
    written, place = _value(instance, without)
    if given.kind != "environment" or place.kind != "file" or value == written:
        return None
    return f"{VARIABLE} in the environment takes precedence over {place}, which names {_shown(written)}"


def without(words: str, instance: Instance) -> str:
    """The command line that reaches this folder and the database that its settings name, from any shell."""
    return f"env -u {VARIABLE} fwsite --instance {shlex.quote(str(instance.path))} {words}"


def _value(instance: Instance, environ: Mapping[str, str]) -> tuple[str, Source]:
    [(_, value, source)] = in_force(
        [setting for setting in SETTINGS if setting.name == NAME], instance.config_file, environ
    )
    return value, source


def _shown(address: str) -> str:
    try:
        return named(make_url(address))
    except (ArgumentError, ValueError):
        return "another one"
