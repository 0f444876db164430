"""Glossary: it keeps the site's contract, and does what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from fwsite_glossary import commands, content, extension, places, queries, views, work_views
from fwsite_glossary.entries import ALIASES, DEFINITION_LENGTH, TERM_LENGTH
from fwsite_glossary.models import Term
from markupsafe import escape
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from fwsite.extend import DirectiveContext, DirectiveError, TextsContext, db
from fwsite.testing import ExtensionContract

MARK = re.compile(r'<a class="glossary-term" href="/glossary/#term-([a-z0-9-]+)" title="([^"]+)">([^<]+)</a>')
LINE = "Terms with a dotted line are explained in the"
STYLE = "/glossary/static/glossary.css?v="


class TestContract(ExtensionContract):
    """Everything that the site asks of any extension."""

    name = "glossary"


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form with its token."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/glossary/work/add").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def add(client: FlaskClient, term: str, aliases: str = "", definition: str = "What it means.") -> TestResponse:
    return send(client, "/glossary/work/add", term=term, aliases=aliases, definition=definition)


def stored(app: Flask) -> dict[str, tuple[int, int, list[str], str]]:
    """Number, version, other spellings and definition of each term."""
    with app.app_context():
        rows = db.session.scalars(select(Term))
        return {row.term: (row.id, row.version, row.aliases, row.definition) for row in rows}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, fwsite_app: Flask) -> Iterator[list[tuple[str, frozenset[str], set[str]]]]:
    """What others are told: event, texts, and the terms that everybody else sees in the database by then."""
    heard: list[tuple[str, frozenset[str], set[str]]] = []

    def hear(name: str, texts: frozenset[str]) -> None:
        with db.engine.connect() as other:
            heard.append((name, texts, set(other.scalars(select(Term.slug)))))

    for module in (commands, content, work_views):
        monkeypatch.setattr(module, "emit", hear)
    yield heard


# What readers see


def test_the_page_has_every_term_in_the_order_of_the_alphabet(fwsite_client: FlaskClient) -> None:
    response = fwsite_client.get("/glossary/")
    anchors = re.findall(r'<dt id="term-([a-z-]+)">', response.text)
    assert anchors == sorted(anchors)
    assert {"asgi", "orm", "type-hint", "wsgi"} < set(anchors)
    assert len(anchors) == 12
    assert "such as <code>age: int</code>." in response.text
    assert '<meta name="description" content="Terms of backend development' in response.text
    assert '<link rel="canonical" href="http://localhost/glossary/">' in response.text
    assert '<li><a href="/glossary/">Glossary</a></li>' in response.text
    assert response.headers["Cache-Control"] == "public, no-cache"


def test_others_are_told_of_page_and_terms(fwsite_app: Flask) -> None:
    assert "/glossary/</loc>" in fwsite_app.test_client().get("/sitemap.xml").text
    with fwsite_app.app_context():
        every = {text.key: text for text in views.texts(TextsContext())}
        some = [text.key for text in views.texts(TextsContext(keys=frozenset({"orm", "nothing"})))]
    assert len(every) == 12
    assert some == ["orm"]
    text = every["type-hint"]
    assert (text.kind, text.title, text.path) == ("Term", "type hint", "/glossary/#term-type-hint")
    assert text.body.startswith("type hints, type annotation, type annotations. A note in Python code on")
    assert "such as age: int." in text.body


@pytest.fixture
def asked(fwsite_app: Flask) -> list[str]:
    """The statements on terms that are sent to the database from now on."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "glossary_term" in statement:
            sent.append(statement)

    with fwsite_app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return sent


def test_the_lead_article_has_each_term_marked_once(fwsite_client: FlaskClient, asked: list[str]) -> None:
    page = fwsite_client.get("/").text
    assert len(asked) == 1
    marks = MARK.findall(page)
    assert [spelled for slug, _, spelled in marks if slug == "orm"] == ["ORM"]
    slugs = [slug for slug, _, _ in marks]
    assert len(slugs) == len(set(slugs))
    assert {"middleware", "migration", "type-hint", "event-loop", "websocket"} < set(slugs)
    assert ("orm", "A library that shows rows of a database as objects of the programming language, and writes the SQL "
            "for reading and storing them.", "ORM") in marks  # fmt: skip
    assert page.count(LINE) == 1


def test_a_heading_stays_as_it_is(fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
    folder = Path(fwsite_app.instance_path) / "articles"
    folder.mkdir(exist_ok=True)
    (folder / "second.md").write_text("---\ntitle: A second\n---\n\n### The ORM and you\n\nAn ORM.\n", encoding="utf-8")
    page = fwsite_client.get("/article/second").text
    assert "The ORM and you</h3>" in page
    assert [spelled for slug, _, spelled in MARK.findall(page) if slug == "orm"] == ["ORM"]


def test_its_style_sheet_is_where_terms_are(fwsite_client: FlaskClient) -> None:
    for path in ("/", "/article/", "/comparison/", "/comparison/django", "/glossary/"):
        assert fwsite_client.get(path).text.count(STYLE) == 1, path
    for path in ("/questionnaire/", "/docs/", "/nowhere"):
        assert STYLE not in fwsite_client.get(path).text, path


class TestSwitchedOff:
    """With the setting GLOSSARY_MARK off."""

    @pytest.fixture
    def fwsite_settings(self) -> dict[str, Any]:
        return {"GLOSSARY_MARK": False}

    def test_articles_are_as_they_were(self, fwsite_client: FlaskClient) -> None:
        page = fwsite_client.get("/").text
        assert "glossary-term" not in page
        assert LINE not in page


def test_criteria_name_the_terms_that_they_are_explained_with(fwsite_client: FlaskClient, asked: list[str]) -> None:
    page = fwsite_client.get("/comparison/").text
    assert len(asked) == 1
    lines = re.findall(r'<p class="meta">Terms: (.*?)</p></div>', page)
    found = [[slug for slug, _, _ in MARK.findall(line)] for line in lines]
    assert ["orm", "migration"] in found
    assert all(found)
    assert len(lines) < page.count("<tr id=")  # others have none


def test_the_directive_lists_definitions(fwsite_app: Flask) -> None:
    with fwsite_app.test_request_context():
        html = places.directive(DirectiveContext(name="glossary", text="wsgi,  object-relational  mapper, ORM"))
    assert re.findall(r'<dt><a href="/glossary/#term-(\w+)">(\w+)</a></dt>', html) == [("wsgi", "WSGI"), ("orm", "ORM")]
    assert "id=" not in html


def test_the_directive_says_what_is_wrong(fwsite_app: Flask) -> None:
    empty = "write the terms to explain between the brackets, such as ::glossary[ORM, WSGI]"
    for text, message in (
        ("", empty),
        (" , ", empty),
        ("ORM, migratoin", "the glossary has no term “migratoin”; did you mean migration?"),
        ("type hnt", "the glossary has no term “type hnt”; did you mean type hint?"),
        ("sourdough", "the glossary has no term “sourdough”; add it first"),
    ):
        with fwsite_app.test_request_context(), pytest.raises(DirectiveError) as raised:
            places.directive(DirectiveContext(name="glossary", text=text))
        assert str(raised.value) == message


def test_an_article_may_show_definitions_which_are_not_marked(
    fwsite_app: Flask, fwsite_client: FlaskClient, fwsite_maintainer: FlaskClient
) -> None:
    assert add(fwsite_maintainer, "A&B <i>", definition='Written `"a" & <b>`').status_code == 303
    articles = Path(fwsite_app.instance_path) / "articles"
    articles.mkdir(exist_ok=True)
    (articles / "mine.md").write_text(
        "---\ntitle: Mine\n---\n\n::glossary[ASGI, A&B <i>]\n\nOn WSGI, A&B &lt;i>, ASGI.\n", encoding="utf-8"
    )
    page = fwsite_client.get("/article/mine").text
    assert page.count('<dl class="glossary-list">') == 1
    marks = MARK.findall(page)
    assert [slug for slug, _, _ in marks] == ["wsgi", "a-b-i", "asgi"]
    assert marks[1][1:] == ("Written &#34;a&#34; &amp; &lt;b&gt;", "A&amp;B &lt;i&gt;")


# What maintainers do


def test_a_term_is_added_and_changed_and_deleted(
    fwsite_app: Flask, fwsite_maintainer: FlaskClient, fwsite_client: FlaskClient, told: list[Any]
) -> None:
    sent = add(fwsite_maintainer, " Rate \n limit ", "throttle,\nRate  limits,", "Fish & *chips* <b>now</b>\nand then")
    assert (sent.status_code, sent.location) == (303, "/glossary/work/")
    page = fwsite_client.get("/glossary/").text
    assert '<dt id="term-rate-limit">Rate limit</dt>' in page
    assert "<dd>Fish &amp; <em>chips</em> &lt;b&gt;now&lt;/b&gt; and then</dd>" in page
    assert "Also: throttle, Rate limits" in page
    number, version, _, _ = stored(fwsite_app)["Rate limit"]

    form = fwsite_maintainer.get(f"/glossary/work/{number}").text
    assert "throttle, Rate limits</textarea>" in form
    edit = f"/glossary/work/{number}"
    fields = {"version": str(version), "term": "rate limiting", "aliases": "", "definition": "Less."}
    assert send(fwsite_maintainer, edit, **fields).status_code == 303
    assert stored(fwsite_app)["rate limiting"] == (number, version + 1, [], "Less.")
    assert "“rate limiting” was changed." in fwsite_maintainer.get("/glossary/work/").text
    assert (
        '<dt id="term-rate-limit">rate limiting</dt>' in fwsite_client.get("/glossary/").text
    )  # links still lead there
    fields["version"] = str(version + 1)
    assert send(fwsite_maintainer, edit, **fields).status_code == 303  # nothing was changed
    assert stored(fwsite_app)["rate limiting"][1] == version + 1

    asked = fwsite_maintainer.get(f"{edit}/delete").text
    assert "Delete “rate limiting”?" in asked
    assert send(fwsite_maintainer, f"{edit}/delete", version=str(version + 1)).status_code == 303
    assert "rate limiting" not in stored(fwsite_app)
    assert send(fwsite_maintainer, f"{edit}/delete", version="1").status_code == 303  # it is gone, as was wanted
    names, texts, seen = zip(*told, strict=True)
    assert set(names) == {extension.offers[0].name}
    assert texts == (frozenset({"rate-limit"}),) * 3
    assert ["rate-limit" in slugs for slugs in seen] == [True, True, False]


def test_whoever_comes_second_sees_both_texts(fwsite_app: Flask, fwsite_maintainer: FlaskClient) -> None:
    number, version, _, _ = stored(fwsite_app)["ORM"]
    edit = f"/glossary/work/{number}"
    mine = {"version": str(version), "term": "ORM <1>", "aliases": "mapper, ,x", "definition": "My\r\nown & text"}
    first = send(fwsite_maintainer, edit, version=str(version), term="ORM", aliases="", definition="First *here*")
    assert first.status_code == 303
    second = send(fwsite_maintainer, edit, **mine)
    assert second.status_code == 409
    for text in ("First *here*", 'value="ORM &lt;1&gt;"', "mapper, ,x</textarea>", "\nMy\r\nown &amp; text</textarea>"):
        assert text in second.text, text
    assert stored(fwsite_app)["ORM"] == (number, version + 1, [], "First *here*")
    asked_again = send(fwsite_maintainer, f"{edit}/delete", version=str(version))
    assert (asked_again.status_code, "First *here*" in asked_again.text) == (409, True)

    newer = re.search(r'name="version" value="(\d+)"', second.text)
    assert newer
    assert send(fwsite_maintainer, edit, **{**mine, "version": newer[1]}).status_code == 303
    assert stored(fwsite_app)["ORM <1>"] == (number, version + 2, ["mapper", "x"], "My own & text")

    assert send(fwsite_maintainer, f"{edit}/delete", version=str(version + 2)).status_code == 303
    gone = send(fwsite_maintainer, edit, **mine)
    assert gone.status_code == 409
    assert 'action="/glossary/work/add"' in gone.text
    assert "My\r\nown &amp; text</textarea>" in gone.text
    assert fwsite_maintainer.get(edit).status_code == fwsite_maintainer.get(f"{edit}/delete").status_code == 404


def test_what_cannot_be_stored_comes_back_as_it_was_typed(fwsite_app: Flask, fwsite_maintainer: FlaskClient) -> None:
    before = stored(fwsite_app)
    good = {"term": "Cache", "aliases": "caches", "definition": "Kept <for> later"}
    for name, typed, message in (
        ("term", " \n", "Write the term."),
        ("term", "x" * (TERM_LENGTH + 1), f"Write at most {TERM_LENGTH} characters"),
        ("term", "a\x00b", "The character U+0000 cannot be shown"),
        ("term", "a\u202eb", "The character U+202E cannot be shown"),
        ("term", "cache, caches", "has a comma"),
        ("term", "++", "has no letter and no digit"),
        ("term", "oRm", "“oRm” is a spelling of “ORM” already"),
        ("term", "Type  Annotation", "“Type Annotation” is a spelling of “type hint” already"),
        ("aliases", "WSGI", "“WSGI” is a spelling of “WSGI” already"),
        ("aliases", "CACHE", "“CACHE” is there twice"),
        ("aliases", "a, b, A", "“A” is there twice"),
        ("aliases", "a\x1fb\x00", "The character U+0000 cannot be shown"),
        ("aliases", ",".join(f"c{n}" for n in range(ALIASES + 1)), f"Write at most {ALIASES} other spellings"),
        ("definition", "", "Write what the term means."),
        ("definition", "x" * (DEFINITION_LENGTH + 1), f"Write at most {DEFINITION_LENGTH} characters"),
        ("definition", "a\x00b", "The character U+0000 cannot be kept"),
        ("definition", "<!-- -->", "There is nothing to read in it"),
    ):
        fields = {**good, name: typed}
        response = send(fwsite_maintainer, "/glossary/work/add", **fields)
        assert response.status_code == 422, typed
        assert message in response.text, typed
        assert f'href="#f-{name}"' in response.text
        for text in fields.values():
            assert escape(text) in response.text, typed
    assert stored(fwsite_app) == before
    number, version, _, _ = before["ORM"]
    changed = send(fwsite_maintainer, f"/glossary/work/{number}", version=str(version), **{**good, "aliases": "wsgi"})
    assert (changed.status_code, "is a spelling of “WSGI” already" in changed.text) == (422, True)


def test_only_maintainers_change_terms(fwsite_app: Flask, fwsite_client: FlaskClient) -> None:
    before = stored(fwsite_app)
    number, version, _, _ = before["ORM"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', fwsite_client.get("/account/sign-in").text)
    assert token
    fields = {"csrf_token": token[1], "version": str(version), "term": "a", "definition": "b"}
    for path in ("add", str(number), f"{number}/delete"):
        assert fwsite_client.get(f"/glossary/work/{path}").status_code == 302
        assert fwsite_client.post(f"/glossary/work/{path}", data=fields).status_code in (401, 403)
        without = {name: text for name, text in fields.items() if name != "csrf_token"}
        assert fwsite_client.post(f"/glossary/work/{path}", data=without).status_code == 400
    assert stored(fwsite_app) == before


# Shipped terms, and files


def test_terms_that_were_deleted_do_not_come_back(fwsite_app: Flask, told: list[Any]) -> None:
    with fwsite_app.app_context():
        before = {entry.slug for entry in queries.entries()}
        for row in queries.rows():
            queries.delete(row)
        db.session.commit()
        assert content.load() == "the terms are the maintainers’; nothing was brought in"
        assert queries.entries() == ()
        assert told == []
        queries.lock().filled = False
        db.session.commit()
        assert content.load() == "brought in 12 terms"
    assert told == [("glossary.changed", frozenset(before), before)]


def run(runner: FlaskCliRunner, *arguments: str | Path) -> Result:
    return runner.invoke(args=["glossary", *map(str, arguments)])


def test_terms_go_out_and_come_in_again(
    fwsite_app: Flask, fwsite_runner: FlaskCliRunner, fwsite_maintainer: FlaskClient, told: list[Any], tmp_path: Path
) -> None:
    assert add(fwsite_maintainer, 'Ünï "C"', "a\\b, 'c'", 'With "quotes" & `code\\n`').status_code == 303
    before, file = stored(fwsite_app), tmp_path / "terms.toml"
    assert run(fwsite_runner, "export", file).output == f"Wrote 13 terms to {file}.\n"
    assert list(tmp_path.glob("terms*")) == [file]
    assert run(fwsite_runner, "import", file).output == "Added 0 terms, changed 0; 13 were so already.\n"
    number, version, _, _ = before["ORM"]
    fields = {"version": str(version), "term": "orm", "aliases": "WSGIs", "definition": "Less."}
    assert send(fwsite_maintainer, f"/glossary/work/{number}", **fields).status_code == 303
    number, version, _, _ = before["WSGI"]
    assert send(fwsite_maintainer, f"/glossary/work/{number}/delete", version=str(version)).status_code == 303
    told.clear()
    assert run(fwsite_runner, "import", file).output == "Added 1 term, changed 1; 11 were so already.\n"
    assert [(name, texts) for name, texts, _ in told] == [("glossary.changed", frozenset({"orm", "wsgi"}))]
    without = slice(2, None)  # the number of a new term is another, and so is the version of a changed one
    assert {term: row[without] for term, row in stored(fwsite_app).items()} == {
        term: row[without] for term, row in before.items()
    }
    assert run(fwsite_runner, "export", file).exit_code == 0  # its own file is replaced
    listed = run(fwsite_runner, "list").output.splitlines()
    assert len(listed) == 13
    assert "WSGI (Web Server Gateway Interface): How a Python web server and an application talk" in listed[-2]


def test_a_file_with_faults_changes_nothing(
    fwsite_app: Flask, fwsite_runner: FlaskCliRunner, told: list[Any], tmp_path: Path
) -> None:
    before, file = stored(fwsite_app), tmp_path / "terms.toml"
    new = '[[terms]]\nterm = "Cache"\ndefinition = "Kept for later."\n'
    for text, faults in (
        (f'{new}[[terms]]\nterm = "wsgis"\naliases = ["orm"]\ndefinition = ""\n', (
            "terms.toml:4: wsgis, aliases: “orm” is a spelling of “ORM” already; change that term instead.",
            "terms.toml:4: wsgis, definition: Write what the term means.",
        )),
        (f'{new}{new.replace("Cache", "CACHE")}', ("terms.toml:4: CACHE, term: “CACHE” is a spelling of “Cache”",)),
        (f'{new}aliases = "c"\n[[terms]]\nterm = 3\nslug = "x"\n', (
            'terms.toml:1: term 1, aliases: must be a list of texts such as ["a", "b"]',
            "terms.toml:5: term 2, slug: is not known; known are term, aliases, definition",
            "terms.toml:5: term 2, term: must be a text in quotes",
            "terms.toml:5: term 2, definition: is missing",
        )),
        ('terms = [1]', ("terms.toml: term 1: must be a table",)),
        (f"more = 1\n{new}", ("terms.toml: more: is not known; only [[terms]] is",)),
        ("", ("terms.toml: terms: there is no [[terms]] in it",)),
        (f"{new}\nterm = =", ("terms.toml: is no TOML: Invalid value (at line 5",)),
        ("x = " + "[" * 20_000, ("terms.toml: is no TOML: ",)),
        ('[[terms]]\nterm = "a\\u0000b"\ndefinition = "c\\u202Ed"', (
            "term: The character U+0000 cannot be shown", "definition: The character U+202E cannot be kept",
        )),
        (b"\xff", ("terms.toml: is not written in UTF-8",)),
    ):  # fmt: skip
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = run(fwsite_runner, "import", file)
        assert done.exit_code == 1, text
        for fault in faults:
            assert fault in done.output, text
        assert "Nothing was imported." in done.output
    assert stored(fwsite_app) == before
    assert told == []
    refused = run(fwsite_runner, "export", file)
    assert (refused.exit_code, file.read_bytes()) == (1, b"\xff")
    assert f"{file} was not written by an export" in refused.output
    missing = run(fwsite_runner, "export", tmp_path / "none" / "terms.toml")
    assert (missing.exit_code, "cannot be written: No such file" in missing.output) == (1, True)


def test_a_file_may_hand_a_spelling_from_one_term_to_another(
    fwsite_app: Flask, fwsite_runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(
        '[[terms]]\nterm = "schema migration"\ndefinition = "1"\n[[terms]]\nterm = "Migration"\ndefinition = "2"\n',
        encoding="utf-8",
    )
    assert run(fwsite_runner, "import", file).output == "Added 1 term, changed 1; 0 were so already.\n"
    assert stored(fwsite_app)["Migration"][2:] == ([], "2")
    assert len(stored(fwsite_app)) == 13
