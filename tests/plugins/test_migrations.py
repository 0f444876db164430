"""Migrations: a timeline for each owner of tables, all or nothing, and safe when several start at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import JSON, inspect, select

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.models import Change
from fwsite.db.engine import db, metadata
from fwsite.domain.items import Kind
from fwsite.plugins import migrations
from fwsite.plugins.migrations import Timeline
from tests.support import dumps
from tests.support.site import create_app

pytestmark = pytest.mark.new_app

NAMES = ["core", "comparison", "questionnaire", "team"]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """The application on an instance without a schema, in its context."""
    app = create_app(tmp_path / "empty")
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def filled(app: Flask) -> Iterator[Flask]:
    """The application with schema and content, in its context."""
    with app.app_context():
        yield app


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def everything() -> list[str]:
    """The whole database: schema and rows."""
    return dumps.everything(db.engine)


def owned_by(name: str) -> set[str]:
    if name == "core":
        return {"framework", "criterion"}
    return {table for table in metadata.tables if table.startswith(f"{name}_")}


def test_every_timeline_counts_in_a_table_of_its_own(empty: Flask) -> None:
    migrations.upgrade(empty)
    assert [line.name for line in migrations.timelines(empty)] == NAMES
    assert {name for name in tables() if name.startswith("alembic")} == {f"alembic_version_{name}" for name in NAMES}
    with db.engine.connect() as connection:
        for line in migrations.timelines(empty):
            rows = connection.exec_driver_sql(f"SELECT version_num FROM {line.version_table}").scalars().all()
            assert rows == [line.head()]


def test_models_and_migrations_agree(empty: Flask) -> None:
    migrations.upgrade(empty)

    def ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
        return not (kind == "table" and reflected and str(name).startswith("alembic_version_"))

    with db.engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True, "compare_server_default": _defaults_differ}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def _defaults_differ(_context: object, _found: object, column: Any, found: str | None, *meant: Any) -> bool | None:
    """Of JSON, which PostgreSQL does not compare; none for all else, which Alembic compares."""
    if not isinstance(column.type, JSON):
        return None
    return (found or "").removesuffix("::json").strip("'") != (meant[-1] or "")


def test_constraints_that_models_name_are_in_the_database(empty: Flask) -> None:
    """Alembic does not compare these."""
    migrations.upgrade(empty)
    found = {
        (table, constraint["name"])
        for table in metadata.tables
        for constraint in inspect(db.engine).get_check_constraints(table)
    }
    meant = {
        (table.name, constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert found == meant


def test_status_names_what_is_pending_and_what_is_not(empty: Flask) -> None:
    assert [(state.name, state.current, state.pending) for state in migrations.status(empty)] == [
        (name, None, True) for name in NAMES
    ]
    migrations.upgrade(empty)
    assert [(state.name, state.pending) for state in migrations.status(empty)] == [(name, False) for name in NAMES]


@pytest.mark.sqlite_only(reason="a database is a file")
def test_status_creates_no_database(empty: Flask, tmp_path: Path) -> None:
    migrations.status(empty)
    assert not (tmp_path / "empty" / "fwsite.sqlite3").exists()


def test_upgrade_says_what_moved_and_nothing_the_second_time(empty: Flask) -> None:
    assert [state.name for state in migrations.upgrade(empty)] == NAMES
    before = everything()
    assert migrations.upgrade(empty) == []
    assert everything() == before


@pytest.mark.parametrize("name", ["comparison", "questionnaire"])
def test_downgrade_to_base_removes_the_tables_of_that_timeline_alone(filled: Flask, name: str) -> None:
    before = tables()
    assert owned_by(name) < before
    downgrade(filled, name)
    assert tables() == before - owned_by(name)


def test_every_timeline_can_go_in_turn_and_come_back(filled: Flask) -> None:
    before = tables()
    for name in reversed(NAMES):
        downgrade(filled, name)
    assert tables() == {f"alembic_version_{name}" for name in NAMES}
    migrations.upgrade(filled)
    assert tables() == before


def downgrade(app: Flask, name: str) -> None:
    [line] = [line for line in migrations.timelines(app) if line.name == name]
    with db.engine.begin() as connection:
        command.downgrade(line.config(connection), "base")


def revision(folder: Path, number: int, body: str, *, name: str = "notes") -> None:
    folder.mkdir(exist_ok=True)
    before = f'"{name}_{number - 1:04}"' if number > 1 else "None"
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    (folder / f"{number:04}.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{name}_{number:04}'\n"
        f"down_revision = {before}\n\n\ndef upgrade() -> None:\n{lines}\n\n\ndef downgrade() -> None:\n    pass\n"
    )


@pytest.fixture
def notes(filled: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of one more timeline, after the shipped ones."""
    folder = tmp_path / "notes 100%"
    lines = [*migrations.timelines(filled), Timeline("notes", folder)]
    monkeypatch.setattr(migrations, "timelines", lambda _app: lines)
    return folder


CREATE = "op.create_table('notes_note', sa.Column('id', sa.Integer, primary_key=True))"


def test_a_revision_that_fails_half_way_leaves_the_database_as_it_was(filled: Flask, notes: Path) -> None:
    revision(notes, 1, f"{CREATE}\nop.execute(\"UPDATE framework SET name = 'x'\")\nraise RuntimeError('broken')")
    before = everything()
    with pytest.raises(RuntimeError, match="broken"):
        migrations.upgrade(filled)
    assert everything() == before
    assert [state.name for state in migrations.status(filled) if state.pending] == ["notes"]


def test_of_two_revisions_the_first_goes_back_with_the_second(filled: Flask, notes: Path) -> None:
    revision(notes, 1, CREATE)
    revision(notes, 2, "op.execute('SELECT * FROM no_such_table')")
    before = everything()
    with pytest.raises(Exception, match="no_such_table"):
        migrations.upgrade(filled)
    assert everything() == before


@pytest.mark.sqlite_only(reason="PostgreSQL refuses them at once")
def test_a_revision_that_leaves_rows_without_what_they_refer_to_is_undone(filled: Flask, notes: Path) -> None:
    revision(notes, 1, "op.execute('DELETE FROM framework')")
    before = everything()
    with pytest.raises(RuntimeError, match="refer to missing rows of framework"):
        migrations.upgrade(filled)
    assert everything() == before


def test_a_broken_timeline_does_not_hold_back_those_before_it(
    empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notes"
    revision(folder, 1, "raise RuntimeError('broken')")
    lines = [*migrations.timelines(empty), Timeline("notes", folder)]
    monkeypatch.setattr(migrations, "timelines", lambda _app: lines)
    with pytest.raises(RuntimeError, match="broken"):
        migrations.upgrade(empty)
    assert [state.name for state in migrations.status(empty) if state.pending] == ["notes"]


@pytest.mark.sqlite_only(reason="PostgreSQL changes a table where it is")
def test_changing_a_table_keeps_the_rows_that_hang_on_it(filled: Flask, notes: Path) -> None:
    """SQLite changes a table by dropping the old one, and a cascade would empty the tables below it."""
    below = "SELECT count(*) FROM comparison_citation"
    revision(
        notes,
        1,
        "with op.batch_alter_table('comparison_claim', recreate='always') as batch:\n"
        "    batch.alter_column('text', type_=sa.String(400))",
    )
    with db.engine.connect() as connection:
        before = connection.exec_driver_sql(below).scalar()
    migrations.upgrade(filled)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql(below).scalar() == before
        assert before


@pytest.mark.sqlite_only(reason="PRAGMA foreign_keys")
def test_foreign_keys_are_followed_again_after_an_upgrade(filled: Flask, notes: Path) -> None:
    revision(notes, 1, CREATE)
    migrations.upgrade(filled)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert content.load().endswith("is loaded already")


OLDER = {"core": "core_0001", "comparison": "comparison_0001", "questionnaire": "questionnaire_0001"}
"""The schema before people could edit: no states, no versions, no history."""
COMPARED = ("framework", "criterion", "comparison_source", "comparison_rating", "comparison_claim")
COMPARED += ("comparison_citation", "comparison_rating_source", "comparison_example_source")


def rows_of(table: str) -> list[tuple[object, ...]]:
    """A table's rows without what the older schema lacks."""
    later = ("state", "version", "voice", "archive", "sha256", "file", "answer", "group_name")
    with db.engine.connect() as connection:
        names = [column["name"] for column in inspect(connection).get_columns(table)]
        wanted = ", ".join(name for name in names if name not in later)
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT {wanted} FROM {table} ORDER BY 1, 2")]


def test_a_database_from_before_there_was_a_history_keeps_its_content_and_begins_one(empty: Flask) -> None:
    for line in migrations.timelines(empty):
        if line.name in OLDER:
            with db.engine.begin() as connection:
                command.upgrade(line.config(connection), OLDER[line.name])
    fill_as_it_was_then()
    before = {table: rows_of(table) for table in COMPARED}
    assert all(before.values())

    moved = [state.name for state in migrations.upgrade(empty) if state.current == OLDER.get(state.name)]
    assert moved == NAMES
    assert "sourced" in before["comparison_rating"][0]
    before["comparison_rating"] = [
        tuple("opinion" if value == "sourced" else value for value in row) for row in before["comparison_rating"]
    ]
    before["comparison_rating_source"] = []
    assert {table: rows_of(table) for table in COMPARED} == before

    with empty.app_context():
        assert "added" in content.load()
        everything = content.documents()
        firsts = {(change.kind, change.item_key) for change in changes() if change.version == 1}
        assert firsts == {(kind.value, key) for kind, key in everything}
        old = [(Kind.FRAMEWORK, "tornado"), (Kind.CLAIM, "tornado-loop"), (Kind.SOURCE, "book")]
        for kind, key in old:  # the file has none of these, and nobody had changed them
            assert [change.action for change in changes() if change.item_key == key] == ["shipped", "shipped"]
            assert everything[kind, key]["state"] == "retired"


def changes() -> list[Change]:
    return [row for row in db.session.scalars(select(Change).order_by(Change.id)) if row.kind != "batch"]


def fill_as_it_was_then() -> None:
    with db.engine.begin() as connection:
        for statement in (
            "INSERT INTO framework VALUES ('tornado', 0, 'Tornado', 2009, 'For', 'Against', 'One', 'take it')",
            "INSERT INTO criterion VALUES ('speed', 0, 'Speed', 'How fast?', 'Fast')",
            "INSERT INTO comparison_source (key, title, publisher, author, published, url, read_on)"
            " VALUES ('book', 'Book', '', '', NULL, 'https://example.org/', '2026-11-22')",
            "INSERT INTO comparison_rating (framework_key, criterion_key, score, reason, evidence, reviewed_on)"
            " VALUES ('tornado', 'speed', 4, 'Loops', 'sourced', '2026-11-22')",
            "INSERT INTO comparison_claim (key, position, framework_key, criterion_key, side, text, evidence,"
            " reviewed_on) VALUES ('tornado-loop', 0, 'tornado', 'speed', 'pro', 'Loop', 'sourced', '2026-11-22')",
            "INSERT INTO comparison_citation (claim_key, position, source_key, words)"
            " VALUES ('tornado-loop', 0, 'book', 'w')",
            "INSERT INTO comparison_rating_source (rating_id, source_key) VALUES (1, 'book')",
            "INSERT INTO comparison_example_source (framework_key, source_key) VALUES ('tornado', 'book')",
            "INSERT INTO comparison_edition (digest, loaded_on) VALUES ('old', '2026-11-22')",
        ):
            connection.exec_driver_sql(statement)


@pytest.mark.sqlite_only(reason="on PostgreSQL: test_two_machines.py")
def test_processes_that_upgrade_a_new_site_at_once_all_succeed(tmp_path: Path) -> None:
    script = (
        "import sys; from fwsite import create_app; from fwsite.plugins.upgrade import bring_up_to_date;"
        "print(flush=True); input(); print(*bring_up_to_date(create_app(sys.argv[1])), sep='\\n')"
    )
    command_line = [sys.executable, "-c", script, str(tmp_path / "instance")]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command_line, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(4)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60) for process in started]
    assert [(process.returncode, error) for process, (_, error) in zip(started, outputs, strict=True)] == [(0, "")] * 4
    said = "".join(output for output, _ in outputs)
    assert [said.count(f"schema {name}: new") for name in NAMES] == [1, 1, 1, 1]
    assert (said.count("content comparison: loaded"), said.count("questionnaire: published")) == (1, 1)
