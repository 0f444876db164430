"""Criteria may have a group, which makes rows of facts of them."""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"


def upgrade() -> None:
    op.add_column("criterion", sa.Column("group_name", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("criterion", "group_name")
