"""Search: it keeps the site's contract, finds what there is, stays current, and no query breaks it.

With DATABASE_URL in the environment everything but the contract's own tests runs on that database.
"""

from __future__ import annotations

import html
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from fwsite_fulltext import sync, upkeep
from fwsite_fulltext.marked import EXCERPT, Marked
from fwsite_fulltext.models import Entry
from fwsite_fulltext.words import Words
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update
from sqlalchemy import text as sql

from fwsite import create_app
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.domain.items import Kind, State, canonical
from fwsite.extend import Text, TextsContext, db, reading, texts_by_extension
from fwsite.intervals import AT_ONCE
from fwsite.plugins.registry import registry_of
from fwsite.plugins.upgrade import bring_up_to_date
from fwsite.testing import ExtensionContract

URL = os.environ.get("DATABASE_URL", "")
NASTY = (
    "",
    " ",
    "\0",
    "a\0b",
    "\x02\x03",
    '"',
    "'",
    '"*^(){}:-',
    "'; DROP TABLE fulltext_entry; --",
    "a AND",
    "OR",
    "NEAR(a b)",
    "title:django",
    "a & b | !c <-> d:*",
    "\\",
    "%s %(a)s :asked {0}",
    "_",
    "the",
    "²³ ½ Ⅷ",
    "e\u0301 İ ß ﬁ",
    "中文 日本語 한국어 हिन्दी",
    "\U0001f600",
    "\u202e\u200b\ufeff",
    "a" * 10_000,
    "a b " * 2_500,
    "?" * 10_000,
)
_HIT = re.compile(r'<li><h3><a href="(.*?)">(.*?)</a></h3>\s*<p class="meta">(.*?)</p>\s*<p>(.*?)</p></li>', re.DOTALL)


class TestContract(ExtensionContract):
    """Everything that the site asks of any extension."""

    name = "fulltext"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site for many tests: each looks for words of its own."""
    settings = {"DATABASE_URL": URL} if URL else {}
    app = create_app(tmp_path_factory.mktemp("site") / "instance", settings=settings, intervals=AT_ONCE)
    assert [step for step in bring_up_to_date(app) if step.failed] == []
    yield app
    with app.app_context():
        db.engine.dispose()


class OnOneSite:
    """Tests that share a site."""

    @pytest.fixture
    def fwsite_app(self, site: Flask) -> Flask:
        return site


def hits(client: FlaskClient, query: str, **more: Any) -> list[tuple[str, str, str, str]]:
    """Path, title, kind and excerpt of what is found, as HTML."""
    # Outside the test's own context of the application: with that, its database session would be used, too.
    response = Context().run(client.get, "/fulltext/", query_string={"q": query, **more})
    assert response.status_code == 200
    return _HIT.findall(response.text)


def plain(marked: str) -> str:
    return html.unescape(re.sub("</?mark>", "", marked))


def titles(client: FlaskClient, query: str) -> list[str]:
    return [plain(title) for _, title, _, _ in hits(client, query)]


def write_article(app: Flask, slug: str, title: str, body: str, matter: str = "") -> Path:
    path = Path(app.instance_path) / "articles" / f"{slug}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'---\ntitle: "{title}"\n{matter}---\n{body}\n', encoding="utf-8")
    return path


def publish(key: str, said: str, **fields: Any) -> None:
    """A claim, as the forms publish one."""
    document = {
        "key": key,
        "framework": "flask",
        "criterion": "learning",
        "side": "pro",
        "text": said,
        "evidence": "opinion",
        "reviewed_on": "2026-11-22",
        **fields,
    }
    journal.add(Kind.CLAIM, canonical(Kind.CLAIM, document), By("mara"))
    journal.commit()


def change(kind: Kind, key: str, **fields: Any) -> None:
    item = document_mapper.find(kind, key)
    assert item is not None
    journal.save(item, {**item.document, **fields}, By("mara"))
    journal.commit()


def entries() -> dict[tuple[str, str], tuple[str, str]]:
    with reading():
        found = db.session.execute(select(Entry.extension, Entry.key, Entry.title, Entry.path)).all()
    return {(row.extension, row.key): (row.title, row.path) for row in found}


def texts() -> list[tuple[str, Text]]:
    with reading():
        found = texts_by_extension(TextsContext())
        return [(name, text) for name, texts in found.items() for text in texts or ()]


@contextmanager
def written(app: Flask) -> Iterator[list[str]]:
    """The statements that write, or wait to write."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not re.match(r"\s*(SELECT|WITH|PRAGMA|BEGIN$)", statement):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


class TestFinding(OnOneSite):
    def test_has_everything_that_the_site_and_its_extensions_have_to_read(self, fwsite_app: Flask) -> None:
        with fwsite_app.app_context():
            there = {(name, each.key): (sync.clean(each.title), each.path) for name, each in texts()}
            assert entries() == there
        assert {name for name, _ in there} >= {"article", "comparison", "docs", "questionnaire"}

    def test_finds_exactly_the_texts_that_have_all_words(
        self, fwsite_app: Flask, fwsite_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fwsite_app.config, "FULLTEXT_PAGE_LENGTH", 100)
        with fwsite_app.app_context():
            everything = [each for _, each in texts()]
        for query in ("wsgi", "orm sqlalchemy", "CSRF", "async", "fwsite.extend", "and/or admin"):
            asked = Words.of(query.lower()).words
            expected = set()
            for each in everything:
                there = set(re.findall(r"[^\W_]+", f"{each.title} {each.body}".lower()))
                there |= {word.removesuffix("s") for word in there}  # many of a thing are found as one
                if there.issuperset(asked[:-1]) and any(word.startswith(asked[-1]) for word in there):
                    expected.add((each.path, sync.clean(each.title), each.kind))
            assert expected, query
            found = {(path, plain(title), kind) for path, title, kind, _ in hits(fwsite_client, query)}
            assert found == expected, query

    def test_words_in_the_title_come_before_any_number_in_the_body(
        self, fwsite_app: Flask, fwsite_client: FlaskClient
    ) -> None:
        write_article(fwsite_app, "much", "Other", "wombat " * 80)
        write_article(fwsite_app, "long", "On a wombat", "Much else. " * 300)
        write_article(fwsite_app, "once", "Else", f"{'Much else. ' * 300} wombat")
        fwsite_client.get("/article/")
        assert titles(fwsite_client, "wombat") == ["On a wombat", "Other", "Else"]

    def test_forms_beginnings_and_capitals_are_found(self, fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
        write_article(fwsite_app, "forms", "Forms", "Numbats are hunting beside RIVERS.")
        fwsite_client.get("/article/")
        for query in ("numbat river", "hunt numbats", "hunted numb", "NUMBAT"):
            assert titles(fwsite_client, query) == ["Forms"], query

    def test_some_of_the_words_do_where_nothing_has_all_of_them(self, fwsite_client: FlaskClient) -> None:
        page = fwsite_client.get("/fulltext/?q=xyzzyx+wsgi").text
        assert "Nothing has all of these words" in page
        assert sorted(hits(fwsite_client, "xyzzyx wsgi")) == sorted(hits(fwsite_client, "wsgi"))

    def test_says_what_can_be_found_where_nothing_is(self, fwsite_client: FlaskClient) -> None:
        for query, said in {
            "": "What can be found",
            "xyzzyx": "No text has this word",
            "xyzzyx xyzzyy": "No text has any of these words",
            "what is the": "Words like these are in nearly every text",
            "?!": "There is no word in that",
        }.items():
            page = fwsite_client.get("/fulltext/", query_string={"q": query}).text
            assert said in page
            assert "Pro (" in page and 'href="/article/"' in page and 'href="/docs/"' in page

    def test_looks_for_ten_words_within_two_hundred_characters(self, fwsite_client: FlaskClient) -> None:
        assert Words.of("x" * 300).words == ("x" * 200,)
        assert Words.of(" ".join(f"w{n}" for n in range(11))) == Words(tuple(f"w{n}" for n in range(10)), too_many=True)
        assert "Only the first 10 words" in fwsite_client.get("/fulltext/", query_string={"q": "wsgi " * 60}).text
        assert "Only the first 10 words" not in fwsite_client.get("/fulltext/?q=wsgi").text


class TestMarks(OnOneSite):
    def test_stand_around_the_words_and_no_html_of_the_content_survives(
        self, fwsite_app: Flask, fwsite_client: FlaskClient
    ) -> None:
        body = "<script>1</script> & <mark>no</mark> a \x02quokka\x03's tail, Quokka/quoll, a.quokka"
        with fwsite_app.app_context():
            publish("marks-quokka", body)
        write_article(fwsite_app, "marks", "<b>Quokka</b> & friends", "Nothing.")
        fwsite_client.get("/article/")
        (_, title, _, _), (_, _, _, excerpt) = hits(fwsite_client, "quokka")
        assert title == "&lt;b&gt;<mark>Quokka</mark>&lt;/b&gt; &amp; friends"
        assert excerpt == (
            "&lt;script&gt;1&lt;/script&gt; &amp; &lt;mark&gt;no&lt;/mark&gt; a <mark>quokka</mark>’s tail, "
            "<mark>Quokka</mark>/quoll, a.<mark>quokka</mark>"
        )

    def test_a_query_stays_in_the_form_as_text(self, fwsite_client: FlaskClient) -> None:
        page = fwsite_client.get("/fulltext/", query_string={"q": '"><script>alert(1)</script> wsgi'}).text
        assert "<script>alert" not in page
        assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt; wsgi"' in page

    def test_the_excerpt_is_where_most_of_the_words_are(self) -> None:
        far = "wombat " + "else " * 100 + "a wombat and a quokka sit " + "other " * 100
        marked = Marked.read(re.sub("(wombat|quokka)", "\x02\\1\x03", far))
        excerpt = marked.excerpt()
        assert marked.text == far
        assert "a <mark>wombat</mark> and a <mark>quokka</mark> sit" in excerpt
        assert excerpt.startswith("…else") and excerpt.endswith("other…")
        assert len(excerpt.striptags()) <= EXCERPT + 2
        assert Marked("x" * 1000, ((500, 510),)).excerpt().striptags() == f"…{'x' * EXCERPT}…"
        assert Marked("some words " * 22, ((230, 235),)).excerpt().striptags() == ("some words " * 22).strip()

    @given(st.text(alphabet="ab <&\x02\x03", max_size=400), st.text("ab ", max_size=5))
    @settings(max_examples=100, deadline=None, database=None)
    def test_take_nothing_away_and_add_nothing(self, body: str, word: str) -> None:
        clean = sync.clean(body)
        marked = Marked.read(clean.replace(word, f"\x02{word}\x03") if word.strip() else clean)
        assert marked.text == clean
        assert plain(marked.html()) == clean
        assert plain(marked.excerpt()).strip("…").strip() in clean


class TestStayingCurrent(OnOneSite):
    def test_a_claim_is_found_once_published_and_not_when_it_is_retired(
        self, fwsite_app: Flask, fwsite_client: FlaskClient
    ) -> None:
        with fwsite_app.app_context():
            publish("current-bilby", "A bilby digs", state=State.DRAFT.value)
            assert not hits(fwsite_client, "bilby")
            change(Kind.CLAIM, "current-bilby", state=State.PUBLISHED.value)
            found = [path for path, *_ in hits(fwsite_client, "bilby")]
            assert found == ["/comparison/flask/learning#current-bilby"]
            change(Kind.CLAIM, "current-bilby", text="An echidna digs")
            assert not hits(fwsite_client, "bilby")
            assert hits(fwsite_client, "echidna")
            change(Kind.CLAIM, "current-bilby", state=State.RETIRED.value)
            assert not hits(fwsite_client, "echidna")

    def test_claims_go_and_come_with_their_framework(self, fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
        with fwsite_app.app_context():
            publish("current-dingo", "A dingo howls", framework="fastapi")
            change(Kind.FRAMEWORK, "fastapi", state=State.RETIRED.value)
            assert not hits(fwsite_client, "dingo")
            assert not [path for path, *_ in hits(fwsite_client, "fastapi") if path.startswith("/comparison/fastapi")]
            change(Kind.FRAMEWORK, "fastapi", state=State.PUBLISHED.value)
            assert hits(fwsite_client, "dingo")

    def test_a_maintainers_form_is_enough(self, fwsite_app: Flask, fwsite_maintainer: FlaskClient) -> None:
        with fwsite_app.app_context():
            publish("current-galah", "A galah sings")
        address = "/comparison/work/claim/current-galah"
        token = re.search(r'name="csrf_token" value="([^"]+)"', fwsite_maintainer.get(address).text)
        assert token
        fields = {"framework": "flask", "criterion": "learning", "side": "pro", "evidence": "opinion", "version": "1"}
        fields |= {"text": "A corella sings", "state": "published", "do": "save", "csrf_token": token[1]}
        assert fwsite_maintainer.post(address, data=fields).status_code == 303
        assert hits(fwsite_maintainer, "corella")

    def test_articles_are_found_as_their_files_are(self, fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
        path = write_article(fwsite_app, "pets", "Pets", "A potoroo hops.")
        fwsite_client.get("/article/pets")
        assert [found[0] for found in hits(fwsite_client, "potoroo")] == ["/article/pets"]
        write_article(fwsite_app, "pets", "Pets", "A bandicoot hops, and so on.")
        fwsite_client.get("/article/pets")
        assert not hits(fwsite_client, "potoroo")
        assert hits(fwsite_client, "bandicoot")
        write_article(fwsite_app, "pets", "Pets", "A bandicoot hops no more.", "draft: true\n")
        fwsite_client.get("/article/pets")
        fwsite_client.get("/article/")
        assert not hits(fwsite_client, "bandicoot")
        write_article(fwsite_app, "pets", "Pets", "A bandicoot is back again.")
        fwsite_client.get("/sitemap.xml")
        assert hits(fwsite_client, "bandicoot")
        path.unlink()
        fwsite_client.get("/article/")
        assert not hits(fwsite_client, "bandicoot")

    def test_a_start_takes_in_what_nobody_told(self, fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
        with fwsite_app.app_context():
            assert re.fullmatch(r"\d+ entries, 0 of them new", upkeep.load())
            before = entries()
            one, other = sorted(before)[:2]
            with db.engine.begin() as connection:
                connection.execute(delete(Entry).where(Entry.extension == one[0], Entry.key == one[1]))
                gone = {"extension": "gone", "key": "x", "kind": "X", "title": "Kowari", "body": "", "path": "/"}
                connection.execute(Entry.__table__.insert(), {**gone, "digest": ""})
                edited = update(Entry).where(Entry.extension == other[0], Entry.key == other[1])
                connection.execute(edited.values(title="Kowari", digest=""))
            assert len(hits(fwsite_client, "kowari")) == 2
            assert upkeep.load() == f"{len(before)} entries, 1 of them new, 1 changed, 1 removed"
            assert entries() == before
        assert not hits(fwsite_client, "kowari")

    def test_what_an_extension_had_stays_where_it_cannot_be_asked(
        self, fwsite_app: Flask, fwsite_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with fwsite_app.app_context():
            before = entries()
            registry = registry_of(fwsite_app)
            broken = tuple(
                replace(each, texts=lambda context: 1 / 0) if each.name == "docs" else each
                for each in registry.extensions
            )
            monkeypatch.setattr(registry, "extensions", broken)
            assert upkeep.load().endswith("0 of them new")
            assert entries() == before
            list(sync.rebuild())
            assert entries() == before

    def test_news_that_reading_brings_is_taken_in_afterwards(
        self, fwsite_app: Flask, fwsite_client: FlaskClient
    ) -> None:
        with fwsite_app.app_context():
            with upkeep.news_waits():
                publish("current-quenda", "A quenda naps")
                assert not hits(fwsite_client, "quenda")
            assert hits(fwsite_client, "quenda")

    def test_a_rebuild_mends_the_index_and_hides_nothing_meanwhile(
        self, fwsite_app: Flask, fwsite_client: FlaskClient, fwsite_runner: FlaskCliRunner
    ) -> None:
        there = hits(fwsite_client, "wsgi")
        assert there
        with fwsite_app.app_context():
            before = entries()
            for done, total in sync.rebuild():
                assert total == len(before)
                assert hits(fwsite_client, "wsgi") == there, done
            with db.engine.begin() as connection:
                if not URL:
                    connection.execute(sql("INSERT INTO fulltext_index (fulltext_index) VALUES ('delete-all')"))
                else:
                    connection.execute(delete(Entry))
            assert not hits(fwsite_client, "wsgi")
        done = fwsite_runner.invoke(args=["fulltext", "rebuild"])
        assert (done.exit_code, done.output.splitlines()[-1]) == (0, f"{len(before)} entries.")
        assert sorted(hits(fwsite_client, "wsgi")) == sorted(there)

    def test_a_rebuild_that_breaks_off_leaves_everything(self, fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
        with fwsite_app.app_context():
            before = entries()
            steps = sync.rebuild()
            assert next(steps) == (0, len(before))
            steps.close()
            assert entries() == before
        assert hits(fwsite_client, "wsgi")

    def test_reading_writes_nothing_and_waits_for_no_writer(
        self, fwsite_app: Flask, fwsite_client: FlaskClient
    ) -> None:
        path = write_article(fwsite_app, "same", "Same", "A numbat, always.")
        fwsite_client.get("/article/same")
        os.utime(path, ns=(1, 1))  # read once more, and told of, though it says the same
        rules = [rule for rule in fwsite_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        addresses = ["/article/same", "/fulltext/?q=numbat", "/comparison/django", "/docs/host"]
        addresses += [rule.rule for rule in rules if not rule.arguments]
        with written(fwsite_app) as sent:
            for address in addresses:
                for method in ("GET", "HEAD", "OPTIONS"):
                    fwsite_client.open(address, method=method).close()
        assert sent == []
        write_article(fwsite_app, "same", "Same", "A numbat, no more.")
        with written(fwsite_app) as sent:
            fwsite_client.get("/article/same")
        assert sent and ("BEGIN IMMEDIATE" in sent) is not bool(URL)

    def test_pages_read_files_for_the_first_time_as_ever(self, fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
        path = write_article(fwsite_app, "first", "First", "::balance[django]\n")
        for address in ("/comparison/django", "/", "/article/"):
            before = fwsite_client.get(address).text
            os.utime(path, ns=(len(address), 1))
            assert fwsite_client.get(address).text == before

    def test_many_at_once_end_in_what_there_is(self, fwsite_app: Flask) -> None:
        faults: list[BaseException] = []

        def work(number: int) -> None:
            try:
                for turn in range(3):
                    with fwsite_app.app_context():
                        publish(f"many-{number}-{turn}", f"Potoroo {number} {turn}")
                        change(Kind.CLAIM, f"many-{number}-{turn}", text=f"Kowari {number} {turn}")
                    write_article(fwsite_app, f"many-{number}", "Many", f"Turn {turn}")
                    fwsite_app.test_client().get(f"/article/many-{number}").close()
            except BaseException as error:
                faults.append(error)

        workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert faults == []
        with fwsite_app.app_context():
            assert sync.bring_in_line() == sync.Counts(len(entries()))
        assert not hits(fwsite_app.test_client(), "potoroo")
        assert len(hits(fwsite_app.test_client(), "kowari")) == 12


class TestAnyQuery(OnOneSite):
    def test_of_nasty_signs_is_answered(self, fwsite_client: FlaskClient) -> None:
        for query in NASTY:
            hits(fwsite_client, query)
        for sent in (b"\xed\xa0\x80", b"\xff\xfe", b"%", b"\x00wsgi\x00", b"wsgi\xed\xbf\xbf"):
            assert fwsite_client.get(f"/fulltext/?q={quote_from_bytes(sent)}&q=").status_code == 200
        assert fwsite_client.get("/fulltext/?q=wsgi&q=%&page=2;x&%00=%FF").status_code == 200

    def test_of_any_signs_is_answered(self, fwsite_client: FlaskClient) -> None:
        @given(st.text(max_size=300), st.text(max_size=5))
        @settings(max_examples=30 if URL else 100, deadline=None, database=None)
        def answered(query: str, page: str) -> None:
            hits(fwsite_client, query, page=page)

        answered()


class TestPages(OnOneSite):
    @pytest.fixture(autouse=True)
    def settings(self, site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(site.config, "FULLTEXT_PAGE_LENGTH", 5)
        monkeypatch.setitem(site.config, "SITE_URL", "https://ledger.example.org")

    def test_of_results_have_all_of_them_once(self, fwsite_client: FlaskClient) -> None:
        page = fwsite_client.get("/fulltext/?q=django").text
        found = re.search(r"<h2>(\d+) results, page 1 of (\d+)</h2>", page)
        assert found
        total, pages = int(found[1]), int(found[2])
        assert f'href="/fulltext/?q=django&amp;page={pages}"' in page
        every = [hit for number in range(1, pages + 1) for hit in hits(fwsite_client, "django", page=number)]
        assert len(every) == len(set(every)) == total
        last = hits(fwsite_client, "django", page=pages)
        assert hits(fwsite_client, "django", page=pages + 1) == hits(fwsite_client, "django", page="9" * 30) == last
        for odd in ("0", "-3", "x", "", "9" * 5000):
            assert hits(fwsite_client, "django", page=odd) == every[:5]

    def test_all_have_the_box_but_the_search_itself(self, fwsite_client: FlaskClient) -> None:
        for address in ("/", "/comparison/", "/docs/", "/no-such-page"):
            page = fwsite_client.get(address).text
            assert page.count('role="search"') == 1
            assert 'action="/fulltext/"' in page
            assert '<link rel="search" type="application/opensearchdescription+xml"' in page
        page = fwsite_client.get("/fulltext/?q=django").text
        assert page.count('role="search"') == page.count('id="fulltext-q"') == page.count("<h1") == 1
        assert '<meta name="robots" content="noindex">' in page

    def test_work_below_another_root(self, fwsite_client: FlaskClient) -> None:
        page = fwsite_client.get("/fulltext/?q=wsgi", base_url="https://ledger.example.org/some/where").text
        assert 'action="/some/where/fulltext/"' in page
        assert all(path.startswith("/some/where/") for path, *_ in _HIT.findall(page))

    def test_tell_browsers_how_to_ask(self, fwsite_client: FlaskClient) -> None:
        response = fwsite_client.get("/fulltext/opensearch.xml", base_url="http://localhost")
        assert response.mimetype == "application/opensearchdescription+xml"
        spaces = {"": "http://a9.com/-/spec/opensearch/1.1/"}
        root = ElementTree.fromstring(response.text)
        template = root.find("Url", spaces).attrib["template"]
        assert template == "https://ledger.example.org/fulltext/?q={searchTerms}"
        assert len(root.findtext("ShortName", namespaces=spaces)) <= 16

    def test_are_printed_by_the_command(self, fwsite_client: FlaskClient, fwsite_runner: FlaskCliRunner) -> None:
        done = fwsite_runner.invoke(args=["fulltext", "find", "WSGI"])
        assert done.exit_code == 0
        assert re.search(r"\d+ found", done.output)
        paths = [path for path, *_ in hits(fwsite_client, "WSGI")]
        assert paths and re.findall(r"^  (/\S*)$", done.output, re.M) == paths
        assert "0 found" in fwsite_runner.invoke(args=["fulltext", "find", "xyzzyx\0", "'"]).output
