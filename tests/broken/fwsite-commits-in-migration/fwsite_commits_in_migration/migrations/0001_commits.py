"""A commit of its own."""

from alembic import op

revision = "commits_in_migration_0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE TABLE commits_in_migration_row (id INTEGER PRIMARY KEY)")
    op.execute("COMMIT")
