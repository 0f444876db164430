"""A new field of an item breaks nothing of the past: a copy of the package gets one, over a database with a past.

What is changed in the copy is all that a developer has to change, and stands in :data:`STEPS`. What has to hold then
is looked at by ``tests.support.new_field``, in a process that imports the copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from flask import Flask

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.files.edition import write_file
from fwsite.blueprints.comparison.ledger import suggestions
from fwsite.db.revisions import head
from fwsite.domain.items import Kind
from fwsite.domain.suggestion import Proposal
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.blueprints.comparison.test_history import MARA, add, edit, undo
from tests.support.new_field import CLAIM, IMPORTED, RETIRED
from tests.support.older_schemas import close
from tests.support.paths import ROOT
from tests.support.site import create_app

STEPS = {
    "domain/items.py": (
        '        Field("text", "Text", Value.MARKDOWN, 280),\n',
        '        Field("note", "Note", Value.LINE, 120, required=False),\n',
    ),
    "blueprints/comparison/models.py": (
        "    text: Mapped[str] = mapped_column(String(280))\n    evidence: Mapped[str] = mapped_column(String(12))\n",
        '    note: Mapped[str] = mapped_column(String(120), server_default="")\n',
    ),
    "domain/comparison.py": ("    citations: tuple[Citation, ...] = ()\n", '    note: str = ""\n'),
    "blueprints/comparison/queries.py": ("        citations=tuple(citations),\n", "        note=row.note,\n"),
    "blueprints/comparison/templates/comparison/_claims.html": (
        "{{ said(claim, links=false) }}</a>\n",
        "{% if claim.note %}<em>{{ claim.note }}</em>{% endif %}\n",
    ),
}
"""File of the package: the line behind which something is put, and what that is."""
MIGRATION = '''"""A note on claims."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_with_a_note"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("comparison_claim", sa.Column("note", sa.String(120), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("comparison_claim", "note")
'''


def with_the_field(folder: Path) -> None:
    """A copy of the package in ``folder``, in which claims have a note."""
    package = Path(shutil.copytree(ROOT / "fwsite", folder / "fwsite", ignore=shutil.ignore_patterns("__pycache__")))
    for name, (line, more) in STEPS.items():
        text = (package / name).read_text(encoding="utf-8")
        assert text.count(line) == 1, f"{name}: {line}"
        (package / name).write_text(text.replace(line, line + more), encoding="utf-8")
    migrations = package / "blueprints" / "comparison" / "migrations"
    (migrations / "9999_note.py").write_text(MIGRATION.format(before=head(migrations)))


def past(app: Flask) -> dict[str, int]:
    """Every sort of change, and a suggestion that waits; the numbers of those that are to be taken back."""
    made = {"edited": edit(app, text="Edited before there was the field")}
    edit(app, evidence="opinion")
    add(app, "django-added", text="Added before there was the field")
    made["retired"] = edit(app, RETIRED, state="retired")
    made["undone"] = undo(app, edit(app, "flask-light", text="Undone before there was the field"))
    edit(app, "flask.memory", kind=Kind.RATING, score=1)
    with app.app_context():
        documents = content.documents()
        documents[Kind.CLAIM, IMPORTED] = {**documents[Kind.CLAIM, IMPORTED], "text": "Imported before"}
        edition = content.Edition({kind: tuple(it for key, it in documents.items() if key[0] is kind) for kind in Kind})
        made["imported"] = content.take_in(edition, MARA).id
        proposal = Proposal("django", "performance", "pro", text="Suggested before", remark="So it is", claim=CLAIM)
        suggestions.store("x" * 43, proposal, claim_text="Edited before there was the field")
        db.session.commit()
    return made


def test_a_field_that_is_added_breaks_nothing_of_the_past(database_url: str, tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "config.toml").write_text(f'DATABASE_URL = "{database_url}"\n')
    app = create_app(instance)
    list(bring_up_to_date(app))
    made = past(app)
    with app.app_context():
        (tmp_path / "before.toml").write_text(write_file(content.whole_edition()))
    close(app)
    with_the_field(tmp_path)

    command = [sys.executable, "-W", "error", "-m", "tests.support.new_field", str(instance), json.dumps(made)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"of {tmp_path / 'fwsite'}: everything holds"]
