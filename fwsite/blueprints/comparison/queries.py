"""Rows of the comparison as the domain's dataclasses, in a fixed number of statements."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fwsite import models as core
from fwsite.blueprints.comparison import models
from fwsite.domain import comparison as domain
from fwsite.domain.evidence import Evidence
from fwsite.extend import db


def whole_comparison() -> domain.Comparison:
    """Everything there is to compare, in the site's order."""
    sources = {row.key: _source(row) for row in db.session.scalars(select(models.Source))}
    examples: dict[str, list[domain.Source]] = {}
    for row in db.session.execute(select(models.example_source).order_by(models.example_source.c.source_key)):
        examples.setdefault(row.framework_key, []).append(sources[row.source_key])
    frameworks = db.session.scalars(select(core.Framework).order_by(core.Framework.position))
    criteria = db.session.scalars(select(core.Criterion).order_by(core.Criterion.position))
    ratings = db.session.scalars(
        select(models.Rating).order_by(models.Rating.id).options(selectinload(models.Rating.sources))
    )
    claims = db.session.scalars(
        select(models.Claim).order_by(models.Claim.position).options(selectinload(models.Claim.citations))
    )
    return domain.Comparison(
        frameworks=tuple(_framework(row, examples.get(row.key, [])) for row in frameworks),
        criteria=tuple(domain.Criterion(row.key, row.name, row.question, row.finding) for row in criteria),
        ratings=tuple(_rating(row, sources) for row in ratings),
        claims=tuple(_claim(row, sources) for row in claims),
    )


def framework_keys() -> set[str]:
    """What there is a comparison of."""
    return set(db.session.scalars(select(core.Framework.key)))


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
