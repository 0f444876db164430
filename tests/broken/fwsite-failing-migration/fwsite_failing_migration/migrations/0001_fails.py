"""Half a table."""

import sqlalchemy as sa
from alembic import op

revision = "failing_migration_0001"
down_revision = None


def upgrade() -> None:
    op.create_table("failing_migration_row", sa.Column("id", sa.Integer(), nullable=False))
    op.execute("SELECT * FROM no_such_table")
