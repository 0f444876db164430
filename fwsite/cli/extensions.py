"""Extension commands: what is installed, whether it works, a new one, and the end of an old one."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient

from fwsite.cli.app import site_app
from fwsite.cli.sandbox import site_on_a_copy
from fwsite.db.engine import db
from fwsite.instance import current_instance
from fwsite.ops import purge
from fwsite.ops.schema_diff import drift
from fwsite.plugins import site_walk
from fwsite.plugins.discovery import said
from fwsite.plugins.pending import refresh
from fwsite.plugins.registry import registry_of
from fwsite.plugins.scaffold import ScaffoldError, write_scaffold
from fwsite.plugins.state import Record, State
from fwsite.plugins.upgrade import bring_up_to_date

LENIENT = {"EXTENSIONS_STRICT": False, "EXTENSIONS_REQUIRED": ()}
"""To look at what is broken, the site has to be put together with what is broken."""
_PUBLIC_FAULT = 500


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
    app = site_app(ctx, settings=LENIENT)
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
    if left_alone:
        click.echo(f"Safe mode (EXTENSIONS is builtin): not even looked at are {', '.join(left_alone)}.")


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
    """Try NAME on a copy of the database: contract, migrations, pages, content; exit 1 where something fails."""
    failed = False
    with site_on_a_copy(ctx, LENIENT) as app:
        steps = [step for step in bring_up_to_date(app) if step.failed and step.text.split()[1] == f"{name}:"]
        with app.app_context():
            record = _named(_records(app), name)
        findings = [(not step.failed, str(step)) for step in steps]
        findings += _state_findings(record)
        if record.state is State.ACTIVE:
            findings += [*_drift_findings(app, name), *_page_findings(app, name)]
    for is_fine, text in findings:
        click.echo(f"{'ok' if is_fine else 'FAILED':<7} {text}")
        failed = failed or not is_fine
    sys.exit(1 if failed else 0)


def _named(records: list[Record], name: str) -> Record:
    found = [record for record in records if record.name == name]
    if not found:
        known = ", ".join(record.name for record in records)
        raise click.ClickException(f"There is no extension {name!r}; known are {known}")
    # Of two packages with one name, the one that is in force is meant.
    return min(found, key=lambda record: record.state not in (State.ACTIVE, State.PENDING))


def _state_findings(record: Record) -> Iterator[tuple[bool, str]]:
    if record.state is State.ACTIVE:
        yield True, f"{record.name} {record.version} is imported, keeps the contract, and its tables are up to date"
    else:
        yield False, f"{record.name} is {record.state}: {record.reason}"


def _drift_findings(app: Flask, name: str) -> Iterator[tuple[bool, str]]:
    with app.app_context():
        missing = drift(name)
    if missing:
        yield False, f"its tables are not what its models say: write a migration that does {', '.join(missing)}"


class _Heard(logging.Handler):
    """Keeps what the site logs of a page that fails."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.last = said(error) if error else record.getMessage()


@contextmanager
def _heard() -> Iterator[_Heard]:
    log, handler = logging.getLogger("fwsite"), _Heard()
    before, propagates = log.level, log.propagate
    log.addHandler(handler)
    log.level, log.propagate = logging.ERROR, False
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        log.level, log.propagate = before, propagates


def _page_findings(app: Flask, name: str) -> Iterator[tuple[bool, str]]:
    """Each of its pages that takes no arguments, as a visitor who is not signed in gets it."""
    host = (app.config["TRUSTED_HOSTS"] or ["localhost"])[0].lstrip(".")
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] == name and "GET" in (rule.methods or ()) and not rule.arguments:
            with _heard() as heard:
                response = client.get(rule.rule, base_url=f"http://{host}")
                response.close()
            is_fine = response.status_code < _PUBLIC_FAULT
            yield is_fine, f"{rule.rule} answers {response.status}{'' if is_fine else f': {heard.last}'}"
    yield from _walk_findings(app, name, client, host)
    with app.test_request_context(base_url=f"http://{host}"):
        for problem in registry_of(app).content_problems(of=name):
            yield problem.is_note, str(problem)


def _walk_findings(app: Flask, name: str, client: FlaskClient, host: str) -> Iterator[tuple[bool, str]]:
    """What it adds to the site's pages, and those of its own that take arguments, where a page leads to them."""
    with site_walk.heard(name) as said_of_it:
        pages = list(site_walk.walk(app, name, [client], host))
    plain = {rule.rule for rule in app.url_map.iter_rules()}
    failing = [path for path, status in pages if status >= _PUBLIC_FAULT and path not in plain]
    faults = [f"{path} answers with an error" for path in failing]
    faults += sorted({text for text in said_of_it if ": GET " not in text})
    yield from ((False, fault) for fault in faults)
    if not faults:
        yield True, f"what it adds to {len(pages)} pages of the site fails nowhere"


@extensions_group.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def purge_command(ctx: click.Context, name: str, yes: bool) -> None:
    """Drop all tables of the extension NAME, with everything in them. It must be uninstalled or disabled."""
    app = site_app(ctx, settings=LENIENT)
    with app.app_context():
        records = _records(app)
        record = _named(records, name)
        if _is_builtin(record):
            raise click.ClickException(f"{name} is a part of the site and is not purged.")
        if record.state in (State.ACTIVE, State.PENDING):
            raise click.ClickException(
                f"{name} is {record.state}. Uninstall {record.package}, or put {name} into EXTENSIONS_DISABLED, first."
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
