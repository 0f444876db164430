"""Read model for authors: what the comparison has published, as dataclasses and names."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from fwsite.db.engine import db
from fwsite.db.models import Criterion, Framework
from fwsite.domain.comparison import Claim, Rating
from fwsite.domain.items import State
from fwsite.plugins.content import Selection
from fwsite.plugins.registry import path_for, registry_of


def published_claims(framework: str | None = None, criterion: str | None = None) -> tuple[Claim, ...]:
    """Every published pro, con and fact, or those of a framework, on a criterion, or both, named by their keys.

    A fact has an ``answer``, which is shown in the table of facts.
    As visitors read them: no draft, nothing retired, and no source that is a draft. In the site's order: by framework,
    by criterion, pros first. Three statements however many there are; read them once for a page, not once for a slot.
    """
    return tuple(registry_of(current_app).claims(Selection(framework=framework, criterion=criterion)))


def published_ratings(framework: str | None = None, criterion: str | None = None) -> tuple[Rating, ...]:
    """Every published rating, or those of a framework, on a criterion, or both; likewise, and in the same order."""
    return tuple(registry_of(current_app).ratings(Selection(framework=framework, criterion=criterion)))


def find_claim(key: str) -> Claim | None:
    """The published pro or con of this key; ``None`` where there is none, or it is not published."""
    return next(iter(registry_of(current_app).claims(Selection(key=key))), None)


def claim_path(claim: Claim) -> str:
    """Where a pro or con is certain to be: on the page of its cell, as other pages may show the first ones alone."""
    return f"{path_for('comparison.cell', framework=claim.framework, criterion=claim.criterion)}#{claim.key}"


def framework_names() -> dict[str, str]:
    """Name of each published framework by its key, in the site's order."""
    return _names(Framework)


def criterion_names() -> dict[str, str]:
    """Name of each published criterion by its key, in the site's order."""
    return _names(Criterion)


def _names(table: type[Framework] | type[Criterion]) -> dict[str, str]:
    query = select(table.key, table.name).where(table.state == State.PUBLISHED.value)
    return {row.key: row.name for row in db.session.execute(query.order_by(table.position, table.key))}
