"""Editions of the questionnaire, and those adjusted to the frameworks that maintainers keep."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0002"
down_revision = "questionnaire_0001"


def upgrade() -> None:
    op.add_column(
        "questionnaire_definition", sa.Column("origin", sa.String(length=8), nullable=False, server_default="edition")
    )


def downgrade() -> None:
    op.drop_column("questionnaire_definition", "origin")
