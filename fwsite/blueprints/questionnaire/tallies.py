"""Counting responses as they come and go, in the transaction that stores or deletes them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from fwsite.blueprints.questionnaire.definitions import definition_of
from fwsite.blueprints.questionnaire.models import PublishedDefinition, Statistics, StoredResponse, TallyCount
from fwsite.domain.answers import Answer, State, Weight
from fwsite.domain.disclosure import LEAST
from fwsite.domain.statistics import Cell, Part, Tally, cells_of, may_publish, published
from fwsite.extend import db


def count_in(response: StoredResponse) -> None:
    """Count a response that this transaction has just stored. It was never part of what is published now."""
    row = _locked(response.version)
    response.published_before = row.published
    row.responses += 1
    row.moved += 1
    _change(response.version, _cells(response), 1)
    _publish(row)


def count_out(responses: Iterable[StoredResponse]) -> None:
    """Take out responses that this transaction deletes."""
    by_version: dict[str, list[StoredResponse]] = defaultdict(list)
    for response in responses:
        by_version[response.version].append(response)
    for version, gone in sorted(by_version.items()):
        row = _locked(version)
        row.responses -= len(gone)
        # Who came after the last publication and goes before the next was never part of one.
        row.moved += sum(1 if response.published_before < row.published else -1 for response in gone)
        total: Counter[Cell] = Counter()
        for response in gone:
            total.update(_cells(response))
        _change(version, total, -1)
        _publish(row)


def _cells(response: StoredResponse) -> Tally:
    answers = (
        (row.question, Answer(State(row.state), tuple(row.options), Weight(row.weight))) for row in response.answers
    )
    return cells_of(answers, response.result, response.created_on)


def _locked(version: str) -> Statistics:
    """The version's row, which nobody else changes until the end of the transaction."""
    given: dict[str, Any] = {"populate_existing": True, "with_for_update": True}
    row = db.session.get(Statistics, version, **given)
    if row is None:
        first = _insert(Statistics).values(version=version, responses=0, moved=0, published=0)
        db.session.execute(first.on_conflict_do_nothing())
        row = db.session.get_one(Statistics, version, **given)
    return row


def _insert(table: type[Any]) -> Any:
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)


def _change(version: str, cells: Tally, sign: int) -> None:
    rows = [
        {"version": version, "part": cell.part.value, "question": cell.question, "cell": str(cell.cell)}
        | {"count": sign * count}
        for cell, count in sorted(cells.items())
    ]
    statement = _insert(TallyCount).values(rows)
    total = TallyCount.count + statement.excluded.count
    key = [TallyCount.version, TallyCount.part, TallyCount.question, TallyCount.cell]
    db.session.execute(statement.on_conflict_do_update(index_elements=key, set_={"count": total}))
    if sign < 0:
        db.session.execute(delete(TallyCount).where(TallyCount.version == version, TallyCount.count == 0))


def _publish(row: Statistics) -> None:
    """Publish new numbers where enough has changed; take back those there are where too few responses are left."""
    if row.responses < LEAST:
        row.document = None
    if not may_publish(row.responses, row.moved):
        return
    counts = db.session.scalars(select(TallyCount).where(TallyCount.version == row.version))
    tally = {Cell(Part(count.part), count.question, count.cell): count.count for count in counts}
    row.document = published(definition_of(row.version), tally, row.responses, datetime.now(UTC).date())
    row.published += 1
    row.moved = 0


def find_published(version: str) -> dict[str, Any] | None:
    """The published numbers of a version; none where there are none."""
    return db.session.scalar(select(Statistics.document).where(Statistics.version == version))


def published_versions() -> list[tuple[str, date]]:
    """The versions that numbers are published of, each with the day it came into use; the latest first."""
    query = (
        select(Statistics.version, PublishedDefinition.published_at)
        .join(PublishedDefinition, PublishedDefinition.version == Statistics.version)
        .where(Statistics.document.is_not(None))
        .order_by(PublishedDefinition.published_at.desc())
    )
    return [(row.version, row.published_at.date()) for row in db.session.execute(query)]
