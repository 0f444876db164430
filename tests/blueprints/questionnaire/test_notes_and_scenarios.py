"""Maintainers write notes and scenarios in the browser, into the draft of the fits, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.test import TestResponse

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.questionnaire import definitions, draft_list, drafts
from fwsite.db.models import Framework
from fwsite.domain.grounds import UNMEASURED
from fwsite.domain.items import Kind
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import Definition, Fit, Question
from fwsite.extend import db
from tests.support.draft_lists import FAVOURED, OTHER, put_in_force, single_and_several
from tests.support.page_forms import Page
from tests.support.people import add_person, begin_session

NOTES = "/questionnaire/work/notes"
NOTE = "/questionnaire/work/note/first-note"
SCENARIOS = "/questionnaire/work/scenarios"
SCENARIO = "/questionnaire/work/scenario/paper"
PUBLISH = "/questionnaire/work/publish"
PEOPLE = ("mara", "jo")
SECRET = "zq-secret-point"


@pytest.fixture(scope="module")
def app(app_on_each_database: Flask) -> Flask:
    app = app_on_each_database
    for name in PEOPLE:
        add_person(app, name)
    with app.app_context():
        example = document_mapper.find(Kind.CLAIM, "flask-light")
        assert example
        changed = {"key": SECRET, "text": "Nobody knows.", "state": "draft", "sources": [], "evidence": "opinion"}
        journal.add(Kind.CLAIM, {**example.document, **changed}, By("mara"))
        texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "A sentence.")
        db.session.add(Framework(key="rocket", position=99, name="Rocket", state="draft", **texts))
        db.session.commit()
    return app


@pytest.fixture(autouse=True)
def published(app: Flask) -> Definition:
    """What is in force when a test begins; there is no draft."""
    return put_in_force(app)


@pytest.fixture
def single(published: Definition) -> Question:
    return single_and_several(published)[0]


@pytest.fixture
def several(published: Definition) -> Question:
    return single_and_several(published)[1]


def browser(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    begin_session(app, client, name)
    return client


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return browser(app, "mara")


@pytest.fixture
def jo(app: Flask) -> FlaskClient:
    return browser(app, "jo")


def form_of(page: str, address: str, button: str = "Save into the draft") -> dict[str, list[str]]:
    """What a browser would send from the form with this button."""
    forms = [form for form in Page(page, address).forms if any(each.label == button for each in form.buttons)]
    assert len(forms) == 1
    return {name: list(control.values) for name, control in forms[0].controls.items()}


def send(client: FlaskClient, address: str, do: str = "save", **changes: Any) -> TestResponse:
    """Open the form, change fields, press a button."""
    form = form_of(client.get(address).text, address)
    return client.post(address, data={**form, **_named(changes), "do": do})


def _named(changes: dict[str, Any]) -> dict[str, Any]:
    """Fields by their names: ``when__work`` stands for ``when.work``, ``twin_name`` for ``twin-name``."""
    return {
        name.replace("__", ".").replace("twin_", "twin-").removesuffix("_"): value for name, value in changes.items()
    }


def then(client: FlaskClient, response: TestResponse) -> tuple[Page, list[str]]:
    """The page that a person sees after what was done, and what it says of that."""
    assert response.status_code == 303, response.text
    address = response.location.partition("#")[0]
    page = client.get(address)
    assert page.status_code == 200
    at = response.location.partition("#")[2]
    assert not at or f'id="{at}"' in page.text
    read = Page(page.text, address)
    return read, read.notices("status")


def drafted(app: Flask) -> Definition | None:
    with app.app_context():
        work = drafts.work()
        assert work
        return None if work.row is None else work.definition


def press(client: FlaskClient, do: str, **fields: str) -> TestResponse:
    """Press a button where the draft is published."""
    address = f"{PUBLISH}?discard=1" if do == "discard" else PUBLISH
    form = next(
        form
        for form in Page(client.get(address).text, address).forms
        if any(("do", do) in button.sends for button in form.buttons)
    )
    sent = {name: control.values for name, control in form.controls.items()}
    return client.post(PUBLISH, data={**sent, **fields, "do": do})


def in_force(app: Flask) -> Definition:
    with app.app_context():
        return definitions.definition_of(str(definitions.edition_version()))


def new_note(single: Question) -> dict[str, Any]:
    return {"text": " Look  at **both**. ", f"when__{single.key}": single.options[1].key, "for_": [FAVOURED]}


def new_scenario(single: Question, several: Question) -> dict[str, Any]:
    first, last = single.options[0].key, single.options[-1].key
    return {
        "name": "A shop",
        "story": "They sell. They want more.",
        f"answer__{single.key}": first,
        f"answer__{several.key}": [several.options[1].key, several.options[0].key],
        f"weight__{single.key}": "must",
        "accepts": [FAVOURED],
        "why": "It is made for shops.",
        "twin_name": "A shop without pages",
        f"twin_answer__{single.key}": last,
        f"twin_answer__{several.key}": ["not-sure"],
        f"twin_weight__{single.key}": "normal",
        "twin_accepts": [OTHER],
        "twin_why": "It is lighter.",
    }


class TestNotes:
    def test_are_listed_with_where_they_stand(self, mara: FlaskClient, single: Question, several: Question) -> None:
        page = unescape(mara.get(NOTES).text)
        assert "Think <em>twice</em>." in page
        assert f"{single.text} “{single.options[0].label}”" in page
        assert f"{several.text} “{several.options[0].label}”; for Flask" in page
        assert page.count('<span class="tag">published</span>') == 2

    def test_a_new_one_goes_into_the_draft_and_is_published_with_it(
        self, app: Flask, mara: FlaskClient, single: Question
    ) -> None:
        page, said = then(mara, send(mara, f"{NOTES}/add", **new_note(single)))
        assert said == ["The note is in the draft. It takes effect once the draft is published."]
        assert "Look at both." in page.words
        assert page.heading == "Notes"
        assert len(in_force(app).notes) == 2, "visitors see it once it is published"
        assert "New note: Look at <strong>both</strong>." in mara.get(PUBLISH).text
        assert "1 note of an expert is new." in mara.get(PUBLISH).text
        assert press(mara, "publish", note="Needed").status_code == 303
        assert in_force(app).notes[-1] == Note(
            "look-at-both", ((single.key, single.options[1].key),), "Look at **both**.", alternatives=(FAVOURED,)
        )
        assert drafted(app) is None

    def test_is_changed_in_its_place(self, app: Flask, mara: FlaskClient) -> None:
        _, said = then(mara, send(mara, NOTE, text="Think once."))
        assert said == ["The note is in the draft. It takes effect once the draft is published."]
        found = drafted(app)
        assert found
        assert [(note.key, note.text) for note in found.notes] == [
            ("first-note", "Think once."),
            ("second-note", "For one of them."),
        ]
        page = mara.get(PUBLISH).text
        assert "Changed note: Think once." in page
        assert "Before: Think <em>twice</em>." in page
        assert "1 note of an expert says something else." in page
        assert "changed in draft" in mara.get(NOTES).text

    def test_nothing_is_saved_where_nothing_was_changed(self, app: Flask, mara: FlaskClient) -> None:
        _, said = then(mara, send(mara, NOTE))
        assert said == ["The draft already says this, so nothing was saved of this note."]
        assert drafted(app) is None

    def test_two_alike_are_one(self, app: Flask, mara: FlaskClient, single: Question) -> None:
        """Whoever presses twice has not written two notes."""
        send(mara, f"{NOTES}/add", **new_note(single))
        _, said = then(mara, send(mara, f"{NOTES}/add", **new_note(single)))
        assert said == ["The draft already says this, so nothing was saved of this note."]
        found = drafted(app)
        assert found
        assert len(found.notes) == 3

    def test_is_removed_after_a_question_and_put_back_in_its_place(self, app: Flask, mara: FlaskClient) -> None:
        address = f"{NOTE}?remove=1"
        page = mara.get(address)
        assert "Remove this note?" in page.text
        assert drafted(app) is None
        form = form_of(page.text, address, "Remove the note")
        page, said = then(mara, mara.post(NOTE, data={**form, "do": "remove"}))
        assert said == ["The note is not in the draft any more. What is published stays until the draft is."]
        assert "removed in draft" in page.words
        assert "Note removed: Think" in mara.get(PUBLISH).text
        assert "This note was removed in the draft. Save it to put it back." in mara.get(NOTE).text
        then(mara, send(mara, NOTE))
        found = drafted(app)
        assert found
        assert found.notes == in_force(app).notes

    def test_one_that_is_removed_twice_is_said_to_be_gone(self, mara: FlaskClient, jo: FlaskClient) -> None:
        form = form_of(mara.get(f"{NOTE}?remove=1").text, NOTE, "Remove the note")
        mara.post(NOTE, data={**form, "do": "remove"})
        form = {**form, "csrf_token": form_of(jo.get(f"{NOTES}/add").text, NOTE)["csrf_token"]}
        _, said = then(jo, jo.post(NOTE, data={**form, "do": "remove"}))
        assert said == ["The note was removed from the draft already."]

    def test_one_that_was_never_published_is_lost_and_the_question_says_so(
        self, app: Flask, mara: FlaskClient, single: Question
    ) -> None:
        send(mara, f"{NOTES}/add", **new_note(single))
        address = "/questionnaire/work/note/look-at-both"
        page = mara.get(f"{address}?remove=1").text
        assert "its words are lost" in page
        mara.post(address, data={**form_of(page, address, "Remove the note"), "do": "remove"})
        assert mara.get(address).status_code == 404
        assert "Look at <strong>both</strong>" not in mara.get(NOTES).text

    def test_discarding_the_draft_brings_the_published_ones_back(self, app: Flask, mara: FlaskClient) -> None:
        send(mara, NOTE, text="Think once.")
        assert press(mara, "discard").status_code == 303
        assert drafted(app) is None
        assert "Think <em>twice</em>." in mara.get(NOTES).text

    def test_is_previewed_as_a_result_shows_it_and_not_saved(
        self, app: Flask, mara: FlaskClient, single: Question
    ) -> None:
        response = send(mara, f"{NOTES}/add", do="preview", **new_note(single))
        assert response.status_code == 200
        assert '<div class="remark"><p>Look at <strong>both</strong>. <span' in response.text
        assert "if Django is among the first" in response.text
        assert form_of(response.text, NOTE)["text"] == ["Look at **both**."]
        assert drafted(app) is None

    def test_rests_on_points_that_are_published(self, app: Flask, mara: FlaskClient) -> None:
        page = mara.get(NOTE).text
        assert 'value="flask-light"' in page
        assert SECRET not in page
        response = send(mara, NOTE, claims=["flask-light"])
        assert response.status_code == 303
        found = drafted(app)
        assert found
        assert found.notes[0].claims == ("flask-light",)
        assert "1 chosen" in mara.get(NOTE).text

    @pytest.mark.parametrize("evidence", ["opinion", "sourced"])
    def test_a_draft_cannot_be_named_until_it_is_published(self, app: Flask, mara: FlaskClient, evidence: str) -> None:
        response = send(mara, NOTE, text="My words", claims=[SECRET], evidence=evidence)
        assert response.status_code == 422
        assert f"It rests on “{SECRET}”, which is not a published point; name another" in unescape(response.text)
        assert form_of(response.text, NOTE)["text"] == ["My words"]
        assert drafted(app) is None

    def test_is_sourced_only_where_the_quoted_words_name_what_it_names(self, mara: FlaskClient) -> None:
        words = {"text": "Take Celery for that.", "claims": ["flask-light"], "evidence": "sourced"}
        response = send(mara, NOTE, **words)
        assert response.status_code == 422
        assert re.search(r'<a href="#f-text">It [^<]*Celery', response.text)

    def test_is_measured_only_where_a_run_has_measured_a_point_of_it(self, app: Flask, mara: FlaskClient) -> None:
        response = send(mara, NOTE, claims=["flask-extensions"], evidence="measured")
        assert response.status_code == 422 and UNMEASURED in unescape(response.text)
        assert drafted(app) is None
        assert send(mara, NOTE, claims=["flask-extensions", "flask-light"], evidence="measured").status_code == 303

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"text": ""}, "text", "Write what an expert would add."),
            ({"text": "x" * 281}, "text", "The note has 281 characters; at most 280 fit."),
            ({"text": "a\u202eb"}, "text", "The note has a character that cannot be stored"),
            ({"text": "Take a Rocket."}, "text", "The note names Rocket, which is a draft; publish that first."),
            ({"for_": ["rocket"]}, "for", "Choose from the list."),
            ({"for_": ["nothing"]}, "for", "Choose from the list."),
            ({"evidence": "proof"}, "evidence", "Choose from the list."),
            ({"evidence": "sourced"}, "claims", "names the pros and cons that it rests on"),
            ({"claims": [f"k{n}" for n in range(11)]}, "claims", "There are 11 pros and cons; at most 10 fit."),
            ({"claims": ["<b>"]}, "claims", "which is not a published point"),
        ],
    )
    def test_what_cannot_be_kept_comes_back_with_its_words(
        self, app: Flask, mara: FlaskClient, changes: dict[str, Any], field: str, message: str
    ) -> None:
        response = send(mara, NOTE, **{"text": "My own words", **changes})
        assert response.status_code == 422
        assert f'<a href="#f-{field}">' in response.text
        assert f'id="f-{field}"' in response.text
        assert message in unescape(response.text)
        assert form_of(response.text, NOTE)["text"] == [_named(changes).get("text", "My own words")]
        assert drafted(app) is None

    def test_needs_an_answer_that_there_is(self, app: Flask, mara: FlaskClient, single: Question) -> None:
        none = {f"when__{single.key}": ""}
        response = send(mara, NOTE, **none)
        assert response.status_code == 422
        assert "Choose at least one answer that the note belongs to." in response.text
        for odd in ("nothing", "not-sure"):
            response = send(mara, NOTE, **{f"when__{single.key}": odd})
            assert response.status_code == 422
            assert f'<a href="#f-when.{single.key}">' in response.text
        both = [option.key for option in single.options[:2]]
        response = send(mara, NOTE, **{f"when__{single.key}": both})
        assert "This question takes one answer." in response.text
        assert drafted(app) is None

    def test_an_unknown_one_is_404(self, mara: FlaskClient) -> None:
        assert mara.get("/questionnaire/work/note/nothing").status_code == 404
        assert mara.get("/questionnaire/work/scenario/nothing").status_code == 404


class TestScenarios:
    def test_are_listed_with_what_comes_out(self, mara: FlaskClient) -> None:
        page = Page(mara.get(SCENARIOS).text, SCENARIOS)
        assert "Under the draft, all 2 situations come out as expected." in page.words
        assert "A paper as expected Django Django published" in page.words
        assert "Twin: The same paper, turned round as expected Flask Flask" in page.words

    def test_say_who_came_first_instead(self, app: Flask, mara: FlaskClient, single: Question) -> None:
        with app.app_context():
            work = drafts.work()
            assert work
            place = single.key, single.options[0].key, FAVOURED
            drafts.save(work, {place: Fit(0, "Not any more")}, "mara")
        words = Page(mara.get(SCENARIOS).text, SCENARIOS).words
        assert "Under the draft, 1 of 2 situations does not come out as expected." in words
        assert re.search(r"A paper not as expected (?!Django).*? Django published", words)
        assert "not as expected" in mara.get(SCENARIO).text

    def test_a_new_one_goes_into_the_draft_and_is_published_with_it(
        self, app: Flask, mara: FlaskClient, single: Question, several: Question
    ) -> None:
        page, said = then(mara, send(mara, f"{SCENARIOS}/add", **new_scenario(single, several)))
        assert said == ["The scenario is in the draft. It takes effect once the draft is published."]
        assert page.heading == "Scenarios"
        assert "A shop" in page.words
        assert "New scenario: A shop" in mara.get(PUBLISH).text
        assert press(mara, "publish", note="Needed").status_code == 303
        found = in_force(app).scenarios[-1]
        first, last = single.options[0].key, single.options[-1].key
        both = tuple(option.key for option in several.options[:2])
        assert (found.key, found.story) == ("a-shop", "They sell. They want more.")
        assert found.situation.answers == {single.key: (first,), several.key: both}
        assert found.situation.weights == {single.key: "must"}
        assert found.differs == ({single.key: (last,), several.key: ("not-sure",)}, {single.key: "normal"})
        assert (found.situation.accepts, found.twin.accepts) == ((FAVOURED,), (OTHER,))

    def test_opens_as_it_was_saved(self, app: Flask, mara: FlaskClient, single: Question, several: Question) -> None:
        send(mara, f"{SCENARIOS}/add", **new_scenario(single, several))
        _, said = then(mara, send(mara, "/questionnaire/work/scenario/a-shop"))
        assert said == ["The draft already says this, so nothing was saved of this scenario."]

    def test_is_changed_removed_and_put_back(self, app: Flask, mara: FlaskClient) -> None:
        _, said = then(mara, send(mara, SCENARIO, name="A magazine"))
        assert said == ["The scenario is in the draft. It takes effect once the draft is published."]
        assert "Changed scenario: A magazine" in mara.get(PUBLISH).text
        form = form_of(mara.get(f"{SCENARIO}?remove=1").text, SCENARIO, "Remove the scenario")
        page, said = then(mara, mara.post(SCENARIO, data={**form, "do": "remove"}))
        assert said == ["The scenario is not in the draft any more. What is published stays until the draft is."]
        assert "Removed in the draft A paper Put back" in page.words
        assert "Scenario removed: A paper" in mara.get(PUBLISH).text
        then(mara, send(mara, SCENARIO))
        found = drafted(app)
        assert found
        assert found.scenarios == in_force(app).scenarios

    def test_what_comes_out_is_worked_out_before_anything_is_saved(
        self, app: Flask, mara: FlaskClient, single: Question
    ) -> None:
        turned = {f"answer__{single.key}": single.options[-1].key}
        response = send(mara, SCENARIO, do="preview", **turned)
        assert response.status_code == 200
        words = Page(response.text, SCENARIO).words
        assert "What comes out, as in the form" in words
        assert "not as expected A paper. Comes first: Flask. Expected: Django." in words
        assert drafted(app) is None

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"name": ""}, "name", "Say who is meant in a few words."),
            ({"name": "x" * 101}, "name", "The name has 101 characters; at most 100 fit."),
            ({"story": "x" * 601}, "story", "The story has 601 characters; at most 600 fit."),
            ({"why": "a\x00b"}, "why", "The reason has a character that cannot be stored"),
            ({"twin_why": "Rocket is."}, "twin-why", "Twin: The reason names Rocket, which is a draft"),
            ({"accepts": []}, "accepts", "Choose who may come first; one or several."),
            ({"accepts": ["rocket"]}, "accepts", "Choose from the list."),
            ({"twin_accepts": [FAVOURED]}, "twin-accepts", "Twin: Django may come first in both"),
            ({"twin_why": ""}, "twin-why", "Twin: Say why an expert would sign that."),
        ],
    )
    def test_what_cannot_be_kept_comes_back_with_its_words(
        self, app: Flask, mara: FlaskClient, changes: dict[str, Any], field: str, message: str
    ) -> None:
        response = send(mara, SCENARIO, **{"story": "My own words.", **changes})
        assert response.status_code == 422
        assert f'<a href="#f-{field}">' in response.text
        assert f'id="f-{field}"' in response.text
        assert message in unescape(response.text)
        assert form_of(response.text, SCENARIO)["story"] == [changes.get("story", "My own words.")]
        assert drafted(app) is None

    @pytest.mark.parametrize("field", ["answer", "twin-answer", "weight", "twin-weight"])
    def test_takes_no_answer_and_no_weight_that_there_is_not(
        self, app: Flask, mara: FlaskClient, several: Question, field: str
    ) -> None:
        name = f"{field}.{several.key}"
        for odd in (["nothing"], ["not-sure", several.options[0].key] if "answer" in field else ["heavy"]):
            form = form_of(mara.get(SCENARIO).text, SCENARIO)
            response = mara.post(SCENARIO, data={**form, name: odd, "do": "save"})
            assert response.status_code == 422
            assert f'<a href="#f-{name}">' in response.text
        assert drafted(app) is None

    def test_whose_answers_are_gone_says_so(self, app: Flask, mara: FlaskClient, single: Question) -> None:
        with app.app_context():
            work = drafts.work()
            assert work
            gone = work.definition.scenarios[0]
            side = gone.situation._replace(answers={"gone": ("yes",)})
            drafts.save_list(work, "scenarios", [gone._replace(situation=side)], "mara")
        assert (
            "nobody: nothing is answered (left out, because the questions do not have it: gone)"
            in mara.get(SCENARIOS).text
        )
        assert mara.get(SCENARIO).status_code == 200


FORMS = [
    pytest.param(NOTE, "text", "note", id="note"),
    pytest.param(SCENARIO, "story", "scenario", id="scenario"),
]


@pytest.mark.parametrize(("address", "field", "noun"), FORMS)
class TestTwoPeople:
    def test_who_saves_second_sees_both_and_decides(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient, address: str, field: str, noun: str
    ) -> None:
        form = form_of(jo.get(address).text, address)
        send(mara, address, **{field: "What mara says."})
        response = jo.post(address, data={**form, field: "What jo says.", "do": "save"})
        assert response.status_code == 409
        assert Page(response.text, address).notices("alert")
        assert f"Somebody else has changed this {noun}" in response.text
        assert "What mara says." in response.text
        again = form_of(response.text, address)
        assert again[field] == ["What jo says."]
        then(jo, jo.post(address, data={**again, "do": "save"}))
        assert form_of(mara.get(address).text, address)[field] == ["What jo says."]

    def test_who_says_the_same_need_not_decide(
        self, mara: FlaskClient, jo: FlaskClient, address: str, field: str, noun: str
    ) -> None:
        form = form_of(jo.get(address).text, address)
        send(mara, address, **{field: "Both say so."})
        _, said = then(jo, jo.post(address, data={**form, field: "Both say so.", "do": "save"}))
        assert said == [f"The draft already says this, so nothing was saved of this {noun}."]

    def test_one_that_was_removed_meanwhile_is_not_lost(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient, address: str, field: str, noun: str
    ) -> None:
        form = form_of(jo.get(address).text, address)
        removal = form_of(mara.get(f"{address}?remove=1").text, address, f"Remove the {noun}")
        assert mara.post(address, data={**removal, "do": "remove"}).status_code == 303
        response = jo.post(address, data={**form, field: "What jo says.", "do": "save"})
        assert response.status_code == 409
        assert "They removed it." in response.text
        then(jo, jo.post(address, data={**form_of(response.text, address), "do": "save"}))
        assert "What jo says." in mara.get(address).text

    def test_one_that_was_changed_meanwhile_is_not_removed(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient, address: str, field: str, noun: str
    ) -> None:
        removal = form_of(jo.get(f"{address}?remove=1").text, address, f"Remove the {noun}")
        send(mara, address, **{field: "What mara says."})
        response = jo.post(address, data={**removal, "do": "remove"})
        assert response.status_code == 409
        assert "Nothing was removed." in response.text
        assert form_of(response.text, address)[field] == ["What mara says."]

    def test_the_counter_stops_who_writes_over_a_newer_draft(
        self, app: Flask, mara: FlaskClient, address: str, field: str, noun: str
    ) -> None:
        send(mara, address, **{field: "First."})
        with app.app_context():
            at = drafts.work()
            assert at
            assert at.row
            # As on a database where both may begin: the row has moved on since it was read.
            set_committed_value(at.row, "version", at.row.version - 1)
            part = f"{noun}s"
            with pytest.raises(drafts.MovedError):
                draft_list.take_out(at, part, getattr(at.definition, part)[0].key, "jo")
        found = drafted(app)
        assert found
        assert getattr(found, f"{noun}s") != ()

    def test_who_is_signed_out_in_between_keeps_every_word(
        self, app: Flask, jo: FlaskClient, address: str, field: str, noun: str
    ) -> None:
        form = form_of(jo.get(address).text, address)
        jo.delete_cookie("session")
        response = jo.post(address, data={**form, field: "What jo says.", "do": "save"})
        assert response.status_code == 400
        assert "What jo says." in response.text
        assert drafted(app) is None

    def test_visitors_are_asked_to_sign_in(self, app: Flask, address: str, field: str, noun: str) -> None:
        for each in (address, f"/questionnaire/work/{noun}s", f"/questionnaire/work/{noun}s/add"):
            assert app.test_client().get(each).status_code == 302


class TestOneDraft:
    def test_a_framework_is_published_without_them(self, app: Flask, mara: FlaskClient, single: Question) -> None:
        send(mara, NOTE, text="Think once.")
        send(mara, SCENARIO, name="A magazine")
        with app.app_context():
            work = drafts.work()
            assert work
            cell = single.key, single.options[1].key, OTHER
            drafts.save(work, {cell: Fit(3, "Said anew")}, "mara")
            work = drafts.work()
            assert work
            assert drafts.publish_framework(work, OTHER, "mara", "Fits")
            db.session.commit()
        there = in_force(app)
        assert there.by_key[single.key].options[1].fits[OTHER].reason == "Said anew"
        assert (there.notes[0].text, there.scenarios[0].situation.name) == ("Think *twice*.", "A paper")
        found = drafted(app)
        assert found
        assert (found.notes[0].text, found.scenarios[0].situation.name) == ("Think once.", "A magazine")

    def test_they_are_put_onto_what_was_published_meanwhile(
        self, app: Flask, mara: FlaskClient, published: Definition
    ) -> None:
        send(mara, NOTE, text="Think once.")
        with app.app_context():
            notes = (published.notes[0], published.notes[1]._replace(text="Published meanwhile."))
            definitions.put_in_force(replace(published, notes=notes), who="jo", note="Meanwhile")
            db.session.commit()
        assert press(mara, "catch-up").status_code == 303
        found = drafted(app)
        assert found
        assert [note.text for note in found.notes] == ["Think once.", "Published meanwhile."]

    def test_a_note_whose_point_was_taken_back_is_not_published(self, app: Flask, mara: FlaskClient) -> None:
        with app.app_context():
            work = drafts.work()
            assert work
            note = work.definition.notes[0]._replace(claims=(SECRET,))
            drafts.save_list(work, "notes", [note], "mara")
        response = press(mara, "publish", note="Try")
        assert response.status_code == 422
        assert 'note "first-note"' in unescape(response.text)
        assert in_force(app).notes[0].claims == ()
