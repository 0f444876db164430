"""A response keeps its result, and has an address to share."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0003"
down_revision = "questionnaire_0002"

_TABLE = "questionnaire_response"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("view_hash", sa.String(length=64), nullable=True))
    op.add_column(_TABLE, sa.Column("result", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_questionnaire_response_view_hash"), _TABLE, ["view_hash"], unique=True)
    op.create_index(op.f("ix_questionnaire_response_created_on"), _TABLE, ["created_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_questionnaire_response_created_on"), _TABLE)
    op.drop_index(op.f("ix_questionnaire_response_view_hash"), _TABLE)
    op.drop_column(_TABLE, "result")
    op.drop_column(_TABLE, "view_hash")
