"""Upgrade output: bringing the site up to date, said on the command line."""

from __future__ import annotations

import click
from flask import Flask
from sqlalchemy import select

from fwsite.cli.app import command_for
from fwsite.db.engine import db
from fwsite.db.models import User
from fwsite.plugins.content import ContentError
from fwsite.plugins.upgrade import bring_up_to_date


def say_steps(app: Flask) -> bool:
    """Do it and say each step; returns whether every one was taken."""
    complete = True
    try:
        for step in bring_up_to_date(app):
            click.echo(str(step))
            complete = complete and not step.failed
    except ContentError as error:
        raise click.ClickException(
            f"{error}\nThat content was not loaded. Fix the file and try: {command_for(app, 'content check')}"
        ) from error
    return complete


def say_who_is_missing(app: Flask) -> None:
    """Say so where nobody can sign in."""
    with app.app_context():
        if db.session.scalar(select(User.id).limit(1)) is None:
            first = command_for(app, "user add NAME --role admin")
            click.echo(f"Nobody can sign in yet. Add the first maintainer: {first}")
