"""Content in and out: the shipped edition never overwrites people's work, and an export is the whole of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import given, settings
from sqlalchemy import select

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.files.edition import Edition, read_edition, write_file, write_folder
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.comparison.models import Change, Shipped
from fwsite.cli.main import main
from fwsite.domain.items import Kind, State
from fwsite.extend import Extension, db, upgrade_schema
from tests.blueprints.comparison.test_edition import SMALL
from tests.blueprints.comparison.test_public import FILE, TEXT, put
from tests.plugins.test_contract import install
from tests.support.site import create_app
from tests.support.strategies import editions

MARA = By("mara")
Run = Callable[..., Result]


@pytest.fixture
def filled(app: Flask) -> Iterator[Flask]:
    """The application with schema and content, in its context."""
    with app.app_context():
        yield app


@pytest.fixture
def run(runner: FlaskCliRunner, instance: Path) -> Run:
    """The ``fwsite content`` command, on the test's own instance or another."""

    def invoke(*arguments: object, instance: Path = instance, stdin: str | BytesIO | None = None) -> Result:
        return runner.invoke(main, ["--instance", str(instance), "content", *map(str, arguments)], input=stdin)

    return invoke


@pytest.fixture(scope="module")
def schema_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with a schema and no content, to copy from."""
    folder = tmp_path_factory.mktemp("schema") / "instance"
    with create_app(folder).app_context():
        upgrade_schema()
        db.engine.dispose()
    return folder


def change(kind: Kind, key: str, **fields: Any) -> None:
    """As somebody does in the browser."""
    item = document_mapper.find(kind, key)
    assert item is not None
    journal.save(item, {**item.document, **fields}, MARA)
    db.session.commit()


def document(kind: Kind, key: str) -> dict[str, Any]:
    item = document_mapper.find(kind, key)
    assert item is not None
    return item.document


def block(start: str) -> str:
    """A table of the shipped file with the tables in it."""
    place = TEXT.index(start)
    return TEXT[place : TEXT.index("\n[[frameworks", place + 1) + 1]


def source_of(entry: Any) -> str:
    return entry["source"] if isinstance(entry, dict) else entry


def without(edition: Edition, source: str) -> Edition:
    """The edition as it would be if the source had never been."""

    def cleaned(it: dict[str, Any]) -> dict[str, Any]:
        left = [entry for entry in it.get("sources", []) if source_of(entry) != source]
        examples = [key for key in it.get("example_sources", []) if key != source]
        return {
            **it,
            **{name: value for name, value in (("sources", left), ("example_sources", examples)) if name in it},
        }

    return Edition(
        {
            kind: tuple(cleaned(dict(it)) for it in found if it.get("key") != source)
            for kind, found in edition.documents.items()
        }
    )


REUSE = block('[[frameworks.claims]]\nkey = "django-reuse"')
NEW = REUSE.replace("django-reuse", "django-brand-new")


@pytest.mark.usefixtures("filled")
class TestANewShippedEdition:
    def test_leaves_alone_what_people_changed_and_says_so(self, instance: Path) -> None:
        change(Kind.CLAIM, "django-reuse", text="Mara's text")
        path = put(instance, TEXT.replace("Common work is already done", "Everything is done"))
        assert content.load() == f"loaded {path}: nothing new; 1 kept as maintainers left them"
        assert document(Kind.CLAIM, "django-reuse")["text"] == "Mara's text"

    def test_changes_what_nobody_changed(self, instance: Path) -> None:
        path = put(instance, TEXT.replace("Common work is already done", "Everything is done"))
        assert content.load() == f"loaded {path}: 1 changed"
        assert document(Kind.CLAIM, "django-reuse")["text"].startswith("Everything is done")

    def test_adds_what_is_new_where_the_file_has_it(self, instance: Path) -> None:
        path = put(instance, TEXT.replace(REUSE, NEW + REUSE))
        assert content.load() == f"loaded {path}: 1 added"
        order = journal.siblings(document_mapper.everything()[Kind.CLAIM, "django-reuse"])
        assert order.index("django-brand-new") == order.index("django-reuse") - 1

    def test_retires_what_it_has_no_longer_and_nobody_changed(self, instance: Path) -> None:
        put(instance, TEXT.replace(REUSE, ""))
        content.load()
        assert document(Kind.CLAIM, "django-reuse")["state"] == "retired"

    def test_keeps_what_it_has_no_longer_and_people_changed(self, instance: Path) -> None:
        change(Kind.CLAIM, "django-reuse", text="Mara's text")
        put(instance, TEXT.replace(REUSE, ""))
        content.load()
        assert document(Kind.CLAIM, "django-reuse")["state"] == "published"

    def test_keeps_a_source_that_peoples_claims_rest_on(self, instance: Path) -> None:
        cited = [{"source": "instagram-2019", "words": "x"}]
        change(Kind.CLAIM, "flask-blueprints", sources=cited)
        put(instance, write_file(without(read_edition(FILE), "instagram-2019")))
        content.load()
        assert document(Kind.SOURCE, "instagram-2019")["state"] == "published"
        assert document(Kind.CLAIM, "flask-blueprints")["sources"] == cited

    def test_does_not_bring_back_what_people_retired(self, instance: Path) -> None:
        change(Kind.CLAIM, "django-reuse", state="retired")
        put(instance, TEXT.replace("Common work is already done", "Everything is done"))
        content.load()
        assert document(Kind.CLAIM, "django-reuse")["state"] == "retired"

    def test_keeps_peoples_own_items_and_their_order(self, instance: Path) -> None:
        order = journal.siblings(document_mapper.everything()[Kind.CLAIM, "django-reuse"])
        journal.move(document_mapper.everything()[Kind.CLAIM, "django-reuse"], "", MARA)
        db.session.commit()
        put(instance, TEXT.replace(REUSE, REUSE + NEW))
        content.load()
        assert journal.siblings(document_mapper.everything()[Kind.CLAIM, "django-reuse"]) == [
            "django-reuse",
            *[key for key in order if key != "django-reuse"],
            "django-brand-new",
        ]

    def test_is_one_change_that_can_be_undone_as_one(self, instance: Path) -> None:
        before = write_file(content.whole_edition())
        put(
            instance,
            TEXT.replace("Common work is already done", "Everything is done").replace("score = 4", "score = 3"),
        )
        content.load()
        batch = db.session.scalars(select(Change).where(Change.kind == "batch").order_by(Change.id.desc())).first()
        assert batch is not None
        journal.undo_batch(batch, MARA)
        assert write_file(content.whole_edition()) == before

    def test_that_differs_in_a_comment_alone_changes_nothing(self, instance: Path) -> None:
        changes = len(db.session.scalars(select(Change.id)).all())
        assert content.load().endswith("is loaded already")
        path = put(instance, TEXT + "# a comment\n")
        assert content.load() == f"loaded {path}: nothing new"
        assert len(db.session.scalars(select(Change.id)).all()) == changes

    def test_that_takes_something_out_and_puts_it_back_is_followed_both_times(self, instance: Path) -> None:
        before = content.documents()
        put(instance, TEXT.replace(REUSE, ""))
        content.load()
        put(instance, TEXT)
        content.load()
        assert content.documents() == before

    def test_leaves_the_frameworks_of_an_import_to_themselves(self, instance: Path, tmp_path: Path) -> None:
        """What it says about frameworks that are not there has no place, and breaks nothing."""
        content.take_in(read_edition(put(tmp_path, SMALL)), MARA)
        db.session.commit()
        put(instance, TEXT.replace(REUSE, REUSE + NEW))
        content.load()
        shown = {key for key, it in content.documents().items() if it["state"] == "published"}
        assert {key for kind, key in shown if kind is Kind.FRAMEWORK} == {"tornado"}


@settings(max_examples=10)
@given(first=editions(), second=editions(), third=editions())
def test_untouched_by_people_the_site_says_what_each_file_says(
    schema_only: Path, tmp_path_factory: pytest.TempPathFactory, first: Edition, second: Edition, third: Edition
) -> None:
    folder = Path(shutil.copytree(schema_only, tmp_path_factory.mktemp("shipped") / "instance"))
    with create_app(folder).app_context():
        for edition in (first, second, third, first):
            put(folder, write_file(edition))
            content.load()
            mine = {key: it for key, it in content.documents().items() if it["state"] != State.RETIRED}
            theirs = {key: it for key, it in content.by_key(edition).items() if it["state"] != State.RETIRED}
            assert mine == theirs
            assert content.reordered(content.documents(), content.by_key(edition)) == []
        db.engine.dispose()


@settings(max_examples=10)
@given(edition=editions())
def test_an_export_into_an_empty_instance_exports_the_same_bytes(
    schema_only: Path, tmp_path_factory: pytest.TempPathFactory, edition: Edition
) -> None:
    folder = tmp_path_factory.mktemp("round")
    exports: list[tuple[str, dict[str, str]]] = []
    for name in ("one", "two"):
        shutil.copytree(schema_only, folder / name)
        with create_app(folder / name).app_context():
            content.take_in(edition, MARA)
            db.session.commit()
            exports.append((write_file(content.whole_edition()), write_folder(content.whole_edition())))
            edition = read_edition(put(folder, exports[-1][0]))
            db.engine.dispose()
    assert exports[0] == exports[1]


class TestExportAndImport:
    @pytest.fixture
    def edited(self, app: Flask) -> None:
        """Drafts, retired items, another order, odd characters, empty fields, a new framework."""
        with app.app_context():
            change(Kind.CLAIM, "django-reuse", state="draft", text='“Odd” \\ "quotes" \'\'\' """ # [x] = é 日本 🎉 |')
            change(Kind.CLAIM, "flask-blueprints", state="retired")
            change(Kind.RATING, "none.memory", state="draft")
            change(Kind.SOURCE, "schooner-2023", author="", publisher="", published=None)
            journal.add(Kind.FRAMEWORK, {**document(Kind.FRAMEWORK, "none"), "key": "tornado"}, MARA)
            journal.move(document_mapper.everything()[Kind.FRAMEWORK, "tornado"], "", MARA)
            journal.move(document_mapper.everything()[Kind.CRITERION, "memory"], "", MARA)
            journal.move(document_mapper.everything()[Kind.CLAIM, "django-admin"], "", MARA)
            db.session.commit()

    @pytest.mark.usefixtures("edited")
    @pytest.mark.parametrize("place", ["one.toml", "folder"])
    def test_into_an_instance_that_is_not_there_yet_gives_the_same_bytes(
        self, run: Run, tmp_path: Path, place: str
    ) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        assert run("export", tmp_path / "a" / place).exit_code == 0
        done = run("import", tmp_path / "a" / place, "--yes", instance=tmp_path / "new")
        assert (done.exit_code, "\nImported as change " in done.output) == (0, True)
        assert run("export", tmp_path / "b" / place, instance=tmp_path / "new").exit_code == 0
        assert contents(tmp_path / "a") == contents(tmp_path / "b")

    @pytest.mark.usefixtures("edited")
    def test_is_all_that_an_upgrade_leaves_there(self, run: Run, runner: FlaskCliRunner, tmp_path: Path) -> None:
        run("export", tmp_path / "a.toml")
        run("import", tmp_path / "a.toml", "--yes", instance=tmp_path / "new")
        upgrade = runner.invoke(main, ["--instance", str(tmp_path / "new"), "db", "upgrade"])
        assert "nothing new" in upgrade.output
        assert run("export", tmp_path / "b.toml", instance=tmp_path / "new").exit_code == 0
        assert (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes()

    def test_of_the_same_would_change_nothing(self, run: Run, tmp_path: Path, instance: Path) -> None:
        run("export", tmp_path / "a.toml")
        before = numbers(instance)
        done = run("import", tmp_path / "a.toml")
        assert (done.exit_code, done.output) == (0, "Nothing would change.\n")
        assert numbers(instance) == before

    def test_shows_each_change_asks_and_can_be_undone(self, app: Flask, run: Run, tmp_path: Path) -> None:
        run("export", tmp_path / "before.toml")
        text = TEXT.replace(REUSE, NEW).replace('name = "Flask"', 'name = "Flasque"')
        done = run("import", put(tmp_path, text), "--note", "from git", stdin="y\n")
        assert done.exit_code == 0
        added = "Common work is already done; you write what is particular to your application"
        assert done.output.splitlines()[:5] == [
            f"+ claim django-brand-new: {added}",
            "~ framework flask: name",
            f"- claim django-reuse: {added} (retired)",
            "Import 3 changes? [y/N]: y",
            done.output.splitlines()[4],
        ]
        number = int(done.output.splitlines()[4].removeprefix("Imported as change ").partition(".")[0])
        with app.app_context():
            batch = db.session.get_one(Change, number)
            assert (batch.kind, batch.action, batch.who, batch.note) == ("batch", "imported", "import", "from git")
            assert batch.document["counts"] == {"added": 1, "changed": 1, "retired": 1}
            journal.undo_batch(batch, MARA)
            left = [key for key, it in content.documents().items() if it["state"] == "retired"]
            assert left == [(Kind.CLAIM, "django-brand-new")]

    def test_shows_a_change_of_order(self, run: Run, tmp_path: Path) -> None:
        place = TEXT.index(REUSE)
        before = TEXT[TEXT.rindex("[[frameworks.claims]]", 0, place) : place]
        done = run("import", put(tmp_path, TEXT.replace(before + REUSE, REUSE + before)), "--yes")
        assert done.output.splitlines()[0] == "~ order of claims"
        assert run("import", tmp_path / "frameworks.toml").output == "Nothing would change.\n"

    @pytest.mark.parametrize("answer", ["n\n", "\n", ""])
    def test_changes_nothing_unless_told_to(self, run: Run, tmp_path: Path, instance: Path, answer: str) -> None:
        before = numbers(instance)
        done = run("import", put(tmp_path, TEXT.replace(REUSE, "")), stdin=answer)
        assert (done.exit_code, "Aborted!" in done.output) == (1, True)
        assert numbers(instance) == before

    def test_with_faults_lists_each_and_changes_nothing(self, run: Run, tmp_path: Path, instance: Path) -> None:
        before = numbers(instance)
        path = put(tmp_path, TEXT.replace("score = 4", "score = 6", 1) + "more = 1\n")
        done = run("import", path, "--yes")
        line = TEXT[: TEXT.index("score = 4")].count("\n") + 1
        assert done.exit_code == 1
        fault = (
            f"{path}:{line}: frameworks.django.ratings.scalability.score: is 6; it must be a whole number from 1 to 5"
        )
        assert fault in done.output.splitlines()
        assert done.output.splitlines()[-1] == "Nothing was imported."
        assert numbers(instance) == before

    def test_with_faults_makes_no_folder(self, run: Run, tmp_path: Path) -> None:
        path = put(tmp_path, TEXT.replace("score = 4", "score = 6", 1))
        assert run("import", path, "--yes", instance=tmp_path / "new").exit_code == 1
        assert not (tmp_path / "new").exists()

    def test_says_so_where_the_comparison_changes_while_it_asks(self, app: Flask, run: Run, tmp_path: Path) -> None:
        class Typing(BytesIO):
            """Takes so long to say yes that somebody else makes a change."""

            def read1(self, size: int | None = -1) -> bytes:
                with create_app(app.instance_path).app_context():
                    change(Kind.CLAIM, "django-parts", text="Meanwhile")
                    db.engine.dispose()
                return super().read1(size)

        done = run("import", put(tmp_path, TEXT.replace(REUSE, "")), stdin=Typing(b"y\n"))
        assert (done.exit_code, "has changed in the meantime, so nothing was imported" in done.output) == (1, True)
        with app.app_context():
            assert document(Kind.CLAIM, "django-reuse")["state"] == "published"

    def test_counts_what_is_shipped_as_seen(self, run: Run, tmp_path: Path) -> None:
        run("import", put(tmp_path, SMALL), "--yes", instance=tmp_path / "new")
        with create_app(tmp_path / "new").app_context():
            assert "nothing new" in content.load()
            assert {key for kind, key in content.documents() if kind is Kind.FRAMEWORK} == {"tornado"}
            assert db.session.get(Shipped, ("framework", "django")) is not None
            db.engine.dispose()

    @pytest.mark.parametrize("note", ["x" * 281, "a\u202eb"])
    def test_takes_no_note_that_cannot_be_kept(self, run: Run, tmp_path: Path, note: str) -> None:
        assert run("import", put(tmp_path, TEXT), "--yes", "--note", note).exit_code == 2

    def test_exports_nothing_without_a_database(self, run: Run, tmp_path: Path) -> None:
        done = run("export", tmp_path / "x.toml", instance=tmp_path / "new")
        assert (done.exit_code, f"fwsite --instance {tmp_path / 'new'} db upgrade" in done.output) == (1, True)
        assert not (tmp_path / "x.toml").exists()
        assert not (tmp_path / "new").exists()

    def test_exports_nothing_from_an_empty_comparison(self, run: Run, schema_only: Path, tmp_path: Path) -> None:
        shutil.copytree(schema_only, tmp_path / "new")
        done = run("export", tmp_path / "x.toml", instance=tmp_path / "new")
        assert (done.exit_code, "There is nothing to export" in done.output) == (1, True)

    def test_exports_over_nothing_that_is_not_its_own(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[project]\n")
        done = run("export", tmp_path / "pyproject.toml")
        assert (done.exit_code, "is not a file that an export wrote" in done.output) == (1, True)
        assert (tmp_path / "pyproject.toml").read_text() == "[project]\n"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def numbers(instance: Path) -> list[int]:
    """Of the changes there are."""
    with create_app(instance).app_context():
        try:
            return list(db.session.scalars(select(Change.id).order_by(Change.id)))
        finally:
            db.session.remove()
            db.engine.dispose()


class TestCheck:
    def test_judges_articles_by_what_the_site_shows(self, app: Flask, run: Run, instance: Path) -> None:
        (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\n::balance[tornado]\n")
        done = run("check")
        assert (done.exit_code, "there is no framework 'tornado'" in done.output) == (1, True)
        with app.app_context():
            journal.add(Kind.FRAMEWORK, {**document(Kind.FRAMEWORK, "none"), "key": "tornado"}, MARA)
            db.session.commit()
        assert run("check").exit_code == 0

    @pytest.mark.new_app  # who reads the file's bytes gives up this process's locks on it
    def test_touches_no_database(self, app: Flask, client: FlaskClient, run: Run, instance: Path) -> None:
        with app.app_context():
            db.engine.dispose()
        put(instance, TEXT.replace(REUSE, ""))

        def places() -> list[str]:  # the log goes with whoever closes the file last
            return sorted(path.name for path in instance.iterdir() if not path.name.endswith(("-wal", "-shm")))

        were = places()
        before = (instance / "fwsite.sqlite3").read_bytes()
        assert "is not a published point" in run("check").output  # a fit of the questionnaire rests on it
        assert (instance / "fwsite.sqlite3").read_bytes() == before
        assert places() == were

    def test_says_what_is_wrong_with_a_database_that_is_none(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "fwsite.sqlite3").write_text("not a database at all\n" * 100)
        done = run("check", instance=tmp_path / "new")
        assert (done.exit_code, "Error: The database cannot be used: file is not a database" in done.output) == (
            1,
            True,
        )


def test_groups_of_one_name_become_one_without_changing_either(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]
) -> None:
    one = Extension(name="one", title="One", commands=(click.Group("notes", [click.Command("add")]),))
    two = Extension(name="two", title="Two", commands=(click.Group("notes", [click.Command("list")]),))
    install(monkeypatch, one)
    install(monkeypatch, two)
    group = make_app().cli.commands["notes"]
    assert isinstance(group, click.Group)
    assert sorted(group.commands) == ["add", "list"]
    own = [command for it in (one, two) for command in it.commands if isinstance(command, click.Group)]
    assert [list(command.commands) for command in own] == [["add"], ["list"]]
