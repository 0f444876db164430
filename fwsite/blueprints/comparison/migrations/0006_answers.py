"""Claims may have an answer, which is shown in the table of facts."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_0006"
down_revision = "comparison_0005"


def upgrade() -> None:
    op.add_column("comparison_claim", sa.Column("answer", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("comparison_claim", "answer")
