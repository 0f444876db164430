"""A column more."""

import sqlalchemy as sa
from alembic import op

revision = "alters_a_table_0001"
down_revision = None


def upgrade() -> None:
    op.add_column("user", sa.Column("nickname", sa.String(40), nullable=False, server_default=""))
