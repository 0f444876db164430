"""Selection: the frameworks that an address asks for, out of everything that is compared."""

from __future__ import annotations

import logging

from flask import abort, request

from fwsite.blueprints.comparison.current import comparison_in_force
from fwsite.blueprints.comparison.measured import facts
from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.blueprints.comparison.verification import release_columns
from fwsite.domain.comparison import Comparison
from fwsite.extend import FilledColumn, current_instance, filled_columns, known_packages

log = logging.getLogger(__name__)


def columns_of(comparison: Comparison) -> tuple[FilledColumn, ...]:
    """What package indexes say, what was measured, and what extensions know, of these frameworks."""
    frameworks = tuple(framework.key for framework in comparison.frameworks)
    return (*release_columns.columns(comparison.frameworks), *facts.columns(frameworks), *filled_columns(frameworks))


def newest_versions() -> dict[str, str]:
    """The version of the newest known release of each package, by its name."""
    return {package.name: package.facts.version for package in known_packages().values() if package.facts}


def everything(most: int | None = None) -> Comparison:
    """All that is published; with ``most``, no more pros and no more cons in a cell. Error 503 where there is none."""
    comparison = whole_comparison() if most is None else comparison_in_force(most)
    if not comparison.frameworks:
        log.error("there is nothing to compare; run: %s", current_instance().command("db upgrade"))
        abort(503)
    return comparison


def filtered(whole: Comparison) -> tuple[Comparison, str]:
    """The chosen frameworks; all of them, with what is wrong, where the choice cannot be shown."""
    keys = request.args.getlist("f")
    known = {framework.key for framework in whole.frameworks}
    chosen = [key for key in keys if key in known]
    if chosen:
        unknown = len(chosen) < len(keys)
        return whole.only(chosen), "One of the chosen frameworks is not in this comparison." if unknown else ""
    if keys:
        return whole, "None of the chosen frameworks is in this comparison, so all of them are shown."
    if "show" in request.args:
        return whole, "Choose at least one framework. All of them are shown."
    return whole, ""
