"""Lazy command group: commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Elsewhere(click.Group):
    """A group of which some commands stand in other modules, each named as ``module:attribute``."""

    def __init__(self, *given: Any, elsewhere: Mapping[str, str] | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.elsewhere = dict(elsewhere or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.elsewhere.get(cmd_name)
        if place is not None and cmd_name not in self.commands:
            module, _, attribute = place.partition(":")
            self.add_command(getattr(import_module(module), attribute), cmd_name)
        return super().get_command(ctx, cmd_name)
