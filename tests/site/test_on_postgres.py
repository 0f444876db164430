"""What visitors and maintainers do, on either database: the statements are the same, and so is what comes of them.

The whole suite runs on PostgreSQL by ``pytest --database postgresql``.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from fwsite.blueprints.comparison.models import Change
from fwsite.blueprints.questionnaire.models import Statistics, StoredResponse, TallyCount
from fwsite.db.engine import db
from fwsite.domain.items import Kind
from fwsite.web.signing import new_submission
from tests.blueprints.comparison.test_editing import CLAIM, filled, press, save
from tests.blueprints.comparison.test_history import add
from tests.support.forms import first_options, open_form, submit
from tests.support.people import add_person, send, sign_in, signed_in

ODD = "é “quoted” 🐍 50 % of_all \\ it's"


@pytest.fixture(scope="module")
def app(app_on_each_database: Flask) -> Flask:
    """The application with its content on a database that the tests of one kind share."""
    return app_on_each_database


def tallied(app: Flask) -> dict[str, int]:
    """What the counts say, by part, and how many responses they are of."""
    with app.app_context():
        parts = db.session.execute(select(TallyCount.part, func.sum(TallyCount.count)).group_by(TallyCount.part))
        responses = db.session.scalar(select(func.sum(Statistics.responses)))
        return {**{part: int(count) for part, count in parts}, "responses": int(responses or 0)}


def test_answers_are_stored_once_counted_published_and_deleted(app: Flask) -> None:
    visitor = app.test_client()
    form = {**open_form(visitor), **first_options(visitor, 5)}
    sent = [visitor.post("/questionnaire/", data={**form, "submission": new_submission()}) for _ in range(12)]
    assert {each.status_code for each in sent} == {303}
    twice = {**form, "submission": new_submission()}
    assert len({visitor.post("/questionnaire/", data=twice).location for _ in range(2)}) == 1
    results = [each.location for each in sent]
    assert {visitor.get(result).status_code for result in results} == {200}
    questions = len(visitor.get("/questionnaire/definition.json").json["questions"])
    counts = tallied(app)
    # The last three are counted when numbers are published the next time.
    assert (counts["responses"], counts["state"], counts["weight"]) == (13, 10 * questions, 10 * questions)
    assert "10 responses" in re.sub(r"<[^>]+>", "", visitor.get("/questionnaire/statistics").text)

    for result in results[:3]:
        assert send(visitor, f"{result}/delete", page=f"{result}/delete").status_code in (200, 302, 303)
        assert visitor.get(result).status_code == 404
    counts = tallied(app)
    assert (counts["responses"], counts["state"]) == (10, 7 * questions)
    with app.app_context():
        kept = select(func.count()).select_from(StoredResponse)
        assert db.session.scalar(kept) == 10


def test_a_version_that_visitors_answer_is_kept_by_whoever_is_first(app: Flask) -> None:
    """Frameworks are adjusted by maintainers; the first answer brings the adjusted version in."""
    add(app, "litestar", Kind.FRAMEWORK, like="flask", name="Litestar")
    visitor = app.test_client()
    assert submit(visitor, first_options(visitor, 4)).status_code == 303
    version = visitor.get("/questionnaire/definition.json").json["version"]
    with app.app_context():
        assert db.session.scalar(select(Statistics.responses).where(Statistics.version == version)) == 1


def test_two_people_change_the_same_text_and_one_takes_it_back(app: Flask) -> None:
    mara, jo = signed_in(app), signed_in(app, "jo")
    mine = filled(jo, CLAIM, text=ODD, evidence="opinion")
    assert save(mara, CLAIM, text="What mara wrote").status_code == 303
    assert jo.post(CLAIM, data=mine).status_code == 409
    version = str(int(mine["version"]) + 1)
    again = {**mine, "version": version, "conflicts": "text", "choose-text": "mine"}
    assert jo.post(CLAIM, data=again).status_code == 303
    data = {item["key"]: item for item in mara.get("/comparison/data.json").json["claims"]}
    assert data["django-parts"]["text"] == ODD
    with app.app_context():
        newest = db.session.scalar(select(func.max(Change.id)))
    assert press(mara, f"/comparison/work/undo/{newest}").status_code == 303
    data = {item["key"]: item for item in mara.get("/comparison/data.json").json["claims"]}
    assert data["django-parts"]["text"] == "What mara wrote"


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("wrote+FOR", True), ("50+%25+of_all", True), ("%25%25", False), ("_____", False), ("%27%3B+DROP", False)],
)
def test_maintainers_find_words_whatever_their_case_and_signs(app: Flask, words: str, is_found: bool) -> None:
    person = signed_in(app, f"finder {abs(hash(words))}"[:40])
    save(person, CLAIM, text="Wrote for 50 % of_all", evidence="opinion")
    found = person.get(f"/comparison/work/claim?q={words}").text
    assert ("Wrote for 50 % of_all" in found) == is_found


def test_tries_at_a_password_are_counted_and_the_right_one_signs_in(app: Flask) -> None:
    add_person(app, "Ada Guessed")
    add_person(app, "Somebody Else")
    guesser = app.test_client()
    tries = [sign_in(guesser, "Ada Guessed", "wrong").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert sign_in(guesser, "ada guessed").status_code == 429
    assert sign_in(app.test_client(), "somebody else").status_code == 303
    person = app.test_client()
    sign_in(person, "Somebody Else")
    assert person.get("/account/").status_code == 200
    assert send(person, "/account/sign-out").status_code == 303
    assert person.get("/account/").status_code in (302, 303)
