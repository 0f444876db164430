"""Results of the first model: their versions, numbers and pages stay as they were given, beside those of the second."""

from __future__ import annotations

import html
import random
import re
import tomllib
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from markdown import markdown
from sqlalchemy import select, update

from fwsite.blueprints.questionnaire import responses
from fwsite.blueprints.questionnaire.first_model import decision, wording
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain import report as reporting
from fwsite.domain import robustness
from fwsite.domain.answers import Answers, parse_answers
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import Definition, read_definition
from fwsite.domain.report import make_report
from fwsite.domain.robustness import Band, Robustness
from fwsite.domain.scoring import evaluate
from fwsite.domain.working import distances
from fwsite.extend import db, token_hash, view_token_for
from tests.blueprints.questionnaire.test_one_verdict import words_of
from tests.blueprints.questionnaire.test_would_change import random_given
from tests.support.forms import inputs
from tests.support.paths import CI, ROOT
from tests.support.records import replace
from tests.support.strategies import Case, cases, small_cases

PAGES = 30 if CI else 8
RESULTS = 1_000 if CI else 100


def _as_it_was() -> Definition:
    """Today's questions as the first model had them: no parts, no packages, no notes, and no word of a model."""
    document = tomllib.loads((ROOT / "fwsite/content/questionnaire.toml").read_text("utf-8"))
    alternatives = [{"key": each["key"], "name": each["name"]} for each in document["alternatives"]]
    for question in document["questions"]:
        question.pop("parts", None)
        question.setdefault("multiple", False)
        for option in question["options"]:
            for fit in option["fits"].values():
                fit.pop("via", None)
                fit |= {"claims": fit.get("claims", []), "evidence": fit.get("evidence", "opinion")}
    kept = {"reviewed_on": document["reviewed_on"].isoformat(), "questions": document["questions"]}
    return read_definition({**kept, "alternatives": alternatives})


DEFINITION = _as_it_was()
GIVEN = {
    "work": {"options": ["records"], "weight": "lot"},
    "parts": {"options": ["admin"], "weight": "must"},
    "size": {"options": ["medium"], "weight": "normal"},
    "database": {"options": ["orm"], "weight": "normal"},
    "hosting": {"options": ["ordinary"], "weight": "little"},
}


class Old(NamedTuple):
    """A result of the first model: its addresses."""

    own: str
    shared: str

    def each(self) -> tuple[str, str]:
        return self.own, self.shared


def store_old(app: Flask, given: dict, *, is_worked_out: bool = True) -> Old:
    """Store answers as they were stored then; with ``is_worked_out`` somebody has looked at the result."""
    token = f"{random.Random(str(given) + str(is_worked_out)).getrandbits(130):022x}"[:22]
    shared = view_token_for(app.config["SECRET_KEY"], token)
    with app.app_context():
        answers = parse_answers(DEFINITION, given)
        winners = Board(DEFINITION, answers).winners()
        assert responses.store(responses.submission(token, shared, DEFINITION, answers, winners))
        if is_worked_out:
            assert responses.find(token)
        document = db.session.scalar(
            select(StoredResponse.result).where(StoredResponse.token_hash == token_hash(token))
        )
        db.session.rollback()
    assert (document is not None) == is_worked_out
    assert "verdict" not in (document or {})
    return Old(f"/questionnaire/{token}", f"/questionnaire/view/{shared}")


@pytest.fixture(params=[True, False], ids=["stored", "never-worked-out"])
def old(app: Flask, request: pytest.FixtureRequest) -> Old:
    return store_old(app, GIVEN, is_worked_out=request.param)


def test_its_version_is_of_the_first_model_and_says_nothing_of_one() -> None:
    assert DEFINITION.model == 1
    assert "model" not in DEFINITION.document()


def test_owner_and_shared_read_the_page_of_that_time(client: FlaskClient, old: Old) -> None:
    for address in old.each():
        response = client.get(address)
        assert response.status_code == 200
        said = words_of(response.text)
        assert "First, by a clear margin: Django" in said
        assert "How firm this is" in said
        assert "What spoke for and against Django" in said
        assert "Your must-haves" not in said
        assert "The stack" not in said
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
    assert old.own not in client.get(old.shared).text


def test_its_json_has_what_it_had_and_nothing_of_the_second_model(client: FlaskClient, old: Old) -> None:
    own, shared = (client.get(f"{address}/result.json") for address in old.each())
    assert own.data == shared.data
    document = own.json
    assert not {"verdict", "named", "tells_apart", "losses", "musts", "stack", "packages", "notes"} & set(document)
    for entry in document["ranking"]:
        parts = document["contributions"][entry["alternative"]].values()
        assert document["mean"]["points"] + sum(part["points"] for part in parts) == entry["points"]


def test_its_record_is_the_one_of_that_time(client: FlaskClient, old: Old) -> None:
    own, shared = (client.get(f"{address}/decision.md").text for address in old.each())
    assert own == shared
    assert "- Status: proposed" in own
    assert "The ranked average is" in own
    assert old.own.rpartition("/")[2] not in own
    assert f"<http://localhost{old.shared}>" in own


def test_a_banner_says_that_the_model_has_changed(client: FlaskClient, old: Old) -> None:
    for address in old.each():
        page = client.get(address).text
        assert "The questionnaire has changed since" in page
        assert "A must-have is met only by what is built in, or by a package that is named." in page
        assert f'href="{address}/re-evaluate"' in page


def test_re_evaluated_it_gets_the_verdict_of_the_second_model(client: FlaskClient, old: Old) -> None:
    for address in old.each():
        said = words_of(client.get(f"{address}/re-evaluate").text)
        then, now = said.split(" Now ", 1)
        assert "First, by a clear margin: Django" in then
        assert re.search(r"Django, (by a clear margin|narrowly)|One alone meets your must-have: Django", now)
        assert "Ruled out by your must-haves: " in now


def test_what_would_change_it_is_shown_without_links_as_the_questions_have_changed(
    client: FlaskClient, old: Old
) -> None:
    page = client.get(old.own).text
    assert "What would change it" in page
    assert "?set=" not in page
    assert "&amp;set=" not in page


def test_reading_it_works_nothing_out_again(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = store_old(app, GIVEN)

    def again(*_arguments: object) -> None:
        raise AssertionError("worked out a second time")

    for name in ("evaluate", "robustness", "flips"):
        monkeypatch.setattr(reporting, name, again)
    for address in stored.each():
        for part in ("", "/result.json", "/decision.md"):
            assert client.get(address + part).status_code == 200


def test_one_from_before_there_were_results_is_worked_out_each_time_and_has_no_shared_address(
    app: Flask, client: FlaskClient
) -> None:
    found = store_old(app, GIVEN, is_worked_out=False)
    with app.app_context():
        db.session.execute(update(StoredResponse).values(winners=None, view_hash=None))
        db.session.commit()
    for _ in range(2):
        page = client.get(found.own)
        assert page.status_code == 200
        assert 'id="shared"' not in page.text
    assert client.get(found.shared).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(StoredResponse.result)).all() == [None]


def test_it_is_deleted_from_its_page(client: FlaskClient, old: Old) -> None:
    assert f'href="{old.own}/delete"' in client.get(old.own).text
    assert "/delete" not in client.get(old.shared).text
    form = inputs(client.get(f"{old.own}/delete").text)
    done = client.post(f"{old.own}/delete", data={"csrf_token": form["csrf_token"]})
    assert done.status_code == 303
    assert [client.get(address).status_code for address in old.each()] == [404, 404]


# ---------------------------------------------------------------- numbers


def test_the_printed_numbers_add_up_around_the_mean() -> None:
    chance = random.Random(20261122)
    for _ in range(RESULTS):
        result = evaluate(DEFINITION, parse_answers(DEFINITION, random_given(chance, DEFINITION)))
        for entry in result.ranking:
            assert result.mean_points + sum(part.points for part in entry.contributions) == entry.points
            assert result.mean + sum(part.exact for part in entry.contributions) == entry.score


def test_the_numbers_on_random_pages_add_up(app: Flask, client: FlaskClient) -> None:
    chance = random.Random(1)
    balances = 0
    for _ in range(PAGES):
        page = client.get(store_old(app, random_given(chance, DEFINITION)).own).text
        for balance in page.split('<div class="balance">')[1:]:
            said = words_of(balance.split('<div class="sum">')[1].split("</div>")[0])
            lines = [int(p.replace("−", "-")) for p in re.findall(r'class="pts">([+−]?\d+)<', balance)]
            mean = re.search(r"average (?:is )?(\d+)\.", said)
            score = re.search(r"That makes (\d+)", said)
            added, taken = re.search(r"Add (\d+)", said), re.search(r"Take (\d+)", said)
            assert mean
            assert score
            assert int(mean[1]) + sum(lines) == int(score[1])
            assert sum(n for n in lines if n > 0) == (int(added[1]) if added else 0)
            assert sum(n for n in lines if n < 0) == -(int(taken[1]) if taken else 0)
            balances += 1
        firm = page.split('aria-labelledby="h-firm"')[1:]
        shares = re.findall(r'<td class="n">(\d+) %</td>', firm[0].split("</section>")[0]) if firm else []
        assert sum(map(int, shares)) == (100 if shares else 0)
    assert balances > PAGES


def of_the_first_model(case: Case) -> Definition:
    return replace(case.definition, model=1)


@given(cases())
def test_the_distances_lead_from_the_mean_to_the_first_score(case: Case) -> None:
    definition = of_the_first_model(case)
    result = evaluate(definition, case.answers)
    parts = distances(definition, case.answers, result)
    if result.ranking:
        assert 100 * result.mean + sum(part.exact for part in parts) == 100 * result.ranking[0].score
        assert result.mean_points + sum(part.points for part in parts) == result.ranking[0].points
        assert sum(part.share for part in parts) == 1


# ---------------------------------------------------------------- how firm

FIVE: Answers = parse_answers(DEFINITION, GIVEN)


def firm(shares: dict[str, int], winner: str) -> list[str]:
    """What is said of these shares, in per cent."""
    report = make_report(DEFINITION, FIVE)
    order = sorted(shares.items(), key=lambda item: -item[1])
    exact = tuple((name, Fraction(share, 100)) for name, share in order)
    found = Robustness(exact, winner, robustness.band_of(robustness.per_cent(Fraction(shares[winner], 100))))
    return wording.firmness(DEFINITION, replace(report, robustness=found))


FIRM = [
    ({"fastapi": 100, "flask": 0}, "Clear: FastAPI comes first in every weighting consistent with your answers"),
    ({"fastapi": 98, "flask": 2}, "Clear: FastAPI comes first in nearly all weightings consistent with your answers."),
    ({"fastapi": 91, "flask": 9}, "Clear: FastAPI comes first in about 90 % of the weightings"),
    ({"fastapi": 81, "flask": 19}, "FastAPI comes first in about 8 of 10 weightings consistent with your answers."),
    ({"fastapi": 74, "flask": 26}, "FastAPI comes first in 7 to 8 of 10 weightings"),
    ({"fastapi": 55, "flask": 45}, "Too close: FastAPI comes first in only about 55 % of the weightings"),
    ({"fastapi": 1, "flask": 99}, "Too close: FastAPI comes first in hardly any of the weightings"),
]


@pytest.mark.parametrize(("shares", "words"), FIRM, ids=[str(shares["fastapi"]) for shares, _ in FIRM])
def test_firmness_is_said_in_words_by_band(shares: dict[str, int], words: str) -> None:
    assert firm(shares, "fastapi")[0].startswith(words)


def test_what_is_too_close_names_the_two_to_compare() -> None:
    assert "Compare these two: FastAPI and Flask." in firm({"fastapi": 50, "flask": 30, "django": 20}, "fastapi")


def test_who_comes_first_more_often_than_the_winner_is_named() -> None:
    said = " ".join(firm({"fastapi": 40, "flask": 60}, "fastapi"))
    assert "Another comes first more often: Flask, in about 60 %." in said


@given(small_cases())
def test_the_words_agree_with_the_band(case: Case) -> None:
    definition = of_the_first_model(case)
    report = make_report(definition, case.answers)
    said = wording.firmness(definition, report)
    if report.robustness is None:
        assert said == []
        return
    found, name = report.robustness, definition.names[report.robustness.winner]
    assert name in said[0]
    assert said[0].startswith("Clear") == (found.band is Band.CLEAR)
    assert said[0].startswith("Too close") == (found.band is Band.CLOSE)
    assert any(line.startswith("Another") for line in said) == (found.favourite != found.winner)


# ---------------------------------------------------------------- the record


@settings(max_examples=100)
@given(small_cases())
def test_the_record_says_place_points_and_who_is_left_out(case: Case) -> None:
    definition = of_the_first_model(case)
    report = make_report(definition, case.answers)
    made = decision.Decision(definition, case.answers, report, date(2026, 11, 22), "https://example.org/view/x")
    read = words_of(markdown(decision.record(made), extensions=["tables"]))
    for entry in report.result.ranking:
        name = definition.names[entry.alternative]
        assert f"{entry.place} {name} {entry.points}" in read.replace(" (tied)", "")
    for out in report.result.left_out:
        assert f"{definition.names[out.alternative]}: misses" in read
    assert html.escape(wording.headline(definition, report.result)) in read
