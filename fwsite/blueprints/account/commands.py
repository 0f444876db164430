"""User administration on the command line: ``fwsite user``."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app, url_for
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from fwsite.blueprints.account import limits, queries
from fwsite.domain.people import Role, name_fault, shown_name
from fwsite.extend import current_instance

_EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
user = AppGroup("user", help="Who may sign in.")


@contextmanager
def _database_errors_said() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise click.ClickException(
            f"The database cannot be used: {error.orig}\n{current_instance().upgrade_step()}"
        ) from error


def _known(name: str) -> queries.Account:
    """The person called ``name``. Raises ``ClickException`` with the names that are close."""
    account = queries.find(name)
    if account is None:
        names = [other.person.name for other in queries.everybody()]
        close = difflib.get_close_matches(name, names, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"See: {current_instance().command('user list')}"
        raise click.ClickException(f"There is nobody called {name!r}. {hint}")
    return account


def _show_link(name: str, token: str) -> None:
    root = _root()
    with current_app.test_request_context(base_url=root or None):
        link = url_for("account.new_password", token=token, _external=bool(root))
    hours = round(queries.LINK_LIFETIME.total_seconds() / 3600)
    click.echo(f"{name} sets a password with this link. It works once, for {hours} hours, and is not shown again:")
    if not root:
        click.echo("(The site listens on a socket file: put its public URL in front. SITE_URL is not set.)")
    elif not current_app.config["SITE_URL"]:
        click.echo(
            "(Its address is that of HOST and PORT in the settings, as SITE_URL is not set. Where the site was started "
            "with --host or --port, put the address that it printed in place of the one before /account.)"
        )
    click.echo(link)


def _root() -> str:
    """Where the site is; empty where only a proxy knows."""
    config = current_app.config
    if config["SITE_URL"] or config["HOST"].startswith("unix:"):
        return str(config["SITE_URL"])
    host = "localhost" if config["HOST"] in _EVERY_INTERFACE else config["HOST"]
    return f"http://{f'[{host}]' if ':' in host else host}:{config['PORT']}"


def _name_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("name")(command)


@user.command("add")
@_name_argument
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
def add(name: str, role: str) -> None:
    """Add a person, and print the one-time link that sets the password."""
    name = shown_name(name)
    wrong = name_fault(name)
    if wrong:
        raise click.UsageError(f"NAME {name!r}: {wrong}")
    with _database_errors_said():
        try:
            token = queries.add(name, Role(role))
        except queries.NameTaken:
            again = (
                f"Choose another name, or make a new link: {current_instance().command(f'user reset {_quoted(name)}')}"
            )
            raise click.ClickException(f"There is already somebody called {name!r}. {again}") from None
    _show_link(name, token)


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


@user.command("list")
def list_people() -> None:
    """List everybody: name, role, state."""
    with _database_errors_said():
        accounts = queries.everybody()
    for account in accounts:
        click.echo(f"{account.person.name}\t{account.person.role}\t{account.state}")
    if not accounts:
        first = current_instance().command("user add NAME --role admin")
        click.echo(f"There is nobody yet. Add the first maintainer: {first}")


@user.command("disable")
@_name_argument
def disable(name: str) -> None:
    """Switch a person off, and end all sessions."""
    with _database_errors_said():
        account = _known(name)
        queries.disable(account.person.id, keep_an_admin=False)
    click.echo(f"{account.person.name} cannot sign in any more.")


@user.command("enable")
@_name_argument
def enable(name: str) -> None:
    """Switch a person on again."""
    with _database_errors_said():
        account = _known(name)
        queries.enable(account.person.id)
    click.echo(f"{account.person.name} can sign in again.")


@user.command("reset")
@_name_argument
def reset(name: str) -> None:
    """Take the password away, end all sessions, and print a new one-time link."""
    with _database_errors_said():
        account = _known(name)
        token = queries.reset(account.person.id, keep_an_admin=False)
        limits.forget(account.person.name)
    _show_link(account.person.name, token)
