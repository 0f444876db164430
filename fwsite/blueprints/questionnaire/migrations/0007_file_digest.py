"""An edition that came from the content file knows which file it was, so that the same one need not be read again."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0007"
down_revision = "questionnaire_0006"


def upgrade() -> None:
    op.add_column("questionnaire_definition", sa.Column("file_digest", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("questionnaire_definition", "file_digest")
