"""Small things that maintainers rely on: lists that can become empty, names in the log, grids without gaps."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from fwsite.blueprints.comparison.ledger import listing
from fwsite.cli.content import export_command, import_command
from fwsite.domain.items import Kind
from tests.blueprints.comparison.test_editing import NEW, save
from tests.blueprints.comparison.test_suggestions import decide, send
from tests.support.paths import ROOT
from tests.support.people import signed_in

COUNTED = re.compile(
    r"\b(?:two|three|four|five|all \d|both) (?:back-?end )?(?:frameworks|alternatives)\b", re.IGNORECASE
)
"""Numbers of what maintainers can add to."""


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return signed_in(app)


def test_an_opinion_is_not_among_what_lacks_a_source(app: Flask, mara: FlaskClient) -> None:
    def waiting() -> int:
        with app.app_context():
            return listing.how_many(date(2026, 11, 1))["unsourced"]

    before = waiting()
    assert save(mara, "/comparison/work/claim/add", **NEW[Kind.CLAIM]).status_code == 303
    assert waiting() == before == 0


def test_the_grid_of_ratings_has_frameworks_that_are_drafts(mara: FlaskClient) -> None:
    save(mara, "/comparison/work/framework/add", **NEW[Kind.FRAMEWORK], state="draft")
    page = mara.get("/comparison/work/rating").text
    assert "/comparison/work/rating/add?framework=tornado&amp;criterion=memory" in page


def test_a_decided_suggestion_offers_no_decision(app: Flask, mara: FlaskClient) -> None:
    send(app.test_client(), {"remark": "It is wrong"}, "?claim=django-parts")
    assert "edit the point, or reject this" in mara.get("/comparison/work/suggestions").text
    decide(mara, 1, "reject", **{"reason-1": "It is right"})
    page = mara.get("/comparison/work/suggestions?show=decided").text
    assert "It is right" in page and "edit the point, or reject" not in page


def test_an_import_is_told_by_its_name(mara: FlaskClient, runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "out.toml"
    runner.invoke(export_command, [str(file)])
    file.write_text(file.read_text().replace("Opinionated", "Has opinions", 1))
    assert runner.invoke(import_command, [str(file), "--yes"]).exit_code == 0
    newest = mara.get("/comparison/changes").text.partition('<ul class="log">')[2].partition("</li>")[0]
    assert "</time>, import ·" in newest and "the site’s edition" not in newest


def test_no_shipped_text_counts_frameworks_by_hand() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for pattern in ("fwsite/content/**/*", "fwsite/**/*.html")
        for path in ROOT.glob(pattern)
        if path.is_file()
        for match in COUNTED.finditer(path.read_text())
    ]
    assert found == []
