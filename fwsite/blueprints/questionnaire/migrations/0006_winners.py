"""Who came first is stored with the answers; the whole result once somebody looks at it."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0006"
down_revision = "questionnaire_0005"

_AT_A_TIME = 500
_RESPONSE = sa.table(
    "questionnaire_response",
    sa.column("id", sa.Integer()),
    sa.column("result", sa.JSON()),
    sa.column("winners", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    op.add_column("questionnaire_response", sa.Column("winners", sa.JSON(none_as_null=True), nullable=True))
    connection = op.get_bind()
    columns, last = (_RESPONSE.c.id, _RESPONSE.c.result), 0
    change = _RESPONSE.update().where(_RESPONSE.c.id == sa.bindparam("of")).values(winners=sa.bindparam("first"))
    while True:  # in pieces: results are large
        query = sa.select(*columns).where(_RESPONSE.c.id > last).order_by(_RESPONSE.c.id).limit(_AT_A_TIME)
        found = list(connection.execute(query))
        if not found:
            return
        last = found[-1].id
        known = [{"of": row.id, "first": _winners(row.result)} for row in found if row.result]
        if known:
            connection.execute(change, known)


def _winners(document: dict) -> list[str]:
    return [entry["alternative"] for entry in document["ranking"] if entry["place"] == 1]


def downgrade() -> None:
    op.drop_column("questionnaire_response", "winners")
