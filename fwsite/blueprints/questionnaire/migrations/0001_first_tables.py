"""The first tables of questionnaire."""

import sqlalchemy as sa
from alembic import op

revision = "questionnaire_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "questionnaire_definition",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_questionnaire_definition")),
    )
    op.create_table(
        "questionnaire_response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["questionnaire_definition.version"],
            name=op.f("fk_questionnaire_response_version_questionnaire_definition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_response")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_questionnaire_response_token_hash")),
    )
    op.create_table(
        "questionnaire_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("weight", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('answered', 'not_sure', 'skipped')", name=op.f("ck_questionnaire_answer_state")),
        sa.CheckConstraint(
            "weight IN ('little', 'normal', 'lot', 'must')", name=op.f("ck_questionnaire_answer_weight")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["questionnaire_response.id"],
            name=op.f("fk_questionnaire_answer_response_id_questionnaire_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_answer")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_questionnaire_answer_response_id")),
    )
    op.create_index(op.f("ix_questionnaire_answer_response_id"), "questionnaire_answer", ["response_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_questionnaire_answer_response_id"), table_name="questionnaire_answer")
    op.drop_table("questionnaire_answer")
    op.drop_table("questionnaire_response")
    op.drop_table("questionnaire_definition")
