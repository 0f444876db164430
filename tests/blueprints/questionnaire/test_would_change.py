"""What the result page says would change it: followed as a link in the running application, it does."""

from __future__ import annotations

import html
import os
import random
import re
import tomllib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given

from fwsite.blueprints.questionnaire import changes
from fwsite.blueprints.questionnaire.result_page import FLIPS_SHOWN
from fwsite.domain import robustness
from fwsite.domain.answers import Answer, State, Weight, parse_answers
from fwsite.domain.questionnaire import NOT_SURE, Definition, parse_definition
from fwsite.domain.scoring import evaluate
from fwsite.domain.sensitivity import changed, flips
from tests.domain.test_personas import PERSONAS
from tests.support.forms import inputs, submit
from tests.support.paths import ROOT
from tests.support.strategies import Case, answer, define, small_cases

SHIPPED = ROOT / "fwsite" / "content" / "questionnaire.toml"
DEFINITION = parse_definition(tomllib.loads(SHIPPED.read_text("utf-8")))
CI = os.environ.get("CI") == "true"
FOLLOWED = int(os.environ.get("RESULTS_FOLLOWED") or (20 if CI else 8))
"""Results whose every claim is followed over HTTP; RESULTS_FOLLOWED=500 takes some minutes."""
SCORED = 500 if CI else 50
"""Results whose every claim is scored again, from what its link carries."""
GROUP = re.compile(r"<h3>First would be: ([^<]+)</h3>\s*<ul[^>]*>(.*?)</ul>", re.S)
LINK = re.compile(r'<li><a href="(/questionnaire/\?[^"]+)">([^<]+)</a></li>')


def claims_of(page: str) -> list[tuple[str, str, str]]:
    """What would change it: the link of each change, its words, and who would come first."""
    return [(link, words, first) for first, group in GROUP.findall(page) for link, words in LINK.findall(group)]


def random_given(chance: random.Random, definition: Definition = DEFINITION) -> dict[str, dict[str, Any]]:
    """Any answers with enough for a ranking: most questions answered, musts rare, as with people."""
    given = {}
    for number, question in enumerate(chance.sample(definition.questions, len(definition.questions))):
        keys = list(question.by_key)
        options = chance.sample(keys, chance.randint(1, len(keys)) if question.multiple else 1)
        if number >= 3 and chance.random() < 0.3:
            options = chance.choice(([], [NOT_SURE]))
        weight = chance.choices(["little", "normal", "lot", "must"], [3, 4, 3, 1])[0]
        given[question.key] = {"options": options, "weight": weight}
    return given


def as_form(given: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Answers as the form sends them."""
    form = {}
    for key, entry in given.items():
        form[f"w-{key}"] = entry["weight"]
        if entry["options"]:
            form[f"q-{key}"] = list(entry["options"])
    return form


def first_names(client: FlaskClient, location: str) -> str:
    """The first place of a result, as the claims name it."""
    ranking = client.get(f"{location}/result.json").json["ranking"]
    names = [entry["name"] for entry in ranking if entry["place"] == 1]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}, tied"


def follow(client: FlaskClient, link: str) -> str:
    """Open the questions with the change made, and send them as they stand."""
    form = inputs(client.get(html.unescape(link)).text)
    response = client.post("/questionnaire/", data=form)
    assert response.status_code == 303
    return first_names(client, response.location)


def test_every_claim_of_random_results_holds_when_its_link_is_followed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer weightings are drawn than in earnest: no claim depends on them, and the site stores each result here."""
    monkeypatch.setattr(robustness, "DRAWS", 10)
    chance = random.Random(20261122)
    client = app.test_client()
    followed = 0
    for number in range(FOLLOWED):
        location = submit(client, as_form(random_given(chance))).location
        page = client.get(location).text
        document = client.get(f"{location}/result.json").json
        before, claims = first_names(client, location) if document["ranking"] else None, claims_of(page)
        assert len(claims) == len(document["would_change"])
        for link, words, claimed in claims:
            assert follow(client, link) == html.unescape(claimed) != before, f"result {number}: {words}"
        followed += len(claims)
    assert followed > FOLLOWED


def test_every_claim_of_random_results_holds_when_it_is_scored() -> None:
    chance = random.Random(20261123)
    for _ in range(SCORED):
        answers = parse_answers(DEFINITION, random_given(chance))
        before = [entry.alternative for entry in evaluate(DEFINITION, answers).ranking if entry.place == 1]
        for flip in flips(DEFINITION, answers):
            made = changes.with_settings(DEFINITION, answers, changes.settings(flip))
            after = [entry.alternative for entry in evaluate(DEFINITION, made.answers).ranking if entry.place == 1]
            assert tuple(after) == flip.winners
            assert after != before


def result_with_claims(client: FlaskClient) -> str:
    chance = random.Random(7)
    while True:
        location = submit(client, as_form(random_given(chance))).location
        if LINK.search(client.get(location).text):
            return location


def test_the_link_says_on_the_page_of_questions_what_it_has_changed(client: FlaskClient) -> None:
    link = LINK.search(client.get(result_with_claims(client)).text)
    assert link
    page = client.get(html.unescape(link[1])).text
    assert "Changed in this copy" in page
    assert '<button class="btn" form="questions">See the result</button>' in page
    assert "are left out" not in page


def test_the_links_of_a_shared_page_keep_the_owners_address_to_themselves(client: FlaskClient) -> None:
    location = result_with_claims(client)
    token = location.rpartition("/")[2]
    own = client.get(location).text
    shared = re.search(r"/questionnaire/view/[\w-]{22}", own)
    assert shared
    page = client.get(shared[0]).text
    assert token not in page
    claims = claims_of(page)
    assert [claim[1:] for claim in claims] == [claim[1:] for claim in claims_of(own)]
    for link, _, claimed in claims[:3]:
        opened = client.get(html.unescape(link))
        assert token not in opened.text
        assert "shared with you" in opened.text
        assert opened.headers["Cache-Control"] == "no-store"
        assert opened.headers["X-Robots-Tag"] == "noindex"
        assert follow(client, link) == html.unescape(claimed)


@pytest.mark.parametrize(
    "value",
    [
        *("", ":", "::", "work", "work:records", "work:records:huge", "work:nothing:lot", "nowhere:records:lot"),
        *("work::lot", "work:records+api:lot", "work:not-sure+api:lot", "work:records:lot:x"),
        *("\0:\ud7ff:lot", "w" * 5000),
    ],
)
def test_a_change_that_these_questions_do_not_have_is_left_out_with_a_sentence(client: FlaskClient, value: str) -> None:
    response = client.get("/questionnaire/", query_string={"set": [value, "purpose:learn:lot"]})
    assert response.status_code == 200
    assert "One change in the link does not fit these questions, and is ignored." in response.text
    form = inputs(response.text)
    assert (form["q-purpose"], form["w-purpose"]) == (["learn"], ["lot"])
    assert "q-work" not in form


def test_a_plus_sign_that_nobody_encoded_is_understood(client: FlaskClient) -> None:
    form = inputs(client.get("/questionnaire/?set=parts:admin+forms:must").text)
    assert (form["q-parts"], form["w-parts"]) == (["admin", "forms"], ["must"])


@pytest.mark.parametrize("token", ["x", "x" * 22])
def test_a_shared_address_that_nobody_has_is_a_404_page(client: FlaskClient, token: str) -> None:
    assert client.get(f"/questionnaire/?view={token}").status_code == 404


@given(small_cases())
def test_what_an_address_carries_is_the_change(case: Case) -> None:
    for flip in flips(case.definition, case.answers):
        made = changes.with_settings(case.definition, case.answers, changes.settings(flip))
        assert made.answers == changed(case.answers, flip.changes)
        assert set(made.questions) == {change.question for change in flip.changes}
        assert made.ignored == 0


@given(small_cases())
def test_a_condition_names_what_it_changes(case: Case) -> None:
    for flip in flips(case.definition, case.answers):
        said = changes.sentence(case.definition, case.answers, flip)
        assert said.startswith("If ")
        for key in flip.winners:
            assert case.definition.names[key] in said
        for change in flip.changes:
            question, before = case.definition.by_key[change.question], case.answers[change.question]
            toggled = set(before.options) ^ set(change.answer.options) or set(before.options)
            assert all(f"“{question.by_key[key].label}”" in said for key in toggled)


CLAUSES = [
    (("x", "normal"), ("y", "normal"), "you answered “Label y” instead of “Label x”"),
    (("x", "normal"), (None, "normal"), "you answered “Not sure” instead of “Label x”"),
    ((None, "normal"), ("x", "normal"), "you answered “Label x” to “Question 1?”"),
    (("x", "normal"), ("x", "lot"), "“Label x” mattered a lot instead of normally"),
    (("x", "must"), ("x", "little"), "“Label x” were not a must-have but mattered a little"),
    (("x", "lot"), ("x", "must"), "“Label x” were a must-have"),
]


@pytest.mark.parametrize(("before", "after", "words"), CLAUSES, ids=[words for _, _, words in CLAUSES])
def test_each_kind_of_change_has_its_words(before: tuple, after: tuple, words: str) -> None:
    question = define({"x": (4, 0), "y": (0, 4)}).questions[0]

    def reply(option: str | None, weight: str) -> Answer:
        state = State.ANSWERED if option else State.NOT_SURE
        return Answer(state, (option,) if option else (), Weight(weight))

    assert changes.clause(question, reply(*before), reply(*after)) == words


def test_one_more_and_one_less_of_several_are_told_as_such() -> None:
    definition = define({"x": (4, 0), "y": (0, 4), "z": (1, 1)}, multiple=True)
    question = definition.questions[0]
    two, three, one = (answer(definition, q1=list(keys))["q1"] for keys in ("xy", "xyz", "x"))
    assert changes.clause(question, two, three) == "you also chose “Label z”"
    assert changes.clause(question, two, one) == "you did not choose “Label y”"


def test_a_tie_has_dozens_and_the_page_shows_five_at_first(client: FlaskClient) -> None:
    chance = random.Random(3)
    while True:
        given = random_given(chance)
        found = flips(DEFINITION, parse_answers(DEFINITION, given))
        if len(found) > 20:
            break
    page = client.get(submit(client, as_form(given)).location).text
    shown, folded = page.split(" more</summary>", 1)
    assert len(claims_of(shown)) == FLIPS_SHOWN
    assert len(claims_of(folded)) == len(found) - FLIPS_SHOWN


def test_nothing_near_is_said_in_so_many_words(client: FlaskClient) -> None:
    firm = next(each for each in PERSONAS if not flips(DEFINITION, parse_answers(DEFINITION, each.answers)))
    given = {key: dict(entry) for key, entry in firm.answers.items()}
    page = client.get(submit(client, as_form(given)).location).text
    assert "Nothing close: no one or two changed answers put another alternative first." in page
    assert not LINK.search(page)
