"""What visitors see of the upkeep: an item's history, the log of changes, one change, and the feed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import Action, By
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH
from fwsite.blueprints.comparison.models import Change
from fwsite.domain.items import Kind
from fwsite.domain.readable import differences
from fwsite.extend import db
from tests.blueprints.comparison.test_public import CRITERIA, FRAMEWORKS, RATINGS, ROWS, SAID, SOURCES
from tests.support.statements import statements

CLAIM = "django-parts"
PAGE = f"/comparison/history/claim/{CLAIM}"
MARA = By("mara", "Exact list")
SHIPPED = sum(map(len, (CRITERIA, ROWS, SOURCES, FRAMEWORKS, RATINGS, SAID)))
"""So many items, and as many changes but for the one that holds them together."""


def edit(app: Flask, key: str = CLAIM, by: By = MARA, kind: Kind = Kind.CLAIM, **fields: Any) -> int:
    """Change an item as a maintainer does; returns the change's number."""
    with app.app_context():
        item = document_mapper.find(kind, key)
        assert item is not None
        action = {"retired": Action.RETIRED}.get(fields.get("state", ""), Action.EDITED)
        change = journal.save(item, {**item.document, **fields}, by, action)
        assert change is not None
        db.session.commit()
        return change.id


def add(app: Flask, key: str, kind: Kind = Kind.CLAIM, like: str = CLAIM, **fields: Any) -> int:
    """A new item like another one."""
    with app.app_context():
        item = document_mapper.find(kind, like)
        assert item is not None
        change = journal.add(kind, {**item.document, "key": key, **fields}, MARA)
        db.session.commit()
        return change.id


def undo(app: Flask, number: int) -> int:
    with app.app_context():
        change = db.session.get_one(Change, number)
        done = journal.undo_batch(change, MARA) if change.kind == journal.BATCH else journal.undo(change, MARA)
        db.session.commit()
        return done.id


def edit_often(app: Flask, count: int) -> None:
    for number in range(count):
        edit(app, text=f"Text number {number}", by=By("jo", f"Note {number}"))


def table(page: str) -> list[str]:
    """The rows of the versions."""
    return re.findall(r"<tr>\n(.*?)</tr>", page.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)


def difference(page: str) -> str:
    return page.partition('id="difference"')[2].partition("</section>")[0]


def entries(page: str) -> list[str]:
    """The lines of a log."""
    return re.findall(r"<li>(.*?)</li>", page.partition('<ul class="log">')[2].partition("</ul>")[0], re.DOTALL)


class TestAnItem:
    def test_stands_on_top_with_what_it_rests_on(self, client: FlaskClient) -> None:
        page = client.get(PAGE).text
        data = client.get("/comparison/data.json").json
        [claim] = [item for item in data["claims"] if item["key"] == CLAIM]
        sources = {source["key"]: source for source in data["sources"]}
        assert f"<h1>{claim['text']}</h1>" in page
        assert f'<span class="ev {claim["evidence"]}">' in page
        assert '<a href="/comparison/django">Django</a>' in page
        assert f'<a href="/comparison/django/{claim["criterion"]}">' in page
        assert claim["sources"]
        for entry in claim["sources"]:
            assert f'href="{sources[entry["key"]]["url"]}"' in page
            assert f"“{entry['words']}”" in page
            source = sources[entry["key"]]
            day = date.fromisoformat(source["read_on"])
            read = f"read by a person on {day.day} {day:%B %Y}"
            assert (f"{source['file']} in {source['archive']}" if source["archive"] else read) in page
        assert f'href="/comparison/{claim["framework"]}/{claim["criterion"]}#{CLAIM}"' in page
        assert f'href="/comparison/work/claim/{CLAIM}"' in page
        assert "There is one version so far" in page
        assert "Compare</button>" not in page

    @pytest.mark.parametrize(
        ("kind", "key", "title"),
        [
            ("criterion", "performance", "Performance"),
            ("source", "schooner-2023", "The Pros and Cons of Django for Backend Development"),
            ("framework", "flask", "Flask"),
            ("rating", "flask.performance", "Flask on Performance"),
        ],
    )
    def test_of_each_kind_has_a_page(self, client: FlaskClient, kind: str, key: str, title: str) -> None:
        page = client.get(f"/comparison/history/{kind}/{key}").text
        assert f"<h1>{title}</h1>" in page
        assert len(table(page)) == 1
        assert "This is wrong" not in page

    @pytest.mark.parametrize(
        "address", ["claim/nothing", "batch/", "nothing/django", "rating/django", "claim/%00", "claim/%ff", "batch/x"]
    )
    def test_that_nobody_knows_is_404(self, client: FlaskClient, address: str) -> None:
        assert client.get(f"/comparison/history/{address}").status_code == 404

    def test_that_was_retired_says_when_by_whom_and_why(self, app: Flask, client: FlaskClient) -> None:
        edit(app, state="retired", by=By("jo", "Said twice"))
        edit(app, text="Said once more", by=By("mara", "Mended for the record"))
        page = client.get(PAGE).text
        said = re.sub(r"<[^>]+>", "", page.partition('<div class="panel a">')[2].partition("</div>")[0])
        assert re.match(r"This point was retired on \d+ \w+ 20\d\d, \d\d:\d\d UTC by jo: Said twice$", said)
        assert "This is wrong" not in page

    def test_of_a_retired_framework_says_that_it_is_not_shown(self, app: Flask, client: FlaskClient) -> None:
        edit(app, "django", kind=Kind.FRAMEWORK, state="retired")
        page = client.get(PAGE).text
        assert "not shown in the comparison at the moment" in page
        assert 'href="/comparison/django"' not in page


class TestVersions:
    def test_are_listed_with_when_who_what_and_why_newest_first(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="One tested package", evidence="opinion")
        newest, first = table(client.get(PAGE).text)
        assert ">mara<" in newest
        assert "Text, Evidence" in newest
        assert "Exact list" in newest
        assert re.search(
            r'<time datetime="20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ">\d+ \w+ 20\d\d, \d\d:\d\d UTC</time>', newest
        )
        assert "the site’s edition" in first
        assert "Added" in first

    def test_differ_word_by_word_the_newest_from_the_one_before(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="Handles twice the requests")
        edit(app, text="Handles 2.3 times the requests")
        page = client.get(PAGE).text
        shown = difference(page)
        assert "From version 2 to version 3" in shown
        assert '<del><span class="vh">removed: </span> twice</del>' in shown
        assert '<ins><span class="vh">added: </span> 2.3 times</ins>' in shown
        assert re.findall(r'name="(from|to)" value="(\d)"[^>]* checked', page) == [("to", "3"), ("from", "2")]

    @pytest.mark.parametrize("query", ["from=1&to=2", "from=2&to=1"])
    def test_that_are_chosen_are_compared_the_older_first(self, app: Flask, client: FlaskClient, query: str) -> None:
        for text in ("One", "Two"):
            edit(app, text=text)
        page = client.get(f"{PAGE}?{query}").text
        assert "From version 1 to version 2" in difference(page)
        assert 'role="alert"' not in page

    @pytest.mark.parametrize(
        "query", ["from=1", "from=2&to=2", "from=0&to=9", "from=a&to=%00", "from=²&to=1", f"from={'9' * 5000}&to=-1"]
    )
    def test_that_there_are_not_give_the_newest_two_and_a_sentence(
        self, app: Flask, client: FlaskClient, query: str
    ) -> None:
        for text in ("One", "Two"):
            edit(app, text=text)
        response = client.get(f"{PAGE}?{query}")
        assert response.status_code == 200
        assert "Choose two different versions" in response.text
        assert "From version 2 to version 3" in difference(response.text)

    def test_come_fifty_to_a_page(self, app: Flask, client: FlaskClient) -> None:
        edit_often(app, PAGE_LENGTH + 2)
        first, second = (client.get(f"{PAGE}?page={number}").text for number in (1, 2))
        assert (len(table(first)), len(table(second))) == (PAGE_LENGTH, 3)
        assert f"<h1>Text number {PAGE_LENGTH + 1}</h1>" in second
        assert f'href="{PAGE}?page=2"' in first
        assert client.get(f"{PAGE}?page=x").text == first
        assert client.get(f"{PAGE}?page=99").text == second

    def test_of_sources_show_what_was_cited_and_what_is(self, app: Flask, client: FlaskClient) -> None:
        edit(app, sources=[{"source": "schooner-2023", "words": "One tested package"}])
        shown = difference(client.get(PAGE).text)
        assert "<dt>Sources</dt>" in shown
        assert "<del>" in shown
        assert "One tested package" in shown

    def test_do_not_count_moves(self, app: Flask, client: FlaskClient) -> None:
        with app.app_context():
            item = document_mapper.find(Kind.CLAIM, CLAIM)
            assert item is not None
            last = [key for key in journal.siblings(item) if key != CLAIM][-1]
            change = journal.move(item, last, MARA)
            assert change is not None
            number = change.id
            db.session.commit()
        page = client.get(PAGE).text
        assert len(table(page)) == 2
        assert 'type="radio"' not in page
        moved = client.get(f"/comparison/changes/{number}").text
        assert "It was first and is now after “" in moved


class TestDrafts:
    def test_are_nowhere(self, app: Flask, client: FlaskClient) -> None:
        number = add(app, "secret", text="A secret", state="draft")
        edit(app, "secret", text="A better secret")
        assert client.get("/comparison/history/claim/secret").status_code == 404
        assert client.get(f"/comparison/changes/{number}").status_code == 404
        for address in ("changes", "changes.xml", "django", "changes?framework=django"):
            assert "secret" not in client.get(f"/comparison/{address}").text

    def test_that_are_published_begin_there(self, app: Flask, client: FlaskClient) -> None:
        add(app, "secret", text="A secret", state="draft")
        number = edit(app, "secret", text="No news", state="published", by=By("jo", "Checked"))
        page = client.get("/comparison/history/claim/secret").text
        assert [("Added" in row, "jo" in row) for row in table(page)] == [(True, True)]
        for address in (f"changes/{number}", "changes", "changes.xml", "history/claim/secret"):
            text = client.get(f"/comparison/{address}").text
            assert "A secret" not in text
            assert "No news" in text

    def test_of_what_was_public_show_how_it_was_published_last(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="Not yet", state="draft")
        page = client.get(PAGE).text
        assert "not shown in the comparison at the moment" in page
        assert "Not yet" not in page

    def test_of_frameworks_hide_what_is_said_of_them(self, app: Flask, client: FlaskClient) -> None:
        add(app, "litestar", Kind.FRAMEWORK, "flask", name="Litestar", state="draft")
        number = add(app, "litestar-typed", framework="litestar", text="Typed throughout")
        assert client.get(f"/comparison/changes/{number}").status_code == 404
        assert client.get("/comparison/history/claim/litestar-typed").status_code == 404
        assert "Typed throughout" not in client.get("/comparison/changes").text
        edit(app, "litestar", kind=Kind.FRAMEWORK, state="published")
        assert "Typed throughout" in client.get("/comparison/changes").text

    def test_alone_in_a_batch_leave_it_out(self, app: Flask, client: FlaskClient) -> None:
        with app.app_context():
            batch = journal.begin_batch(MARA, Action.IMPORTED, {"counts": {"added": 1}})
            item = document_mapper.find(Kind.CLAIM, CLAIM)
            assert item is not None
            journal.add(Kind.CLAIM, {**item.document, "key": "secret", "state": "draft"}, MARA, batch=batch.id)
            number = batch.id
            db.session.commit()
        assert "Imported" not in client.get("/comparison/changes").text
        assert client.get(f"/comparison/changes/{number}").status_code == 404


class TestTheLog:
    def test_has_one_line_for_each_change_newest_first(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="One tested package", evidence="opinion")
        edit(app, "flask", kind=Kind.FRAMEWORK, name="Flask 3", by=By("jo", "As they call it"))
        lines = entries(client.get("/comparison/changes").text)
        assert len(lines) == 3
        assert re.search(r"UTC</time>, jo · <a", lines[0])
        assert 'Edited the framework <a href="/comparison/history/framework/flask">“Flask 3”</a>' in lines[0]
        assert "As they call it" in lines[0]
        assert f'Edited the point <a href="{PAGE}">“One tested package”</a>' in lines[1]
        assert "<del>" in lines[1]
        assert "Also changed: Evidence." in lines[1]
        assert f"Loaded the site’s edition: {SHIPPED} added" in lines[2]

    def test_can_be_narrowed_to_a_framework(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="One tested package")
        add(app, "rocket", Kind.FRAMEWORK, "flask", name="Rocket")
        narrowed = client.get("/comparison/changes?framework=rocket").text
        assert len(entries(narrowed)) == 1
        assert "<h1>Changes of Rocket</h1>" in narrowed
        of_flask = entries(client.get("/comparison/changes?framework=flask").text)
        assert ["Loaded the site’s edition" in line for line in of_flask] == [True]

    @pytest.mark.parametrize("key", ["rails", "%00", "x" * 3000])
    def test_of_an_unknown_framework_says_so_and_shows_all(self, client: FlaskClient, key: str) -> None:
        response = client.get(f"/comparison/changes?framework={key}")
        assert response.status_code == 200
        assert "There is no such framework" in response.text
        assert len(entries(response.text)) == 1

    def test_comes_fifty_to_a_page(self, app: Flask, client: FlaskClient) -> None:
        edit_often(app, PAGE_LENGTH)
        first, second = (client.get(f"/comparison/changes?page={number}").text for number in (1, 2))
        assert (len(entries(first)), len(entries(second))) == (PAGE_LENGTH, 1)
        assert 'href="/comparison/changes?page=2"' in first

    def test_takes_words_for_words(self, app: Flask, client: FlaskClient) -> None:
        number = edit(app, text="<script>alert(1)</script> & [x](javascript:alert(2))", by=By("mara", "<b>why</b>"))
        for address in ("changes", f"changes/{number}", f"history/claim/{CLAIM}", "django", "changes.xml"):
            page = client.get(f"/comparison/{address}").text
            assert "<script>" not in page
            assert "<b>why" not in page
            assert not re.search(r'href="\s*javascript:', page)


class TestAChange:
    def test_shows_every_field_that_changed(self, app: Flask, client: FlaskClient) -> None:
        number = edit(app, text="One tested package", evidence="opinion")
        page = client.get(f"/comparison/changes/{number}").text
        assert re.findall(r"<dt>(.*?)</dt>", page) == ["Text", "Evidence"]
        assert '<del><span class="vh">removed: </span>Sourced</del>' in page
        assert f'href="/comparison/work/undo/{number}"' in page

    def test_and_its_undo_name_each_other(self, app: Flask, client: FlaskClient) -> None:
        first = edit(app, text="One tested package")
        second = undo(app, first)
        assert f'Undone by <a href="/comparison/changes/{second}">' in client.get(f"/comparison/changes/{first}").text
        page = client.get(f"/comparison/changes/{second}").text
        assert f'Undoes <a href="/comparison/changes/{first}">' in page
        assert "Took back a change of the point" in page

    def test_of_many_lists_them_fifty_to_a_page(self, client: FlaskClient) -> None:
        full, rest = divmod(SHIPPED, PAGE_LENGTH)
        pages = [client.get(f"/comparison/changes/1?page={number}").text for number in range(1, full + 2)]
        assert [len(entries(page)) for page in pages] == [*[PAGE_LENGTH] * full, rest]
        member = client.get("/comparison/changes/2").text
        assert 'one of many in <a href="/comparison/changes/1">' in member

    @pytest.mark.parametrize("number", ["0", "9999", "9" * 10, "9" * 400, "-1", "x", "%00"])
    def test_that_there_is_not_is_404(self, client: FlaskClient, number: str) -> None:
        assert client.get(f"/comparison/changes/{number}").status_code == 404


ATOM = "{http://www.w3.org/2005/Atom}"


class TestTheFeed:
    def test_has_what_atom_demands(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="One “tested” package & **more**", by=By("mara", "Because > before"))
        response = client.get("/comparison/changes.xml")
        assert response.mimetype == "application/atom+xml"
        feed = ElementTree.fromstring(response.data)
        assert feed.tag == f"{ATOM}feed"
        found = feed.findall(f"{ATOM}entry")
        assert len(found) == 2
        for element in (feed, *found):
            for name in ("id", "title", "updated", "author"):
                assert len(element.findall(f"{ATOM}{name}")) == 1, name
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.findtext(f"{ATOM}updated") or "")
            assert element.findtext(f"{ATOM}author/{ATOM}name")
            assert (element.findtext(f"{ATOM}id") or "").startswith("http://localhost/comparison/changes")
        assert feed.findtext(f"{ATOM}updated") == found[0].findtext(f"{ATOM}updated")
        assert found[0].findtext(f"{ATOM}title") == "Edited the point “One “tested” package & more”"
        content = found[0].findtext(f"{ATOM}content") or ""
        assert "Because &gt; before" in content
        assert "<ins>" in content

    def test_leaves_out_what_xml_cannot_hold(self, app: Flask, client: FlaskClient) -> None:
        edit(app, text="One\uffff tested\x0b package", by=By("mara", "Why\x1b not"))
        feed = ElementTree.fromstring(client.get("/comparison/changes.xml").data)
        assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Edited the point “One tested package”"

    def test_is_linked_from_the_log(self, client: FlaskClient) -> None:
        page = client.get("/comparison/changes").text
        assert (
            '<link rel="alternate" type="application/atom+xml" title="Changes" href="/comparison/changes.xml">' in page
        )
        assert '<a href="/comparison/changes.xml">Feed</a>' in page

    def test_ends_after_fifty(self, app: Flask, client: FlaskClient) -> None:
        edit_often(app, PAGE_LENGTH + 3)
        feed = ElementTree.fromstring(client.get("/comparison/changes.xml").data)
        assert len(feed.findall(f"{ATOM}entry")) == PAGE_LENGTH


ADDRESSES = [
    PAGE,
    f"{PAGE}?from=1&to=2",
    "/comparison/changes",
    "/comparison/changes?framework=django",
    "/comparison/changes/1",
    f"/comparison/changes/{SHIPPED + 5}",
    "/comparison/changes.xml",
    "/comparison/django",
]


def test_the_pages_are_for_everybody_and_can_be_kept(app: Flask, client: FlaskClient) -> None:
    edit_often(app, 10)
    for address in ADDRESSES:
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.headers["Cache-Control"] == "public, no-cache"
        assert "Set-Cookie" not in response.headers


def test_each_page_asks_as_often_with_300_changes_as_with_10(app: Flask, client: FlaskClient) -> None:
    edit_often(app, 10)
    before = {}
    for address in ADDRESSES:
        with statements(app) as sent:
            client.get(address)
        before[address] = len(sent)
    edit_often(app, 290)
    for address in ADDRESSES:
        with statements(app) as sent:
            assert client.get(address).status_code == 200
        assert 0 < len(sent) == before[address] <= 36, address


def test_a_get_writes_nothing(app: Flask, client: FlaskClient) -> None:
    edit_often(app, 3)
    with statements(app) as sent:
        for address in ADDRESSES:
            client.get(address)
    assert {statement.split()[0] for statement in sent} <= {"SELECT", "BEGIN"}


def test_fields_that_read_the_same_do_not_differ() -> None:
    document = {"framework": "a", "criterion": "b", "score": 4, "reason": "So", "evidence": "opinion", "sources": []}
    document |= {"reviewed_on": "2026-11-22", "state": "published"}
    assert differences(Kind.RATING, document, document, {}) == ()
    [changed] = differences(Kind.RATING, document, {**document, "reviewed_on": "2026-12-02"}, {})
    assert [(piece.kind, piece.text) for piece in changed.pieces] == [
        ("removed", "22 November"),
        ("added", "2 December"),
        ("same", " 2026"),
    ]
