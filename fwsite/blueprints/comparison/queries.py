"""Read model: rows of the comparison as the domain's dataclasses, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, case, func, or_, select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.ledger.visibility import newest_is_public
from fwsite.blueprints.comparison.measured import judgements
from fwsite.blueprints.comparison.verification import receipts
from fwsite.domain import comparison as domain
from fwsite.domain.evidence import Evidence, Voice
from fwsite.domain.items import Document, Kind, State
from fwsite.domain.verdict import Measured
from fwsite.extend import Criterion as CriterionRow
from fwsite.extend import Framework as FrameworkRow
from fwsite.extend import Selection, db, framework_names

PUBLISHED = State.PUBLISHED.value
# Tables and not mapped classes: nothing is changed here, and putting statements together takes a third of the time.
_FRAMEWORK, _CRITERION, _SOURCE, _RATING, _CLAIM, _CITATION = (
    cast("Table", each.__table__)
    for each in (FrameworkRow, CriterionRow, models.Source, models.Rating, models.Claim, models.Citation)
)

_CELLS_IN_ORDER = (_FRAMEWORK.c.position, _FRAMEWORK.c.key, _CRITERION.c.position, _CRITERION.c.key)


def whole_comparison(most: int | None = None) -> domain.Comparison:
    """Everything published, in the site's order; with ``most``, no more pros and no more cons in a cell.

    What answers a row of facts is always there.
    """
    sources = {row.key: _source(row) for row in db.session.execute(_published(_SOURCE))}
    examples: dict[str, list[domain.Source]] = {}
    for row in db.session.execute(select(models.example_source).order_by(models.example_source.c.source_key)):
        if row.source_key in sources:
            examples.setdefault(row.framework_key, []).append(sources[row.source_key])
    frameworks = db.session.execute(_published(_FRAMEWORK).order_by(_FRAMEWORK.c.position)).all()
    criteria = db.session.execute(_published(_CRITERION).order_by(_CRITERION.c.position)).all()
    of_rating: dict[int, list[domain.Source]] = {}
    for row in db.session.execute(select(models.rating_source).order_by(models.rating_source.c.source_key)):
        if row.source_key in sources:
            of_rating.setdefault(row.rating_id, []).append(sources[row.source_key])
    ratings = db.session.execute(_in_published_cells(_published(_RATING), _RATING).order_by(_RATING.c.id))
    query = _claims(most)
    citations = _citations(query, sources)
    judged = judgements.in_force()
    claims = [_claim(row, citations.get(row.key, []), judged) for row in db.session.execute(query)]
    rows = {row.key for row in criteria if row.group_name}
    return domain.Comparison(
        frameworks=tuple(_framework(row, examples.get(row.key, [])) for row in frameworks),
        criteria=tuple(_criterion(row) for row in criteria if row.key not in rows),
        ratings=tuple(
            _rating(row, of_rating.get(row.id, []), judged) for row in ratings if row.criterion_key not in rows
        ),
        claims=tuple(claim for claim in claims if claim.criterion not in rows),
        totals=None if most is None else _totals(),
        rows=tuple(_criterion(row) for row in criteria if row.key in rows),
        facts=tuple(claim for claim in claims if claim.criterion in rows),
    )


def _published(table: Table) -> Any:
    return select(table).where(table.c.state == PUBLISHED)


def _in_published_cells(query: Any, table: Table) -> Any:
    """Only what is said of a published framework on a published criterion."""
    return (
        query.join(_FRAMEWORK, _FRAMEWORK.c.key == table.c.framework_key)
        .join(_CRITERION, _CRITERION.c.key == table.c.criterion_key)
        .where(_FRAMEWORK.c.state == PUBLISHED, _CRITERION.c.state == PUBLISHED)
    )


def _claims(most: int | None) -> Any:
    claim = _CLAIM.c
    order = (claim.position, claim.key)
    query = _in_published_cells(_published(_CLAIM), _CLAIM).order_by(*order)
    if most is None:
        return query
    is_answer = claim.answer != ""
    cell = (claim.framework_key, claim.criterion_key, claim.side)
    place = func.row_number().over(partition_by=cell, order_by=(~is_answer, *order))
    first = (
        _in_published_cells(select(claim.key, place.label("place")), _CLAIM).where(claim.state == PUBLISHED).subquery()
    )
    return query.join(first, first.c.key == claim.key).where(
        or_(first.c.place <= most, and_(first.c.place == 1, is_answer, _CRITERION.c.group_name != ""))
    )


def _citations(claims: Any, sources: dict[str, domain.Source] | None = None) -> dict[str, list[domain.Citation]]:
    """The citations of the claims of a query, by their keys: in one statement however many there are."""
    keys = claims.with_only_columns(_CLAIM.c.key).order_by(None).subquery()
    query = select(_CITATION).join(keys, keys.c.key == _CITATION.c.claim_key)
    rows = db.session.execute(query.order_by(_CITATION.c.claim_key, _CITATION.c.position)).all()
    known = sources_of({row.source_key for row in rows}) if sources is None else sources
    looked_for = receipts.known()
    found: dict[str, list[domain.Citation]] = {}
    for row in rows:
        if row.source_key in known:
            found.setdefault(row.claim_key, []).append(_cited(known[row.source_key], row.words, looked_for))
    return found


def _totals() -> dict[tuple[str, str, domain.Side], domain.Total]:
    claim = _CLAIM.c
    cell = (claim.framework_key, claim.criterion_key, claim.side)
    measured = func.sum(case((claim.evidence == Evidence.MEASURED.value, 1), else_=0))
    query = _in_published_cells(select(*cell, func.count(), measured, func.max(claim.reviewed_on)), _CLAIM)
    found = db.session.execute(query.where(claim.state == PUBLISHED).group_by(*cell))
    return {(row[0], row[1], domain.Side(row[2])): domain.Total(row[3], row[4], row[5]) for row in found}


def cell_claims(framework: str, criterion: str, offset: int, limit: int) -> list[domain.Claim]:
    """A stretch of all published claims in one cell, pros first."""
    claim = _CLAIM.c
    query = _in_published_cells(_published(_CLAIM), _CLAIM).where(
        claim.framework_key == framework, claim.criterion_key == criterion
    )
    query = query.order_by(claim.side.desc(), claim.position, claim.key).offset(offset).limit(limit)
    rows = db.session.execute(query).all()
    citations = _citations(select(_CLAIM).where(claim.key.in_([row.key for row in rows])))
    judged = judgements.in_force()
    return [_claim(row, citations.get(row.key, []), judged) for row in rows]


def published_claims(keys: Collection[str] | None = None) -> list[domain.Claim]:
    """Every published claim, or the named ones of them, pros first, in three statements however many there are."""
    claim = _CLAIM.c
    query = _in_published_cells(_published(_CLAIM), _CLAIM)
    if keys is not None:
        query = query.where(claim.key.in_(keys))
    citations = _citations(query)
    rows = db.session.execute(query.order_by(claim.side.desc(), claim.position, claim.key))
    judged = judgements.in_force()
    return [_claim(row, citations.get(row.key, []), judged) for row in rows]


def places_in_cells(behind: int) -> dict[str, int]:
    """The place of each published claim in its cell, by its key, counted from 1; none of the first ones."""
    claim = _CLAIM.c
    cell = (claim.framework_key, claim.criterion_key)
    place = func.row_number().over(partition_by=cell, order_by=(claim.side.desc(), claim.position, claim.key))
    published = _in_published_cells(select(claim.key, place.label("place")), _CLAIM)
    placed = published.where(claim.state == PUBLISHED).subquery()
    rows = db.session.execute(select(placed).where(placed.c.place > behind))
    return {row.key: row.place for row in rows}


def frameworks_of_claims() -> dict[str, str]:
    """The framework of every claim, drafts and retired ones too, by the claim's key."""
    claim = _CLAIM.c
    rows = db.session.execute(select(claim.key, claim.framework_key).order_by(claim.key))
    return {row.key: row.framework_key for row in rows}


def selected_claims(selection: Selection) -> list[domain.Claim]:
    """The published claims that are asked for, in the site's order; none of a draft, or of what is said of one."""
    claim = _CLAIM.c
    query = _selected(_in_published_cells(_published(_CLAIM), _CLAIM), _CLAIM, selection)
    if selection.key is not None:
        query = query.where(claim.key == selection.key)
    citations = _citations(query)
    rows = db.session.execute(query.order_by(*_CELLS_IN_ORDER, claim.side.desc(), claim.position, claim.key))
    judged = judgements.in_force()
    return [_claim(row, citations.get(row.key, []), judged) for row in rows]


def selected_ratings(selection: Selection) -> list[domain.Rating]:
    """The published ratings that are asked for, likewise."""
    query = _selected(_in_published_cells(_published(_RATING), _RATING), _RATING, selection)
    rows = db.session.execute(query.order_by(*_CELLS_IN_ORDER)).all()
    of = models.rating_source.c
    ids = query.with_only_columns(_RATING.c.id).subquery()
    pairs = select(of.rating_id, of.source_key).join(ids, ids.c.id == of.rating_id).order_by(of.source_key)
    cited = db.session.execute(pairs).all()
    sources = sources_of({row.source_key for row in cited})
    found: dict[int, list[domain.Source]] = {}
    for row in cited:
        if row.source_key in sources:
            found.setdefault(row.rating_id, []).append(sources[row.source_key])
    judged = judgements.in_force()
    return [_rating(row, found.get(row.id, []), judged) for row in rows]


def _selected(query: Any, table: Table, selection: Selection) -> Any:
    if selection.framework is not None:
        query = query.where(table.c.framework_key == selection.framework)
    if selection.criterion is not None:
        query = query.where(table.c.criterion_key == selection.criterion)
    return query


class Point(NamedTuple):
    """A claim that is not retired, without its sources: the ``words`` that it quotes, and whether visitors get it."""

    claim: domain.Claim
    words: str
    is_published: bool


def points() -> list[Point]:
    """Every claim that is not retired, pros first, in two statements."""
    claim = _CLAIM.c
    states = (claim.state, _FRAMEWORK.c.state, _CRITERION.c.state)
    is_published = and_(*(state == PUBLISHED for state in states)).label("is_published")
    query = (
        select(_CLAIM, is_published)
        .join(_FRAMEWORK, _FRAMEWORK.c.key == claim.framework_key)
        .join(_CRITERION, _CRITERION.c.key == claim.criterion_key)
        .where(*(state != State.RETIRED.value for state in states))
    )
    words: dict[str, list[str]] = {}
    for row in db.session.execute(select(_CITATION).order_by(_CITATION.c.claim_key, _CITATION.c.position)):
        words.setdefault(row.claim_key, []).append(row.words)
    rows = db.session.execute(query.order_by(claim.side.desc(), claim.position, claim.key))
    return [Point(_claim(row, [], {}), " ... ".join(words.get(row.key, ())), bool(row.is_published)) for row in rows]


def sources_of(keys: Collection[str]) -> dict[str, domain.Source]:
    """Those of the named sources that visitors may know of: not the drafts, nor what was retired as one."""
    told = or_(_SOURCE.c.state == State.PUBLISHED.value, newest_is_public(Kind.SOURCE, _SOURCE.c.key))
    rows = db.session.execute(select(_SOURCE).where(_SOURCE.c.key.in_(keys), told))
    return {row.key: _source(row) for row in rows}


def quoted_archives() -> set[str]:
    """The archives of releases that published claims quote, in one statement."""
    archives = select(_SOURCE.c.archive).join(_CITATION, _CITATION.c.source_key == _SOURCE.c.key)
    query = _in_published_cells(archives.join(_CLAIM, _CLAIM.c.key == _CITATION.c.claim_key), _CLAIM)
    shown = query.where(_CLAIM.c.state == PUBLISHED, _SOURCE.c.state != State.DRAFT.value, _SOURCE.c.archive != "")
    return set(db.session.scalars(shown.distinct()))


def with_receipts(claim: Document) -> list[domain.Citation]:
    """The citations of a claim's document, as far as visitors may know of their sources."""
    sources = sources_of({entry["source"] for entry in claim["sources"]})
    looked_for = receipts.known()
    cited = [each for each in claim["sources"] if each["source"] in sources]
    return [_cited(sources[each["source"]], each["words"], looked_for) for each in cited]


def sources_by_key() -> dict[str, domain.Source]:
    """Every source that is not retired, drafts too: for maintainers and hosts."""
    query = select(_SOURCE).where(_SOURCE.c.state != State.RETIRED.value).order_by(_SOURCE.c.key)
    return {row.key: _source(row) for row in db.session.execute(query)}


def framework_keys() -> set[str]:
    """What there is a comparison of."""
    return set(framework_names())


def review_days() -> dict[str, date | None]:
    """When anything said of each published framework was last reviewed, in the site's order."""
    days: dict[str, list[date]] = {}
    for table in (_RATING, _CLAIM):
        query = _in_published_cells(select(table.c.framework_key, func.max(table.c.reviewed_on)), table)
        for key, day in db.session.execute(query.where(table.c.state == PUBLISHED).group_by(table.c.framework_key)):
            days.setdefault(key, []).append(day)
    return {key: max(days.get(key, ()), default=None) for key in framework_names()}


def _source(row: Any) -> domain.Source:
    return domain.Source(
        key=row.key,
        title=row.title,
        url=row.url,
        read_on=row.read_on,
        publisher=row.publisher,
        author=row.author,
        published=row.published,
        voice=Voice(row.voice) if row.voice else None,
        archive=row.archive,
        sha256=row.sha256,
        file=row.file,
    )


def _cited(source: domain.Source, words: str, looked_for: receipts.Receipts) -> domain.Citation:
    if not source.archive or not words:
        return domain.Citation(source, words)
    return domain.Citation(source, words, *looked_for.of_words(source, words))


def _criterion(row: Any) -> domain.Criterion:
    return domain.Criterion(row.key, row.name, row.question, row.finding, row.group_name)


def _framework(row: Any, sources: list[domain.Source]) -> domain.Framework:
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


def _evidence(row: Any, sources: Collection[object]) -> Evidence:
    """What is said of it: without a source that visitors can read, as in tables of old, it is an opinion."""
    return Evidence(row.evidence) if sources else Evidence.OPINION


def _rating(row: Any, sources: list[domain.Source], judged: Mapping[str, Measured]) -> domain.Rating:
    measured = judgements.on(judged, f"{row.framework_key}.{row.criterion_key}", row.reason)
    return domain.Rating(
        framework=row.framework_key,
        criterion=row.criterion_key,
        score=row.score,
        reason=row.reason,
        evidence=Evidence.MEASURED if measured else _evidence(row, sources),
        reviewed_on=row.reviewed_on,
        sources=tuple(sources),
        measured=measured,
    )


def _claim(row: Any, citations: list[domain.Citation], judged: Mapping[str, Measured]) -> domain.Claim:
    measured = judgements.on(judged, row.key, row.text)
    return domain.Claim(
        key=row.key,
        framework=row.framework_key,
        criterion=row.criterion_key,
        side=domain.Side(row.side),
        text=row.text,
        evidence=Evidence.MEASURED if measured else _evidence(row, citations),
        reviewed_on=row.reviewed_on,
        citations=tuple(citations),
        answer=row.answer,
        measured=measured,
    )
