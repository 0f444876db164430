"""Evidence commands: ``fwsite evidence verify`` and ``fwsite evidence refresh``; what they do is in ``reports``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

group = AppGroup(
    "evidence", help="Check whether quoted words are still in the releases, and what has been released since."
)
_TO = click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="Write the findings to this file, to be shipped."
)
_INDEX = click.option("--index-url", default="", help="Use only this index, not those in pip's settings.")


@group.command("verify")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--newest", is_flag=True, help="Look in the newest releases instead: has a source changed?")
@_INDEX
@_TO
@with_appcontext
def verify(keys: tuple[str, ...], newest: bool, index_url: str, to: Path | None) -> None:
    """Look for the words that claims quote, in the archives of releases that they name.

    KEY is that of a source or a claim; without one, all are looked for. Archives come from the package index that
    pip is set up with, once, into the instance's cache; hashes are checked, and nothing in them is run. The result is
    kept and shown beside each claim. Exit code 1 where words are not where they should be or an archive cannot be
    used, 2 where no index could be reached.
    """
    from fwsite.blueprints.comparison.verification import reports  # a site that serves needs no index, and no archive

    reports.verify(keys, newest, index_url, to)


@group.command("refresh")
@click.argument("keys", nargs=-1, metavar="[PACKAGE]...")
@_INDEX
@_TO
@with_appcontext
def refresh(keys: tuple[str, ...], index_url: str, to: Path | None) -> None:
    """Read the facts of the newest release of each package that texts name: version, day, Pythons, licence, size.

    PACKAGE is its name on the index; without one, all of packages.toml are read. Exit code 1 where one could not be
    read, 2 where no index could be reached.
    """
    from fwsite.blueprints.comparison.verification import reports

    reports.refresh(keys, index_url, to)
