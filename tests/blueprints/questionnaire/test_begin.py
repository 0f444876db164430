"""Where to begin: what whoever has answered nothing reads, with everything that was set still in the form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain.questionnaire import MODEL
from fwsite.domain.scoring import ANSWERS_FIRM, RULES, Rules
from fwsite.domain.telling import most_telling
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.forms import first_options, inputs, submit
from tests.support.paths import ROOT

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


def test_it_says_of_each_alternative_when_it_is_the_one(app: Flask, client: FlaskClient, instance: Path) -> None:
    """As far as the questionnaire tells; the heading goes where it tells nothing."""
    text = (ROOT / "fwsite" / "content" / "questionnaire.toml").read_text()
    bare = re.sub(r"^when = .*\n(?=\n)", "", text, flags=re.M)
    for lines, shown in (({}, []), ({"Flask": "A few <pages>."}, [("Flask", "A few &lt;pages&gt;.")])):
        told = bare
        for name, line in lines.items():
            told = told.replace(f'name = "{name}"\n', f'name = "{name}"\nwhen = "{line}"\n', 1)
        (instance / "questionnaire.toml").write_text(told)
        list(bring_up_to_date(app))
        page = submit(client, {}).text
        assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page) == shown
        assert ("Which one, and when" in page) == bool(shown)


@pytest.mark.parametrize("count", range(1, 7))
def test_one_answer_gives_a_result_and_fewer_than_five_a_provisional_one(client: FlaskClient, count: int) -> None:
    response = submit(client, first_options(client, count))
    assert response.status_code == 303
    standing = client.get(f"{response.location}/result.json").json["standing"]
    assert standing == ("provisional" if count < 5 else "full")


def test_the_page_states_the_rules_in_force(client: FlaskClient) -> None:
    assert (RULES[MODEL], ANSWERS_FIRM) == (Rules(answers_needed=1, must_fit=3), 5)
    page = client.get("/questionnaire/").text
    assert "A must-have is met only by what has it built in or by a named, maintained package" in page
    assert "Fewer than five answers give a provisional result." in page
    assert "One answer is enough for a first result." in submit(client, {}).text
