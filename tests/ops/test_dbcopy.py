"""``fwsite db copy``: a site moves between SQLite and PostgreSQL, all of it or nothing."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from fwsite.cli.main import main
from fwsite.db.engine import db
from fwsite.ops.dbcopy.site import Progress, copy_site
from fwsite.ops.dbcopy.table import CopyError
from tests.blueprints.comparison.test_history import edit, undo
from tests.support.forms import first_options, submit
from tests.support.people import sign_in, signed_in
from tests.support.postgres import Cluster
from tests.support.site import create_app

PAGES = (
    "/",
    "/comparison/",
    "/comparison/data.json",
    "/comparison/django",
    "/comparison/changes",
    "/comparison/history/claim/django-parts",
    "/questionnaire/definition.json",
    "/questionnaire/statistics",
    "/questionnaire/how",
    "/feed.xml",
)
MakeApp = Callable[..., Flask]
pytestmark = pytest.mark.sqlite_only(reason="the way from SQLite and back")


@pytest.fixture(scope="module")
def lived_in(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An instance that people have used for a while, and the addresses of results."""
    folder = Path(shutil.copytree(filled_instance, tmp_path_factory.mktemp("lived-in") / "instance"))
    app = create_app(folder)
    visitor = app.test_client()
    results = [submit(visitor, first_options(visitor, count)).location for count in range(3, 10)]
    undo(app, edit(app, text="Only for a while"))
    edit(app, text="Another text, “quoted”, with an é and a 🐍")
    signed_in(app)
    with app.app_context():
        with db.engine.begin() as connection:  # from before results were kept, and from before there was no result
            connection.exec_driver_sql("UPDATE questionnaire_response SET result = NULL, view_hash = NULL WHERE id = 1")
            connection.exec_driver_sql("UPDATE questionnaire_definition SET audit = 'null'")
        db.engine.dispose()
    return folder, results


@pytest.fixture
def folder(lived_in: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """A copy of that instance, for this test alone."""
    return Path(shutil.copytree(lived_in[0], tmp_path / "lived-in"))


@pytest.fixture
def url(postgres: Cluster) -> Iterator[str]:
    """An empty database on PostgreSQL."""
    made = postgres.new_database()
    yield made
    postgres.drop_database(made)


def database(folder: Path) -> Path:
    return folder / "fwsite.sqlite3"


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table's rows; the content version counts on with each change, and so it did in the copy."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in names}
    rows.pop("content_version", None)
    return rows


def pages(client: FlaskClient, results: list[str]) -> dict[str, bytes]:
    """What is on the site, without the tokens of forms, which differ each time."""
    answers = {address: client.get(address) for address in (*PAGES, *results)}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: re.sub(rb'name="csrf_token"[^>]*>', b"", answer.data) for address, answer in answers.items()}


def tables(app: Flask) -> list[str]:
    with app.app_context():
        return inspect(db.engine).get_table_names()


def test_there_and_back_every_row_and_every_page_is_the_same(
    lived_in: tuple[Path, list[str]], folder: Path, url: str, tmp_path: Path, make_app: MakeApp
) -> None:
    source, target = make_app(folder), make_app(folder, DATABASE_URL=url)
    steps = list(copy_site(source, target))
    before = everything(database(folder))
    totals = {step.table: step.total for step in steps if step.table and step.done == step.total}
    assert {name: totals[name] for name in before} == {name: len(rows) for name, rows in before.items()}
    assert steps[0] == Progress("", 0, sum(totals.values()))
    back = tmp_path / "back.sqlite3"
    list(copy_site(target, make_app(folder, DATABASE_URL=f"sqlite:///{back}")))
    assert everything(back) == before
    # A result is kept when it is opened first, so that looking comes last.
    assert pages(target.test_client(), lived_in[1]) == pages(source.test_client(), lived_in[1])


def test_the_copy_goes_on_where_the_site_was(folder: Path, url: str, make_app: MakeApp) -> None:
    """Numbers go on, constraints hold, and people are still known."""
    app = make_app(folder, DATABASE_URL=url)
    list(copy_site(make_app(folder), app))
    visitor = app.test_client()
    assert submit(visitor, first_options(visitor, 5)).status_code == 303
    edit(app, text="Changed after the move")
    assert sign_in(visitor, "mara").status_code == 303
    with app.app_context(), db.engine.connect() as connection:
        newest = connection.execute(text("SELECT max(id), count(*) FROM questionnaire_response")).one()
        assert newest == (8, 8)
        with pytest.raises(IntegrityError, match="violates foreign key constraint"):
            connection.exec_driver_sql("UPDATE questionnaire_response SET version = 'none' WHERE id = 1")


def test_what_is_written_meanwhile_is_left_where_it_is(folder: Path, url: str, make_app: MakeApp) -> None:
    source, target = make_app(folder), make_app(folder, DATABASE_URL=url)
    steps = copy_site(source, target)
    next(steps)
    visitor = source.test_client()
    assert submit(visitor, first_options(visitor, 5)).status_code == 303
    list(steps)
    with target.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM questionnaire_response")) == 7


TOO_LONG = "UPDATE framework SET name = printf('%.90c', 'x') WHERE key = 'flask'"
NUL = "UPDATE framework SET summary = 'a' || char(0) || 'b' WHERE key = 'flask'"
SURROGATE = "UPDATE framework SET drawback = CAST(x'61eda08062' AS TEXT) WHERE key = 'flask'"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (NUL, "table framework, key 'flask': summary has the character NUL in it"),
        (SURROGATE, "table framework, key 'flask': drawback has bytes in it that are no text"),
        (TOO_LONG, "table framework, key 'flask': value too long for type character varying(80)"),
        ("DELETE FROM questionnaire_definition", "table questionnaire_day has rows that refer to missing ones"),
    ],
    ids=["nul", "surrogate", "too-long", "orphans"],
)
def test_what_the_other_database_does_not_take_is_named_and_nothing_is_left_there(
    damage: str, said: str, folder: Path, url: str, make_app: MakeApp
) -> None:
    with closing(sqlite3.connect(database(folder))) as connection, connection:
        connection.execute(damage)
    target = make_app(folder, DATABASE_URL=url)
    with pytest.raises(CopyError) as error:
        list(copy_site(make_app(folder), target))
    assert said in str(error.value)
    assert tables(target) == []


def test_a_file_that_could_not_be_filled_is_not_there(folder: Path, tmp_path: Path, make_app: MakeApp) -> None:
    with closing(sqlite3.connect(database(folder))) as connection, connection:
        connection.execute(SURROGATE)
    with pytest.raises(CopyError, match="table framework, key 'flask'"):
        list(copy_site(make_app(folder), make_app(folder, DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")))
    assert list(tmp_path.glob("new*")) == []


def test_tables_that_nobody_makes_any_more_are_not_left_behind_silently(
    folder: Path, url: str, make_app: MakeApp
) -> None:
    with closing(sqlite3.connect(database(folder))) as connection, connection:
        connection.execute("CREATE TABLE notes_note (id INTEGER PRIMARY KEY)")
    source, target = make_app(folder), make_app(folder, DATABASE_URL=url)
    with pytest.raises(CopyError, match=r"no extension in force has the tables notes_note, .* --without-leftovers"):
        list(copy_site(source, target))
    assert tables(target) == []
    list(copy_site(source, target, without_leftovers=True))
    assert set(tables(target)) == set(tables(source)) - {"notes_note"}


def test_one_that_is_not_up_to_date_is_refused(folder: Path, url: str, make_app: MakeApp) -> None:
    with closing(sqlite3.connect(database(folder))) as connection, connection:
        connection.execute("UPDATE alembic_version_questionnaire SET version_num = 'questionnaire_0001'")
    with pytest.raises(CopyError, match=r"questionnaire is not up to date .*run: fwsite --instance .* db upgrade"):
        list(copy_site(make_app(folder), make_app(folder, DATABASE_URL=url)))


def run(folder: Path, *arguments: str, say: str | None = None) -> tuple[int, str]:
    """The command as a host types it; exit code, and everything that was said."""
    from click.testing import CliRunner

    done = CliRunner().invoke(main, ["--instance", str(folder), "db", "copy", *arguments], input=say)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def test_the_command_says_how_it_goes_and_touches_nothing_that_is_not_empty(folder: Path, url: str) -> None:
    code, said = run(folder, "--to", url)
    assert code == 0
    assert "questionnaire_response: 7\n" in said
    assert re.search(r"Copied [0-9,]+ rows of \d+ tables; both sides have the same number in each\.\n", said)
    with psycopg.connect(url) as connection:
        before = connection.execute("SELECT xmin::text, * FROM questionnaire_response ORDER BY id").fetchall()
    code, said = run(folder, "--to", url)
    assert (code, "\nError: Nothing was copied: the database that is copied to must be empty" in said) == (1, True)
    assert run(folder, "--to", f"sqlite:///{database(folder)}")[0] == 1
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT xmin::text, * FROM questionnaire_response ORDER BY id").fetchall() == before
    code, said = run(folder, "--to", "postgresql://127.0.0.1:1/nowhere")
    assert (code, "\nError: The database cannot be used: connection failed" in said) == (1, True)


def test_the_command_names_both_databases_and_takes_no_password_among_its_arguments(
    folder: Path, url: str, tmp_path: Path
) -> None:
    with_password = url.replace("tests@", "tests:not-for-the-screen@")
    code, said = run(folder, "--to", with_password)
    assert (code, "say @FILE" in said, "not-for-the-screen" in said) == (2, True, False)
    (tmp_path / "address").write_text(f"\n{with_password}\n")
    code, said = run(folder, "--to", f"@{tmp_path / 'address'}")
    assert code == 0, said
    assert said.startswith(f"From the SQLite file {database(folder)} into the PostgreSQL database {url[-37:]} on ")
    assert "not-for-the-screen" not in said
    code, said = run(folder, "--to", "-", say=f"{with_password}\n")
    assert (code, "must be empty" in said) == (1, True)
    for nothing in (f"@{tmp_path / 'none'}", "-"):
        assert run(folder, "--to", nothing, say="\n")[0] == 2
