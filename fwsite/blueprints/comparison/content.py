"""Content file -> database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from fwsite import models as core
from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.edition import Edition, EditionError, read_edition
from fwsite.domain import comparison as domain
from fwsite.extend import ContentProblem, current_instance, db

FILE = "frameworks.toml"
_CoreRow = core.Criterion | core.Framework


def load() -> str:
    """Make the tables hold the content file, when they do not already; all or nothing.

    Raises :class:`EditionError` and changes nothing where the file has a fault.
    """
    path = current_instance().content_file(FILE)
    edition = read_edition(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if db.session.scalar(select(models.Edition.digest)) == digest:
        return f"{path} is loaded already"
    _empty()
    _fill(edition)
    db.session.add(models.Edition(digest=digest, loaded_on=datetime.now(UTC).date()))
    db.session.commit()
    compared = edition.comparison
    return (
        f"loaded {path}: {len(compared.frameworks)} frameworks, {len(compared.criteria)} criteria, "
        f"{len(compared.ratings)} ratings, {len(compared.claims)} pros and cons"
    )


def check() -> Iterator[ContentProblem]:
    """Every fault of the content file."""
    try:
        read_edition(current_instance().content_file(FILE))
    except EditionError as error:
        yield from error.problems


def _empty() -> None:
    for table in (
        models.rating_source,
        models.example_source,
        models.Citation,
        models.Claim,
        models.Rating,
        models.Source,
        models.Edition,
    ):
        db.session.execute(delete(table))


def _fill(edition: Edition) -> None:
    compared = edition.comparison
    _replace_core(core.Criterion, [_criterion(item, position) for position, item in enumerate(compared.criteria)])
    _replace_core(core.Framework, [_framework(item, position) for position, item in enumerate(compared.frameworks)])
    db.session.flush()
    rows = {item.key: _source(item) for item in edition.sources}
    db.session.add_all(rows.values())
    db.session.add_all(_rating(item, rows) for item in compared.ratings)
    db.session.add_all(_claim(item, position) for position, item in enumerate(compared.claims))
    db.session.flush()
    for framework in compared.frameworks:
        for source in framework.example_sources:
            values = {"framework_key": framework.key, "source_key": source.key}
            db.session.execute(insert(models.example_source).values(values))


def _replace_core(table: type[core.Criterion] | type[core.Framework], rows: Sequence[_CoreRow]) -> None:
    """Rows that stay are changed, not deleted and made again: other extensions may refer to them."""
    db.session.execute(delete(table).where(table.key.not_in([row.key for row in rows])))
    for row in rows:
        db.session.merge(row)


def _criterion(item: domain.Criterion, position: int) -> core.Criterion:
    return core.Criterion(key=item.key, position=position, name=item.name, question=item.question, finding=item.finding)


def _framework(item: domain.Framework, position: int) -> core.Framework:
    return core.Framework(
        key=item.key,
        position=position,
        name=item.name,
        first_release=item.first_release,
        summary=item.summary,
        drawback=item.drawback,
        example=item.example,
        on_balance=item.on_balance,
    )


def _source(item: domain.Source) -> models.Source:
    return models.Source(
        key=item.key,
        title=item.title,
        publisher=item.publisher,
        author=item.author,
        published=item.published,
        url=item.url,
        read_on=item.read_on,
    )


def _rating(item: domain.Rating, sources: dict[str, models.Source]) -> models.Rating:
    return models.Rating(
        framework_key=item.framework,
        criterion_key=item.criterion,
        score=item.score,
        reason=item.reason,
        evidence=item.evidence.value,
        reviewed_on=item.reviewed_on,
        sources=[sources[source.key] for source in item.sources],
    )


def _claim(item: domain.Claim, position: int) -> models.Claim:
    return models.Claim(
        key=item.key,
        position=position,
        framework_key=item.framework,
        criterion_key=item.criterion,
        side=item.side.value,
        text=item.text,
        evidence=item.evidence.value,
        reviewed_on=item.reviewed_on,
        citations=[
            models.Citation(position=number, source_key=citation.source.key, words=citation.words)
            for number, citation in enumerate(item.citations)
        ],
    )
