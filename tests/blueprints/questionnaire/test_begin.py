"""Where to begin: what whoever has answered nothing reads, with everything that was set still in the form."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain.telling import most_telling
from fwsite.extend import db
from tests.support.forms import first_options, inputs, submit

WEIGHTS = {"w-work": "must", "w-size": "lot", "w-parts": "little"}


def not_sure(client: FlaskClient) -> dict[str, Any]:
    """Every question answered with “Not sure”."""
    return dict.fromkeys(first_options(client, 99), "not-sure")


@pytest.mark.parametrize("answers", [lambda _: {}, not_sure], ids=["nothing", "all not sure"])
def test_whoever_answers_nothing_gets_a_page_that_helps_and_nothing_is_stored(
    app: Flask, client: FlaskClient, answers: Any, caplog: pytest.LogCaptureFixture
) -> None:
    given = {**answers(client), **WEIGHTS}
    with caplog.at_level("INFO"):
        response = submit(client, given)
    assert (response.status_code, response.cache_control.no_store) == (200, True)
    assert "<h1>Where to begin</h1>" in response.text and "There is a problem" not in response.text
    assert response.headers["X-Robots-Tag"] == "noindex"
    kept = inputs(response.text)
    assert {name: kept.get(name) for name in given} == {name: [value] for name, value in given.items()}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StoredResponse)) == 0
    assert caplog.records == []


def test_it_leads_to_the_three_questions_that_tell_most(app: Flask, client: FlaskClient) -> None:
    page = submit(client, {}).text
    links = re.findall(r'<li><a href="#(q-[a-z-]+)">', page)
    with app.test_request_context():
        assert links == [f"q-{each.question.key}" for each in most_telling(definition_in_force())]
    assert len(links) == 3 and all(f'id="{link}"' in page for link in links)


def test_the_form_on_it_can_be_sent(client: FlaskClient) -> None:
    form = inputs(submit(client, WEIGHTS).text)
    response = client.post("/questionnaire/", data={**form, **first_options(client, 5)})
    assert response.status_code == 303
    answers = client.get(f"{response.location}/result.json").json["answers"]
    assert (answers["work"]["weight"], answers["size"]["weight"]) == ("must", "lot")
