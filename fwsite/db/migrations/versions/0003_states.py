"""Frameworks and criteria can be drafts or retired, and count their changes."""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"


def upgrade() -> None:
    for table in ("framework", "criterion"):
        op.add_column(table, sa.Column("state", sa.String(length=9), nullable=False, server_default="published"))
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    for table in ("framework", "criterion"):
        op.drop_column(table, "version")
        op.drop_column(table, "state")
