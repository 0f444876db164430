"""Databases as earlier versions of the site left them: built, filled, upgraded, and killed half-way.

``python -m tests.support.older_schemas`` kills an upgrade of each of them before every single statement of its
migrations, and before some of those that load the content, on SQLite and PostgreSQL, and says what was different in
the end. That takes a quarter of an hour; ``sqlite`` or ``postgresql`` behind it does one of them.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from flask import Flask
from sqlalchemy import MetaData, Table, event, null

from fwsite import create_app
from fwsite.db.engine import db
from fwsite.domain.questionnaire import parse_definition
from fwsite.ops.dbcopy.table import set_sequence
from fwsite.plugins import migrations
from fwsite.plugins.table_guard import _postgresql_shapes, _sqlite_shapes
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.postgres import Cluster, Databases, database_name, programs

STATES: tuple[dict[str, str], ...] = (
    {"core": "core_0001"},
    {"core": "core_0001", "comparison": "comparison_0001"},
    {"core": "core_0001", "comparison": "comparison_0001", "questionnaire": "questionnaire_0001"},
    {"core": "core_0003", "comparison": "comparison_0002", "questionnaire": "questionnaire_0002"},
    {"core": "core_0003", "comparison": "comparison_0002", "questionnaire": "questionnaire_0005"},
    {"core": "core_0004", "comparison": "comparison_0002", "questionnaire": "questionnaire_0005"},
    {"core": "core_0005", "comparison": "comparison_0002", "questionnaire": "questionnaire_0005"},
    {"core": "core_0005", "comparison": "comparison_0002", "questionnaire": "questionnaire_0006"},
    {"core": "core_0005", "comparison": "comparison_0002", "questionnaire": "questionnaire_0007"},
    {"core": "core_0005", "comparison": "comparison_0002", "questionnaire": "questionnaire_0008"},
    {"core": "core_0005", "comparison": "comparison_0003", "questionnaire": "questionnaire_0008"},
    {"core": "core_0006", "comparison": "comparison_0003", "questionnaire": "questionnaire_0008"},
    {"core": "core_0006", "comparison": "comparison_0003", "questionnaire": "questionnaire_0009"},
    {"core": "core_0006", "comparison": "comparison_0004", "questionnaire": "questionnaire_0009"},
    {"core": "core_0006", "comparison": "comparison_0005", "questionnaire": "questionnaire_0009"},
    {"core": "core_0007", "comparison": "comparison_0006", "questionnaire": "questionnaire_0009"},
    {
        "core": "core_0007",
        "comparison": "comparison_0006",
        "questionnaire": "questionnaire_0009",
        "team": "team_0001",
    },
    {
        "core": "core_0007",
        "comparison": "comparison_0007",
        "questionnaire": "questionnaire_0009",
        "team": "team_0001",
    },
)
"""What the schema was after each change that touched it, the oldest first. Whoever adds a revision adds a line."""
SOURCED_RATING = "58e5af66900c5cf4b5ceb4f8c10f9045e07499e6f6c8c15bf62e2954030dddf6"
"""The digest of the rating below as it was shipped when ratings could be called sourced."""
_DAY = date(2026, 11, 22)
_SOME = 40

_MOMENT = datetime(2026, 11, 22, 10, 11, 12, 131415)
Rows = dict[str, list[dict[str, Any]]]
Work = Callable[[Flask], None]


@cache
def _definition() -> tuple[str, Any]:
    import tomllib

    from fwsite.blueprints.questionnaire.definition_file import FILE
    from fwsite.instance import _CONTENT

    definition = parse_definition(tomllib.loads((_CONTENT / FILE).read_text(encoding="utf-8")))
    document = json.loads(json.dumps(definition.document()))
    document["questions"][0]["text"] += " And then?"  # not the file's: it stays what those results were given by
    return "0" * 64, document


def filling() -> Rows:
    """A few rows of every table there ever was, with every column there is by now; older states take what they have."""
    version, document = _definition()
    reviewed = {"evidence": "sourced", "reviewed_on": _DAY, "state": "published", "version": 1}
    cell = {"framework_key": "tornado", "criterion_key": "speed"}
    claim = {**cell, "side": "pro", **reviewed}
    change = {"kind": "framework", "action": "edited", "who": "mara", "made_at": _MOMENT, "note": "é “quoted”"}
    change |= {"document": {"key": "tornado", "name": None}, "public": True, "framework_key": "tornado"}
    ranking = {"ranking": [{"alternative": "django", "place": 1}, {"alternative": "flask", "place": 2}]}
    return {
        "framework": [
            {
                "key": "tornado",
                "position": 0,
                "name": "Tornado",
                "first_release": 2009,
                "summary": "For",
                "drawback": "é",
            }
            | {"example": "One", "on_balance": "take it", "state": "published", "version": 1}
        ],
        "criterion": [
            {"key": "speed", "position": 0, "name": "Speed", "question": "How fast?", "finding": "Fast"}
            | {"group_name": "", "state": "published", "version": 1}
        ],
        "user": [
            {"id": 3, "name": "Mara", "name_key": "mara", "role": "admin", "active": True, "created_at": _MOMENT}
            | {"password_hash": "$argon2id$", "link_hash": None, "link_expires_at": None}
        ],
        "user_session": [
            {"token_hash": "t" * 64, "user_id": 3, "created_at": _MOMENT, "expires_at": datetime(2036, 1, 1)}
        ],
        "throttle": [{"key_hash": "k" * 64, "count": 4, "expires_at": 2_000_000_000.25}],
        "migration_fault": [{"name": "notes", "reason": "it broke", "failed_at": _MOMENT}],
        "cache_tag": [{"tag": "notes", "number": 7}],
        "comparison_edition": [{"digest": "d" * 64, "loaded_on": _DAY}],
        "comparison_source": [
            {"key": "book", "title": "Book", "publisher": "", "author": "", "published": None, "read_on": _DAY}
            | {"url": "https://example.org/", "state": "published", "version": 1}
        ],
        "comparison_rating": [{"id": 7, **cell, "score": 4, "reason": "Loops", **reviewed}],
        "comparison_claim": [
            {"key": f"tornado-{number}", "position": number, "text": f"Claim {number}", "answer": "", **claim}
            for number in range(3)
        ],
        "comparison_citation": [{"claim_key": "tornado-1", "position": 0, "source_key": "book", "words": "w"}],
        "comparison_rating_source": [{"rating_id": 7, "source_key": "book"}],
        "comparison_example_source": [{"framework_key": "tornado", "source_key": "book"}],
        "comparison_shipped": [
            {"kind": "source", "item_key": "book", "digest": "e" * 64},
            {"kind": "rating", "item_key": "tornado.speed", "digest": SOURCED_RATING},
        ],
        "comparison_pending": [
            {"kind": "rating", "item_key": "tornado.speed", "framework_key": "tornado", "who": "mara"}
            | {"document": {"score": 5}, "base": {"score": 4}, "changed_at": _MOMENT}
        ],
        "comparison_run": [{"key": "2026-11-22-1011", "made_at": _MOMENT, "document": {"format": 1}}],
        "comparison_receipt": [
            {"words": "w" * 64, "source_file": "docs/index.txt", "archive": "tornado-6.5.tar.gz", "found": "there"}
            | {"file": "docs/index.txt", "passage": "", "checked_on": _DAY}
        ],
        "comparison_release": [{"package": "tornado", "facts": {"version": "6.5"}, "read_on": _DAY}],
        "comparison_still_true": [{"claim_key": "tornado-1", "package": "tornado", "version": "6.5"}],
        "comparison_change": [
            {**change, "id": 5, "item_key": "tornado", "version": 1, "undoes_id": None},
            {**change, "id": 6, "item_key": "tornado", "version": 2, "undoes_id": 5, "moved_from": "", "moved_to": "a"},
        ],
        "comparison_suggestion": [
            {
                "id": 2,
                "token_hash": "s" * 64,
                "made_at": _MOMENT,
                "claim_key": "tornado-1",
                "claim_text": "Claim 1",
                **cell,
            }
            | {"side": "con", "text": "Text", "remark": "", "source_title": "", "source_url": "", "source_words": ""}
            | {"state": "published", "reason": "", "decided_at": _MOMENT, "decided_by": "mara", "change_id": 6}
        ],
        "questionnaire_definition": [
            {"version": version, "document": document, "published_at": _MOMENT, "origin": "edition", "who": "mara"}
            | {"from_file_at": None, "note": "Why", "audit": None}
        ],
        "questionnaire_response": [
            {"id": number, "token_hash": f"{number:064}", "version": version, "created_on": _DAY + timedelta(number)}
            | {"view_hash": f"{number + 50:064}", "published_before": int(number > 10)}
            | {"answers": {f"q{place}": ["answered", [f"o{number % 3}"], "normal"] for place in range(3)}}
            | ({"result": ranking, "winners": ["django"]} if number % 2 else {"result": null(), "winners": null()})
            for number in range(1, 13)
        ],
        "questionnaire_answer": [
            {"id": 10 * response + place, "response_id": response, "question": f"q{place}", "state": "answered"}
            | {"options": [f"o{response % 3}"], "weight": "normal"}
            for response in range(1, 13)
            for place in range(3)
        ],
        "questionnaire_statistics": [{"version": version, "responses": 12, "moved": 2, "published": 1, "document": {}}],
        "questionnaire_tally": [
            {"version": version, "part": "state", "question": "q0", "cell": "answered", "count": 12},
        ],
        "questionnaire_day": [{"version": version, "day": _DAY, "received": 12, "largest": 11}],
        "questionnaire_network": [{"version": version, "day": _DAY, "mark": "00ff00", "count": 11}],
        "team_round": [
            {"id": 4, "organiser_hash": "o" * 64, "team_hash": "m" * 64, "version": version, "begun_at": _MOMENT}
            | {"closed_at": None, "shows_at_once": False, "expected": 5, "revision": 1, "report": None}
        ],
        "team_member": [
            {"id": 9, "round_id": 4, "member_hash": "p" * 64, "response_hash": f"{1:064}", "label": "é"}
            | {"shows_label": True}
        ],
        "questionnaire_draft": [
            {"id": 1, "document": document, "base": version, "taken": None, "version": 3, "who": "mara"}
            | {"changed_at": _MOMENT}
        ],
    }


def build(app: Flask, state: dict[str, str]) -> None:
    """Make the schema as it was then, and fill it."""
    with app.app_context():
        lines = {line.name: line for line in migrations.timelines(app)}
        for name, revision in state.items():
            with migrations.transaction() as connection:
                command.upgrade(lines[name].config(connection), revision)
        rows = filling()
        with migrations.transaction() as connection:
            for table in _tables(connection).sorted_tables:
                columns = set(table.columns.keys())
                for row in rows.get(table.name, []):
                    connection.execute(table.insert().values({k: v for k, v in row.items() if k in columns}))
                if connection.dialect.name == "postgresql":
                    set_sequence(connection, table)


def _tables(connection: Any) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def contents(app: Flask) -> Rows:
    """Every row of every table but the version tables, ordered; what was written within the last hour is “now”."""
    with app.app_context(), db.engine.connect() as connection:
        tables = [table for table in _tables(connection).sorted_tables if not table.name.startswith("alembic_")]
        return {table.name: _rows(connection, table) for table in tables}


def _numbered_anew(app: Flask) -> Rows:
    """The contents with rows counted from one: PostgreSQL does not give a number twice, not even after a kill."""
    rows = contents(app)
    numbers = {
        name: {each: place for place, each in enumerate(sorted(row["id"] for row in found), 1)}
        for name, found in rows.items()
        if found and "id" in found[0]
    }
    with app.app_context(), db.engine.connect() as connection:
        tables = _tables(connection).tables
    for name, found in rows.items():
        for column in tables[name].columns:
            of = next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), None)
            owner = name if column.name == "id" else of
            for row in found if owner in numbers else ():
                row[column.name] = numbers[owner].get(row[column.name])
        found.sort(key=repr)
    return rows


def _rows(connection: Any, table: Table) -> list[dict[str, Any]]:
    rows = [
        {name: _settled(value) for name, value in row._mapping.items()} for row in connection.execute(table.select())
    ]
    return sorted(rows, key=repr)


def _settled(value: Any) -> Any:
    now = datetime.now(UTC).replace(tzinfo=None)
    if isinstance(value, datetime):
        return "now" if abs(now - value) < timedelta(hours=1) else value
    return "today" if isinstance(value, date) and abs(now.date() - value) <= timedelta(1) else value


def shapes(app: Flask) -> dict[str, str]:
    """What makes each table what it is."""
    with app.app_context(), db.engine.connect() as connection:
        return dict((_sqlite_shapes if connection.dialect.name == "sqlite" else _postgresql_shapes)(connection))


def migrated(app: Flask) -> None:
    """The schema alone."""
    with app.app_context():
        migrations.upgrade(app)


def upgraded(app: Flask) -> None:
    """As ``fwsite db upgrade`` does it, with the content."""
    for step in bring_up_to_date(app):
        assert not step.failed, step


class Copies:
    """A database that is built once, and copied as often as somebody wants to upgrade it."""

    def __init__(self, folder: Path, server: Databases | None) -> None:
        self._folder, self._server = folder, server
        self._first = self._server.new_database() if self._server else f"sqlite:///{folder / 'first.sqlite3'}"
        self._number = 0

    def _app(self, url: str) -> Flask:
        return create_app(self._folder / "instance", settings={"DATABASE_URL": url})

    def build(self, state: dict[str, str]) -> None:
        """The one to copy from."""
        app = self._app(self._first)
        build(app, state)
        close(app)

    def new(self) -> Flask:
        """The application on one more copy."""
        self._number += 1
        if self._server:
            return self._app(self._server.new_database(database_name(self._first)))
        path = self._folder / f"copy-{self._number}.sqlite3"
        with closing(sqlite3.connect(self._folder / "first.sqlite3")) as first, closing(sqlite3.connect(path)) as copy:
            first.backup(copy)
        return self._app(f"sqlite:///{path}")

    def drop(self, app: Flask) -> None:
        """Away with a copy."""
        close(app)
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        if self._server:
            self._server.drop_database(url.render_as_string(hide_password=False))
        else:
            for path in self._folder.glob(f"{Path(url.database).name}*"):
                path.unlink()


def close(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def watched(app: Flask, at: Callable[[str], None]) -> None:
    """Call ``at`` before each statement, with its beginning, and before and after each end of a transaction."""
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: at(" ".join(statement.split())[:60]))
    event.listen(engine, "commit", lambda _connection: at("COMMIT"))


def points_of(copies: Copies, work: Work) -> tuple[list[str], tuple[Rows, dict[str, str]]]:
    """What an upgrade does, step by step, and what the database is in the end."""
    app, points = copies.new(), []
    watched(app, points.append)
    work(app)
    count = len(points)
    outcome = _numbered_anew(app), shapes(app)
    copies.drop(app)
    return points[:count], outcome


def killed_at(copies: Copies, work: Work, point: int) -> tuple[Rows, dict[str, str]]:
    """What the database is after an upgrade that was killed before its step ``point``, and then begun once more."""
    app = copies.new()
    child = os.fork()
    if child == 0:
        _die_at(app, work, point)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, status
    work(app)
    outcome = _numbered_anew(app), shapes(app)
    copies.drop(app)
    return outcome


def _die_at(app: Flask, work: Work, point: int) -> None:
    left = iter(range(point, -1, -1))

    def die(_step: str) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        watched(app, die)
        work(app)
    finally:
        os._exit(1)


def few(points: list[str]) -> list[int]:
    """Just before each commit, when everything is done and nothing of it may stay; and here and there between."""
    commits = {number for number, point in enumerate(points) if point == "COMMIT"}
    return sorted(commits.union(range(5, len(points), _SOME)))


def every(points: list[str]) -> list[int]:
    """Before each statement and commit."""
    return list(range(len(points)))


def loading(points: list[str]) -> list[int]:
    """While the content is loaded: a thousand statements that are much alike, and the commits."""
    begin = max(number for number, point in enumerate(points) if "alembic_version_" in point) + 1
    return [number for number in few(points) if number > begin and (points[number] == "COMMIT" or number % 4 == 0)]


def differences(copies: Copies, work: Work, choose: Callable[[list[str]], list[int]]) -> Iterator[str]:
    """Kill the work at each of the chosen steps; yields each time what was different in the end, or ``""``."""
    points, meant = points_of(copies, work)
    for number in choose(points):
        found = killed_at(copies, work, number)
        yield "" if found == meant else f"killed before step {number}, {points[number]}: {_unlike(found[0], meant[0])}"


def _unlike(found: Rows, meant: Rows) -> str:
    unlike = [name for name in found.keys() | meant.keys() if found.get(name) != meant.get(name)]
    return ", ".join(sorted(unlike)) or "the schema"


def _kind(place: Databases | None) -> str:
    return "postgresql" if place else "sqlite"


def main() -> int:
    """Everything; the exit code is 1 where there was a difference."""
    from tests.support.served import free_port

    failures = 0
    with TemporaryDirectory(prefix="fwsite-old-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        found = programs()
        cluster = Cluster(found, Path(name) / "server", free_port()) if found else None
        if cluster:
            cluster.start()
        try:
            for place in [each for each in (None, cluster) if sys.argv[1:] in ([], [_kind(each)])]:
                for number, state in enumerate(STATES):
                    folder = Path(name) / f"{_kind(place)}-{number}"
                    folder.mkdir()
                    copies = Copies(folder, place)
                    copies.build(state)
                    told = [*differences(copies, migrated, every), *differences(copies, upgraded, loading)]
                    wrong = [line for line in told if line]
                    failures += len(wrong)
                    print(f"{folder.name} {state}: killed {len(told)} times, {len(wrong)} different", flush=True)
                    print(*wrong, sep="\n", end="\n" if wrong else "")
        finally:
            if cluster:
                cluster.stop()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
