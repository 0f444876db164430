"""``fwsite fulltext``: the index made anew, and a search without a browser."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from fwsite.extend import current_instance, is_schema_current, reading

from . import lookup, sync, upkeep


@click.group("fulltext")
def group() -> None:
    """What can be found on the site."""


@group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Empty the index and fill it again. Visitors find what was there before until all of it is in."""
    _refuse_without_tables()
    total = 0
    with upkeep.news_waits(), click.progressbar(length=1, label="Texts") as bar:
        for done, total in sync.rebuild():
            bar.length = max(1, total)
            bar.update(done - bar.pos)
    click.echo(f"{total} entries.")


@group.command("find")
@click.argument("words", nargs=-1, required=True)
@with_appcontext
def find(words: tuple[str, ...]) -> None:
    """Print what is found for WORDS, the best first."""
    _refuse_without_tables()
    with reading():
        results = lookup.look_for(" ".join(words), length=current_app.config["FULLTEXT_PAGE_LENGTH"])
    click.echo(f"{results.total} found" if results.every else f"None has all of these words; {results.total} have some")
    for hit in results.hits:
        click.echo(f"\n{hit.kind}: {hit.title.striptags()}\n  {hit.path}\n  {hit.excerpt.striptags()}")


def _refuse_without_tables() -> None:
    if not is_schema_current():
        step = current_instance().upgrade_step()
        raise click.ClickException(f"The database is missing or of an older version. {step}")
