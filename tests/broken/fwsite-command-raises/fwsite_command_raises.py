"""Commands that raise: one of its own, and one in a group of the site's."""

import click

from fwsite.extend import Extension


@click.command("fail")
def fail() -> None:
    """Raise."""
    raise RuntimeError("the command")


@click.group("content")
def content() -> None:
    """For the site's group of this name."""


@content.command("spoil")
@click.pass_context
def spoil(_ctx: click.Context) -> None:
    """Raise."""
    raise RuntimeError("the command in the group")


extension = Extension(name="command_raises", title="Broken", commands=(fail, content))
