"""Matrix views: everything side by side, and two at a time."""

from __future__ import annotations

from typing import NamedTuple

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.public.selection import columns_of, everything, filtered, newest_versions
from fwsite.blueprints.comparison.verification import release_columns
from fwsite.domain.comparison import BALANCE_LENGTH, Comparison
from fwsite.domain.matrix import Matrix, make_matrix
from fwsite.domain.pairs import make_pair, pairs_of
from fwsite.extend import exports, known_packages, whole_page

COLUMNS = 20
"""So many frameworks fit the table; of more, the first are shown, and each can be chosen."""
PAIRS = 6
"""So many pairs are links at the head; with more frameworks, two are chosen by the form."""


@bp.get("/")
@whole_page(reads=("f", "show", "rows", "open"), despite_hooks=True)
def index() -> str:
    """The comparison.

    ``?f=django&f=flask`` shows those alone, ``?rows=differ`` the rows in which they differ, ``?open=all`` what every
    cell opens.
    """
    whole = everything(BALANCE_LENGTH)
    shown, problem = filtered(whole)
    chosen = [] if shown == whole else [framework.key for framework in shown.frameworks]
    if len(shown.frameworks) > COLUMNS:
        shown = shown.only([framework.key for framework in shown.frameworks[:COLUMNS]])
        problem = problem or f"The first {COLUMNS} of {len(whole.frameworks)} are shown. Choose others below."
    table = _table(shown)
    pairs = pairs_of(_names(shown))
    return render_template(
        "comparison/index.html",
        everything=whole,
        comparison=shown,
        table=table.only(differing=True) if request.args.get("rows") == "differ" else table,
        rows=len(table.rows),
        differing=table.differing,
        heads=_heads(shown),
        pairs=pairs if len(pairs) <= PAIRS else [],
        formats=exports(),
        problem=problem,
        selection=chosen,
    )


@bp.get("/<first>-or-<second>")
@whole_page(despite_hooks=True)
def pair(first: str, second: str) -> str | Response:
    """Two frameworks beside each other: what speaks for each, and the rows in which they differ."""
    whole = everything(BALANCE_LENGTH)
    keys = [framework.key for framework in whole.frameworks]
    if first not in keys or second not in keys:
        abort(404)
    if first == second:
        return redirect(url_for(".framework", framework=first), code=301)
    if keys.index(first) > keys.index(second):
        return redirect(url_for(".pair", first=second, second=first), code=301)
    shown = whole.only([first, second])
    table = _table(shown)
    return render_template(
        "comparison/pair.html",
        pair=make_pair(shown, *shown.frameworks),
        two=pairs_of(_names(shown))[0],
        comparison=shown,
        differing=table.only(differing=True),
        same=table.only(differing=False),
        heads=_heads(shown),
        others=[each for each in pairs_of(_names(whole)) if {first, second} & {each.first.key, each.second.key}],
        formats=exports(),
    )


def _names(comparison: Comparison) -> dict[str, str]:
    return {framework.key: framework.name for framework in comparison.frameworks}


def _table(comparison: Comparison) -> Matrix:
    return make_matrix(comparison, columns_of(comparison), newest_versions())


class Head(NamedTuple):
    """What is below a framework's name: its newest release, and the page of that on the package index, if known."""

    version: str = ""
    address: str = ""


def _heads(comparison: Comparison) -> dict[str, Head]:
    """By framework; a framework that is a package has its key."""
    known = {key: package.facts.version for key, package in known_packages().items() if package.facts}
    found = {key: Head(version, release_columns.address_of(key, version)) for key, version in known.items()}
    return {framework.key: found.get(framework.key, Head()) for framework in comparison.frameworks}
