"""Scenarios on the page of the audit, beside random answers, and before a publication: what came of them, and why."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from fwsite.blueprints.questionnaire import definitions, drafts
from fwsite.blueprints.questionnaire.models import PublishedDefinition
from fwsite.db.models import Framework
from fwsite.domain.questionnaire import NOT_SURE, Definition
from fwsite.domain.scenario_audit import Outcome, try_scenarios
from fwsite.extend import db
from tests.support.forms import inputs, open_form
from tests.support.people import signed_in
from tests.support.records import replace

ADDRESS = "/questionnaire/audit"
PUBLISH = "/questionnaire/work/publish"


def in_force(app: Flask) -> Definition:
    with app.app_context():
        found = definitions.current_definition()
    assert found is not None
    return found


def sides(definition: Definition) -> list[Outcome]:
    return [side for tried in try_scenarios(definition) for side in (tried.situation, tried.twin)]


def section(page: str, heading: str) -> str:
    """The section under this heading, as it is written."""
    return unescape(page).partition(f"{heading}</h2>")[2].partition("</section>")[0]


def texts(part: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def put_in_force(app: Flask, definition: Definition) -> None:
    with app.app_context():
        definitions.put_in_force(definition, who="mara", note="To see")
        db.session.commit()


def with_first_expecting(definition: Definition, *keys: str) -> Definition:
    """The same, but others are accepted in the first scenario."""
    first, *others = definition.scenarios
    changed = replace(first, situation=replace(first.situation, accepts=keys))
    return replace(definition, scenarios=(changed, *others))


def test_bias_and_correctness_stand_apart_and_are_called_what_they_are(client: FlaskClient) -> None:
    page = client.get(ADDRESS).text
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page)[:2] == [
        "Bias: people who answer at random",
        "Correctness: people in a situation",
    ]
    assert "How often each comes first" in section(page, "answer at random")
    assert "How often each comes first" not in section(page, "in a situation")


def test_each_scenario_is_told_with_who_came_first_who_was_to_and_why(app: Flask, client: FlaskClient) -> None:
    definition = in_force(app)
    assert definition.scenarios
    page = client.get(ADDRESS).text
    said = texts(section(page, "in a situation"))
    for scenario in definition.scenarios:
        for text in (scenario.story, scenario.situation.name, scenario.twin.name):
            assert " ".join(text.split()) in said
    for side in sides(definition):
        accepted = [definition.names[key] for key in side.situation.accepts]
        first = " and ".join(definition.names[key] for key in side.firsts)
        assert f"First: {first}. Expected: {' or '.join(accepted)}. {side.situation.why}" in said
    number = len(definition.scenarios)
    assert said.count(": as expected") == number
    assert f"As expected: {2 * number} of {2 * number}." in said
    assert f"In {2 * number} of {2 * number} situations that were judged beforehand" in texts(unescape(page))


def test_a_scenario_has_its_answers_and_a_twin_those_that_differ(app: Flask, client: FlaskClient) -> None:
    definition = in_force(app)
    first = definition.scenarios[0]
    part = section(client.get(ADDRESS).text, "in a situation").partition("</details>")[0]
    of_situation, of_twin = (texts(each) for each in part.partition("The twin: ")[::2])
    for key, options in first.situation.answers.items():
        question = definition.by_key[key]
        labels = " and ".join(f"“{question.by_key[option].label}”" for option in options)
        weight = {"lot": " (matters a lot)", "must": " (must-have)"}.get(first.situation.weights.get(key, ""), "")
        assert f"{question.text} {labels}{weight}" in of_situation
    asked = [question.text for question in definition.questions if question.key in first.situation.answers]
    assert sorted(asked, key=of_situation.index) == asked
    for key, question in definition.by_key.items():
        differs = key in first.differs[0] or key in first.differs[1]
        assert (question.text in of_twin) == differs, key


def test_a_link_opens_the_questions_with_the_answers(app: Flask, client: FlaskClient) -> None:
    definition = in_force(app)
    links = re.findall(r'href="(/questionnaire/\?set=[^"]+)"', unescape(client.get(ADDRESS).text))
    found = sides(definition)
    assert len(links) == len(found) == 2 * len(definition.scenarios)
    for link, side in zip(links, found, strict=True):
        page = client.get(link).text
        assert "Filled in by the link" in page
        assert "left out" not in page.partition("Filled in by the link")[2].partition("</div>")[0]
        sent = inputs(page)
        for key, answer in side.answers.items():
            wanted = list(answer.options) or ([NOT_SURE] if answer.state == "not_sure" else [])
            assert sorted(sent.get(f"q-{key}", [])) == sorted(wanted)
            if wanted:
                assert sent[f"w-{key}"] == [answer.weight]


def test_whoever_follows_a_link_and_sends_the_answers_gets_who_stands_on_the_page(
    app: Flask, client: FlaskClient
) -> None:
    definition = in_force(app)
    link = re.findall(r'href="(/questionnaire/\?set=[^"]+)"', unescape(client.get(ADDRESS).text))[0]
    location = client.post("/questionnaire/", data=open_form(client, link)).location
    named = client.get(f"{location}/result.json").json["ranking"][0]["alternative"]
    assert (named,) == sides(definition)[0].firsts


def test_what_does_not_come_out_stands_open_with_what_was_expected(app: Flask, client: FlaskClient) -> None:
    definition = in_force(app)
    put_in_force(app, with_first_expecting(definition, "none", "fastapi"))
    page = client.get(ADDRESS).text
    part = section(page, "in a situation")
    name = definition.scenarios[0].situation.name
    assert f"<details open><summary>{name}: not as expected</summary>" in part
    assert part.count("<details open>") == 1
    assert "First: Django. Expected: No framework or FastAPI." in texts(part)
    number = 2 * len(definition.scenarios)
    assert f"As expected: {number - 1} of {number}." in texts(part)
    assert "By this test it is not" in page, "that is another question"


def test_without_scenarios_and_for_an_audit_from_before_there_were_any_there_is_no_such_section(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        row = db.session.get_one(PublishedDefinition, definitions.edition_version())
        assert row.audit is not None
        old = {name: value for name, value in row.audit.items() if name != "scenarios"}
        db.session.execute(update(PublishedDefinition).values(audit=old))
        db.session.commit()
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "Bias: people who answer at random" in page.text
    assert "Correctness" not in page.text
    assert "judged beforehand" not in page.text


def test_with_a_framework_withdrawn_the_others_are_tried_and_nothing_tells_of_it(
    app: Flask, client: FlaskClient
) -> None:
    before = in_force(app)
    with app.app_context():
        db.session.get_one(Framework, "fastapi").state = "retired"
        db.session.commit()
    definition = in_force(app)
    assert 0 < len(definition.scenarios) < len(before.scenarios)
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "FastAPI" not in page.text
    said = texts(section(page.text, "in a situation"))
    for side in sides(definition):
        assert "fastapi" not in side.situation.accepts
        assert side.situation.why in said


# ---------------------------------------------------------------- before a publication


def draft_expecting(app: Flask, *keys: str) -> Definition:
    """A draft in which others are accepted in the first scenario; returns what was in force."""
    with app.app_context():
        work = drafts.work()
        assert work is not None
        drafts.save_list(work, "scenarios", with_first_expecting(work.definition, *keys).scenarios, "mara")
    return in_force(app)


def test_a_draft_whose_scenarios_do_not_come_out_is_a_warning_and_can_be_published(app: Flask) -> None:
    mara = signed_in(app)
    definition = draft_expecting(app, "none")
    page = mara.get(PUBLISH).text
    said = texts(section(page, "Scenarios under the draft"))
    number = 2 * len(definition.scenarios)
    assert f"Not all come out as expected ({number - 1} of {number} do)" in said
    name = definition.scenarios[0].situation.name
    assert f"{name}: Django first; expected was No framework." in said
    sent = inputs(page)
    done = mara.post(PUBLISH, data={**sent, "note": "Another judgement", "do": "publish"})
    assert done.status_code == 303
    assert f"{name}: not as expected" in unescape(app.test_client().get(ADDRESS).text)


def test_a_draft_whose_scenarios_come_out_says_so(app: Flask) -> None:
    mara = signed_in(app)
    definition = draft_expecting(app, "django", "none")
    said = texts(section(mara.get(PUBLISH).text, "Scenarios under the draft"))
    number = 2 * len(definition.scenarios)
    assert f"All {number} of {number} situations come out as expected." in said
    assert "/questionnaire/?set=" not in mara.get(PUBLISH).text, "visitors answer what is in force"
