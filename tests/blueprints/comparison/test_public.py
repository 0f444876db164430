"""The comparison: what the page and its data show, how content gets in, and the directives for articles."""

from __future__ import annotations

import csv
import html
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup, escape
from sqlalchemy import text as sql

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.exports import COLUMNS
from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.ledger import document_mapper
from fwsite.domain.comparison import BALANCE_LENGTH
from fwsite.domain.facts import Availability, availability_of
from fwsite.domain.items import FIELDS, NOTE_LENGTH, WORDS_LENGTH, Kind, Value
from fwsite.extend import ContentError, DirectiveContext, DirectiveError, db, package_names, run_directive
from fwsite.markup import inline
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support import dumps
from tests.support.paths import ROOT
from tests.support.statements import statements

FILE = ROOT / "fwsite" / "content" / "frameworks.toml"
TEXT = FILE.read_text(encoding="utf-8")
DATA: dict[str, Any] = tomllib.loads(TEXT)
pytestmark = pytest.mark.usefixtures("without_run")
FRAMEWORKS = {framework["key"]: framework for framework in DATA["frameworks"]}
CRITERIA = {criterion["key"]: criterion for criterion in DATA["criteria"] if "group" not in criterion}
ROWS = {criterion["key"]: criterion for criterion in DATA["criteria"] if "group" in criterion}
SOURCES = {source["key"]: source for source in DATA["sources"]}
RATINGS = [(key, rating) for key, framework in FRAMEWORKS.items() for rating in framework["ratings"]]
SAID = [(key, claim) for key, framework in FRAMEWORKS.items() for claim in framework["claims"]]
CLAIMS = [(key, claim) for key, claim in SAID if claim["criterion"] in CRITERIA]
FACTS = [(key, claim) for key, claim in SAID if claim["criterion"] in ROWS]


def cited(entries: list[Any]) -> list[tuple[str, str]]:
    """Source and words of each entry of a list of sources; a rating may have none."""
    return [(entry, "") if isinstance(entry, str) else (entry["source"], entry.get("words", "")) for entry in entries]


def text_of(page: str) -> str:
    """What a reader gets: no tags, no entities, one blank between words."""
    return " ".join(html.unescape(Markup(re.sub(r"<(?!/?(small|em|strong|code|a)\b)", " <", page)).striptags()).split())


@pytest.fixture
def page(client: FlaskClient) -> str:
    return client.get("/comparison/").text


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The application's context, with a request that addresses can be built in."""
    with app.test_request_context():
        yield app


def put(instance: Path, text: str) -> Path:
    """The host's own version of the file."""
    (instance / content.FILE).write_text(text, encoding="utf-8")
    return instance / content.FILE


def load(app: Flask) -> str:
    with app.app_context():
        return content.load()


def everything(app: Flask) -> list[str]:
    with app.app_context():
        return dumps.everything(db.engine)


def used_sources(claims: list[dict[str, Any]]) -> set[str]:
    """The keys of those that these claims rest on, and ratings and frameworks."""
    used = {key for row in (*(rating for _, rating in RATINGS), *claims) for key, _ in cited(row.get("sources", []))}
    return used | {key for framework in FRAMEWORKS.values() for key, _ in cited(framework["example_sources"])}


def with_measured_rating(*sources: str) -> str:
    """The file, with its first rating measured by what the sources tell."""
    assert TEXT.index('evidence = "opinion"') < TEXT.index("[[frameworks.claims]]")
    return TEXT.replace('evidence = "opinion"', f'evidence = "measured"\nsources = {list(sources)}', 1)


def rating_block(framework: str, criterion: str) -> str:
    start = TEXT.index(f'[[frameworks]]\nkey = "{framework}"')
    start = TEXT.index(f'[[frameworks.ratings]]\ncriterion = "{criterion}"', start)
    return TEXT[start : TEXT.index("[[frameworks", start + 1)]


class TestTheFilter:
    def test_shows_the_chosen_in_the_sites_order(self, client: FlaskClient) -> None:
        page = client.get("/comparison/?f=flask&f=django").text
        assert re.findall(r'<th scope="col">(?:<a [^>]+>)?([A-Z]\w+)<', page) == ["Fact", "Django", "Flask"]
        assert re.findall(r'value="(\w+)" checked', page) == ["django", "flask"]
        assert "/comparison/fastapi" not in page
        assert not re.search(r'id="fastapi-', page)
        assert 'role="alert"' not in page

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("?f=rails", "None of the chosen frameworks is in this comparison, so all of them are shown."),
            ("?f=", "None of the chosen frameworks is in this comparison, so all of them are shown."),
            ("?f=Django", "None of the chosen frameworks is in this comparison, so all of them are shown."),
            ("?show=chosen", "Choose at least one framework. All of them are shown."),
        ],
    )
    def test_that_leaves_nothing_says_so_and_shows_all(self, client: FlaskClient, query: str, message: str) -> None:
        response = client.get(f"/comparison/{query}")
        assert response.status_code == 200
        assert re.findall(r'role="alert">.*?<a href="#filter">(.*?)</a>', response.text) == [message]
        assert len(re.findall(r'value="\w+" checked', response.text)) == len(FRAMEWORKS)

    def test_with_one_unknown_says_so_and_shows_the_others(self, client: FlaskClient) -> None:
        page = client.get("/comparison/?f=flask&f=rails").text
        assert "One of the chosen frameworks is not in this comparison." in page
        assert re.findall(r'value="(\w+)" checked', page) == ["flask"]

    @pytest.mark.parametrize(
        ("query", "canonical"),
        [
            ("", ""),
            ("?f=flask&f=django", "?f=django&f=flask"),
            ("?f=django&f=django&f=rails&show=chosen", "?f=django"),
            ("?f=none&f=fastapi&f=flask&f=django", ""),
            ("?f=rails", ""),
            ("?utm_source=x", ""),
        ],
    )
    def test_has_one_address_for_one_choice(self, client: FlaskClient, query: str, canonical: str) -> None:
        page = client.get(f"/comparison/{query}").text
        [link] = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
        assert html.unescape(link) == f"http://localhost/comparison/{canonical}"
        for name in ("data.json", "data.csv"):
            assert f'href="{escape(f"/comparison/{name}{canonical}")}"' in page

    def test_of_one_framework_reads_as_a_page_about_it(self, client: FlaskClient) -> None:
        page = client.get("/comparison/?f=flask").text
        assert "<h1>Flask on its own</h1>" in page
        assert "best in row" not in page

    def test_rejects_nothing_however_odd(self, client: FlaskClient) -> None:
        for query in ("?f=%00", "?f=%ff", "?f=" + "x" * 5000, "?f[]=django", "?" + "f=django&" * 900):
            assert client.get(f"/comparison/{query}").status_code == 200


def _without_empty(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value}


class TestTheData:
    def test_as_json_is_what_the_file_says(self, client: FlaskClient) -> None:
        response = client.get("/comparison/data.json")
        assert response.mimetype == "application/json"
        document = response.json
        assert document["reviewed_on"] == DATA["reviewed_on"].isoformat()
        assert {item["key"]: item for item in document["criteria"]} == CRITERIA
        for item in document["frameworks"]:
            meant = FRAMEWORKS[item["key"]]
            for name in ("name", "summary", "drawback", "example", "on_balance"):
                assert item[name] == meant[name]
            assert item["first_release"] == meant.get("first_release")
            assert sorted(item["example_sources"]) == sorted(meant["example_sources"])
        columns = ("criterion", "score", "reason", "evidence")
        assert [
            (item["framework"], [item[name] for name in columns], sorted(item["sources"]))
            for item in document["ratings"]
        ] == [
            (key, [row[name] for name in columns], sorted(source for source, _ in cited(row.get("sources", []))))
            for key, row in RATINGS
        ]
        columns = ("key", "criterion", "side", "text", "evidence")
        assert [
            (item["framework"], [item[name] for name in columns], [(c["key"], c["words"]) for c in item["sources"]])
            for item in document["claims"]
        ] == [(key, [row[name] for name in columns], cited(row["sources"])) for key, row in CLAIMS]
        assert {item["key"]: _without_empty(item) for item in document["rows"]} == ROWS
        columns = ("key", "side", "answer", "text", "evidence")
        assert [
            (
                (item["framework"], item["row"], item["group"]),
                [item[name] for name in columns],
                [(c["key"], c["words"]) for c in item["sources"]],
            )
            for item in document["facts"]
        ] == [
            (
                (key, row["criterion"], ROWS[row["criterion"]]["group"]),
                [row[name] for name in columns],
                cited(row["sources"]),
            )
            for key, row in FACTS
        ]

    def test_as_json_holds_every_source(self, client: FlaskClient) -> None:
        items = client.get("/comparison/data.json").json["sources"]
        assert {item["key"] for item in items} == used_sources([claim for _, claim in SAID])
        for item in items:
            source = SOURCES[item["key"]]
            assert item == {
                "author": "",
                "publisher": "",
                "published": None,
                "archive": "",
                "file": "",
                "sha256": "",
                **{name: value.isoformat() if isinstance(value, date) else value for name, value in source.items()},
            }

    @pytest.mark.parametrize("query", ["", "?f=django&f=flask", "?f=fastapi"])
    def test_as_csv_is_the_same_as_json(self, client: FlaskClient, query: str) -> None:
        document = client.get(f"/comparison/data.json{query}").json
        rows = csv_rows(client, query)
        criteria = [*document["criteria"], *document["rows"]]
        names = {item["key"]: item["name"] for item in (*document["frameworks"], *criteria)}
        sources = {item["key"]: item for item in document["sources"]}

        def joined(keys: list[str], name: str) -> str:
            return "\n".join(sources[key][name] or "" for key in keys)

        def with_sources(row: dict[str, str], keys: list[str]) -> dict[str, str]:
            columns = {"source_authors": "author", "source_titles": "title", "source_publishers": "publisher"}
            columns |= {"source_urls": "url", "sources_published": "published", "sources_read_on": "read_on"}
            columns |= {"source_voices": "voice", "source_archives": "archive", "source_files": "file"}
            return {**row, **{column: joined(keys, name) for column, name in columns.items()}}

        def found(entry: dict[str, Any]) -> str:
            told = [entry[name] for name in ("found_in_newest", "found") if name in entry]
            return ", ".join(f"{each['found']} in {each['archive']} on {each['checked_on']}" for each in told)

        meant = [
            {"kind": kind, "criterion": item["name"], "key": item["key"], "text": item[kind]}
            for item in criteria
            for kind in ("question", "finding")
            if item[kind]
        ]
        for item in document["frameworks"]:
            row = {"framework": item["name"], "key": item["key"]}
            if item["first_release"]:
                meant.append({"kind": "first_release", **row, "text": str(item["first_release"])})
            meant += [{"kind": kind, **row, "text": item[kind]} for kind in ("summary", "drawback", "on_balance")]
            meant.append(with_sources({"kind": "example", **row, "text": item["example"]}, item["example_sources"]))
        for item in (*document["ratings"], *document["claims"], *document["facts"]):
            rating = "score" in item
            answer = item.get("answer", "")
            row = {
                "kind": "rating" if rating else "fact" if answer else "claim",
                "framework": names[item["framework"]],
                "criterion": names[item["row" if "row" in item else "criterion"]],
                "answer": answer,
                "key": "" if rating else item["key"],
                "side": "" if rating else item["side"],
                "score": str(item["score"]) if rating else "",
                "text": item["reason"] if rating else item["text"],
                "evidence": item["evidence"],
                "reviewed_on": item["reviewed_on"],
                "source_words": "" if rating else "\n".join(entry["words"] for entry in item["sources"]),
                "words_found": "" if rating else "\n".join(map(found, item["sources"])),
            }
            meant.append(with_sources(row, item["sources"] if rating else [entry["key"] for entry in item["sources"]]))
        for column in document["columns"]:
            for key, cell in column["cells"].items():
                row = {"kind": "fact", "framework": names[key], "key": column["key"], "evidence": cell["evidence"]}
                meant.append({**row, "text": f"{column['label']}: {cell['text']}", "source_urls": cell["source"]})
        filled = [{column: row.get(column, "") for column in COLUMNS} for row in meant]
        assert any(row["words_found"].strip() for row in filled)
        assert sorted(map(str, rows)) == sorted(map(str, filled))

    def test_as_csv_has_a_column_for_every_field_of_a_claim_and_of_a_rating(self) -> None:
        lists = (Value.SOURCES, Value.CITATIONS)  # in columns of their own
        names = {field.name for kind in (Kind.CLAIM, Kind.RATING) for field in FIELDS[kind] if field.value not in lists}
        assert names - {"reason"} <= set(COLUMNS)  # which is a rating's text

    def test_as_csv_has_no_other_line_breaks_than_it_should(self, client: FlaskClient) -> None:
        response = client.get("/comparison/data.csv")
        assert response.mimetype == "text/csv"
        assert response.headers["Content-Disposition"] == "inline; filename=comparison.csv"
        assert response.text.startswith(",".join(f'"{column}"' for column in COLUMNS) + "\r\n")

    def test_takes_the_same_filter_as_the_page(self, client: FlaskClient) -> None:
        query = "?f=flask&f=django"
        document = client.get(f"/comparison/data.json{query}").json
        assert [item["key"] for item in document["frameworks"]] == ["django", "flask"]
        assert {item["framework"] for item in (*document["ratings"], *document["claims"])} == {"django", "flask"}
        page = client.get(f"/comparison/{query}").text
        on_page = set(re.findall(r'<(?:li|div class="why") id="([^"]+)"', page))
        assert on_page and on_page <= {item["key"] for item in (*document["claims"], *document["facts"])}

    def test_holds_everything_that_the_page_shows(self, client: FlaskClient, page: str) -> None:
        """The other way round: each line of the page's own content is in both files."""
        main = page.partition('<table class="matrix')[2].partition("</table>")[0]
        shown = [text_of(item) for item in re.findall(r'<span class="short">(.*?)</span>', main, re.DOTALL)]
        shown += [text_of(item) for item in re.findall(r"<li id=[^>]*><div>(.*?) <span", main, re.DOTALL)]
        shown += [text_of(item) for item in re.findall(r"<cite>(.*?)</cite>", main, re.DOTALL)]
        shown += [text_of(item) for item in re.findall(r'<summary class="[a-z]+">([^<]*)', main)]
        assert len(shown) > 100
        table = str(
            [form for row in csv_rows(client) for cell in row.values() for form in (cell, text_of(inline(cell)))]
        )
        texts = list(strings(client.get("/comparison/data.json").json))
        document = str([form for text in texts for form in (text, text_of(inline(text)))])
        for text in shown:
            plain = re.sub(r" (Sourced|Opinion).*$", "", text).replace("\xad", "")
            assert repr(plain)[1:-1] in document, plain
            assert repr(plain)[1:-1] in table, plain


def csv_rows(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/comparison/data.csv{query}").text, newline="")))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def more_claims(count: int) -> str:
    """So many more points against the last framework, each with a source."""
    return TEXT + "".join(
        f'\n[[frameworks.claims]]\nkey = "none-more-{number}"\nside = "con"\ncriterion = "learning"\n'
        f'text = "One more point, number {number}"\nevidence = "sourced"\n'
        f'sources = [{{ source = "schooner-2023", words = "words {number}" }}]\n'
        for number in range(count)
    )


@pytest.mark.parametrize(("address", "most"), [("/comparison/", 19), ("/comparison/data.csv", 15), ("/", 20)])
def test_a_page_asks_the_database_a_fixed_small_number_of_times(
    app: Flask, client: FlaskClient, instance: Path, address: str, most: int
) -> None:
    with statements(app) as before:
        client.get(address)
    put(instance, more_claims(50))
    load(app)
    with statements(app) as after:
        assert client.get(address).status_code == 200
    assert 0 < len(before) == len(after) <= most


def test_what_was_found_of_quoted_words_is_read_once_for_all_pages(app: Flask, client: FlaskClient) -> None:
    client.get("/comparison/")
    with statements(app) as asked:
        assert ">verified<" in client.get("/comparison/?f=django").text
        assert "there in" in client.get("/comparison/data.csv").text
    assert not [statement for statement in asked if "comparison_receipt" in statement]
    assert len(asked) <= 9, "the export alone"


class TestLoading:
    def test_of_the_same_file_changes_nothing(self, app: Flask) -> None:
        before = everything(app)
        assert load(app) == f"{FILE} is loaded already"
        assert everything(app) == before

    def test_of_a_changed_file_follows_it_and_retires_what_it_has_no_longer(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        path = put(instance, ONLY_DJANGO.replace('name = "Django"', 'name = "Jango"'))
        gone = [key for key, _ in (*RATINGS, *SAID) if key != "django"]
        assert load(app) == f"loaded {path}: 1 changed, {len(FRAMEWORKS) - 1 + len(gone)} retired"
        document = client.get("/comparison/data.json").json
        assert [item["name"] for item in document["frameworks"]] == ["Jango"]
        for name, said in (("claims", CLAIMS), ("facts", FACTS)):
            assert [item["key"] for item in document[name]] == [row["key"] for key, row in said if key == "django"]
        assert "FastAPI" not in table_of(client.get("/comparison/").text)

    def test_goes_back_to_the_shipped_file_once_the_hosts_is_gone(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        before = client.get("/comparison/data.json").json
        put(instance, ONLY_DJANGO)
        load(app)
        (instance / content.FILE).unlink()
        gone = [key for key, _ in (*RATINGS, *SAID) if key != "django"]
        assert load(app) == f"loaded {FILE}: {len(FRAMEWORKS) - 1 + len(gone)} changed"
        assert client.get("/comparison/data.json").json == before

    def test_happens_with_every_upgrade(self, app: Flask, instance: Path) -> None:
        path = put(instance, TEXT + "# changed\n")
        assert any(line.startswith(f"content comparison: loaded {path}: ") for line in map(str, bring_up_to_date(app)))

    def test_accepts_a_source_that_is_named_twice(self, app: Flask, client: FlaskClient, instance: Path) -> None:
        put(instance, with_measured_rating("django-faq"))
        load(app)
        before = client.get("/comparison/data.json").json
        once, twice = (f'example_sources = ["schooner-2023", {more}' for more in ("", '"schooner-2023", '))
        assert once in TEXT
        put(instance, with_measured_rating("django-faq", "django-faq").replace(once, twice, 1))
        load(app)
        assert client.get("/comparison/data.json").json == before


ONLY_DJANGO = TEXT[: TEXT.index('[[frameworks]]\nkey = "flask"')]
"""All criteria and sources, one framework."""


def table_of(page: str) -> str:
    return page.partition('<table class="matrix">')[2].partition("</table>")[0]


SCALABILITY = "frameworks.django.ratings.scalability"
PARTS = "frameworks.django.claims.django-parts"
REVIEWED_ON = f"reviewed_on = {DATA['reviewed_on']}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[criteria]]", "[[criteria]", "file: cannot be read: "),
        (REVIEWED_ON, "", f"{SCALABILITY}.reviewed_on: is missing or empty"),
        (REVIEWED_ON, "reviewed_on = 2026", f"{SCALABILITY}.reviewed_on: is 2026; write a date"),
        ("reviewed_on =", "reveiwed_on =", "file.reveiwed_on: unknown key; known are reviewed_on, criteria, "),
        (
            'key = "scalability"',
            'key = "Scalability"',
            "criteria.Scalability.key: is 'Scalability'; it must be lower-case",
        ),
        ('key = "scalability"', "", "criteria.1.key: is ''; it must be lower-case"),
        ('key = "performance"', 'key = "scalability"', "criteria.scalability: is there more than once"),
        ('name = "Scalability"', 'name = " "', "criteria.scalability.name: is missing or empty"),
        ('name = "Scalability"', "name = 1", "criteria.scalability.name: must be a text in quotes"),
        ('url = "https://blog', 'url = "blog', "sources.schooner-2023.url: is 'blog"),
        ('url = "https://blog', 'url = "javascript://blog', "sources.schooner-2023.url: is 'javascript:"),
        ('url = "https://blog', 'url = "https://[blog', "sources.schooner-2023.url: is 'https://[blog"),
        ("read_on = 2026-11-22", "", "sources.schooner-2023.read_on: is missing or empty"),
        ("published = 2023-07-17", "published = 2023", "sources.schooner-2023.published: is 2023; write a date"),
        (
            "first_release = 2005",
            'first_release = "2005"',
            "frameworks.django.first_release: is '2005'; it must be a whole number from 1990",
        ),
        ("first_release = 2005", "first_release = true", "frameworks.django.first_release: is True; it must be a"),
        ('key = "flask"', 'key = "django"', "frameworks.django: is there more than once"),
        (
            'example_sources = ["schooner-2023"',
            'example_sources = ["x"',
            "frameworks.django.example_sources: 'x' names no",
        ),
        ("score = 4", "score = 6", f"{SCALABILITY}.score: is 6; it must be a whole number from 1 to 5"),
        ("score = 4", "score = 0", f"{SCALABILITY}.score: is 0; it must be a whole number from 1 to 5"),
        ("score = 4", "score = 4.0", f"{SCALABILITY}.score: is 4.0; it must be a whole number from 1 to 5"),
        ("score = 4", "", f"{SCALABILITY}.score: is missing or empty"),
        (
            'criterion = "scalability"',
            'criterion = "speed"',
            "frameworks.django.ratings.speed.criterion: is 'speed'; known are",
        ),
        (
            'criterion = "scalability"',
            "criterion = []",
            "frameworks.django.ratings.[].criterion: is missing or empty",
        ),
        ('criterion = "performance"', 'criterion = "scalability"', f"{SCALABILITY}: is there more than once"),
        ('reason = "Built', f'reason = "{"x" * 120}', f"{SCALABILITY}.reason: has 1"),
        (
            'evidence = "opinion"',
            'evidence = "hearsay"',
            f"{SCALABILITY}.evidence: is 'hearsay'; known are measured, ",
        ),
        ('evidence = "opinion"', "evidence = {}", f"{SCALABILITY}.evidence: is {{}}; known are measured, "),
        (
            'evidence = "opinion"',
            'evidence = "measured"\nsources = []',
            f"{SCALABILITY}.sources: is empty; what is measured names where it comes",
        ),
        (
            'evidence = "opinion"',
            'evidence = "measured"\nsources = "django-faq"',
            f"{SCALABILITY}.sources: must be a list",
        ),
        (
            'evidence = "opinion"',
            'evidence = "measured"\nsources = [1]',
            f"{SCALABILITY}.sources: 1 names no source",
        ),
        (
            'evidence = "opinion"',
            'evidence = "measured"\nsources = [{ source = [] }]',
            f"{SCALABILITY}.sources: {{'source': []}} names no",
        ),
        (
            'evidence = "opinion"',
            'evidence = "sourced"\nsources = ["django-faq"]',
            f"{SCALABILITY}.evidence: is a judgement, which no source can make for you: call it opinion",
        ),
        (
            'evidence = "opinion"',
            'evidence = "opinion"\nsources = ["django-faq"]',
            f"{SCALABILITY}.sources: is a judgement, which no source can make for you: call it opinion",
        ),
        (
            'evidence = "sourced"\nsources = [',
            'evidence = "sourced"\nsources = []\nelse = [',
            f"{PARTS}.sources: is empty; what is sourced names where it comes",
        ),
        (
            'text = "Database',
            'text = "Flask-Admin and database',
            f"{PARTS}.text: names “Flask-Admin”, which the quoted words do not",
        ),
        (
            'key = "django-parts"',
            'key = "django-admin"',
            "frameworks.django.claims.django-admin: is there more than once",
        ),
        (
            'key = "flask-blueprints"',
            'key = "django-parts"',
            "frameworks.flask.claims.django-parts: is there more than once",
        ),
        ('side = "pro"', 'side = "for"', f"{PARTS}.side: is 'for'; known are pro, con"),
        ('side = "pro"', "side = [1]", f"{PARTS}.side: is [1]; known are pro, con"),
        ('text = "Database', f'text = "{"x" * 280}', f"{PARTS}.text: has "),
        (
            'words = "Django comes',
            'word = "Django comes',
            f"{PARTS}.sources: unknown key 'word'; known are source, words",
        ),
        ("[[frameworks.claims]]", "[[frameworks.claim]]", "frameworks.django.claim: unknown key; known are key, name"),
    ],
)
def test_a_fault_changes_nothing_and_names_file_and_key(
    app: Flask, instance: Path, old: str, new: str, said: str
) -> None:
    assert old in TEXT
    path = put(instance, TEXT.replace(old, new, 1))
    before = everything(app)
    with pytest.raises(ContentError) as caught:
        load(app)
    assert everything(app) == before
    lines = str(caught.value).splitlines()
    assert any(said in line for line in lines), lines
    assert all(re.match(rf"{re.escape(str(path))}(:\d+)?: ", line) for line in lines)
    with app.app_context():
        assert [str(problem) for problem in content.check()] == lines


def test_every_fault_is_reported_at_once(app: Flask, instance: Path) -> None:
    put(instance, TEXT.replace("score = 4", "score = 6", 1).replace('side = "con"', 'side = "x"', 1) + "more = 1\n")
    with pytest.raises(ContentError) as caught:
        load(app)
    assert len(caught.value.problems) == 3


def test_lists_that_are_none_are_faults(app: Flask, instance: Path) -> None:
    put(instance, "reviewed_on = 2026-11-22\ncriteria = 1\nframeworks = [1]\n[sources]\n")
    with pytest.raises(ContentError) as caught:
        load(app)
    said = [(problem.key, problem.message) for problem in caught.value.problems]
    assert said == [(name, "must be a list of tables") for name in ("criteria", "sources", "frameworks")]


@pytest.mark.parametrize("text", ["", "reviewed_on = 2026-11-22\n", "criteria = []\nframeworks = []\n"])
def test_a_file_without_content_does_not_empty_the_site(app: Flask, instance: Path, text: str) -> None:
    put(instance, text)
    before = everything(app)
    with pytest.raises(ContentError, match="frameworks: is missing or empty"):
        load(app)
    assert everything(app) == before


class TestDirectives:
    def test_balance_shows_both_sides_and_the_sentence_that_closes_them(self, in_app: Flask) -> None:
        shown = run_directive(DirectiveContext(name="balance", text=" flask "))
        for side, name in (("pro", "for"), ("con", "against")):
            claims = [claim for key, claim in CLAIMS if (key, claim["side"]) == ("flask", side)]
            column = shown.partition(f'<div class="{name}">')[2].partition("</div>")[0]
            assert column.count("<li>") == min(len(claims), BALANCE_LENGTH)
            for claim in claims[:BALANCE_LENGTH]:
                assert f'<a href="/comparison/#{claim["key"]}">{inline(claim["text"])}</a>' in column
        assert inline(FRAMEWORKS["flask"]["on_balance"]) in shown

    def test_balance_links_to_what_it_leaves_out_with_the_whole_count(
        self, in_app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        put(instance, more_claims(50))
        content.load()
        shown = run_directive(DirectiveContext(name="balance", text="none"))
        count = 50 + sum((key, claim["side"]) == ("none", "con") for key, claim in CLAIMS)
        assert shown.partition('<div class="against">')[2].count("<li>") == BALANCE_LENGTH
        assert re.search(rf'<a href="/comparison/[^"]*none">All {count} points against No framework</a>', shown)

    def test_balance_says_all_only_where_something_is_left_out(self, in_app: Flask, instance: Path) -> None:
        count = sum((key, claim["side"]) == ("none", "con") for key, claim in CLAIMS)
        put(instance, more_claims(max(0, BALANCE_LENGTH - count)))
        content.load()
        shown = run_directive(DirectiveContext(name="balance", text="none"))
        assert (f"All {BALANCE_LENGTH} points" in shown) is False

    def test_comparison_shows_one_row_for_each(self, in_app: Flask) -> None:
        shown = run_directive(DirectiveContext(name="comparison", text="fastapi, django"))
        rows = re.findall(r'<tr><th scope="row">.*?</tr>', shown)
        assert len(rows) == 2
        for row, key in zip(rows, ("django", "fastapi"), strict=True):
            framework = FRAMEWORKS[key]
            assert f'<a href="/comparison/{key}">{framework["name"]}</a>' in row
            for name in ("summary", "drawback", "example"):
                assert inline(framework[name]) in row
            assert f"<td>{framework['first_release']}</td>" in row

    def test_comparison_shows_a_dash_for_what_was_never_released(self, in_app: Flask) -> None:
        assert "<td>–</td>" in run_directive(DirectiveContext(name="comparison", text="none"))

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("balance", "rails", "there is no framework 'rails'; known are django, flask, fastapi, none"),
            ("balance", "", "name at least one framework; known are django, flask, fastapi, none"),
            ("balance", "django,flask", "name one framework, as in ::balance[django]"),
            ("comparison", "django,Flask", "there is no framework 'Flask'; known are django, flask, fastapi, none"),
            ("comparison", " , ", "name at least one framework; known are django, flask, fastapi, none"),
        ],
    )
    def test_that_cannot_be_filled_say_what_to_write(self, in_app: Flask, name: str, text: str, message: str) -> None:
        with pytest.raises(DirectiveError, match=f"^{re.escape(message)}$"):
            run_directive(DirectiveContext(name=name, text=text))

    def test_show_in_an_article_what_is_in_the_database_now(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        (instance / "articles" / "mine.md").write_text(
            "---\ntitle: Mine\n---\n\n::balance[flask]\n\n::comparison[none]\n"
        )
        page = client.get("/article/mine").text
        assert inline(FRAMEWORKS["flask"]["on_balance"]) in page
        put(instance, TEXT.replace(FRAMEWORKS["flask"]["on_balance"], "all new."))
        load(app)
        assert "all new." in client.get("/article/mine").text


class TestWhatIsShipped:
    def test_has_nothing_measured(self) -> None:
        assert {row["evidence"] for _, row in (*RATINGS, *CLAIMS)} == {"sourced", "opinion"}

    def test_has_a_rating_with_a_reason_for_every_framework_on_every_criterion(self) -> None:
        assert {(key, row["criterion"]) for key, row in RATINGS} == {
            (key, name) for key in FRAMEWORKS for name in CRITERIA
        }
        assert all(row["reason"] for _, row in RATINGS)

    @pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
    def test_has_title_address_and_date_for_every_source(self, source: dict[str, Any]) -> None:
        assert source["title"]
        assert source["url"].startswith("https://")
        assert type(source["read_on"]) is date

    def test_names_no_source_that_nothing_rests_on(self) -> None:
        assert used_sources([claim for _, claim in SAID]) == set(SOURCES)

    def test_calls_every_rating_an_opinion_that_names_no_source(self) -> None:
        assert {(row["evidence"], "sources" in row) for _, row in RATINGS} == {("opinion", False)}

    def test_has_both_sides_of_every_framework(self) -> None:
        sides = {(key, claim["side"]) for key, claim in CLAIMS}
        assert sides == {(key, side) for key in FRAMEWORKS for side in ("pro", "con")}

    def test_answers_every_row_of_facts_for_every_framework(self) -> None:
        assert [(key, fact["criterion"]) for key, fact in FACTS] == [(key, row) for key in FRAMEWORKS for row in ROWS]
        assert all(fact["answer"] for _, fact in FACTS)

    def test_answers_by_words_that_are_known_or_by_packages(self, in_app: Flask) -> None:
        """So that no answer is taken for a text because a name is written otherwise."""
        others = {row: [] for row in ROWS}
        for _, fact in FACTS:
            if availability_of(fact["answer"], package_names()) is Availability.TEXT:
                others[fact["criterion"]].append(fact["answer"])
        assert {row: answers for row, answers in others.items() if answers} == {
            "async-orm": ["in threads"],
            "first-release": ["2005", "2010", "2018", "Python, 1991"],
            "lts": ["5.2, to April 2028", "Python 3.14, to October 2030"],
            "deprecations": [fact["answer"] for _, fact in FACTS if fact["criterion"] == "deprecations"],
        }

    def test_compares_the_four_by_eight_criteria(self) -> None:
        assert [framework["name"] for framework in FRAMEWORKS.values()] == [
            "Django",
            "Flask",
            "FastAPI",
            "No framework",
        ]
        assert list(CRITERIA) == [
            "scalability",
            "performance",
            "flexibility",
            "learning",
            "parts",
            "data",
            "memory",
            "maturity",
        ]

    @pytest.mark.parametrize(("key", "year"), [("django", 2005), ("flask", 2010), ("fastapi", 2018), ("none", None)])
    def test_has_the_year_of_each_first_release(self, key: str, year: int | None) -> None:
        assert FRAMEWORKS[key].get("first_release") == year

    @pytest.mark.parametrize(
        ("framework", "words"),
        [
            # examples
            ("django", "Instagram login complex user data"),
            ("flask", "Flaskr blog database layer"),
            ("fastapi", "real-time chat API WebSockets"),
            # where it comes from
            ("django", "Adrian Holovaty Simon Willison Kansas newspaper 2005"),
            # pros of Django
            ("django", "Database access login templates one package"),
            ("django", "large applications"),
            ("django", "built tested combined"),
            ("django", "friendly community third-party packages"),
            ("django", "conventions rapid"),
            # cons of Django
            ("django", "small site simple blog shop"),
            ("django", "setup even for little"),
            ("django", "Steeper beginners people new to Python concepts come before"),
            ("django", "Opinionated standard way workarounds"),
            ("django", "throughput latency"),
            ("django", "Python itself slower C++ Go"),
            ("django", "footprint hobbyists small servers"),
            ("django", "monolith models views templates logic one coupled code base"),
            ("django", "ORM hide slow queries"),
            ("django", "raw SQL another ORM"),
            # Flask
            ("flask", "Light lean code base"),
            ("flask", "free choice architecture"),
            ("flask", "extension own choice"),
            ("flask", "common features extra setup"),
            # FastAPI
            ("fastapi", "asynchronous"),
            ("fastapi", "fast"),
            ("fastapi", "checks serialises type hints data-validation libraries"),
            ("fastapi", "WebSockets real-time instant updates"),
            ("fastapi", "newer less tested in battle smaller community"),
            ("fastapi", "experience"),
            # no framework
            ("none", "learn HTTP databases server configuration security hide"),
            ("none", "breaks look beneath"),
        ],
    )
    def test_has_the_facts_of_the_original(self, client: FlaskClient, framework: str, words: str) -> None:
        document = client.get(f"/comparison/data.json?f={framework}").json
        [own] = document["frameworks"]
        texts = [own[name] for name in ("summary", "drawback", "example", "on_balance")]
        texts += [item["text"] for item in document["claims"]]
        assert [text for text in texts if all(word.lower() in text.lower() for word in words.split())], words

    def test_credits_the_original(self) -> None:
        source = SOURCES["schooner-2023"]
        assert source["title"] == "The Pros and Cons of Django for Backend Development"
        assert (source["author"], source["published"]) == ("Natalie Schooner", date(2023, 7, 17))
        resting = {key for key, claim in CLAIMS if "schooner-2023" in dict(cited(claim["sources"]))}
        assert resting == set(FRAMEWORKS)


def test_a_result_leads_to_the_comparison_of_those_in_front(app: Flask) -> None:
    from fwsite.web.shell import slot

    with app.test_request_context():
        names = {key: framework["name"] for key, framework in FRAMEWORKS.items()} | {"other": "Other"}
        shown = slot("questionnaire.result", alternatives=["flask", "fastapi", "other"], names=names)
        assert '<a class="btn alt" href="/comparison/?f=flask&amp;f=fastapi">Compare Flask and FastAPI</a>' in shown
        alone = slot("questionnaire.result", alternatives=["other"], names=names)
        assert '<a class="btn alt" href="/comparison/">Compare the frameworks</a>' in alone


def test_the_lengths_that_texts_may_have_are_those_of_the_columns() -> None:
    for kind, table in document_mapper.TABLES.items():
        for field in FIELDS[kind]:
            if field.longest:
                column = document_mapper.COLUMNS.get(field.name, field.name)
                assert table.__table__.columns[column].type.length == field.longest, f"{kind}.{field.name}"
    assert models.Citation.__table__.columns["words"].type.length == WORDS_LENGTH
    assert models.Change.__table__.columns["note"].type.length == NOTE_LENGTH


def test_a_changed_file_leaves_rows_of_other_extensions_that_refer_to_frameworks(app: Flask, instance: Path) -> None:
    with app.app_context():
        db.session.execute(sql("CREATE TABLE notes_note (framework TEXT REFERENCES framework(key) ON DELETE CASCADE)"))
        db.session.execute(sql("INSERT INTO notes_note VALUES ('django')"))
        db.session.commit()
        put(instance, more_claims(1))
        content.load()
        assert db.session.scalar(sql("SELECT count(*) FROM notes_note")) == 1
