"""Pages that are kept whole: what is kept, for whom, and that nobody ever gets one that is out of date."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask, request, session, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template
from markupsafe import Markup
from sqlalchemy import event, select, text, update
from werkzeug.test import TestResponse

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.db.cache_tags import CONTENT
from fwsite.db.content_version import CERTAIN_FOR, ContentVersion, Numbers, content_version
from fwsite.db.engine import db
from fwsite.db.models import Criterion, Framework, Throttle
from fwsite.db.shared_clock import SharedClock
from fwsite.extend import SlotContext
from fwsite.intervals import AT_ONCE
from fwsite.plugins.registry import registry_of
from fwsite.web.file_state import Files
from tests.support.forms import first_options, inputs, open_form, submit
from tests.support.served import Site

pytestmark = pytest.mark.new_app

KEPT = [
    "/",
    "/article/",
    "/comparison/",
    "/comparison/django",
    "/comparison/data.csv",
    "/comparison/data.xlsx",
    "/comparison/?f=django",
    "/comparison/?f=django&f=flask&rows=differ",
    "/comparison/data.csv?f=django",
    "/comparison/changes",
    "/comparison/changes?framework=django",
    "/comparison/changes/1",
    "/comparison/changes.xml",
    "/search/?q=admin",
    "/docs/",
    "/docs/host",
    "/feed.xml",
]
MADE_EACH_TIME = [
    "/questionnaire/?set=x",
    "/account/sign-in",
    "/comparison/suggest?framework=django&page=2",
    "/nowhere",
]


class Work:
    """What Flask was asked for."""

    def __init__(self, app: Flask) -> None:
        self.paths: list[str] = []
        dispatch = app.full_dispatch_request

        def counted(*given: object) -> object:
            query = request.environ["QUERY_STRING"]
            self.paths.append(f"{request.path}?{query}" if query else request.path)
            return dispatch(*given)  # type: ignore[arg-type]

        app.full_dispatch_request = counted  # type: ignore[method-assign, assignment]


@pytest.fixture
def work(app: Flask) -> Work:
    return Work(app)


def headers_of(response: TestResponse) -> list[tuple[str, str]]:
    """Without the time, which the server adds where nobody has."""
    return sorted((name, value) for name, value in response.headers if name != "Date")


def rename(app: Flask, name: str, key: str = "django") -> None:
    with app.app_context():
        db.session.execute(update(Framework).where(Framework.key == key).values(name=name))
        db.session.commit()


class TestWhatIsKept:
    @pytest.mark.parametrize("path", KEPT)
    def test_pages_for_everybody_are_made_once(self, client: FlaskClient, work: Work, path: str) -> None:
        first, second = client.get(path), client.get(path)
        assert first.status_code == second.status_code == 200
        assert first.data == second.data
        assert headers_of(first) == headers_of(second)
        assert work.paths == [path]

    @pytest.mark.parametrize("path", MADE_EACH_TIME)
    def test_others_are_made_each_time(self, client: FlaskClient, work: Work, path: str) -> None:
        assert client.get(path).status_code == client.get(path).status_code
        assert work.paths == [path] * 2

    def test_each_encoding_is_kept_by_itself(self, client: FlaskClient, work: Work) -> None:
        for accepted, encoding in (("br, gzip", "br"), ("gzip", "gzip"), ("", None)) * 2:
            response = client.get("/", headers={"Accept-Encoding": accepted})
            assert response.headers.get("Content-Encoding") == encoding
        assert work.paths == ["/"] * 3

    def test_an_answer_without_a_body_comes_from_it_too(self, client: FlaskClient, work: Work) -> None:
        page = client.get("/comparison/")
        known = client.get("/comparison/", headers={"If-None-Match": page.headers["ETag"]})
        weak = client.get("/comparison/", headers={"If-None-Match": f'"other", W/{page.headers["ETag"]}'})
        other = client.get("/comparison/", headers={"If-None-Match": '"other"'})
        head = client.head("/comparison/")
        assert [known.status_code, weak.status_code, other.status_code, head.status_code] == [304, 304, 200, 200]
        assert (known.data, weak.data, head.data) == (b"", b"", b"")
        assert headers_of(head) == headers_of(page)
        assert known.headers["ETag"] == page.headers["ETag"]
        assert "Content-Length" not in known.headers
        assert work.paths == ["/comparison/"]

    def test_the_answers_without_a_body_are_those_of_flask(
        self, client: FlaskClient, make_app: Callable[..., Flask]
    ) -> None:
        plain = make_app(PAGE_CACHE_BYTES=0).test_client()
        for path in ("/", "/comparison/data.csv"):
            etag = client.get(path).headers["ETag"]
            for headers in ({}, {"If-None-Match": etag}, {"If-None-Match": "*"}):
                kept, made = client.get(path, headers=headers), plain.get(path, headers=headers)
                assert kept.status_code == made.status_code
                assert headers_of(kept) == headers_of(made)

    def test_a_query_that_means_nothing_makes_and_keeps_nothing(
        self, app: Flask, client: FlaskClient, work: Work
    ) -> None:
        client.get("/comparison/")
        before = len(app.extensions["fwsite.page_cache"].pages)
        for number in range(50):
            assert client.get(f"/comparison/?utm_source={number}&x").status_code == 200
        assert work.paths == ["/comparison/"]
        assert len(app.extensions["fwsite.page_cache"].pages) == before

    @pytest.mark.parametrize("query", ["f=flask", "%66=flask", "x=1&f=flask", "&".join(["a=b"] * 30) + "&f=flask"])
    def test_a_query_that_means_something_is_answered(self, client: FlaskClient, query: str) -> None:
        whole = client.get("/comparison/").data
        assert client.get(f"/comparison/?{query}").data != whole
        assert client.get("/comparison/").data == whole

    def test_each_query_has_its_own_page(self, client: FlaskClient, work: Work) -> None:
        queries = ["f=django", "f=flask", "f=flask&f=django", "rows=differ"]
        first = [client.get(f"/comparison/?{query}").data for query in queries]
        assert [client.get(f"/comparison/?{query}").data for query in queries] == first
        assert len(set(first)) == len(queries) == len(work.paths)

    def test_what_a_slot_reads_of_a_query_is_on_no_page_of_another(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_header(app, monkeypatch, lambda _context: Markup("<b>{}</b>").format(request.args.get("x")))
        asked = {"?x=one": "one", "?f=django&x=two": "two", "": None, "?f=django": None, "?x=three&f=django": "three"}
        for query, said in asked.items():
            assert f"<b>{said}</b>" in client.get(f"/comparison/{query}").text

    def test_a_change_shows_on_pages_of_a_query(self, app: Flask, client: FlaskClient) -> None:
        assert "Django" in client.get("/comparison/?f=django").text
        rename(app, "Jango")
        assert "Jango" in client.get("/comparison/?f=django").text

    def test_made_up_queries_push_out_no_page_without_one(self, make_app: Callable[..., Flask]) -> None:
        app = make_app(PAGE_CACHE_BYTES=1_600_000)
        client, cache = app.test_client(), app.extensions["fwsite.page_cache"]
        client.get("/comparison/django")
        work = Work(app)
        for number in range(60):
            client.get(f"/comparison/?f=django&f={number}", headers={"Accept-Encoding": "br"})
        assert 0 < len(cache.queried) < 60
        assert sum(page.size for page in cache.queried.values()) == cache.queried.size <= 400_000
        work.paths.clear()
        client.get("/comparison/django")
        assert work.paths == []

    def test_a_query_that_nobody_types_is_answered_and_not_kept(
        self, app: Flask, client: FlaskClient, work: Work
    ) -> None:
        long = f"/comparison/?f=django&f={'x' * 600}"
        assert client.get(long).data == client.get(long).data
        assert len(work.paths) == 2
        assert len(app.extensions["fwsite.page_cache"].queried) == 0

    def test_what_somebody_sends_is_not_answered_from_it(self, client: FlaskClient) -> None:
        client.get("/comparison/")
        assert client.post("/comparison/").status_code in (400, 405)

    def test_a_host_that_is_not_trusted_gets_none(self, make_app: Callable[..., Flask]) -> None:
        client = make_app(SITE_URL="https://ledger.example.org").test_client()
        assert client.get("/", headers={"Host": "ledger.example.org"}).status_code == 200
        for host in ("evil.example", "ledger.example.org, evil.example", ""):
            assert client.get("/", headers={"Host": host}).status_code == 400

    def test_pages_of_two_hosts_are_two(self, client: FlaskClient) -> None:
        for host in ("one.example", "two.example") * 2:
            assert f"http://{host}/" in client.get("/feed.xml", headers={"Host": host}).text

    def test_memory_stays_within_the_setting(self, make_app: Callable[..., Flask]) -> None:
        app = make_app(PAGE_CACHE_BYTES=200_000)
        client, cache = app.test_client(), app.extensions["fwsite.page_cache"]
        for number in range(40):
            client.get("/comparison/django", headers={"Host": f"h{number}.example"})
            client.get("/", headers={"Host": "often.example", "Accept-Encoding": "br"})
        assert 0 < sum(page.size for page in cache.pages.values()) == cache.pages.size <= 200_000
        work = Work(app)
        client.get("/", headers={"Host": "often.example", "Accept-Encoding": "br"})
        assert work.paths == []  # what is asked for stays

    @pytest.mark.parametrize("path", ["/comparison/", "/questionnaire/"])
    def test_many_that_ask_at_once_for_a_page_that_is_not_there_have_it_made_once(self, app: Flask, path: str) -> None:
        names = pages_rendered(app)
        app.test_client().get("/robots.txt")  # what the first request of a process does
        start = threading.Barrier(6)

        def ask(_number: int) -> int:
            start.wait(timeout=20)
            return app.test_client().get(path).status_code

        for _ in range(2):
            with ThreadPoolExecutor(6) as threads:
                assert list(threads.map(ask, range(6))) == [200] * 6
            rename(app, "Changed")
        assert len(names) == 2


class TestWhoseItIs:
    def test_a_slot_that_looks_at_the_session_or_the_query_keeps_its_page_out(
        self, app: Flask, client: FlaskClient, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for look in (lambda: session.get("x"), lambda: request.args.get("x")):

            def fill(_context: SlotContext, look: Callable[[], object] = look) -> Markup:
                look()
                return Markup("")

            [article] = [each for each in registry_of(app).extensions if each.name == "article"]
            monkeypatch.setitem(article.slots, "site.header", fill)  # type: ignore[arg-type]
            for _ in range(2):
                client.get("/docs/")
        assert work.paths == ["/docs/"] * 4

    def test_a_page_that_goes_without_what_failed_is_not_kept(
        self, app: Flask, client: FlaskClient, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_context: SlotContext) -> Markup:
            raise RuntimeError("not today")

        [article] = [each for each in registry_of(app).extensions if each.name == "article"]
        monkeypatch.setitem(article.slots, "site.header", fail)  # type: ignore[arg-type]
        client.get("/docs/")
        monkeypatch.setitem(article.slots, "site.header", lambda _context: Markup("<b>today</b>"))  # type: ignore[arg-type]
        assert "<b>today</b>" in client.get("/docs/").text
        client.get("/docs/")
        assert work.paths == ["/docs/"] * 2

    def test_signing_in_changes_no_page_for_everybody(self, client: FlaskClient) -> None:
        before = client.get("/comparison/")
        client.get("/account/sign-in")  # a session, and its cookie
        after = client.get("/comparison/")
        assert after.data == before.data
        assert "Set-Cookie" not in after.headers


def pages_rendered(app: Flask) -> list[str]:
    """The templates of the pages that are rendered from here on, without those of slots."""
    names: list[str] = []

    def note(_app: Flask, template: Template, **_: object) -> None:
        if not str(template.name).rpartition("/")[2].startswith("_"):
            names.append(str(template.name))

    template_rendered.connect(note, app, weak=False)
    return names


LOOKS: dict[str, Callable[[], object]] = {
    "session": lambda: session.get("x"),
    "cookies": lambda: request.cookies.get("x"),
    "headers": lambda: request.headers.get("X-Any"),
    "user agent": lambda: request.user_agent,
    "credentials": lambda: request.authorization,
    "address": lambda: request.remote_addr,
}


def in_header(app: Flask, monkeypatch: pytest.MonkeyPatch, fill: Callable[[SlotContext], Markup]) -> None:
    """Have a part of the site fill the slot in the header."""
    [article] = [each for each in registry_of(app).extensions if each.name == "article"]
    monkeypatch.setitem(article.slots, "site.header", fill)  # type: ignore[arg-type]


class TestAPageWithAForm:
    """The questions: the same for everybody but for the tokens of the form."""

    @pytest.fixture
    def rendered(self, app: Flask) -> list[str]:
        return pages_rendered(app)

    def test_is_made_once_and_each_visitor_has_tokens_of_their_own(self, app: Flask, rendered: list[str]) -> None:
        visitors = [app.test_client() for _ in range(3)]
        pages = [visitor.get("/questionnaire/") for visitor in visitors]
        assert rendered == ["questionnaire/index.html"]
        for name in ("csrf_token", "submission"):
            assert len({inputs(page.text)[name][0] for page in pages}) == 3
        texts = set()
        for page in pages:
            text = page.text
            for name in ("csrf_token", "submission"):
                text = text.replace(inputs(page.text)[name][0], name)
            texts.add(text)
            assert page.headers["Cache-Control"] == "no-store"
            assert "session=" in page.headers["Set-Cookie"]
        assert len(texts) == 1

    def test_can_be_sent(self, app: Flask) -> None:
        for _ in range(3):
            visitor = app.test_client()
            form = inputs(visitor.get("/questionnaire/").text)
            sent = visitor.post("/questionnaire/", data={**form, "q-work": "nonsense"})
            assert sent.status_code == 422  # and not 400: the token was right
            assert submit(visitor, first_options(visitor, 5)).status_code == 303

    def test_shows_a_change_at_once(self, app: Flask, client: FlaskClient, rendered: list[str]) -> None:
        client.get("/questionnaire/")
        with app.app_context():
            db.session.execute(update(Framework).where(Framework.key == "flask").values(state="retired"))
            db.session.commit()
        changed = client.get("/questionnaire/").text
        assert "Django, FastAPI" in changed and "Django, Flask, FastAPI" not in changed
        client.get("/questionnaire/")
        assert rendered == ["questionnaire/index.html"] * 2

    @pytest.mark.parametrize("look", LOOKS)
    def test_is_made_each_time_where_a_slot_looks_at_what_is_the_visitors_own(
        self, app: Flask, client: FlaskClient, rendered: list[str], monkeypatch: pytest.MonkeyPatch, look: str
    ) -> None:
        in_header(app, monkeypatch, lambda _context: Markup("<b>{}</b>").format(LOOKS[look]()))
        client.get("/questionnaire/")
        client.get("/questionnaire/")
        assert rendered == ["questionnaire/index.html"] * 2

    def test_is_made_each_time_for_a_query_where_a_slot_looks_at_it(
        self, app: Flask, client: FlaskClient, rendered: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_header(app, monkeypatch, lambda _context: Markup("<b>{}</b>").format(request.args.get("x")))
        for query, times in (("", 1), ("", 1), ("?x=one", 2), ("?x=two", 3), ("", 3), ("?x=one", 4)):
            page = client.get(f"/questionnaire/{query}").text
            assert f"<b>{query[3:] or None}</b>" in page
            assert rendered == ["questionnaire/index.html"] * times

    def test_is_kept_for_each_query_that_it_names_and_for_no_other(self, app: Flask, rendered: list[str]) -> None:
        form = "/comparison/suggest"
        queries = ["?framework=django", "?framework=flask", "?framework=django&x=1", "?claim=django-admin"]
        for query in queries:
            pages = [app.test_client().get(form + query) for _ in range(2)]
            assert [page.status_code for page in pages] == [200, 200]
            assert len({inputs(page.text)["csrf_token"][0] for page in pages}) == 2
        assert rendered == ["comparison/suggest.html"] * 5

    def test_made_up_queries_push_out_no_page_that_is_asked_for(
        self, make_app: Callable[..., Flask], rendered: list[str]
    ) -> None:
        app = make_app(PAGE_CACHE_BYTES=1_600_000)
        rendered = pages_rendered(app)
        client, cache = app.test_client(), app.extensions["fwsite.page_cache"]
        for number in range(60):
            client.get("/questionnaire/")
            client.get(f"/comparison/suggest?framework={number}")
        assert rendered.count("questionnaire/index.html") == 1
        assert 0 < sum(page.size for page in cache.donuts.values()) == cache.donuts.size <= 400_000
        assert len(cache.donuts) < 60

    def test_with_answers_of_somebody_is_theirs_alone(self, client: FlaskClient) -> None:
        result = submit(client, first_options(client, 5)).location
        assert " checked" in client.get(f"/questionnaire/?from={result.rpartition('/')[2]}").text
        plain = open_form(client)
        assert {name[:2] for name in plain} == {"w-", "cs", "su"}
        assert all(values == ["normal"] for name, values in plain.items() if name.startswith("w-"))


class TestNothingIsOutOfDate:
    def test_a_change_shows_at_once(self, app: Flask, client: FlaskClient) -> None:
        for name in ("First", "Second", "Third"):
            client.get("/comparison/")
            rename(app, name)
            assert name in client.get("/comparison/").text

    def test_a_change_of_another_process_shows_at_once(
        self, app: Flask, client: FlaskClient, make_app: Callable[..., Flask]
    ) -> None:
        client.get("/comparison/django")
        rename(make_app(), "Renamed")
        assert "Renamed" in client.get("/comparison/django").text

    def test_a_file_that_is_written_shows_at_once(self, client: FlaskClient, instance: Path) -> None:
        file = instance / "articles" / "mine.md"
        for number in range(5):
            file.write_text(f"---\ntitle: Mine {number}\n---\n\nText.\n")
            assert f"Mine {number}" in client.get("/article/mine").text
            assert f"Mine {number}" in client.get("/article/").text
        file.unlink()
        assert client.get("/article/mine").status_code == 404

    def test_the_next_day_is_another_page(
        self, client: FlaskClient, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get("/")
        tomorrow = time.time() + 86_400
        monkeypatch.setattr(time, "time", lambda: tomorrow)
        client.get("/")
        assert work.paths == ["/"] * 2

    def test_what_changes_while_a_page_is_made_is_in_the_next(self, app: Flask, client: FlaskClient) -> None:
        engine = _engine(app)
        changed = False

        @event.listens_for(engine, "before_cursor_execute")
        def change_first(_c: object, _k: object, statement: str, *_others: object) -> None:
            nonlocal changed
            if not changed and statement.startswith("SELECT") and "framework" in statement:
                changed = True
                thread = threading.Thread(target=rename, args=(app, "Meanwhile"))
                thread.start()
                thread.join()

        client.get("/comparison/")
        assert changed
        assert "Meanwhile" in client.get("/comparison/").text

    def test_what_is_rolled_back_raises_nothing(self, app: Flask) -> None:
        with app.app_context():
            before = content_version()
            db.session.execute(update(Framework).values(name="x"))
            db.session.rollback()
            db.session.execute(select(Criterion))
            db.session.commit()
            assert content_version() == before

    @pytest.mark.parametrize(
        "statement",
        [
            update(Framework).values(name="x"),
            text("UPDATE framework SET name = 'x'"),
            text("WITH n AS (SELECT 1) DELETE FROM framework WHERE key = 'none that there is'"),
        ],
    )
    def test_every_way_of_writing_raises_it(self, app: Flask, statement: object) -> None:
        with app.app_context():
            before = content_version()
            assert before is not None
            with db.engine.begin() as connection:
                connection.execute(statement)  # type: ignore[call-overload]
            assert content_version() == before + 1

    def test_answers_and_tries_raise_nothing(self, app: Flask, client: FlaskClient) -> None:
        with app.app_context():
            before = content_version()
        submit(client, first_options(client, 5))
        with app.app_context():
            assert db.session.scalar(select(StoredResponse.id)) is not None
            db.session.execute(update(Throttle).values(count=0))
            db.session.commit()
            assert content_version() == before


class TestWhoAsksWhen:
    """Without a change the database is asked now and then; with one, by all processes and each time."""

    def test_one_that_changes_something_makes_all_ask(self, tmp_path: Path) -> None:
        asked: list[str] = []
        (tmp_path / "changed").touch()

        def asking(name: str) -> Numbers:
            asked.append(name)
            return {CONTENT: 1}

        one, other = (
            ContentVersion(lambda name=name: asking(name), 60.0, SharedClock(tmp_path / "changed"))  # type: ignore[misc]
            for name in ("one", "other")
        )
        for version in (one, other, one, other):
            assert version.current() == {CONTENT: 1}
        assert asked == ["one", "other"]
        one.changed()
        for version in (one, other, other):
            version.current()
        assert asked == ["one", "other"] * 2 + ["other"]

    def test_what_was_left_over_from_before_the_machine_started_means_nothing(self, tmp_path: Path) -> None:
        asked: list[int] = []
        (tmp_path / "changed").touch()
        moment = SharedClock(tmp_path / "changed")
        moment.move(time.monotonic() + 100 * CERTAIN_FOR)
        version = ContentVersion(lambda: asked.append(1), 60.0, moment)  # type: ignore[func-returns-value]
        version.current()
        version.current()
        assert asked == [1]

    def test_where_nothing_can_be_written_a_process_still_knows_what_it_did_itself(self, tmp_path: Path) -> None:
        moment = SharedClock(tmp_path / "nowhere" / "changed")
        moment.move(5.0)
        assert moment.value(0.0) == 5.0

    def test_the_file_is_read_once_within_the_interval_and_own_changes_are_known_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "changed").touch()
        clock, other = SharedClock(tmp_path / "changed", every=2.0), SharedClock(tmp_path / "changed")
        assert clock.value(10.0) == 0.0
        other.move(5.0)
        assert [clock.value(11.0), clock.value(12.0)] == [0.0, 5.0]
        clock.move(7.0)
        assert clock.value(12.5) == 7.0
        other.move(3.0)  # the machine was started anew, say: what the file holds may be less than it was
        assert [clock.value(14.0), other.value(14.0)] == [7.0, 3.0]


class TestTwoProcesses:
    def test_hammered_neither_gives_what_is_out_of_date(
        self, instance: Path, make_app: Callable[..., Flask], tmp_path: Path
    ) -> None:
        """One is a served site under readers all the while, the other one makes the changes, and both show them at
        once: neither waits for its next look."""
        app, other = make_app(intervals=AT_ONCE._replace(content_on_sqlite=60.0)), Site(instance, tmp_path / "log")
        client = app.test_client()
        other.start()
        done = threading.Event()

        def read(_number: int) -> int:
            count = 0
            while not done.is_set():
                count += bool(seen_by(other))
            return count

        with ThreadPoolExecutor(3) as threads:
            readers = [threads.submit(read, number) for number in range(3)]
            try:
                for number in range(60):
                    rename(app, f"Changed {number}.")
                    assert f"Changed {number}." in client.get("/comparison/django").text
                    assert f"Changed {number}." in seen_by(other)
            finally:
                done.set()
            assert sum(reader.result(timeout=60) for reader in readers) > 60
        other.stop()


def seen_by(site: Site) -> str:
    """What a visitor of the served site sees."""
    with urlopen(f"{site.url}/comparison/django", timeout=60) as answer:
        return str(answer.read().decode())


class TestWithoutTheDatabase:
    @pytest.fixture
    def away(self, app: Flask, client: FlaskClient) -> Iterator[Path]:
        """The database is gone after the comparison was shown."""
        client.get("/comparison/")
        with app.app_context():
            db.engine.dispose()
        file = Path(str(_engine(app).url.database))
        aside = file.with_suffix(".aside")
        app.extensions["fwsite.content_version"]._ask_database._own.connection = None
        file.rename(aside)
        file.mkdir()
        yield file
        if file.is_dir():
            file.rmdir()
            aside.rename(file)

    def test_what_was_kept_goes_on(self, client: FlaskClient, away: Path) -> None:
        assert client.get("/comparison/").status_code == 200
        assert client.get("/comparison/django").status_code == 503

    def test_it_recovers_by_itself(self, app: Flask, client: FlaskClient, away: Path) -> None:
        assert client.get("/comparison/django").status_code == 503
        away.rmdir()
        away.with_suffix(".aside").rename(away)
        assert client.get("/comparison/django").status_code == 200
        rename(app, "Back again")
        assert "Back again" in client.get("/comparison/").text


class TestFiles:
    def test_with_many_of_them_it_looks_less_often(self, tmp_path: Path) -> None:
        for number in range(20):
            (tmp_path / f"{number}.md").write_text("x")
        clock = iter([0.0, 1.0, 10.0, 20.9, 21.0, 22.0])
        files = Files(tmp_path, share=20, clock=lambda: next(clock))
        before = files.state()  # it took a second, so the next look is after twenty
        (tmp_path / "new.md").write_text("x")
        assert files.state() == files.state() == before
        assert {state[0] for state in files.state()} - {state[0] for state in before} == {str(tmp_path / "new.md")}

    def test_a_folder_that_is_not_there_or_unreadable_is_empty(self, tmp_path: Path) -> None:
        assert Files(tmp_path / "none").state() == ()

    def test_every_change_of_a_file_is_another_state(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        file = tmp_path / "in" / "a.md"
        file.write_text("one")
        os.utime(file, ns=(1, 1))
        seen = {Files(tmp_path).state()}
        os.utime(file, ns=(1, 2))
        seen.add(Files(tmp_path).state())
        file.write_text("longer")
        os.utime(file, ns=(1, 2))
        seen.add(Files(tmp_path).state())
        file.unlink()
        seen.add(Files(tmp_path).state())
        assert len(seen) == 4


def _engine(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        return db.engine
