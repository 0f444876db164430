"""A command in a group of the site's that nobody adds to."""

import click

from fwsite.extend import Extension


@click.group("db")
def group() -> None:
    """Broken."""


@group.command("fill")
def fill() -> None:
    """Broken."""


extension = Extension(name="joins_db", title="Broken", commands=(group,))
