"""The table of visits."""

import sqlalchemy as sa
from alembic import op

revision = "neighbour_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "neighbour_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_neighbour_visit"),
    )
