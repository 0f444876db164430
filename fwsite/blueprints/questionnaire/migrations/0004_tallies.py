"""Responses are counted as they come and go. What is stored already is counted here.

A winner is counted of responses that have a result; those from before results were kept count as unknown. The
numbers are published when the next response comes.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0004"
down_revision = "questionnaire_0003"

_RESPONSE = sa.table(
    "questionnaire_response", sa.column("id"), sa.column("version"), sa.column("created_on"), sa.column("result")
)
_ANSWER = sa.table("questionnaire_answer", *map(sa.column, ("response_id", "question", "state", "options", "weight")))
_NUMBER = sa.func.count().label("number")
_AT_A_TIME = 500


def upgrade() -> None:
    op.add_column(
        "questionnaire_response", sa.Column("published_before", sa.Integer(), nullable=False, server_default="0")
    )
    statistics = op.create_table(
        "questionnaire_statistics",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version"],
            ["questionnaire_definition.version"],
            name=op.f("fk_questionnaire_statistics_version_questionnaire_definition"),
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_questionnaire_statistics")),
    )
    tally = op.create_table(
        "questionnaire_tally",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("cell", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["questionnaire_definition.version"],
            name=op.f("fk_questionnaire_tally_version_questionnaire_definition"),
        ),
        sa.PrimaryKeyConstraint("version", "part", "question", "cell", name=op.f("pk_questionnaire_tally")),
    )
    responses = _rows(sa.select(_RESPONSE.c.version, _NUMBER).group_by(_RESPONSE.c.version))
    op.bulk_insert(
        statistics,
        [{"version": v, "responses": number, "moved": number, "published": 0} for v, number in responses],
    )
    names = ("version", "part", "question", "cell")
    op.bulk_insert(tally, [{**dict(zip(names, key, strict=True)), "count": n} for key, n in _counted().items()])


def _rows(query: Any) -> Iterator[Any]:
    yield from op.get_bind().execute(query)


def _counted() -> Counter[tuple[str, str, str, str]]:
    counts: Counter[tuple[str, str, str, str]] = Counter()
    version, day = _RESPONSE.c.version, sa.cast(_RESPONSE.c.created_on, sa.String)
    for of, cell, number in _rows(sa.select(version, day, _NUMBER).group_by(version, day)):
        counts[of, "day", "", cell] += number
    both = _ANSWER.join(_RESPONSE, _RESPONSE.c.id == _ANSWER.c.response_id)
    for part in ("state", "weight", "option"):
        column = sa.cast(_ANSWER.c.options, sa.Text) if part == "option" else _ANSWER.c[part]
        group = (version, _ANSWER.c.question, column)
        for of, question, cell, number in _rows(sa.select(*group, _NUMBER).select_from(both).group_by(*group)):
            for one in json.loads(cell) if part == "option" else (cell,):
                counts[of, part, question, one] += number
    for of, document in _results():
        counts[of, *_winner(document)] += 1
    return counts


def _results() -> Iterator[tuple[str, Any]]:
    """In pieces: results are large."""
    last = 0
    columns = (_RESPONSE.c.id, _RESPONSE.c.version, sa.type_coerce(_RESPONSE.c.result, sa.JSON))
    while True:
        query = sa.select(*columns).where(_RESPONSE.c.id > last).order_by(_RESPONSE.c.id).limit(_AT_A_TIME)
        found = list(_rows(query))
        if not found:
            return
        yield from ((version, document) for _, version, document in found)
        last = found[-1][0]


def _winner(document: Any) -> tuple[str, str, str]:
    if document is None:
        return "outcome", "", "unknown"
    first = [entry["alternative"] for entry in document["ranking"] if entry["place"] == 1]
    return ("winner", "", first[0]) if len(first) == 1 else ("outcome", "", "tie" if first else "none")


def downgrade() -> None:
    op.drop_table("questionnaire_tally")
    op.drop_table("questionnaire_statistics")
    op.drop_column("questionnaire_response", "published_before")
