"""Runs of ``fwsite measure``."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_0004"
down_revision = "comparison_0003"


def upgrade() -> None:
    op.create_table(
        "comparison_run",
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_comparison_run")),
    )


def downgrade() -> None:
    op.drop_table("comparison_run")
