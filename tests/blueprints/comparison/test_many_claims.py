"""Ten thousand points: every page still answers, and asks the database no more often than with seventy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from fwsite.blueprints.comparison.models import Change, Citation, Claim
from fwsite.blueprints.questionnaire.definitions import current_definition
from fwsite.db.models import Criterion, Framework
from fwsite.extend import ContentVersionRow, db
from tests.support.site import Visitor, create_app
from tests.support.statements import statements
from tests.support.workbooks import Workbook

MANY = 10_000
ADDRESSES = [
    "/",
    "/comparison/",
    "/comparison/?f=django",
    "/comparison/data.json",
    "/comparison/data.csv",
    "/comparison/data.xlsx",
    "/comparison/django",
    "/comparison/django/memory",
    "/comparison/django/memory?page=2",
    "/comparison/history/claim/django-parts",
    "/comparison/changes",
    "/comparison/changes?page=180",
    "/comparison/changes?framework=django",
    "/comparison/changes/1",
    "/comparison/changes.xml",
    "/sitemap.xml",
]


@pytest.fixture(scope="module")
def many(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on an instance with many more points, each with a source and a change."""
    app = create_app(Path(shutil.copytree(filled_instance, tmp_path_factory.mktemp("many") / "instance")))
    app.test_client_class = Visitor
    with app.app_context():
        fill()
    yield app
    with app.app_context():
        db.engine.dispose()


def fill() -> None:
    frameworks = list(db.session.scalars(select(Framework.key)))
    criteria = list(db.session.scalars(select(Criterion.key).where(Criterion.group_name == "")))
    claims, citations, changes = [], [], []
    for number in range(MANY):
        document = {
            "key": f"many-{number}",
            "framework": frameworks[number % len(frameworks)],
            "criterion": criteria[number // len(frameworks) % len(criteria)],
            "side": ("pro", "con")[number // 32 % 2],
            "text": f"Point number {number}, " + "with words as long as a point may have them " * 5,
            "evidence": "sourced",
            "sources": [{"source": "schooner-2023", "words": f"Words that number {number} rests on"}],
            "reviewed_on": "2026-11-22",
            "state": "published",
        }
        columns = {name: document[name] for name in ("key", "side", "text", "evidence", "state")}
        place = {"framework_key": document["framework"], "criterion_key": document["criterion"]}
        claims.append({**columns, **place, "position": 1000 + number, "reviewed_on": date(2026, 11, 22), "version": 1})
        citation = {"source_key": "schooner-2023", "words": document["sources"][0]["words"]}
        citations.append({**citation, "claim_key": document["key"], "position": 0})
        made = {"action": "added", "who": "jo", "note": "", "made_at": datetime(2026, 11, 22, 14, 2), "version": 1}
        about = {"kind": "claim", "item_key": document["key"], "framework_key": document["framework"]}
        changes.append({**made, **about, "stored": document, "public": True})
    for table, values in ((Claim, claims), (Citation, citations), (Change, changes)):
        db.session.execute(insert(table), values)
    db.session.commit()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_answers_with_as_many_statements_as_ever(app: Flask, many: Flask, address: str) -> None:
    with app.app_context():
        current_definition()  # a process reads each version of the questionnaire once
    for each in (app, many):
        content_has_changed(each)
    with statements(app) as before:
        assert app.test_client().get(address).status_code == 200
    with statements(many) as after:
        assert many.test_client().get(address).status_code == 200
    assert 0 < len(after) == len(before)


def content_has_changed(app: Flask) -> None:
    """So that nothing is known of it any more."""
    with app.app_context():
        db.session.execute(update(ContentVersionRow).values(number=ContentVersionRow.number + 1))
        db.session.commit()


def test_the_comparison_stays_under_a_megabyte(many: Flask) -> None:
    response = many.test_client().get("/comparison/")
    assert len(response.data) < 1_000_000
    assert response.text.count('<li id="') < MANY / 10


def test_the_exports_are_complete(many: Flask) -> None:
    client = many.test_client()
    keys = {claim["key"] for claim in client.get("/comparison/data.json").json["claims"]}
    assert len([key for key in keys if key.startswith("many-")]) == MANY
    table = client.get("/comparison/data.csv").text
    assert table.count("Point number ") == MANY
    rows = Workbook(client.get("/comparison/data.xlsx").data).rows
    assert len([row for row in rows if str(row["text"]).startswith("Point number ")]) == MANY


def test_every_point_of_a_cell_can_be_reached_by_its_pages(many: Flask) -> None:
    client = many.test_client()
    claims = client.get("/comparison/data.json?f=flask").json["claims"]
    meant = {claim["key"] for claim in claims if claim["criterion"] == "memory"}
    found: list[str] = []
    page = 1
    while True:
        text = client.get(f"/comparison/flask/memory?page={page}").text
        found += [key for key in meant if f'<li id="{key}">' in text]
        if f"page={page + 1}" not in text:
            break
        page += 1
    assert len(found) == len(set(found)) == len(meant) > 300
