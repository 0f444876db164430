"""A command that the site has."""

import click

from fwsite.extend import Extension


@click.command("serve")
def serve() -> None:
    """Broken."""


extension = Extension(name="takes_serve", title="Broken", commands=(serve,))
