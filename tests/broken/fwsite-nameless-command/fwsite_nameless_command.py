"""A command that has no name."""

import click

from fwsite.extend import Extension

extension = Extension(name="nameless_command", title="Broken", commands=(click.Command(None),))
