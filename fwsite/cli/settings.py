"""Settings command: every setting in force, and where its value comes from."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import click

from fwsite.cli.app import errors_said, site_app
from fwsite.cli.extensions import LENIENT, quiet
from fwsite.config import SETTINGS
from fwsite.instance import Instance
from fwsite.plugins.registry import registry_of
from fwsite.plugins.setting import Setting
from fwsite.settings import Source, in_force, is_private

_HIDDEN = "(hidden)"
_WIDEST = 48
"""Letters of a column; what is longer stands out of it."""


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def settings_command(ctx: click.Context, as_json: bool) -> None:
    """Show every setting in force and where its value comes from; keys, passwords and tokens are hidden.

    A value comes from the environment, else from a line of config.toml, else it is the default.
    """
    with quiet(), errors_said():
        app = site_app(ctx, settings=LENIENT)
        extensions = registry_of(app).extensions
        known = [*SETTINGS, *(setting for extension in extensions for setting in extension.settings)]
        found = in_force(known, Instance(Path(app.instance_path)).config_file, os.environ)
    rows = [_row(*each) for each in found]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    values = [json.dumps(row["value"], ensure_ascii=False) for row in rows]
    shown = [(setting.name, value, str(source)) for (setting, _, source), value in zip(found, values, strict=True)]
    name, value = (min(_WIDEST, max(len(row[column]) for row in shown)) for column in (0, 1))
    for row in shown:
        click.echo(f"{row[0]:<{name}}  {row[1]:<{value}}  {row[2]}")


def _row(setting: Setting, value: Any, source: Source) -> dict[str, Any]:
    return {
        "name": setting.name,
        "value": _public(setting, list(value) if isinstance(value, tuple) else value),
        "source": source.kind,
        "place": source.place,
        "line": source.line,
    }


def _public(setting: Setting, value: Any) -> Any:
    """The value without what nobody else may read: of an address the password, and of a key all."""
    if not isinstance(value, str) or not value or not is_private(setting.name, value):
        return value
    without = re.sub(r"(?<=://)([^/@]*?):[^/]*@", rf"\1:{_HIDDEN}@", value)
    is_address = "://" in value and without != value and "?" not in value
    return without if is_address else _HIDDEN
