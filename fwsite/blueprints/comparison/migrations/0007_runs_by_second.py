"""A run is named by the second in which it was made: of two runs of one minute, the second replaced the first."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_0007"
down_revision = "comparison_0006"

_RUNS = sa.table("comparison_run", sa.column("key", sa.String), sa.column("made_at", sa.DateTime))


def upgrade() -> None:
    _name("%Y-%m-%d-%H%M%S")


def downgrade() -> None:
    """Refused by the database where two runs are of one minute."""
    _name("%Y-%m-%d-%H%M")


def _name(pattern: str) -> None:
    connection = op.get_bind()
    for key, made_at in connection.execute(sa.select(_RUNS.c.key, _RUNS.c.made_at)).all():
        connection.execute(_RUNS.update().where(_RUNS.c.key == key).values(key=f"{made_at:{pattern}}"))
