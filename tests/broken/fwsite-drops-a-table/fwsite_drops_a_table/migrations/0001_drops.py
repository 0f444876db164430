"""The neighbour's table."""

from alembic import op

revision = "drops_a_table_0001"
down_revision = None


def upgrade() -> None:
    op.drop_table("neighbour_visit")
