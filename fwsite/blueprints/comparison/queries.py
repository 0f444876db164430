"""Rows of the comparison as the domain's dataclasses, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload, subqueryload

from fwsite import models as core
from fwsite.blueprints.comparison import models
from fwsite.domain import comparison as domain
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import State
from fwsite.extend import db

PUBLISHED = State.PUBLISHED.value


def whole_comparison(most: int | None = None) -> domain.Comparison:
    """Everything published, in the site's order; with ``most``, no more pros and no more cons in a cell."""
    sources = {row.key: _source(row) for row in db.session.scalars(select(models.Source))}
    examples: dict[str, list[domain.Source]] = {}
    for row in db.session.execute(select(models.example_source).order_by(models.example_source.c.source_key)):
        examples.setdefault(row.framework_key, []).append(sources[row.source_key])
    frameworks = db.session.scalars(_published(core.Framework).order_by(core.Framework.position)).all()
    criteria = db.session.scalars(_published(core.Criterion).order_by(core.Criterion.position)).all()
    ratings = db.session.scalars(
        _in_published_cells(_published(models.Rating), models.Rating)
        .order_by(models.Rating.id)
        .options(selectinload(models.Rating.sources))
    )
    # One statement however many there are; selectinload would take one for every 500.
    claims = db.session.scalars(_claims(most).options(subqueryload(models.Claim.citations)))
    return domain.Comparison(
        frameworks=tuple(_framework(row, examples.get(row.key, [])) for row in frameworks),
        criteria=tuple(domain.Criterion(row.key, row.name, row.question, row.finding) for row in criteria),
        ratings=tuple(_rating(row, sources) for row in ratings),
        claims=tuple(_claim(row, sources) for row in claims),
        totals=None if most is None else _totals(),
    )


def _published(table: Any) -> Any:
    return select(table).where(table.state == PUBLISHED)


def _in_published_cells(query: Any, table: Any) -> Any:
    """Only what is said of a published framework on a published criterion."""
    return (
        query.join(core.Framework, core.Framework.key == table.framework_key)
        .join(core.Criterion, core.Criterion.key == table.criterion_key)
        .where(core.Framework.state == PUBLISHED, core.Criterion.state == PUBLISHED)
    )


def _claims(most: int | None) -> Any:
    claim = models.Claim
    order = (claim.position, claim.key)
    query = _in_published_cells(_published(claim), claim).order_by(*order)
    if most is None:
        return query
    place = func.row_number().over(partition_by=(claim.framework_key, claim.criterion_key, claim.side), order_by=order)
    first = (
        _in_published_cells(select(claim.key, place.label("place")), claim).where(claim.state == PUBLISHED).subquery()
    )
    return query.join(first, first.c.key == claim.key).where(first.c.place <= most)


def _totals() -> dict[tuple[str, str, domain.Side], domain.Total]:
    claim = models.Claim
    cell = (claim.framework_key, claim.criterion_key, claim.side)
    measured = func.sum(case((claim.evidence == Evidence.MEASURED.value, 1), else_=0))
    query = _in_published_cells(select(*cell, func.count(), measured, func.max(claim.reviewed_on)), claim)
    found = db.session.execute(query.where(claim.state == PUBLISHED).group_by(*cell))
    return {(row[0], row[1], domain.Side(row[2])): domain.Total(row[3], row[4], row[5]) for row in found}


def cell_claims(framework: str, criterion: str, offset: int, limit: int) -> list[domain.Claim]:
    """A stretch of all published claims in one cell, pros first."""
    claim = models.Claim
    query = _in_published_cells(_published(claim), claim).where(
        claim.framework_key == framework, claim.criterion_key == criterion
    )
    query = query.order_by(claim.side.desc(), claim.position, claim.key).offset(offset).limit(limit)
    found = db.session.scalars(query.options(selectinload(claim.citations))).all()
    sources = sources_of({citation.source_key for row in found for citation in row.citations})
    return [_claim(row, sources) for row in found]


def claims_named(keys: Collection[str]) -> list[domain.Claim]:
    """Those of the named claims that are published, pros first, in three statements however many there are."""
    return published_claims(keys)


def published_claims(keys: Collection[str] | None = None) -> list[domain.Claim]:
    """Every published claim, or the named ones of them, pros first, in three statements however many there are."""
    claim = models.Claim
    query = _in_published_cells(_published(claim), claim)
    if keys is not None:
        query = query.where(claim.key.in_(keys))
    query = query.order_by(claim.side.desc(), claim.position, claim.key)
    found = db.session.scalars(query.options(subqueryload(claim.citations))).all()
    sources = sources_of({citation.source_key for row in found for citation in row.citations})
    return [_claim(row, sources) for row in found]


def sources_of(keys: Collection[str]) -> dict[str, domain.Source]:
    """Those of the named sources that there are, whatever became of them."""
    rows = db.session.scalars(select(models.Source).where(models.Source.key.in_(keys)))
    return {row.key: _source(row) for row in rows}


def framework_keys() -> set[str]:
    """What there is a comparison of."""
    return set(framework_names())


def framework_names() -> dict[str, str]:
    """Name of each published framework, in the site's order."""
    return _names(core.Framework)


def criterion_names() -> dict[str, str]:
    """Name of each published criterion, in the site's order."""
    return _names(core.Criterion)


def _names(table: type[core.Framework] | type[core.Criterion]) -> dict[str, str]:
    query = select(table.key, table.name).where(table.state == PUBLISHED).order_by(table.position, table.key)
    return {row.key: row.name for row in db.session.execute(query)}


def review_days() -> dict[str, date | None]:
    """When anything said of each published framework was last reviewed, in the site's order."""
    days: dict[str, list[date]] = {}
    for table in (models.Rating, models.Claim):
        query = _in_published_cells(select(table.framework_key, func.max(table.reviewed_on)), table)
        for key, day in db.session.execute(query.where(table.state == PUBLISHED).group_by(table.framework_key)):
            days.setdefault(key, []).append(day)
    rows = db.session.scalars(_published(core.Framework).order_by(core.Framework.position))
    return {row.key: max(days.get(row.key, ()), default=None) for row in rows}


def _source(row: models.Source) -> domain.Source:
    return domain.Source(
        key=row.key,
        title=row.title,
        url=row.url,
        read_on=row.read_on,
        publisher=row.publisher,
        author=row.author,
        published=row.published,
    )


def _framework(row: core.Framework, sources: list[domain.Source]) -> domain.Framework:
    return domain.Framework(
        key=row.key,
        name=row.name,
        summary=row.summary,
        drawback=row.drawback,
        example=row.example,
        on_balance=row.on_balance,
        first_release=row.first_release,
        example_sources=tuple(sources),
    )


def _rating(row: models.Rating, sources: dict[str, domain.Source]) -> domain.Rating:
    return domain.Rating(
        framework=row.framework_key,
        criterion=row.criterion_key,
        score=row.score,
        reason=row.reason,
        evidence=Evidence(row.evidence),
        reviewed_on=row.reviewed_on,
        sources=tuple(sources[source.key] for source in row.sources),
    )


def _claim(row: models.Claim, sources: dict[str, domain.Source]) -> domain.Claim:
    return domain.Claim(
        key=row.key,
        framework=row.framework_key,
        criterion=row.criterion_key,
        side=domain.Side(row.side),
        text=row.text,
        evidence=Evidence(row.evidence),
        reviewed_on=row.reviewed_on,
        citations=tuple(domain.Citation(sources[c.source_key], c.words) for c in row.citations),
    )
