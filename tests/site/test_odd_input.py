"""What nobody types, in every field and address for everybody: the same on either database, and never a 5xx."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from fwsite.extend import db, metadata
from fwsite.plugins.upgrade import bring_up_to_date
from fwsite.web.signing import new_submission
from tests.support.forms import first_options, inputs
from tests.support.postgres import Cluster
from tests.support.site import Visitor, create_app

POINT = {
    "framework": "django",
    "criterion": "performance",
    "side": "con",
    "text": "A point.",
    "remark": "",
    "source_title": "A source",
    "source_url": "https://example.org/",
    "source_words": "Its words",
    "website": "",
}
FORMS = {
    "/comparison/suggest": (*POINT, "submission", "csrf_token", "preview", "version", "nobody-asked"),
    "/questionnaire/": ("q-work", "w-work", "q-parts", "w-parts", "submission", "csrf_token", "nobody-asked"),
    "/account/sign-in": ("name", "password", "next", "again", "csrf_token", "nobody-asked"),
    "/account/password/unknown": ("new_password", "csrf_token"),
}
"""Each form's address and its fields."""
QUERIES = {
    "/comparison/": ("f", "show", "nobody-asked"),
    "/comparison/changes": ("page", "framework"),
    "/comparison/history/claim/django-parts": ("from", "to"),
    "/comparison/suggest": ("claim", "framework", "criterion", "side"),
    "/questionnaire/": ("from", "view", "set"),
    "/questionnaire/definition.json": ("version",),
    "/questionnaire/statistics": ("version",),
    "/account/sign-in": ("next",),
    "/": ("v", "utm_source"),
    "/static/site.css": ("v",),
}
"""Each page that looks at its address, and what it looks at."""
ADDRESSES = (
    *("/article/{}", "/article/media/{}", "/docs/{}", "/docs/pictures/{}", "/comparison/{}", "/comparison/django/{}"),
    *("/comparison/history/claim/{}", "/comparison/changes/{}", "/comparison/data.{}", "/comparison/suggestions/{}"),
    *("/questionnaire/{}", "/questionnaire/{}/result.json", "/questionnaire/view/{}", "/account/password/{}", "/{}"),
)
PLACES = (
    *((address, name) for address, names in FORMS.items() for name in names),
    *((f"{address}?", name) for address, names in QUERIES.items() for name in names),
    *((address, "") for address in ADDRESSES),
)
"""Where a text may go: a form's field, a query's (after a question mark), or a part of the address itself."""
ODD = {
    "NUL": "a\0b",
    "a lone surrogate": "a\ud800b",
    "what misleads": "\u202eevil\u2066\u200f \ufffe\uffff\ufdd0 \x01\x08\x1b[31m\x7f\x85\u2028 e"
    + "\u0301" * 2_000
    + "9" * 40,
}
LONG = (200_000, 1_000_000)
"""Characters on one line: as long as a form may be, and longer."""
LONG_PLACES = (
    *(("/comparison/suggest", "text"), ("/questionnaire/", "q-work"), ("/account/sign-in", "name")),
    *(("/comparison/?", "f"), ("/questionnaire/?", "set"), ("/article/{}", ""), ("/questionnaire/{}", "")),
)


@dataclass
class Side:
    """The site on one database, with what a visitor's browser has of it."""

    app: Flask
    client: FlaskClient
    token: str
    answers: dict[str, str]

    @classmethod
    def of(cls, app: Flask) -> Side:
        """Opens a form, and keeps its session."""
        client = app.test_client()
        token = inputs(client.get("/comparison/suggest").text)["csrf_token"][0]
        return cls(app, client, token, first_options(client, 5))

    def ask(self, address: str, name: str, text: str, number: int, submission: str) -> TestResponse:
        """From the network address of that number."""
        self.client.environ_base["REMOTE_ADDR"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        if address.endswith("?"):
            return self.client.get(f"{address}{name}={coded(text)}")
        if not name:
            return self.client.get(address.format(coded(text)))
        fields = {"csrf_token": self.token, "submission": submission}
        fields |= {"/comparison/suggest": POINT, "/questionnaire/": self.answers}.get(address, {})
        body = "&".join(f"{coded(key)}={coded(value)}" for key, value in {**fields, name: text}.items())
        return self.client.post(address, data=body, content_type="application/x-www-form-urlencoded")

    def stored(self) -> dict[str, int | None]:
        """How many rows there are, table by table."""
        with self.app.app_context():
            tables = [table for table in metadata.sorted_tables if table.name != "migration_fault"]
            counts = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}
            db.session.remove()
        return counts


@dataclass
class Pair:
    """The same site on SQLite and on PostgreSQL, asked the same."""

    sides: tuple[Side, Side]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, address: str, name: str, text: str) -> list[int]:
        """The status that each of them answers; each time from another network, so that nobody tries too often."""
        number, submission = next(self.numbers), new_submission()
        return [side.ask(address, name, text, number, submission).status_code for side in self.sides]

    def faults(self, address: str, name: str, text: str) -> list[str]:
        """What is wrong with how they answer."""
        first, second = self.ask(address, name, text)
        return [f"{address}{name} {text[:20]!r}: {first} {second}"] if first >= 500 or first != second else []


def coded(text: str) -> str:
    """As an address or a form carries it; a lone surrogate goes as the bytes that nobody should send."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture(scope="module")
def pair(filled_instance: Path, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("odd")
    urls = {"sqlite": f"sqlite:///{folder / 'sqlite' / 'fwsite.sqlite3'}", "postgresql": postgres.new_database()}
    apps = []
    for name, url in urls.items():
        app = create_app(Path(shutil.copytree(filled_instance, folder / name)), settings={"DATABASE_URL": url})
        app.test_client_class = Visitor
        list(bring_up_to_date(app))
        apps.append(app)
    yield Pair((Side.of(apps[0]), Side.of(apps[1])))
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_is_answered_alike_in_every_place(pair: Pair, text: str) -> None:
    assert [fault for address, name in PLACES for fault in pair.faults(address, name, text)] == []
    first, second = (side.stored() for side in pair.sides)
    assert first == second


@pytest.mark.parametrize("length", LONG)
def test_of_great_length_is_answered_alike(pair: Pair, length: int) -> None:
    assert [fault for place in LONG_PLACES for fault in pair.faults(*place, "w" * length)] == []


@settings(max_examples=40)
@given(place=st.sampled_from(PLACES), text=st.text(st.characters(exclude_categories=()), max_size=300))
def test_of_any_kind_is_answered_alike(pair: Pair, place: tuple[str, str], text: str) -> None:
    assert pair.faults(*place, text) == []


def test_that_is_none_is_stored_by_both(pair: Pair) -> None:
    """Otherwise the tests above would be content with two sites that refuse everything."""
    before = pair.sides[0].stored()
    assert (
        pair.ask("/comparison/suggest", "remark", "") == pair.ask("/questionnaire/", "w-work", "normal") == [303, 303]
    )
    first, second = (side.stored() for side in pair.sides)
    assert first == second
    assert first["comparison_suggestion"] == (before["comparison_suggestion"] or 0) + 1
