"""How much of a day's responses came from one network. Of those that are stored already nobody knows from where."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0009"
down_revision = "questionnaire_0008"

_RESPONSE = sa.table("questionnaire_response", sa.column("version"), sa.column("created_on"))
_DAY = sa.table("questionnaire_day", *map(sa.column, ("version", "day", "received", "largest")))


def upgrade() -> None:
    op.create_table(
        "questionnaire_day",
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("largest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["questionnaire_definition.version"],
            name=op.f("fk_questionnaire_day_version_questionnaire_definition"),
        ),
        sa.PrimaryKeyConstraint("version", "day", name=op.f("pk_questionnaire_day")),
    )
    op.create_table(
        "questionnaire_network",
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(6), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["questionnaire_definition.version"],
            name=op.f("fk_questionnaire_network_version_questionnaire_definition"),
        ),
        sa.PrimaryKeyConstraint("version", "day", "mark", name=op.f("pk_questionnaire_network")),
    )
    columns = _RESPONSE.c
    stored = sa.select(columns.version, columns.created_on, sa.func.count(), sa.literal(0))
    stored = stored.group_by(columns.version, columns.created_on)
    op.get_bind().execute(sa.insert(_DAY).from_select(["version", "day", "received", "largest"], stored))


def downgrade() -> None:
    op.drop_table("questionnaire_network")
    op.drop_table("questionnaire_day")
