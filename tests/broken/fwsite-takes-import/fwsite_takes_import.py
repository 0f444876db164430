"""A command that the site itself has."""

import click

from fwsite.extend import Extension


@click.group("content")
def content() -> None:
    """Broken."""


@content.command("import")
def load() -> None:
    """Broken."""


extension = Extension(name="takes_import", title="Broken", commands=(content,))
