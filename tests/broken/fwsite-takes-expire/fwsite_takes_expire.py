"""A command of a group that another extension has."""

import click

from fwsite.extend import Extension


@click.group("answers")
def answers() -> None:
    """Broken."""


@answers.command("expire")
def expire() -> None:
    """Broken."""


extension = Extension(name="takes_expire", title="Broken", commands=(answers,))
