"""Maintainers work on a draft; an edition says who published it and why, and keeps its audit."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0005"
down_revision = "questionnaire_0004"

_DEFINITION = "questionnaire_definition"


def upgrade() -> None:
    op.add_column(_DEFINITION, sa.Column("who", sa.String(length=40), nullable=True))
    op.add_column(_DEFINITION, sa.Column("from_file_at", sa.DateTime(), nullable=True))
    op.execute(f"UPDATE {_DEFINITION} SET from_file_at = published_at WHERE origin = 'edition'")
    op.add_column(_DEFINITION, sa.Column("note", sa.String(length=280), nullable=True))
    op.add_column(_DEFINITION, sa.Column("audit", sa.JSON(), nullable=True))
    op.create_table(
        "questionnaire_draft",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_questionnaire_draft_one")),
        sa.ForeignKeyConstraint(
            ["base"],
            ["questionnaire_definition.version"],
            name=op.f("fk_questionnaire_draft_base_questionnaire_definition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_draft")),
    )


def downgrade() -> None:
    op.drop_table("questionnaire_draft")
    for name in ("audit", "note", "from_file_at", "who"):
        op.drop_column(_DEFINITION, name)
