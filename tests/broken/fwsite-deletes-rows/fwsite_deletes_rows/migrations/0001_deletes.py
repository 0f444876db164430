"""Frameworks that somebody does not like."""

from alembic import op

revision = "deletes_rows_0001"
down_revision = None


def upgrade() -> None:
    op.execute("DELETE FROM comparison_rating")
