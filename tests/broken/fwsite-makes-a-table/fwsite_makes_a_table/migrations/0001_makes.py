"""A table without the prefix."""

import sqlalchemy as sa
from alembic import op

revision = "makes_a_table_0001"
down_revision = None


def upgrade() -> None:
    op.create_table("pages", sa.Column("id", sa.Integer(), nullable=False))
