"""A framework from nothing to recommended, through forms alone: how many pages that takes, and that nothing leaks."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.editing.work_context import today
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.questionnaire import definitions
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Kind
from fwsite.extend import db
from tests.support.desk import Desk
from tests.support.forms import submit
from tests.support.page_forms import Control, Page
from tests.support.people import signed_in

HOME = "/comparison/work/"
MOST_LOADS, MOST_POSTS = 12, 8
"""So many pages and forms a fifth framework takes at most."""


def test_a_framework_from_nothing_to_recommended(app_on_each_database: Flask) -> None:
    app = app_on_each_database
    desk, visitor = Desk(signed_in(app, "ada")), app.test_client()
    desk.open(HOME)
    desk.follow("/work/framework/add?state=draft")
    texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "Made for rockets.")
    said = desk.save("/work/framework/add", name="Rocket", **texts)
    assert "“Rocket” is a draft that only maintainers see" in said
    assert desk.page.address.startswith("/comparison/work/workspace/rocket")
    assert "no pro yet, no con yet, 0 of 8 ratings, 0 of 14 facts, 0 of 50 fits" in desk.page.words

    source = {"title": "Rocket, the manual", "url": "https://rocket.example.org/", "words": "Fast"}
    new = {f"point.source-0-{name}": text for name, text in source.items()}
    pro = {"point.side": "pro", "point.criterion": "memory", "point.text": "Is small.", "point.evidence": "sourced"}
    desk.save("/point", **pro, **new)
    desk.save("/point", **{**pro, "point.side": "con", "point.text": "Is new.", "point.evidence": "opinion"})
    assert "no pro yet" not in desk.page.words

    ratings = {name: "5" for name in desk.form("/ratings").controls if name.endswith(".score")}
    ratings |= {name.replace(".score", ".reason"): "Made for it" for name in ratings}
    assert "8 ratings are in the draft" in desk.save("/ratings", **ratings)

    fits: dict[str, Any] = {name: "4" for name in desk.form("/work/framework/rocket").controls if "value." in name}
    fits |= {name.replace("value.", "reason."): "Made for it" for name in fits}
    fits |= {"evidence.work.pages": "sourced", "claims.work.pages": ["rocket-is-small"]}
    assert "50 fits are in the draft" in desk.save("/work/framework/rocket", **fits)
    assert "What is missing 0 of 14 facts 14 facts to add" in desk.page.words
    assert desk.page.address.startswith("/comparison/work/workspace/rocket")

    assert "Rocket" not in visitor.get("/comparison/").text + visitor.get("/questionnaire/definition.json").text
    desk.follow("/workspace/rocket/publish")
    assert "2 points" in desk.page.words and "8 ratings" in desk.page.words and "50 fits" in desk.page.words
    assert "What prevents publication" not in desk.page.words
    said = desk.save("/publish", note="A fifth one")
    assert "Visitors have Rocket now: 2 points, 8 ratings, 50 fits." in said
    assert re.search(r"Change \d+\. Published Rocket: 2 points, 8 ratings, 50 fits\.", said)

    print(f"\n{desk.loads} pages opened, {desk.posts} forms sent")
    assert (desk.loads <= MOST_LOADS, desk.posts <= MOST_POSTS) == (True, True), (desk.loads, desk.posts)
    assert "Rocket" in visitor.get("/comparison/").text
    asked = visitor.get("/questionnaire/definition.json").json["questions"]
    answers = {f"q-{question['key']}": question["options"][-1]["key"] for question in asked}
    result = visitor.get(submit(visitor, answers).location)
    heading = Page(result.text, "").heading
    assert "Rocket" in heading, heading
    assert "rocket" in unescape(visitor.get("/comparison/data.json").text)


# ---------------------------------------------------------------- the parts, one by one

DJANGO = "/comparison/work/workspace/django"


@pytest.fixture
def mara(app: Flask) -> Desk:
    return Desk(signed_in(app))


@pytest.fixture
def jo(app: Flask) -> Desk:
    return Desk(signed_in(app, "jo"))


def begin(desk: Desk, name: str = "Rocket") -> None:
    """A framework as a draft, with a point for it and one against it."""
    desk.open("/comparison/work/framework/add?state=draft")
    desk.save(
        "/work/framework/add", name=name, **dict.fromkeys(("summary", "drawback", "example", "on_balance"), "So.")
    )
    for side in ("pro", "con"):
        point = {"side": side, "criterion": "memory", "text": f"A {side}.", "evidence": "opinion"}
        desk.save("/point", **{f"point.{part}": text for part, text in point.items()})


def publish(desk: Desk, address: str) -> str:
    desk.open(f"{address}/publish")
    return desk.save("/publish", note="Because")


def rating(client: FlaskClient, framework: str, criterion: str) -> dict[str, Any]:
    """What visitors get of a rating."""
    data = client.get("/comparison/data.json").json
    found = [each for each in data["ratings"] if (each["framework"], each["criterion"]) == (framework, criterion)]
    return found[0] if found else {}


def legend(page: Page, words: str) -> str:
    """The row of a form, with its tags, that begins with these words."""
    found = re.search(rf"<legend>{words}(.*?)</legend>", page.source, re.S)
    assert found, words
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


class TestRatings:
    def test_of_a_published_framework_wait_beside_what_visitors_get(self, mara: Desk, client: FlaskClient) -> None:
        before = rating(client, "django", "memory")
        mara.open(DJANGO)
        said = mara.save("/ratings", **{"rating.memory.score": "1", "rating.memory.reason": "Tried again"})
        assert said == "1 rating is in the draft. Visitors see it once you publish the change."
        assert legend(mara.page, "Memory") == "changed in draft"
        assert f"Published: {before['score']}/5, {before['reason']}" in mara.page.words
        assert rating(client, "django", "memory") == before
        assert "Visitors have Django now: 1 rating." in publish(mara, DJANGO)
        after = rating(client, "django", "memory")
        assert (after["score"], after["reason"], after["evidence"]) == (1, "Tried again", "opinion")
        assert legend(mara.page, "Memory") == "published"

    def test_that_say_what_is_published_again_wait_no_longer(self, mara: Desk, client: FlaskClient) -> None:
        before = rating(client, "django", "memory")
        mara.open(DJANGO)
        mara.save("/ratings", **{"rating.memory.score": "1"})
        mara.save("/ratings", **{"rating.memory.score": str(before["score"])})
        assert "no draft waits" in mara.page.words
        assert legend(mara.page, "Memory") == "published"

    def test_one_with_a_fault_stays_in_the_form_and_the_others_are_saved(self, mara: Desk) -> None:
        begin(mara)
        sent = {"rating.memory.score": "4", "rating.memory.reason": "Small", "rating.learning.reason": "No score yet"}
        page = mara.send("/ratings", sent)
        assert page.status_code == 422
        shown = Page(page.text, mara.page.address)
        assert "1 rating is in the draft." in shown.words
        assert 'href="#f-rating.learning.score"' in page.text and "Learning: Rating is missing or empty." in shown.words
        assert shown.forms and 'value="No score yet"' in page.text
        mara.open("/comparison/work/workspace/rocket")
        assert legend(mara.page, "Memory") == "draft" and legend(mara.page, "Learning") == "missing"

    @pytest.mark.parametrize("changed", [{"rating.scalability.score": "1"}, {"rating.scalability.reason": "We think"}])
    def test_what_is_rated_by_hand_is_an_opinion(self, app: Flask, mara: Desk, changed: dict[str, str]) -> None:
        mark(app, "django.scalability", Evidence.MEASURED)
        mara.open(DJANGO)
        assert legend(mara.page, "Scalability") == "published measured"
        mara.save("/ratings", **changed)
        assert legend(mara.page, "Scalability") == "changed in draft"

    def test_what_is_left_keeps_its_mark(self, app: Flask, mara: Desk) -> None:
        mark(app, "django.scalability", Evidence.MEASURED)
        mara.open(DJANGO)
        assert "Nothing was changed" in mara.save("/ratings")
        mara.save("/ratings", **{"rating.memory.score": "1"})
        publish(mara, DJANGO)
        assert legend(mara.page, "Scalability") == "published measured"

    def test_a_retired_one_can_be_given_anew(self, app: Flask, mara: Desk) -> None:
        mara.open("/comparison/work/rating/django.memory")
        mara.client.post("/comparison/work/rating/django.memory/retire", data={"csrf_token": token(mara)})
        mara.open(DJANGO)
        assert legend(mara.page, "Memory") == "retired"
        mara.save("/ratings", **{"rating.memory.score": "2", "rating.memory.reason": "Measured anew"})
        assert legend(mara.page, "Memory") == "draft"


def token(desk: Desk) -> str:
    return desk.page.forms[0].controls["csrf_token"].values[0]


def mark(app: Flask, key: str, evidence: Evidence) -> None:
    """Give a rating this evidence, as a command does it."""
    with app.app_context():
        item = document_mapper.find(Kind.RATING, key)
        assert item
        journal.save(item, {**item.document, "evidence": evidence.value}, By("", "Measured"))
        journal.commit()


class TestTwoPeople:
    @pytest.mark.parametrize("whose", ["mine", "theirs"])
    def test_who_saves_second_sees_both_and_chooses(self, mara: Desk, jo: Desk, whose: str) -> None:
        mara.open(DJANGO)
        jo.open(DJANGO)
        mara.save("/ratings", **{"rating.memory.reason": "Mara’s reason", "rating.learning.reason": "Mara’s, too"})
        answer = jo.send("/ratings", {"rating.memory.reason": "Jo’s reason", "rating.data.reason": "Jo’s other"})
        assert answer.status_code == 409
        jo.page = Page(answer.text, DJANGO)
        assert "Memory: Reason: Choose which of the two texts stays." in jo.page.words
        assert 'href="#f-rating.memory.choose-reason"' in answer.text
        assert "Theirs, as it is now:Mara’s reason" in jo.page.words
        reasons = {name: control.values for name, control in jo.form("/ratings").controls.items()}
        assert reasons["rating.memory.reason"] == ["Jo’s reason"]
        assert reasons["rating.learning.reason"] == ["Mara’s, too"]
        assert reasons["rating.data.reason"] == ["Jo’s other"]
        assert jo.send("/ratings", {}).status_code == 409, "nobody has chosen"
        jo.save("/ratings", **{"rating.memory.choose-reason": whose})
        kept = {"mine": "Jo’s reason", "theirs": "Mara’s reason"}[whose]
        assert f'value="{kept}"' in jo.page.source
        assert "two texts" not in jo.page.words

    def test_a_change_to_what_is_published_comes_together_with_the_draft(self, mara: Desk, jo: Desk) -> None:
        mara.open(DJANGO)
        mara.save("/ratings", **{"rating.memory.score": "1"})
        jo.open("/comparison/work/rating/django.memory")
        jo.save("/work/rating/django.memory", reason="Jo’s own words")
        assert "Visitors have Django now" in publish(mara, DJANGO)
        found = rating(jo.client, "django", "memory")
        assert (found["score"], found["reason"]) == (1, "Jo’s own words")

    @pytest.mark.parametrize("whose", ["mine", "theirs"])
    def test_one_in_the_same_place_stands_in_the_way_until_somebody_has_chosen(
        self, mara: Desk, jo: Desk, whose: str
    ) -> None:
        mara.open(DJANGO)
        mara.save("/ratings", **{"rating.memory.reason": "Mara’s words"})
        jo.open("/comparison/work/rating/django.memory")
        jo.save("/work/rating/django.memory", reason="Jo’s own words")
        mara.open(f"{DJANGO}/publish")
        assert (
            "What prevents publication “Memory”: Somebody has changed it in the same place (Reason)." in mara.page.words
        )
        assert f'href="{DJANGO}#f-rating.memory.choose-reason"' in mara.page.source
        assert not [form for form in mara.page.forms if form.action.endswith("/publish")]
        mara.open(DJANGO)
        assert "Published, as it is now:Jo’s own words" in mara.page.words
        assert "Nothing was changed" in mara.save("/ratings"), "what nobody chose waits on"
        mara.save("/ratings", **{"rating.memory.choose-reason": whose})
        if whose == "mine":
            publish(mara, DJANGO)
        else:
            assert "no draft waits" in mara.page.words
        kept = {"mine": "Mara’s words", "theirs": "Jo’s own words"}[whose]
        assert rating(jo.client, "django", "memory")["reason"] == kept


class TestSummary:
    def test_of_a_published_framework_waits(self, mara: Desk, client: FlaskClient) -> None:
        mara.open(DJANGO)
        said = mara.save("/summary", **{"summary.on_balance": "Take it for what it is."})
        assert said == "The summary is in the draft. Visitors see it once you publish the change."
        assert "Take it for what it is." not in client.get("/comparison/django").text
        mara.open(f"{DJANGO}/publish")
        assert "Its summary, as changed." in mara.page.words
        publish(mara, DJANGO)
        assert "Take it for what it is." in client.get("/comparison/django").text

    def test_with_a_fault_comes_back_as_it_was_typed(self, mara: Desk) -> None:
        mara.open(DJANGO)
        answer = mara.send("/summary", {"summary.name": "", "summary.drawback": "Typed with care."})
        assert answer.status_code == 422
        page = Page(answer.text, DJANGO)
        assert 'href="#f-summary.name"' in answer.text and "Nothing has been saved yet." in page.words
        assert "Typed with care." in answer.text


class TestPoint:
    def test_asks_for_one_more_source_and_keeps_every_word(self, mara: Desk) -> None:
        mara.open(DJANGO)
        typed = {"point.side": "con", "point.text": "Typed with care.", "point.source-0-title": "A book"}
        answer = mara.send("/point", {**typed, "do": "more"})
        assert answer.status_code == 200
        mara.page = Page(answer.text, DJANGO)
        controls = mara.form("/point").controls
        assert {name: controls[name].values[0] for name in typed} == typed
        assert "point.source-1-title" in controls

    def test_with_a_fault_is_not_saved_and_says_where(self, mara: Desk) -> None:
        mara.open(DJANGO)
        answer = mara.send("/point", {"point.side": "pro", "point.text": "Said", "point.evidence": "sourced"})
        assert answer.status_code == 422
        for place in ("criterion", "sources"):
            assert f'href="#f-point.{place}"' in answer.text and f'id="f-point.{place}"' in answer.text


class TestFits:
    def test_one_with_a_fault_stays_in_the_form_and_the_others_are_saved(self, mara: Desk) -> None:
        mara.open(DJANGO)
        sent = {"reason.work.pages": "", "reason.work.api": "Judged anew"}
        answer = mara.send("/work/framework/django", sent)
        assert answer.status_code == 422
        page = Page(answer.text, "/questionnaire/work/framework/django")
        assert "1 fit is in the draft." in page.words and 'href="#f-reason.work.pages"' in answer.text
        mara.page = page
        assert mara.form("/work/framework/django").controls["back"].values == [DJANGO]
        mara.save("/work/framework/django", **{"reason.work.pages": "Judged anew, too"})
        assert mara.page.address == f"{DJANGO}?at=fits"
        assert "2 drafts wait" in mara.page.words

    def test_two_people_choose_between_their_fits(self, mara: Desk, jo: Desk) -> None:
        mara.open(DJANGO)
        jo.open(DJANGO)
        mara.save("/work/framework/django", **{"reason.work.pages": "Mara’s"})
        answer = jo.send("/work/framework/django", {"reason.work.pages": "Jo’s"})
        assert answer.status_code == 409
        jo.page = Page(answer.text, DJANGO)
        jo.save("/work/framework/django", **{"choose.work.pages": "mine"})
        assert jo.form("/work/framework/django").controls["reason.work.pages"].values == ["Jo’s"]

    @pytest.mark.parametrize("back", ["//example.org/", "https://example.org/", "/\\example.org", ""])
    def test_lead_back_to_this_site_alone(self, mara: Desk, back: str) -> None:
        mara.open(DJANGO)
        answer = mara.send("/work/framework/django", {"back": back})
        assert answer.location == "/questionnaire/work/framework/django?at=fits#fits"

    def test_are_published_with_their_framework_and_no_other(self, mara: Desk, client: FlaskClient) -> None:
        mara.open("/comparison/work/workspace/flask")
        mara.save("/work/framework/flask", **{"reason.work.pages": "Waits on"})
        mara.open(DJANGO)
        mara.save("/work/framework/django", **{"reason.work.pages": "Goes out"})
        assert "Visitors have Django now: 1 fit." in publish(mara, DJANGO)
        told = client.get("/questionnaire/definition.json").text
        assert "Goes out" in told and "Waits on" not in told
        mara.open("/questionnaire/work/publish")
        assert "Waits on" in mara.page.words and "Goes out" not in mara.page.words
        assert "Another version has been published" not in mara.page.words

    def test_that_lost_their_ground_before_are_not_in_the_way(self, mara: Desk, client: FlaskClient) -> None:
        """They are told as opinions already; what is new has to be founded."""
        mara.open("/comparison/work/claim/django-parts")
        mara.client.post("/comparison/work/claim/django-parts/retire", data={"csrf_token": token(mara)})
        mara.open(DJANGO)
        rests = [
            name for name, each in mara.form("/work/framework/django").controls.items() if "django-parts" in each.values
        ]
        assert rests
        other = next(name for name in mara.form("/work/framework/django").controls if name == "reason.work.live")
        mara.save("/work/framework/django", **{other: "Goes out"})
        assert "Visitors have Django now: 1 fit." in publish(mara, DJANGO)
        assert "Goes out" in client.get("/questionnaire/definition.json").text

    @pytest.mark.parametrize("do", ["publish", "discard"])
    def test_of_a_draft_stay_in_the_draft_whatever_happens_to_the_others(
        self, mara: Desk, client: FlaskClient, do: str
    ) -> None:
        begin(mara)
        mara.save("/work/framework/rocket", **{"value.work.pages": "4", "reason.work.pages": "Zqrocketzq"})
        mara.open(DJANGO)
        mara.save("/work/framework/django", **{"reason.work.pages": "Goes out"})
        mara.open("/questionnaire/work/publish")
        assert "Fits of Rocket stay in the draft" in mara.page.words
        assert "Zqrocketzq" not in mara.page.words
        sent = {"csrf_token": token(mara), "note": "Why", "do": do}
        sent["seen"] = mara.form("/work/publish").controls["seen"].values[0]
        assert mara.client.post("/questionnaire/work/publish", data=sent).status_code == 303
        told = client.get("/questionnaire/definition.json").text
        assert ("Goes out" in told, "Zqrocketzq" in told, "rocket" in told) == (do == "publish", False, False)
        mara.open("/comparison/work/workspace/rocket")
        assert mara.form("/work/framework/rocket").controls["reason.work.pages"].values == ["Zqrocketzq"]
        assert "Visitors have Rocket now: 2 points, 1 fit." in publish(mara, "/comparison/work/workspace/rocket")
        assert "Zqrocketzq" in client.get("/questionnaire/definition.json").text


class TestInTheWay:
    def test_of_a_first_publication_is_a_missing_side(self, mara: Desk) -> None:
        mara.open("/comparison/work/framework/add?state=draft")
        texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "So.")
        mara.save("/work/framework/add", name="Rocket", **texts)
        mara.follow("/workspace/rocket/publish")
        assert "Rocket has no pro yet." in mara.page.words and "Rocket has no con yet." in mara.page.words
        assert not [form for form in mara.page.forms if form.action.endswith("/publish")]

    @pytest.mark.parametrize("evidence", ["opinion", "sourced"])
    def test_is_a_fit_that_rests_on_a_point_that_stays_a_draft(
        self, app: Flask, mara: Desk, client: FlaskClient, evidence: str
    ) -> None:
        """Not even an opinion may name it: the key of a draft says what it is about."""
        begin(mara)
        with app.app_context():
            given = {"key": "secret", "name": "Secret", "question": "Is it?", "finding": "It is.", "state": "draft"}
            journal.add(Kind.CRITERION, given, By("mara"))
            journal.commit()
        mara.open("/comparison/work/workspace/rocket")
        point = {"side": "pro", "criterion": "secret", "text": "Zq hidden.", "evidence": "opinion"}
        mara.save("/point", **{f"point.{part}": text for part, text in point.items()})
        fit = {"value": "4", "reason": "So", "evidence": evidence, "claims": ["rocket-zq-hidden"]}
        mara.save("/work/framework/rocket", **{f"{part}.work.pages": text for part, text in fit.items()})
        mara.open("/comparison/work/workspace/rocket/publish")
        assert "1 stays a draft, because its criterion is not published." in mara.page.words
        assert "it rests on “rocket-zq-hidden”, which visitors will not see." in mara.page.words
        mara.open("/comparison/work/workspace/rocket")
        mara.save("/work/framework/rocket", **{"claims.work.pages": ["rocket-a-pro"]})
        publish(mara, "/comparison/work/workspace/rocket")
        assert "zq-hidden" not in client.get("/questionnaire/definition.json").text

    def test_is_what_the_rules_of_items_refuse(self, app: Flask, mara: Desk) -> None:
        begin(mara)
        with app.app_context():
            row = db.session.scalars(select(models.Claim).where(models.Claim.framework_key == "rocket")).first()
            assert row
            row.evidence = "sourced"  # as before a rule was made
            db.session.commit()
        mara.open("/comparison/work/workspace/rocket/publish")
        assert "“A con.”: Sources is empty" in mara.page.words or "“A pro.”: Sources is empty" in mara.page.words
        assert re.search(r'href="/comparison/work/claim/rocket-a-\w+#f-sources"', mara.page.source)

    def test_is_what_nobody_has_seen(self, mara: Desk, jo: Desk) -> None:
        begin(mara)
        mara.follow("/workspace/rocket/publish")
        jo.open("/comparison/work/workspace/rocket")
        jo.save("/ratings", **{"rating.memory.score": "1", "rating.memory.reason": "Unseen"})
        answer = mara.send("/publish", {"note": "Because"})
        assert answer.status_code == 409
        page = Page(answer.text, "")
        assert "Nothing was published; please look again." in page.words and "Unseen" in page.words
        assert 'value="Because"' in answer.text

    @pytest.mark.parametrize(("note", "told"), [("", "Say why in a few words"), ("x" * 281, "281 characters")])
    def test_is_a_note_that_says_nothing_or_too_much(self, mara: Desk, note: str, told: str) -> None:
        begin(mara)
        mara.follow("/workspace/rocket/publish")
        answer = mara.send("/publish", {"note": note})
        assert answer.status_code == 422
        assert told in Page(answer.text, "").words and 'href="#f-note"' in answer.text

    def test_a_part_that_fails_takes_everything_back(
        self, app: Flask, mara: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin(mara)
        mara.save("/work/framework/rocket", **{"value.work.pages": "4", "reason.work.pages": "So"})
        mara.follow("/workspace/rocket/publish")
        with monkeypatch.context() as broken:
            broken.setattr(definitions, "audited", lambda _definition: 1 / 0)
            answer = mara.send("/publish", {"note": "Because"})
        assert answer.status_code == 409
        assert "Questionnaire failed; the log says why." in Page(answer.text, "").words
        assert "Rocket" not in client.get("/comparison/").text
        mara.open("/comparison/work/workspace/rocket")
        assert "Draft · 4 drafts wait" in mara.page.words
        publish(mara, "/comparison/work/workspace/rocket")
        assert "Rocket" in client.get("/comparison/").text


class TestHistory:
    def test_has_one_change_with_the_note_and_its_undo_takes_all_back(self, mara: Desk, client: FlaskClient) -> None:
        begin(mara)
        mara.save("/ratings", **{"rating.memory.score": "4", "rating.memory.reason": "Small"})
        mara.save("/work/framework/rocket", **{"value.work.pages": "4", "reason.work.pages": "So"})
        publish(mara, "/comparison/work/workspace/rocket")
        log = Page(client.get("/comparison/changes").text, "")
        assert "Published Rocket: 2 points, 1 rating, 1 fit" in log.words
        assert log.words.count("Because") == 1
        number = mara.page.address.rpartition("=")[2].partition("#")[0]
        answer = mara.client.post(f"/comparison/work/undo/{number}", data={"csrf_token": token(mara)})
        assert answer.status_code == 303
        assert "Rocket" not in client.get("/comparison/").text
        assert "rocket" not in client.get("/questionnaire/definition.json").text
        mara.open("/comparison/work/workspace/rocket")
        assert legend(mara.page, "Memory") == "draft"
        assert "Visitors have Rocket now" in publish(mara, "/comparison/work/workspace/rocket")
        assert "rocket" in client.get("/questionnaire/definition.json").text


ROCKET = "/comparison/work/workspace/rocket"


def section(page: Page, name: str) -> str:
    """The source of a section of the page, up to the next one."""
    return page.source.partition(f'id="{name}"')[2].partition("<section")[0]


def press(desk: Desk, ending: str, fields: dict[str, str], *, at: str) -> TestResponse:
    """Send a form by the button of one of its sections."""
    form = desk.form(ending)
    form.controls.setdefault("at", Control("at", "hidden", [at] if at else []))
    return desk.send(ending, fields)


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("ending", "name", "fields"),
        [
            ("/summary", "summary", {"summary.on_balance": "Wait."}),
            ("/point", "points", {"point.side": "con", "point.criterion": "memory", "point.text": "Is new."}),
            ("/ratings", "ratings", {"rating.memory.score": "1", "rating.memory.reason": "Small"}),
            ("/work/framework/rocket", "fits.work", {"value.work.pages": "4", "reason.work.pages": "So"}),
        ],
    )
    def test_stands_in_the_section_that_was_saved(
        self, mara: Desk, ending: str, name: str, fields: dict[str, str]
    ) -> None:
        begin(mara)
        done = press(mara, ending, fields, at=name if name == "fits.work" else "")
        assert done.status_code == 303 and done.location.endswith(f"#{name}")
        mara.open(done.location)
        assert mara.page.source.count('role="status"') == section(mara.page, name).count('role="status"') > 0
        if name == "fits.work":
            return  # fits have no undo: the draft is put back by hand
        undo = next(form for form in mara.page.forms if "/work/undo/" in form.action)
        assert undo.action in section(mara.page, name)
        answer = mara.client.post(undo.action, data={"csrf_token": token(mara)}, follow_redirects=True)
        assert answer.status_code == 200 and "Took back a change of" in Page(answer.text, "").words
        mara.open(ROCKET)
        typed = [text for field, text in fields.items() if field.endswith((".on_balance", ".text", ".reason"))]
        assert typed and not any(text in section(mara.page, name) for text in typed)

    def test_of_a_rating_names_it_and_of_many_their_framework(self, mara: Desk) -> None:
        begin(mara)
        said = mara.save("/ratings", **{"rating.memory.score": "1", "rating.memory.reason": "Small"})
        assert "“Rocket on Memory” is a draft that only maintainers see" in said
        both = {"rating.memory.reason": "Tiny", "rating.learning.score": "2", "rating.learning.reason": "New"}
        assert re.search(r"Change \d+\. Edited Rocket: 2 ratings\. See the change", mara.save("/ratings", **both))

    def test_of_the_undo_of_a_publication(self, mara: Desk) -> None:
        begin(mara)
        publish(mara, ROCKET)
        number = re.search(r"change=(\d+)", mara.page.address)
        assert number
        mara.open(f"/comparison/work/undo/{number[1]}")
        assert f"Undo change {number[1]} of Rocket? Published Rocket: 2 points" in mara.page.words
        said = mara.save(f"/undo/{number[1]}", why="Too early")
        assert "Took back a change of Rocket: 3 items. See the change" in said
        assert "Took back a change of Rocket: 3 items" in Page(mara.client.get("/comparison/work/log").text, "").words

    def test_of_a_draft_that_is_undone(self, mara: Desk) -> None:
        begin(mara)
        undo = next(form for form in mara.page.forms if "/work/undo/" in form.action)
        answer = mara.client.post(undo.action, data={"csrf_token": token(mara)}, follow_redirects=True)
        words = Page(answer.text, "").words
        assert "“A con.” is retired; visitors never saw it." in words

    def test_of_what_was_public_and_is_retired(self, mara: Desk) -> None:
        mara.open("/comparison/work/claim/django-parts")
        answer = mara.client.post(
            "/comparison/work/claim/django-parts/retire", data={"csrf_token": token(mara)}, follow_redirects=True
        )
        assert "is retired: visitors find it in its history only." in Page(answer.text, "").words

    def test_shows_markdown_as_readers_see_it(self, mara: Desk) -> None:
        begin(mara)
        point = {"point.side": "pro", "point.criterion": "memory", "point.text": "Has `so` **little**."}
        said = mara.save("/point", **point)
        assert "“Has so little.” is a draft" in said and "<code>so</code>" in section(mara.page, "points")
        mara.open("/comparison/work/claim?framework=rocket&side=pro")
        assert "Has so little." in mara.page.words and "Up Has so little." in mara.page.words
        assert "**little**" not in mara.page.source

    def test_counts_drafts_in_one_and_many(self, mara: Desk) -> None:
        begin(mara)
        assert "3 drafts wait · visitors do not see them" in mara.page.words


def test_what_was_typed_comes_back_under_the_labels_of_the_form(mara: Desk) -> None:
    mara.open(DJANGO)
    sent = {
        "point.side": "con",
        "point.text": "Typed with care.",
        "point.source-0-url": "https://example.org/",
        "do": "save",
    }
    answer = mara.client.post(f"{DJANGO}/point", data=sent)
    assert answer.status_code == 400
    words = Page(answer.text, "").words
    for label, text in (("For or against (point)", "con"), ("Text (point)", "Typed with care.")):
        assert re.search(rf"{re.escape(label)} ?{re.escape(text)}", words), words
    assert "Source 1: Address (point)" in words and "Point.side" not in words
    assert not re.search(r"<dt>Do</dt>", answer.text)


class TestRoom:
    def test_for_each_text_is_told(self, mara: Desk) -> None:
        mara.open(DJANGO)
        for form in ("ratings", "fits.work"):
            assert "At most 120 characters" in section(mara.page, form) or form == "ratings"
        assert mara.page.words.count("Reason At most 120 characters") == 8 + 50

    def test_each_question_has_a_button_that_saves_all(self, mara: Desk) -> None:
        mara.open(DJANGO)
        form = mara.form("/work/framework/django")
        sends = [dict(button.sends).get("at") for button in form.buttons]
        questions = re.findall(r'<section id="fits\.([\w-]+)"', mara.page.source)
        assert sends == ["fits", *(f"fits.{key}" for key in questions)] and len(questions) == 12
        last = [name for name in form.controls if name.startswith("reason.")][-1]
        done = press(mara, form.action, {"reason.work.pages": "First", last: "Last"}, at="fits.work")
        mara.open(done.location)
        assert "2 fits are in the draft. Visitors see them once you publish the changes." in section(
            mara.page, "fits.work"
        )


class TestNewSources:
    FILE: dict[str, str] = {  # noqa: RUF012
        "title": "Rocket, the manual",
        "url": "https://rocket.example.org/",
        "words": "Small and new",
        "voice": "project",
        "archive": "rocket-1.0.tar.gz",
        "file": "docs/index.txt",
    }
    POINT: dict[str, str] = {  # noqa: RUF012
        "point.side": "con",
        "point.criterion": "memory",
        "point.text": "Is new.",
        "point.evidence": "sourced",
    }

    def test_may_be_the_file_of_a_release(self, app: Flask, mara: Desk) -> None:
        begin(mara)
        mara.save("/point", **self.POINT, **{f"point.source-0-{name}": text for name, text in self.FILE.items()})
        with app.app_context():
            item = document_mapper.find(Kind.SOURCE, "rocket-the-manual")
            assert item
            said = {name: item.document[name] for name in ("archive", "file", "voice", "state")}
        assert said == {
            "archive": "rocket-1.0.tar.gz",
            "file": "docs/index.txt",
            "voice": "project",
            "state": "draft",
        }

    @pytest.mark.parametrize(
        ("left_out", "told", "place"),
        [
            ("file", "Source 1: Its file is missing; name the file in the archive", "source-0-file"),
            ("words", "Sources quotes no words of", "sources"),
        ],
    )
    def test_say_what_is_missing(self, mara: Desk, left_out: str, told: str, place: str) -> None:
        begin(mara)
        given = {f"point.source-0-{name}": text for name, text in self.FILE.items() if name != left_out}
        answer = mara.send("/point", {**self.POINT, **given})
        assert answer.status_code == 422
        page = Page(answer.text, ROCKET)
        assert told in page.words and f'href="#f-point.{place}"' in answer.text
        assert re.search(r"<details open><summary>Whose words", answer.text)
        mara.page = page
        controls = mara.form("/point").controls
        assert {name: controls[name].values[0] for name in given} == given

    def test_begun_from_a_draft_are_drafts_and_were_read_today(self, mara: Desk) -> None:
        begin(mara)
        mara.follow("/work/source/add?state=draft")
        assert mara.form("/work/source/add").controls["state"].values == ["draft"]
        assert mara.form("/work/source/add").controls["read_on"].values == [today().isoformat()]
        mara.open(DJANGO)
        mara.follow("/work/source/add")
        assert mara.form("/work/source/add").controls["state"].values == ["published"]


class TestPublication:
    def test_shows_the_audit_before(self, mara: Desk) -> None:
        begin(mara)
        mara.save("/work/framework/rocket", **{"value.work.pages": "4", "reason.work.pages": "So"})
        mara.open(f"{ROCKET}/publish")
        assert "Neutrality audit, as it would be" in mara.page.words
        assert re.search(r"Rocket comes first for \d+ of 100 people who answer at random", mara.page.words)
        assert "/questionnaire/audit" in mara.page.links

    def test_names_the_texts_that_may_leave_it_out_after(self, mara: Desk, app: Flask) -> None:
        findings = {
            "memory": "Django takes more than Flask.",
            "learning": "Rocket, Django and Flask.",
            "data": "Django.",
        }
        with app.app_context():
            for key, finding in findings.items():
                item = document_mapper.find(Kind.CRITERION, key)
                assert item
                journal.save(item, {**item.document, "finding": finding}, By("mara"))
            journal.commit()
        begin(mara)
        publish(mara, ROCKET)
        assert "Texts that name others, but not Rocket" in mara.page.words
        told = section(mara.page, "h-incomplete")
        assert "/comparison/work/criterion/memory#f-finding" in told
        assert "criterion/learning" not in told and "criterion/data" not in told
        mara.open(ROCKET)
        assert "Texts that name others" not in mara.page.words


def test_a_new_framework_stands_before_no_framework(app_on_each_database: Flask) -> None:
    desk = Desk(signed_in(app_on_each_database, "lea"))
    for name in ("Comet", "Meteor"):
        desk.open("/comparison/work/framework/add")
        texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "So.")
        desk.save("/work/framework/add", name=name, state="published", **texts)
    data = desk.client.get("/comparison/data.json").json
    assert [each["key"] for each in data["frameworks"]][-3:] == ["comet", "meteor", "none"]
