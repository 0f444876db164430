"""A table that refers to one that could not be made."""

import sqlalchemy as sa
from alembic import op

revision = "waits_for_pending_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "waits_for_pending_row",
        sa.Column("id", sa.Integer(), sa.ForeignKey("failing_migration_row.id"), nullable=False),
    )
