"""The table of counts."""

import sqlalchemy as sa
from alembic import op

revision = "votes_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "votes_count",
        sa.Column("claim", sa.String(60), nullable=False),
        sa.Column("framework", sa.String(60), nullable=False),
        sa.Column("criterion", sa.String(60), nullable=False),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim", name="pk_votes_count"),
    )


def downgrade() -> None:
    op.drop_table("votes_count")
