"""A response holds its answers itself, and is counted when numbers are published and not before.

Fewer rows and indexes are written while somebody waits.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0008"
down_revision = "questionnaire_0007"

_AT_A_TIME = 500
_LEAST = 10
_RESPONSE = sa.table(
    "questionnaire_response",
    sa.column("id", sa.Integer()),
    sa.column("version", sa.String()),
    sa.column("created_on", sa.Date()),
    sa.column("winners", sa.JSON(none_as_null=True)),
    sa.column("answers", sa.JSON()),
    sa.column("published_before", sa.Integer()),
)
_ANSWER = sa.table(
    "questionnaire_answer",
    sa.column("id", sa.Integer()),
    sa.column("response_id", sa.Integer()),
    sa.column("question", sa.String()),
    sa.column("state", sa.String()),
    sa.column("options", sa.JSON()),
    sa.column("weight", sa.String()),
)
_STATISTICS = sa.table("questionnaire_statistics", *map(sa.column, ("version", "responses", "published")))
_TALLY = sa.table("questionnaire_tally", *map(sa.column, ("version", "part", "question", "cell", "count")))
_WAITING = "ix_questionnaire_response_version"


def upgrade() -> None:
    op.add_column("questionnaire_response", sa.Column("answers", sa.JSON(), nullable=False, server_default="{}"))
    for numbers in _in_pieces():
        _take_answers(numbers)
    op.drop_table("questionnaire_answer")
    op.create_index(_WAITING, "questionnaire_response", ["version", "published_before"])
    for version, responses, published in _rows(sa.select(_STATISTICS).order_by(_STATISTICS.c.version)):
        if published == 0 and responses >= _LEAST:  # counted when counting began, and published with the next one
            of_it = _STATISTICS.c.version == version
            op.get_bind().execute(_STATISTICS.update().where(of_it).values(published=1))
        else:
            _count(version, published, -1)


def _rows(query: Any) -> list[Any]:
    return list(op.get_bind().execute(query))


def _in_pieces() -> Iterator[list[int]]:
    """The numbers of all responses, some at a time."""
    last = 0
    while True:
        query = sa.select(_RESPONSE.c.id).where(_RESPONSE.c.id > last).order_by(_RESPONSE.c.id).limit(_AT_A_TIME)
        numbers = [number for (number,) in _rows(query)]
        if not numbers:
            return
        yield numbers
        last = numbers[-1]


def _take_answers(numbers: list[int]) -> None:
    answers: dict[int, dict[str, Any]] = {number: {} for number in numbers}
    columns = _ANSWER.c
    of_them = columns.response_id.between(numbers[0], numbers[-1])
    for row in _rows(sa.select(_ANSWER).where(of_them).order_by(columns.id)):
        answers[row.response_id][row.question] = [row.state, row.options, row.weight]
    change = _RESPONSE.update().where(_RESPONSE.c.id == sa.bindparam("of")).values(answers=sa.bindparam("given"))
    op.get_bind().execute(change, [{"of": number, "given": given} for number, given in answers.items()])


def _count(version: str, published: int, sign: int) -> None:
    """Count those that came after the last publication in, or out."""
    of_them = (_RESPONSE.c.version == version) & (_RESPONSE.c.published_before == published)
    cells: Counter[tuple[str, str, str]] = Counter()
    for row in _rows(sa.select(_RESPONSE).where(of_them)):
        cells.update(_cells(row))
    tally = _TALLY.c
    for (part, question, cell), number in sorted(cells.items()):
        this = (tally.version == version, tally.part == part, tally.question == question, tally.cell == cell)
        changed = _TALLY.update().where(*this).values(count=tally["count"] + sign * number)
        if op.get_bind().execute(changed).rowcount == 0 and sign > 0:
            key = {"version": version, "part": part, "question": question, "cell": cell}
            op.get_bind().execute(_TALLY.insert().values(**key, count=number))
    op.get_bind().execute(_TALLY.delete().where(tally.version == version, tally["count"] <= 0))


def _cells(row: Any) -> Iterator[tuple[str, str, str]]:
    yield "day", "", row.created_on.isoformat()
    if row.winners is not None and len(row.winners) == 1:
        yield "winner", "", row.winners[0]
    else:
        yield "outcome", "", "unknown" if row.winners is None else "tie" if row.winners else "none"
    for question, (state, options, weight) in row.answers.items():
        yield "state", question, state
        yield "weight", question, weight
        yield from (("option", question, option) for option in options)


def downgrade() -> None:
    for version, published in _rows(sa.select(_STATISTICS.c.version, _STATISTICS.c.published)):
        _count(version, published, 1)
    op.drop_index(_WAITING, table_name="questionnaire_response")
    op.create_table(
        "questionnaire_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("weight", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('answered', 'not_sure', 'skipped')", name=op.f("ck_questionnaire_answer_state")),
        sa.CheckConstraint(
            "weight IN ('little', 'normal', 'lot', 'must')", name=op.f("ck_questionnaire_answer_weight")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["questionnaire_response.id"],
            name=op.f("fk_questionnaire_answer_response_id_questionnaire_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_answer")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_questionnaire_answer_response_id")),
    )
    op.create_index(op.f("ix_questionnaire_answer_response_id"), "questionnaire_answer", ["response_id"])
    for numbers in _in_pieces():
        _give_answers(numbers)
    op.drop_column("questionnaire_response", "answers")


def _give_answers(numbers: list[int]) -> None:
    columns = _RESPONSE.c
    of_them = columns.id.between(numbers[0], numbers[-1])
    rows = [
        {"response_id": row.id, "question": question, "state": state, "options": options, "weight": weight}
        for row in _rows(sa.select(columns.id, columns.answers).where(of_them).order_by(columns.id))
        for question, (state, options, weight) in row.answers.items()
    ]
    if rows:
        op.bulk_insert(_ANSWER, rows)
