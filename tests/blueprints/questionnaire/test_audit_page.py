"""The public page of the neutrality audit: what was stored, in words, and nothing of a visitor."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from fwsite.blueprints.questionnaire import definitions
from fwsite.blueprints.questionnaire.models import PublishedDefinition
from fwsite.db.models import Framework
from fwsite.domain.audit import audit, audit_document
from fwsite.domain.questionnaire import Definition
from fwsite.domain.versions import with_fits
from fwsite.extend import db

ADDRESS = "/questionnaire/audit"


def in_force(app: Flask) -> Definition:
    with app.app_context():
        found = definitions.current_definition()
    assert found is not None
    return found


def rows(page: str, caption: str) -> dict[str, str]:
    """The rows of the table-chart with this caption: what it is about, and its number."""
    table = page.partition(f"<caption>{caption}")[2].partition("</table>")[0]
    cells = re.findall(r'<tr><th scope="row">(.*?)</th>.*?<td class="n">(\d+)</td>', table)
    return {unescape(name): number for name, number in cells}


def test_the_page_shows_the_audit_of_the_version_in_force(app: Flask, client: FlaskClient) -> None:
    definition = in_force(app)
    found = audit(definition)
    page = client.get(ADDRESS).text
    shares = rows(page, "How often each comes first")
    assert shares == {definition.names[chance.alternative]: str(chance.points) for chance in found.chances}
    assert sum(map(int, shares.values())) == 100
    influence = rows(page, "How often leaving a question out")
    assert list(influence) == [definition.by_key[key].text for key, _ in found.influence]
    assert f"{found.draws:,} sets of answers" in page
    assert definition.version[:12] in page
    assert "goes from 5\u00a0% to 45\u00a0%" in page
    assert "By this test it is not" in page
    for name in definition.names.values():
        assert f"Answers with which {name} alone comes first" in page


def test_the_audit_is_stored_and_not_worked_out_on_a_visit(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "audited", lambda _definition: pytest.fail("worked out on a visit"))
    assert client.get(ADDRESS).status_code == 200


def test_that_of_an_adjusted_version_is_worked_out_once(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = []
    monkeypatch.setattr(
        definitions, "audited", lambda definition: worked_out.append(definition) or audit_document(audit(definition))
    )
    with app.app_context():
        db.session.get_one(Framework, "fastapi").state = "retired"
        db.session.commit()
    for _ in range(2):
        page = client.get(ADDRESS).text
        assert "FastAPI" not in page
        assert "The band for 3 alternatives goes from 7\u00a0% to 60\u00a0%" in page
    assert len(worked_out) <= 1, "another test may have had it worked out"


def test_caches_may_keep_it_and_it_touches_no_session(client: FlaskClient) -> None:
    response = client.get(ADDRESS)
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in response.headers
    assert "X-Robots-Tag" not in response.headers
    again = client.get(ADDRESS, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_one_sided_is_said(app: Flask, client: FlaskClient) -> None:
    """Flask fits everything, FastAPI nothing, nobody has judged Django on one question, and one is idle."""
    definition = in_force(app)
    cells = {}
    for number, question in enumerate(definition.questions):
        for option in question.options:
            for name, fit in option.fits.items():
                value = {"flask": 4, "fastapi": 0}.get(name, fit.value)
                cells[question.key, option.key, name] = type(fit)(3 if number == 0 else value, "So")
            if number == 1:
                cells[question.key, option.key, "django"] = None
    rigged = with_fits(definition, cells)
    with app.app_context():
        definitions.put_in_force(rigged, who="mara", note="To see")
        db.session.commit()
    page = unescape(client.get(ADDRESS).text)
    idle, unknown = rigged.questions[:2]
    assert "This test found something one-sided" in page
    assert "Flask comes first" in page
    assert "FastAPI came first in no draw" in page
    assert "FastAPI fits no answer better than" in page
    assert "No answers were found with which FastAPI alone comes first" in page
    assert f"“{idle.text}” tells nothing apart" in page
    assert f"{len(unknown.options)} fits of Django are unknown" in page


def test_an_audit_that_was_stored_is_read_back_as_it_was(app: Flask, client: FlaskClient) -> None:
    """The page is made of the stored document alone: a number put there by hand shows."""
    with app.app_context():
        version = definitions.edition_version()
        row = db.session.get_one(PublishedDefinition, version)
        assert row.audit is not None
        document = {**row.audit, "draws": 123_456}
        db.session.execute(update(PublishedDefinition).values(audit=document))
        db.session.commit()
    assert "123,456 sets of answers" in client.get(ADDRESS).text


def test_no_host_file_is_needed(instance: Path, client: FlaskClient) -> None:
    (instance / "questionnaire.toml").write_text("broken")
    assert client.get(ADDRESS).status_code == 200


def test_the_document_names_only_what_the_definition_has(app: Flask) -> None:
    definition = in_force(app)
    with app.app_context():
        document = definitions.audit_of(definition)
    assert [entry["alternative"] for entry in document["alternatives"]] == list(definition.names)
    assert {entry["question"] for entry in document["influence"]} == set(definition.by_key)
