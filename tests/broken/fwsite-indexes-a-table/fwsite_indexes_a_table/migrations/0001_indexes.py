"""An index on the table of people."""

from alembic import op

revision = "indexes_a_table_0001"
down_revision = None


def upgrade() -> None:
    op.create_index("ix_indexes_a_table", "user", ["role"], unique=True)
