"""The questionnaire's pages: nothing answered is ever lost, and the result can be checked."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from fwsite.blueprints.questionnaire.models import Origin, PublishedDefinition, StoredResponse
from fwsite.db.models import Framework
from fwsite.domain.questionnaire import MODEL, Alternative, Definition, parse_definition
from fwsite.domain.scoring import RULES, Result, evaluate
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from fwsite.web.signing import new_submission, token_for, token_hash
from tests.support.forms import first_options, inputs, open_form, submit
from tests.support.paths import ROOT
from tests.support.site import create_app
from tests.support.statements import statements
from tests.support.strategies import Case, cases, define, definitions


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredResponse)) or 0


def test_the_form_shows_every_question_option_and_weight(client: FlaskClient) -> None:
    page = client.get("/questionnaire/").text
    for question in client.get("/questionnaire/definition.json").json["questions"]:
        assert f'id="q-{question["key"]}"' in page
        for option in question["options"]:
            assert f'name="q-{question["key"]}" id="q-{question["key"]}-' in page
            assert f'value="{option["key"]}"' in page
        assert f'name="q-{question["key"]}" value="not-sure"' in page
        for weight in ("little", "normal", "lot", "must"):
            assert f'name="w-{question["key"]}" value="{weight}"' in page


def test_a_submission_is_stored_and_leads_to_its_result(app: Flask, client: FlaskClient) -> None:
    response = submit(client, first_options(client, 6))
    assert response.status_code == 303
    assert re.fullmatch(r"/questionnaire/[A-Za-z0-9_-]{22}", response.location)
    assert client.get(response.location).status_code == 200
    assert stored(app) == 1


def test_only_the_hash_of_the_token_is_stored(app: Flask, client: FlaskClient) -> None:
    token = submit(client, first_options(client, 5)).location.rpartition("/")[2]
    with app.app_context():
        row = db.session.scalars(select(StoredResponse)).one()
        assert row.token_hash == token_hash(token)
        assert token not in str(vars(row))


def test_answered_not_sure_and_skipped_are_kept_apart(app: Flask, client: FlaskClient) -> None:
    questions = [question["key"] for question in client.get("/questionnaire/definition.json").json["questions"]]
    submit(client, {**first_options(client, 4), f"q-{questions[4]}": "not-sure"})
    with app.app_context():
        answers = db.session.scalars(select(StoredResponse.answers)).one()
    assert [answers[key][0] for key in questions[:6]] == ["answered"] * 4 + ["not_sure", "skipped"]


def test_the_same_form_sent_twice_stores_one_response(app: Flask, client: FlaskClient) -> None:
    form = {**open_form(client), **first_options(client, 5)}
    first, second = (client.post("/questionnaire/", data=form) for _ in range(2))
    assert first.location == second.location
    assert stored(app) == 1


def test_the_same_form_with_other_answers_is_another_response(app: Flask, client: FlaskClient) -> None:
    form = open_form(client)
    locations = {
        client.post("/questionnaire/", data={**form, **first_options(client, count)}).location for count in (5, 6)
    }
    assert len(locations) == 2
    assert stored(app) == 2


def test_tokens_depend_on_the_secret_the_form_and_the_answers() -> None:
    form = new_submission()
    tokens = {token_for(*parts) for parts in (("a", form, "x"), ("b", form, "x"), ("a", form, "y"), ("a", "z", "x"))}
    assert len(tokens) == 4
    assert token_for("a", form, "x") == token_for("a", form, "x")


def test_a_missing_token_keeps_every_answer_and_the_second_try_works(app: Flask, client: FlaskClient) -> None:
    answers = {**first_options(client, 5), "w-work": "must"}
    form = {**open_form(client), **answers}
    del form["csrf_token"]
    response = client.post("/questionnaire/", data=form)
    assert response.status_code == 400
    assert "sent again" in response.text
    again = inputs(response.text)
    assert {name: again[name] for name in answers} == {name: [value] for name, value in answers.items()}
    assert stored(app) == 0
    assert client.post("/questionnaire/", data=again).status_code == 303
    assert stored(app) == 1


def test_a_token_of_another_visitor_keeps_every_answer(app: Flask, client: FlaskClient) -> None:
    stranger = app.test_client()
    form = {**open_form(client), **first_options(client, 5), "csrf_token": open_form(stranger)["csrf_token"]}
    response = client.post("/questionnaire/", data=form)
    assert response.status_code == 400
    assert inputs(response.text)["q-work"] == [form["q-work"]]
    assert stored(app) == 0


def test_a_form_opened_before_a_restart_is_accepted_after_it(app: Flask, client: FlaskClient, instance: Path) -> None:
    form = {**open_form(client), **first_options(client, 5)}
    cookie = client.get_cookie("session")
    assert cookie is not None
    restarted = create_app(instance).test_client()
    restarted.set_cookie("session", cookie.value)
    assert restarted.post("/questionnaire/", data=form).status_code == 303


def test_an_invalid_value_is_named_and_the_rest_is_kept(app: Flask, client: FlaskClient) -> None:
    answers = first_options(client, 5)
    weights = {"w-work": "must", "w-size": "lot", "w-parts": "little"}
    response = submit(client, {**answers, **weights, "q-work": "nonsense"})
    assert response.status_code == 422
    assert '<a href="#q-work-0">' in response.text
    assert "nonsense" not in response.text
    kept = inputs(response.text)
    assert all(kept[name] == [value] for name, value in {**answers, **weights}.items() if name != "q-work")
    assert stored(app) == 0


@pytest.mark.parametrize(
    "extra",
    [
        {"q-unknown": "a"},
        {"w-work": "decisive"},
        {"q-work": ["records", "api"]},
        {"csrf_token_2": "x"},
        {"submission": "short"},
        {f"field-{number}": "x" for number in range(10_000)},
    ],
    ids=["unknown question", "unknown weight", "doubled radio", "unknown field", "bad key", "10,000 fields"],
)
def test_what_no_browser_sends_is_refused_with_a_sentence(app: Flask, client: FlaskClient, extra: dict) -> None:
    response = submit(client, first_options(client, 5), **extra)
    assert response.status_code == 422
    assert "There is a problem" in response.text
    assert stored(app) == 0


@given(
    name=st.one_of(st.sampled_from(["q-work", "w-work", "q-parts", "submission"]), st.text(min_size=1, max_size=20)),
    values=st.lists(st.text(alphabet=st.characters(codec=None), max_size=60), min_size=1, max_size=4),
)
def test_no_field_whatever_it_holds_makes_the_form_fail(app: Flask, name: str, values: list[str]) -> None:
    client = app.test_client()
    before = stored(app)
    form = {**open_form(client), **first_options(client, 2)}
    encoded = {key: value for key, value in form.items() if key != name}
    raw = [*((key, part) for key, parts in encoded.items() for part in ([parts] if isinstance(parts, str) else parts))]
    raw += [(name, value) for value in values]
    body = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in raw)
    response = client.post("/questionnaire/", data=body, content_type="application/x-www-form-urlencoded")
    accepted = response.status_code == 303
    assert accepted or (400 <= response.status_code < 500 and "<h1>" in response.text)
    assert stored(app) == before + accepted


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\nContent-Disposition: nonsense", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"", ""),
    ],
)
def test_a_body_that_is_no_form_is_a_4xx_page(app: Flask, client: FlaskClient, body: bytes, content_type: str) -> None:
    response = client.post("/questionnaire/", data=body, content_type=content_type)
    assert 400 <= response.status_code < 500
    assert "<h1>" in response.text
    assert stored(app) == 0


def test_a_refusal_is_one_line_in_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    form = open_form(client)
    with caplog.at_level("INFO"):
        client.post("/questionnaire/", data={**form, "q-work": "\x00evil\nline", "q-x": "1"})
    assert len(caplog.records) == 1
    assert "evil" not in caplog.text
    assert "\n" not in caplog.records[0].getMessage()


def test_a_body_over_the_limit_is_a_413_page(app: Flask, client: FlaskClient) -> None:
    limit = app.config["MAX_BODY_BYTES"]
    response = client.post("/questionnaire/", data={**open_form(client), "q-work": "x" * limit})
    assert response.status_code == 413
    assert "more than this site reads" in response.text
    assert stored(app) == 0


@pytest.mark.parametrize("token", ["x", "x" * 21, "x" * 22, "x" * 23, "x" * 5000, "%00" * 22, "..%2f..", "ü" * 22])
def test_a_token_that_nobody_has_is_a_404_page(client: FlaskClient, token: str) -> None:
    for address in (f"/questionnaire/{token}", f"/questionnaire/{token}/result.json", f"/questionnaire/?from={token}"):
        response = client.get(address)
        assert response.status_code == 404
        assert "<h1>" in response.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(client: FlaskClient, method: str) -> None:
    assert client.open("/questionnaire/", method=method).status_code in (400, 405)


def test_the_result_prints_numbers_that_add_up(client: FlaskClient) -> None:
    location = submit(client, first_options(client, 8)).location
    data = client.get(f"{location}/result.json").json
    page = client.get(location).text
    for entry in data["ranking"]:
        assert 100 - sum(loss["points"] for loss in data["losses"][entry["alternative"]]) == entry["points"]
        assert re.search(rf'{entry["name"]}\b.*?<td class="n">{entry["points"]}</td>', page, re.S)
    lines = [int(points) for points in re.findall(r'class="pts">(\d+) points?<', page)]
    printed = [loss["points"] for losses in data["losses"].values() for loss in losses if loss["exact"] != "0"]
    assert sorted(lines) == sorted(printed)


def test_result_json_and_the_command_print_the_same_bytes(
    client: FlaskClient, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    location = submit(client, {**first_options(client, 7), "w-work": "lot", "w-size": "little"}).location
    page = client.get(f"{location}/result.json")
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"answers": page.json["answers"]}))
    printed = runner.invoke(args=["recommend", str(file)])
    assert printed.exit_code == 0
    assert printed.stdout_bytes == page.data


def test_change_opens_the_form_with_every_answer_in_place(client: FlaskClient) -> None:
    answers = {**first_options(client, 6), "w-work": "lot"}
    location = submit(client, answers).location
    change = re.search(r'href="(/questionnaire/\?from=[^"#]+)#q-work"', client.get(location).text)
    assert change
    shown = open_form(client, change[1])
    assert {name: shown[name] for name in answers} == {name: [value] for name, value in answers.items()}


def test_deleting_removes_everything_and_the_address_dies(app: Flask, client: FlaskClient) -> None:
    location = submit(client, first_options(client, 5)).location
    form = inputs(client.get(f"{location}/delete").text)
    response = client.post(f"{location}/delete", data={"csrf_token": form["csrf_token"]})
    assert response.status_code == 303
    assert "deleted" in client.get(response.location).text
    assert client.get(location).status_code == 404
    assert stored(app) == 0


def test_deleting_needs_a_token(app: Flask, client: FlaskClient) -> None:
    location = submit(client, first_options(client, 5)).location
    response = client.post(f"{location}/delete")
    assert response.status_code == 400
    assert "Nothing was deleted" in response.text
    assert stored(app) == 1


@pytest.mark.parametrize("suffix", ["", "/result.json"])
def test_results_are_private(client: FlaskClient, suffix: str) -> None:
    response = client.get(submit(client, first_options(client, 5)).location + suffix)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_an_alternative_that_misses_a_must_is_shown_as_left_out(client: FlaskClient) -> None:
    questions = client.get("/questionnaire/definition.json").json["questions"]
    question, option, missing = next(
        (question, option, key)
        for question in questions
        for option in question["options"]
        for key, fit in option["fits"].items()
        if fit["fit"] < RULES[MODEL].must_fit
    )
    answers = {**first_options(client, 6), f"q-{question['key']}": option["key"], f"w-{question['key']}": "must"}
    location = submit(client, answers).location
    data = client.get(f"{location}/result.json").json
    assert missing in [out["alternative"] for out in data["left_out"]]
    assert missing not in [entry["alternative"] for entry in data["ranking"]]
    assert re.search(r"<td[^>]*>ruled out", client.get(location).text)


def test_a_result_keeps_the_questionnaire_it_was_given_by(app: Flask, client: FlaskClient, instance: Path) -> None:
    location = submit(client, first_options(client, 6)).location
    before = client.get(f"{location}/result.json").data
    shipped = ROOT / "fwsite" / "content" / "questionnaire.toml"
    text = shipped.read_text().replace("fit = 4", "fit = 1", 3)
    (instance / "questionnaire.toml").write_text(text)
    assert any("published" in line for line in map(str, bring_up_to_date(app)))
    assert client.get(f"{location}/result.json").data == before
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PublishedDefinition)) == 2
    newer = submit(client, first_options(client, 6)).location
    assert client.get(f"{newer}/result.json").json["definition"] != json.loads(before)["definition"]


def test_a_get_changes_nothing(app: Flask, client: FlaskClient) -> None:
    location = submit(client, first_options(client, 5)).location
    parts = ("", "/result.json", "/decision.md", "/re-evaluate", "/delete")
    for address in ("/questionnaire/", f"/questionnaire/?from={location[-22:]}", *(location + part for part in parts)):
        assert client.get(address).status_code == 200
    assert stored(app) == 1


def test_what_is_not_stored_does_not_wait_for_another_writer(app: Flask, client: FlaskClient, instance: Path) -> None:
    form = open_form(client)
    with closing(sqlite3.connect(instance / "fwsite.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        for sent, status in ((form, 200), ({**form, "q-work": "nonsense"}, 422), ({}, 400)):
            assert client.post("/questionnaire/", data=sent).status_code == status
        writer.execute("ROLLBACK")


def test_a_form_without_a_token_on_a_site_without_a_questionnaire_is_a_503_page(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        db.session.execute(delete(PublishedDefinition))
        db.session.commit()
    response = client.post("/questionnaire/", data={"q-work": "api"})
    assert response.status_code == 503
    assert "<h1>" in response.text


def test_the_version_published_last_is_in_force_even_when_the_clock_was_put_back(app: Flask, instance: Path) -> None:
    with app.app_context():
        db.session.execute(update(PublishedDefinition).values(published_at=datetime(2999, 1, 1)))
        db.session.commit()
        shipped = ROOT / "fwsite" / "content" / "questionnaire.toml"
        (instance / "questionnaire.toml").write_text(shipped.read_text().replace("fit = 4", "fit = 3", 1))
        list(bring_up_to_date(app))
        assert any("has in force" in line for line in map(str, bring_up_to_date(app)))


def set_framework(app: Flask, key: str, state: str = "published") -> None:
    """Add a framework as a maintainer does, or put one into another state."""
    texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "A sentence.")
    with app.app_context():
        row = db.session.get(Framework, key)
        if row is None:
            row = Framework(key=key, position=99, name=key.capitalize(), first_release=2020, **texts)
            db.session.add(row)
        row.state = state
        db.session.commit()


def definition_of(client: FlaskClient, version: str = "") -> dict:
    response = client.get(f"/questionnaire/definition.json{f'?version={version}' if version else ''}")
    assert response.status_code == 200
    return response.json


def scores(definition: dict) -> list[dict[str, int]]:
    """The fits of every option, by framework."""
    options = [option for question in definition["questions"] for option in question["options"]]
    return [{key: fit["fit"] for key, fit in option["fits"].items()} for option in options]


def origins(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(select(PublishedDefinition.origin)))


class TestFrameworksThatMaintainersKeep:
    def test_one_that_is_added_is_ranked_with_unknown_fits(self, app: Flask, client: FlaskClient) -> None:
        set_framework(app, "rocket")
        location = submit(client, {**first_options(client, 6), "w-work": "must"}).location
        result = client.get(f"{location}/result.json").json
        [entry] = [entry for entry in result["ranking"] if entry["alternative"] == "rocket"]
        assert entry["name"] == "Rocket"
        assert entry["unverified"] == ["work"]
        assert [item["alternative"] for item in result["unknown"]] == ["rocket"] * 6
        page = client.get(location).text
        assert "6 are unknown, and counted as the middle" in page
        assert "nobody has judged this yet; it counts as the middle" in page
        assert "not verified" in page

    def test_one_that_is_a_draft_is_not(self, app: Flask, client: FlaskClient) -> None:
        before = definition_of(client)
        set_framework(app, "rocket", "draft")
        assert definition_of(client) == before

    @pytest.mark.parametrize("state", ["draft", "retired"])
    def test_one_of_the_edition_that_is_withheld_is_left_out(self, app: Flask, client: FlaskClient, state: str) -> None:
        set_framework(app, "flask", state)
        definition = definition_of(client)
        assert "flask" not in {alternative["key"] for alternative in definition["alternatives"]}
        options = [option for question in definition["questions"] for option in question["options"]]
        assert all("flask" not in option["fits"] for option in options)
        result = client.get(f"{submit(client, first_options(client, 6)).location}/result.json").json
        assert "flask" not in result["scores"]

    def test_the_edition_stays_where_too_few_would_be_left(self, app: Flask, client: FlaskClient) -> None:
        before = definition_of(client)
        for key in ("django", "fastapi", "none"):
            set_framework(app, key, "retired")
        after = definition_of(client)
        assert after["alternatives"] == before["alternatives"]
        assert scores(after) == scores(before)  # what they rest on is not public any more, and is told as opinion

    def test_a_stored_result_stays_as_it_was_given(self, app: Flask, client: FlaskClient) -> None:
        set_framework(app, "rocket")
        location = submit(client, first_options(client, 6)).location
        before = client.get(f"{location}/result.json").data
        set_framework(app, "rocket", "retired")
        set_framework(app, "flask", "retired")
        assert client.get(f"{location}/result.json").data == before
        version = json.loads(before)["definition"]
        assert definition_of(client, version)["version"] == version
        assert definition_of(client)["version"] != version

    def test_only_an_answer_stores_the_version_it_was_given_to(self, app: Flask, client: FlaskClient) -> None:
        set_framework(app, "rocket")
        version = definition_of(client)["version"]
        assert definition_of(client, version) == definition_of(client)
        client.get("/questionnaire/")
        assert origins(app) == [Origin.EDITION]
        for count in (5, 6):
            assert submit(client, first_options(client, count)).status_code == 303
        assert origins(app) == [Origin.ADJUSTED, Origin.EDITION]
        set_framework(app, "rocket", "retired")
        assert definition_of(client, version)["version"] == version

    def test_a_new_edition_takes_the_place_of_the_old_one_alone(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        set_framework(app, "rocket")
        submit(client, first_options(client, 5))
        shipped = ROOT / "fwsite" / "content" / "questionnaire.toml"
        (instance / "questionnaire.toml").write_text(shipped.read_text().replace("fit = 4", "fit = 3", 1))
        assert any("published" in line for line in map(str, bring_up_to_date(app)))
        assert any("has in force" in line for line in map(str, bring_up_to_date(app)))
        assert origins(app) == [Origin.ADJUSTED, Origin.EDITION, Origin.EDITION]
        assert definition_of(client)["alternatives"][-1] == {"key": "rocket", "name": "Rocket"}

    def test_a_page_asks_nothing_until_something_changes(self, app: Flask, client: FlaskClient) -> None:
        client.get("/questionnaire/")
        with statements(app) as before:
            client.get("/questionnaire/")
        assert before == []
        set_framework(app, "rocket")
        assert "Rocket" in client.get("/questionnaire/definition.json").text
        client.get("/docs/")  # what the shell shows on every page
        with statements(app) as after:
            client.get("/questionnaire/")
        assert after == []

    def test_a_version_that_never_was_is_404(self, app: Flask, client: FlaskClient) -> None:
        set_framework(app, "rocket")
        assert client.get(f"/questionnaire/definition.json?version={'0' * 64}").status_code == 404


@given(cases())
def test_an_alternative_that_nobody_has_judged_takes_no_points_from_the_others(case: Case) -> None:
    more = case.definition.with_alternatives([Alternative("zz-new", "New")], ())
    before, after = (evaluate(definition, case.answers) for definition in (case.definition, more))

    def scores(result: Result) -> dict:
        return {entry.alternative: entry.score for entry in (*result.ranking, *result.left_out)}

    assert {key: score for key, score in scores(after).items() if key != "zz-new"} == scores(before)
    assert {key for _, key in after.unknown} == {key for _, key in before.unknown} | {"zz-new"}


@given(definitions(), st.sets(st.sampled_from(["ash", "birch", "cedar", "zz-new", "x"])), st.booleans())
def test_whatever_is_offered_or_withheld_gives_a_definition_that_can_be_read_back(
    definition: Definition, withheld: set[str], with_new: bool
) -> None:
    offered = [Alternative("zz-new", "New")] if with_new else []
    adjusted = definition.with_alternatives(offered, withheld - {"zz-new"})
    assert parse_definition(adjusted.document()) == adjusted
    assert set(adjusted.names) <= {*definition.names, "zz-new"}
    assert ("zz-new" in adjusted.names) == with_new
    assert adjusted.with_alternatives([], ()) is adjusted


def test_what_is_withheld_stays_where_a_question_would_tell_nothing_apart() -> None:
    definition = define({"x": (4, 0, 0), "y": (0, 0, 0)})
    first, *_ = definition.names
    assert definition.with_alternatives([], [first]) is definition
