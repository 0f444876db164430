"""Rounds of teams, and who takes part."""

import sqlalchemy as sa
from alembic import op

revision = "team_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "team_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_hash", sa.String(64), nullable=False),
        sa.Column("team_hash", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("shows_at_once", sa.Boolean(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_round")),
        sa.UniqueConstraint("organiser_hash", name=op.f("uq_team_round_organiser_hash")),
        sa.UniqueConstraint("team_hash", name=op.f("uq_team_round_team_hash")),
    )
    op.create_index(op.f("ix_team_round_closed_at"), "team_round", ["closed_at"])
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_hash", sa.String(64), nullable=False),
        sa.Column("response_hash", sa.String(64), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("shows_label", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["team_round.id"], name=op.f("fk_team_member_round_id_team_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("member_hash", name=op.f("uq_team_member_member_hash")),
    )
    op.create_index(op.f("ix_team_member_round_id"), "team_member", ["round_id"])


def downgrade() -> None:
    op.drop_table("team_member")
    op.drop_table("team_round")
