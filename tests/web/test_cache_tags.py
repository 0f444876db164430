"""Cache tags: what changes a table with a tag makes those pages anew that carry it, and leaves all others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request
from markupsafe import Markup
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update

from fwsite.db.cache_tags import CONTENT, carried_tags, carry_tag
from fwsite.extend import (
    NOT_CONTENT,
    Framework,
    SlotContext,
    cache_tag,
    content_version,
    db,
    per_content_version,
    upgrade_schema,
)
from fwsite.plugins.migrations import transaction
from fwsite.plugins.registry import registry_of
from fwsite.plugins.upgrade import bring_up_to_date

pytestmark = pytest.mark.new_app

DOCS = Table("docs_vote", MetaData(), Column("id", Integer, primary_key=True), info=cache_tag("docs"))
OF_ANOTHER = Table("notes_vote", MetaData(), Column("id", Integer, primary_key=True), info=cache_tag("docs"))
OF_NOBODY = Table(
    "docs_seen", MetaData(), Column("id", Integer, primary_key=True), info={**cache_tag("docs"), **NOT_CONTENT}
)


@pytest.fixture
def app(make_app: Callable[..., Flask], database_url: str) -> Iterator[Flask]:
    """On each database, with a table that has the tag of the guides, and two that do not count for it."""
    app = make_app(DATABASE_URL=database_url)
    with app.app_context():
        upgrade_schema()
        with db.engine.begin() as connection:
            for table in (DOCS, OF_ANOTHER, OF_NOBODY):
                table.create(connection)
    yield app
    with app.app_context():
        db.engine.dispose()


def numbers(app: Flask) -> dict[str, int]:
    return dict(app.extensions["fwsite.content_version"].current() or {})


def write(app: Flask, *statements: object) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


class TestNumbers:
    def test_a_tag_is_counted_by_itself(self, app: Flask) -> None:
        before = numbers(app)
        for number in range(3):
            write(app, insert(DOCS))
            assert numbers(app) == before | {"docs": number + 1}

    @pytest.mark.parametrize(
        "statements",
        [
            (insert(OF_ANOTHER),),
            (text("INSERT INTO docs_vote DEFAULT VALUES"),),
            (update(Framework).values(name="x"),),
        ],
        ids=["another's tag", "plain text", "no tag"],
    )
    def test_all_else_concerns_every_page(self, app: Flask, statements: tuple[object, ...]) -> None:
        before = numbers(app)
        write(app, *statements)
        assert numbers(app) == before | {CONTENT: before[CONTENT] + 1}

    def test_both_in_one_transaction_are_both(self, app: Flask) -> None:
        before = numbers(app)
        write(app, insert(DOCS), update(Framework).values(name="x"), insert(DOCS))
        assert numbers(app) == {CONTENT: before[CONTENT] + 1, "docs": 1}

    def test_what_no_page_shows_raises_nothing_and_neither_does_what_is_taken_back(self, app: Flask) -> None:
        before = numbers(app)
        write(app, insert(OF_NOBODY))
        with app.app_context():
            db.session.execute(insert(DOCS))
            db.session.rollback()
            db.session.execute(select(Framework.key))
            db.session.commit()
        assert numbers(app) == before

    def test_the_content_version_counts_every_change(self, app: Flask) -> None:
        for statement in (insert(DOCS), update(Framework).values(name="x"), insert(DOCS)):
            with app.app_context():
                before = content_version()
            write(app, statement)
            with app.app_context():
                assert before is not None and content_version() == before + 1

    def test_before_the_upgrade_a_tag_concerns_every_page(self, app: Flask) -> None:
        with app.app_context(), transaction() as connection:
            connection.execute(text("DROP TABLE cache_tag"))
        with app.app_context():
            read = "SELECT number FROM content_version"
            with db.engine.connect() as connection:
                before = connection.execute(text(read)).scalar_one()
            write(app, insert(DOCS))
            with db.engine.connect() as connection:
                assert connection.execute(text(read)).scalar_one() == before + 1


class Made:
    """The paths that a view was asked for."""

    def __init__(self, app: Flask) -> None:
        self.paths: list[str] = []
        dispatch = app.full_dispatch_request

        def counted(*given: object) -> object:
            self.paths.append(request.path)
            return dispatch(*given)  # type: ignore[arg-type]

        app.full_dispatch_request = counted  # type: ignore[method-assign, assignment]

    def by(self, app: Flask, *paths: str) -> list[str]:
        """What had to be made, to give each of them twice."""
        self.paths.clear()
        for path in paths * 2:
            assert app.test_client().get(path).status_code == 200
        return self.paths.copy()


def fill(monkeypatch: pytest.MonkeyPatch, app: Flask, slot: str) -> None:
    [docs] = [each for each in registry_of(app).extensions if each.name == "docs"]
    monkeypatch.setitem(docs.slots, slot, lambda _context: Markup("<b>votes</b>"))  # type: ignore[arg-type]


PAGES = ("/article/", "/comparison/", "/comparison/django", "/questionnaire/", "/docs/", "/feed.xml")


class TestPages:
    @pytest.mark.parametrize(
        ("slot", "showing"),
        [
            (None, ["/docs/"]),
            ("comparison.framework", ["/comparison/django", "/docs/"]),
            ("comparison.claim", ["/comparison/", "/comparison/django", "/docs/"]),
            ("site.header", [path for path in PAGES if path != "/feed.xml"]),
        ],
    )
    def test_those_are_made_anew_in_which_the_extension_has_a_part(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch, slot: str | None, showing: list[str]
    ) -> None:
        list_content(app)
        if slot:
            fill(monkeypatch, app, slot)
        made = Made(app)
        app.test_client().get("/robots.txt")
        made.by(app, *PAGES)
        assert made.by(app, *PAGES) == []

        write(app, insert(DOCS))
        assert made.by(app, *PAGES) == showing

        write(app, update(Framework).values(summary="Other words"))
        assert made.by(app, *PAGES) == list(PAGES)

    def test_another_process_hears_of_it(self, app: Flask, make_app: Callable[..., Flask]) -> None:
        list_content(app)
        other = make_app(DATABASE_URL=app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False))
        made = Made(other)
        made.by(other, *PAGES)
        write(app, insert(DOCS))
        assert made.by(other, *PAGES) == ["/docs/"]
        with other.app_context():
            db.engine.dispose()

    def test_a_vote_while_a_page_is_made_is_on_the_next(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        list_content(app)
        votes: list[int] = []
        [docs] = [each for each in registry_of(app).extensions if each.name == "docs"]

        def shown(_context: SlotContext) -> Markup:
            found = len(votes)
            if not votes:
                votes.append(1)
                write(app, insert(DOCS))
            return Markup(f"<b>{found} votes</b>")

        monkeypatch.setitem(docs.slots, "comparison.framework", shown)  # type: ignore[arg-type]
        client = app.test_client()
        assert "<b>0 votes</b>" in client.get("/comparison/django").text
        assert "<b>1 votes</b>" in client.get("/comparison/django").text


def list_content(app: Flask) -> None:
    """Bring in what the site ships, so that there is something to show."""
    assert not [step for step in bring_up_to_date(app) if step.failed]


class TestWhoCarries:
    def test_a_memo_gives_its_tags_to_every_page(self, app: Flask) -> None:
        calls: list[int] = []

        @per_content_version
        def shown() -> int:
            calls.append(1)
            carry_tag("docs")
            return len(calls)

        for _ in range(2):
            with app.test_request_context():
                carry_tag("article")
                shown()
                assert carried_tags() == {"article", "docs"}
        assert calls == [1]
        write(app, insert(DOCS))
        with app.test_request_context():
            assert shown() == 2

    def test_who_reads_a_table_with_a_tag_carries_it(
        self, app: Flask, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without any of the extension's being called: by a filter, or a function that somebody imports."""
        monkeypatch.setattr("fwsite.db.content_version.metadata", DOCS.metadata)
        other = make_app(DATABASE_URL=app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False))
        for query in (select(DOCS), text("SELECT count(*) FROM docs_vote")):
            with other.test_request_context():
                db.session.execute(select(Framework.key))
                assert carried_tags() == set()
                db.session.execute(query)
                assert carried_tags() == {"docs"}
        with other.app_context():
            db.engine.dispose()
