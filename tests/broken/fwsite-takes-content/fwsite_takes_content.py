"""A command that has the name of a group of others, and would hide all of theirs."""

import click

from fwsite.extend import Extension


@click.command("content")
def content() -> None:
    """Broken."""


extension = Extension(name="takes_content", title="Broken", commands=(content,))
