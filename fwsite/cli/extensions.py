"""Extension commands: what is installed, whether it works, a new one, and the end of an old one."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from fwsite.cli.app import site_app
from fwsite.cli.sandbox import site_on_a_copy
from fwsite.db.engine import db
from fwsite.instance import current_instance
from fwsite.ops import purge
from fwsite.ops.extension_check import Finding, findings
from fwsite.plugins.pending import refresh
from fwsite.plugins.registry import registry_of
from fwsite.plugins.scaffold import ScaffoldError, write_scaffold
from fwsite.plugins.state import Record, State, to_remove
from fwsite.plugins.upgrade import bring_up_to_date

LENIENT = {"EXTENSIONS_STRICT": False, "EXTENSIONS_REQUIRED": ()}
"""To look at what is broken, the site has to be put together with what is broken."""


@click.group("extensions")
@click.pass_context
def extensions_group(ctx: click.Context) -> None:
    """The extensions of the site: what is installed, and what becomes of it."""
    ctx.with_resource(quiet())


@contextmanager
def quiet() -> Iterator[None]:
    """What is left out, and why, is what these commands print: it need not be in the log as well."""
    log = logging.getLogger("fwsite")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


@extensions_group.command("list")
@click.pass_context
def list_command(ctx: click.Context) -> None:
    """Name, version, state and reason of everything that is installed or has left data."""
    app = site_app(ctx, settings=LENIENT, forgiving=True)
    with app.app_context():
        records = _records(app)
    in_safe_mode = app.config["EXTENSIONS"] == "builtin"
    left_alone = [record.name for record in records if in_safe_mode and not _is_builtin(record)]
    records = [record for record in records if not in_safe_mode or _is_builtin(record)]
    rows = [(record.name, record.version, str(record.state), _explained(record)) for record in records]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        click.echo("  ".join((*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3])).rstrip())
    if not Path(app.instance_path).is_dir():
        click.echo(f"There is no instance folder at {app.instance_path} yet: fwsite serve makes it.")
    if any(record.package and record.state is State.ACTIVE for record in records):
        click.echo("What fails only while the site runs is in its log, with the name of the extension.", err=True)
    if left_alone:
        click.echo(f"Safe mode (EXTENSIONS is builtin): these are not even looked at: {', '.join(left_alone)}.")


def _is_builtin(record: Record) -> bool:
    return not record.package and record.state is not State.UNINSTALLED


def _explained(record: Record) -> str:
    package = f"[{record.package}]" if record.package else "[built in]" if _is_builtin(record) else ""
    return f"{package} {record.reason}".strip()


def _records(app: Flask) -> list[Record]:
    """What is installed, as the database has it, and what is not but has left data. Makes no database."""
    refresh(app)
    records = registry_of(app).listed()
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file and not Path(file).exists():
        return records
    there = {record.name for record in records}
    command, why = current_instance().command, "is not installed and has left data; install it again, or:"
    for name in purge.names_with_data(db.engine):
        if name not in there:
            records.append(
                Record(name, name, "", "-", State.UNINSTALLED, f"{why} {command(f'extensions purge {name}')}")
            )
    return records


@extensions_group.command("check")
@click.argument("name")
@click.pass_context
def check_command(ctx: click.Context, name: str) -> None:
    """Try NAME on a copy of the database: contract, migrations, pages, content; exit code 1 if something fails."""
    with site_on_a_copy(ctx, LENIENT) as app:
        steps = [step for step in bring_up_to_date(app) if step.failed and step.text.split()[1] == f"{name}:"]
        with app.app_context():
            record = _named(_records(app), name)
        found = [*(Finding(not step.failed, str(step)) for step in steps), *findings(app, record)]
    for finding in found:
        click.echo(finding)
    sys.exit(0 if all(finding.is_fine for finding in found) else 1)


def _named(records: list[Record], name: str) -> Record:
    found = [record for record in records if record.name == name]
    if not found:
        known = ", ".join(record.name for record in records)
        raise click.ClickException(f"There is no extension {name!r}; known are {known}")
    # Of two packages with one name, the one that is in force is meant.
    return min(found, key=lambda record: record.state not in (State.ACTIVE, State.PENDING))


@extensions_group.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_context
def purge_command(ctx: click.Context, name: str, yes: bool) -> None:
    """Drop all tables of the extension NAME, with everything in them. It must be uninstalled or disabled."""
    app = site_app(ctx, settings=LENIENT, forgiving=True)
    with app.app_context():
        records = _records(app)
        record = _named(records, name)
        if _is_builtin(record):
            raise click.ClickException(f"{name} is a part of the site and is not purged.")
        if record.state in (State.ACTIVE, State.PENDING):
            raise click.ClickException(
                f"{name} is {record.state}; first {to_remove(record.package)}, or put {name} into EXTENSIONS_DISABLED."
            )
        others = [other.name for other in records if other.name != name]
        data = purge.data_of(name, others)
        if not data.rows:
            click.echo(f"{name} has no tables here. Nothing to do.")
            return
        for table, rows in data.rows.items():
            click.echo(f"{table}: {rows} row{'s' if rows != 1 else ''}")
        if not yes:
            click.confirm(f"Drop these {len(data.rows)} tables? This cannot be undone", abort=True)
        dropped = purge.purge(name, others)
    click.echo(f"Dropped {len(dropped)} tables of {name}.")


@extensions_group.command("new")
@click.argument("name")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to put it. Default: fwsite-NAME in this directory."
)
def new_command(name: str, folder: Path | None) -> None:
    """Write a new extension called NAME: a package with a page, a table, a form, tests, ready to be installed."""
    target = folder or Path(f"fwsite-{name.replace('_', '-')}")
    try:
        made = write_scaffold(name, target)
    except ScaffoldError as error:
        raise click.ClickException(str(error)) from error
    for path in made:
        click.echo(str(path))
    click.echo(f"Install it: pip install -e {target}")
    click.echo("See it:     fwsite serve")
    click.echo(f"Test it:    pip install pytest && pytest {target}")
