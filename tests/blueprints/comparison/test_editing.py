"""Maintainers' rooms: lists, the form of an item, one-click actions, undo, and two people at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from werkzeug.test import TestResponse

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH
from fwsite.blueprints.comparison.models import Change
from fwsite.db.models import UserSession
from fwsite.domain.items import FIELDS, PLACED, TAKEN_KEYS, Kind
from fwsite.extend import db
from tests.blueprints.comparison.test_public import SAID
from tests.support.forms import inputs
from tests.support.people import sign_in, signed_in
from tests.support.statements import statements

CLAIM = "/comparison/work/claim/django-parts"
ADD = "/comparison/work/claim/add"
LAST_PAGE = -(-len(SAID) // PAGE_LENGTH)
"""Of the list of the points that are shipped."""


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    """A maintainer who is signed in."""
    return signed_in(app)


@pytest.fixture
def jo(app: Flask) -> FlaskClient:
    """Another one."""
    return signed_in(app, "jo")


def filled(client: FlaskClient, address: str, **changes: str | None) -> dict[str, str]:
    """The item's form as it opens, with ``changes``; none takes a field away."""
    text = client.get(address).text
    main = text[text.index("data-preview") :]
    values = {name: given[0] for name, given in inputs(main).items()}
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', main, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = unescape(chosen[1]) if chosen else ""
    for name, body in re.findall(r'<textarea name="([^"]+)".*?>\n(.*?)</textarea>', main, re.S):
        values[name] = unescape(body)
    values = {**values, "do": "save"}
    for field, value in changes.items():
        values.pop(field, None)
        if value is not None:
            values[field] = value
    return values


def save(client: FlaskClient, address: str, **changes: str | None) -> TestResponse:
    return client.post(address, data=filled(client, address, **changes))


def press(client: FlaskClient, address: str, page: str = "/account/", **fields: str) -> TestResponse:
    token = inputs(client.get(page).text)["csrf_token"][0]
    return client.post(address, data={"csrf_token": token, **fields})


def document(app: Flask, kind: Kind, key: str) -> dict[str, object]:
    with app.app_context():
        item = document_mapper.find(kind, key)
        assert item
        return item.document


def changes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Change)) or 0


NEW_CLAIM = {
    "framework": "django",
    "criterion": "memory",
    "side": "con",
    "text": "Loads *everything* at start",
    "evidence": "sourced",
    "source-0-title": "A study of start-up",
    "source-0-url": "https://example.org/study",
    "source-0-read_on": "2026-11-20",
    "source-0-words": "everything is loaded",
    "why": "Measured by them",
}


class TestAddingAPoint:
    def test_it_stands_everywhere_with_its_source(self, mara: FlaskClient) -> None:
        done = save(mara, ADD, **NEW_CLAIM)
        assert done.status_code == 303
        assert "is live" in mara.get(done.location).text
        shown = "Loads <em>everything</em> at start"
        for address in ("/comparison/", "/comparison/?f=django", "/comparison/django", "/comparison/django/memory"):
            assert shown in mara.get(address).text, address
        assert "Loads *everything* at start" in mara.get("/comparison/data.csv").text
        assert "https://example.org/study" in mara.get("/comparison/data.json").text
        assert "Measured by them" in mara.get("/comparison/changes").text
        assert "Loads *everything* at start" in mara.get("/comparison/changes.xml").text

    def test_a_draft_is_nowhere_but_on_the_maintainers_pages(self, app: Flask, mara: FlaskClient) -> None:
        done = save(mara, ADD, **NEW_CLAIM, state="draft")
        key = done.location.split("/")[-1].partition("?")[0]
        visitor = app.test_client()
        for address in ("/comparison/", "/comparison/django", "/comparison/data.json", "/comparison/changes"):
            assert "Loads" not in visitor.get(address).text, address
        assert visitor.get(f"/comparison/history/claim/{key}").status_code == 404
        assert "Loads" in mara.get("/comparison/work/claim?state=draft").text
        published = press(mara, f"/comparison/work/claim/{key}/publish", version="1")
        assert published.status_code == 303
        assert "Loads" in visitor.get("/comparison/django").text

    def test_a_source_with_a_known_address_is_not_made_twice(self, app: Flask, mara: FlaskClient) -> None:
        url = str(document(app, Kind.SOURCE, "django-faq")["url"])
        save(mara, ADD, **{**NEW_CLAIM, "source-0-url": url})
        with app.app_context():
            assert db.session.scalar(select(func.count()).where(models.Source.url == url)) == 1

    def test_previewing_keeps_every_word_and_stores_nothing(self, app: Flask, mara: FlaskClient) -> None:
        before = changes(app)
        page = mara.post(ADD, data=filled(mara, ADD, **NEW_CLAIM, do="preview"))
        assert page.status_code == 200
        assert "Loads <em>everything</em> at start" in page.text
        again = inputs(page.text)
        assert all(again[name] == [value] for name, value in NEW_CLAIM.items() if name.startswith("source"))
        assert "Loads *everything* at start</textarea>" in page.text
        assert changes(app) == before

    def test_rows_for_sources_are_added_and_taken_away_without_losing_a_word(self, mara: FlaskClient) -> None:
        more = mara.post(ADD, data=filled(mara, ADD, **NEW_CLAIM, do="more"))
        assert "Source 2</legend>" in more.text and "A study of start-up" in more.text
        fewer = mara.post(ADD, data=filled(mara, ADD, **NEW_CLAIM, do="drop-0"))
        assert "A study of start-up" not in fewer.text and "Loads *everything*" in fewer.text

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"text": ""}, "Text is missing or empty."),
            ({"text": "x" * 281}, "Text has 281 characters; at most 280 fit."),
            ({"text": "a\u202eb"}, "Text has the character U+202E, which cannot be stored; remove it."),
            ({"framework": "rails"}, "Framework is 'rails'; known are"),
            ({"framework": ""}, "Framework is missing or empty."),
            ({"criterion": ""}, "Criterion is missing or empty."),
            ({"side": "both"}, "For or against is 'both'; known are pro, con."),
            ({"evidence": "hearsay"}, "Evidence is 'hearsay'; known are measured, sourced, opinion."),
            ({"state": "hidden"}, "The state is 'hidden'"),
            ({"why": "x" * 281}, "The note has 281 characters; at most 280 fit."),
            ({"source-0-url": "javascript:alert(1)"}, "Source 1: Its link is 'javascript:alert(1)'; it must begin"),
            ({"source-0-url": ""}, "Source 1: Its link is missing or empty."),
            ({"source-0-title": ""}, "Source 1: Its title is missing or empty."),
            ({"source-0-read_on": "yesterday"}, "Source 1: Its date read is 'yesterday'; write a date"),
            ({"source-0-key": "nowhere"}, "Sources 'nowhere' names no source"),
            (
                {name: None for name in NEW_CLAIM if name.startswith("source")},
                "Sources is empty; what is sourced names where it comes from.",
            ),
        ],
        ids=str,
    )
    def test_what_is_wrong_is_said_and_every_word_comes_back(
        self, app: Flask, mara: FlaskClient, wrong: dict[str, str | None], message: str
    ) -> None:
        before = changes(app)
        sent = filled(mara, ADD, **{**NEW_CLAIM, **wrong})
        page = mara.post(ADD, data=sent)
        text = unescape(page.text).replace("&#39;", "'")
        assert page.status_code == 422
        assert message in text
        for name in ("text", "source-0-title", "source-0-words", "why"):
            assert sent.get(name, "") in text
        assert changes(app) == before

    def test_signs_that_no_database_takes_are_refused_by_name(self, mara: FlaskClient) -> None:
        for sign in ("\x00", "\x07", "\x1b"):
            page = save(mara, ADD, **{**NEW_CLAIM, "text": f"a{sign}b"})
            assert page.status_code == 422


class TestTwoPeople:
    def test_the_second_sees_both_texts_and_chooses(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        mine = filled(jo, CLAIM, text="What jo wrote", why="jo knows")
        assert save(mara, CLAIM, text="What mara wrote").status_code == 303
        page = jo.post(CLAIM, data=mine)
        assert page.status_code == 409
        assert "What jo wrote" in page.text and "What mara wrote" in page.text and "jo knows" in page.text
        assert "By mara" in page.text
        assert document(app, Kind.CLAIM, "django-parts")["text"] == "What mara wrote"
        again = {**mine, "version": "2", "conflicts": "text"}
        undecided = jo.post(CLAIM, data=again)
        assert undecided.status_code == 422
        assert "What jo wrote" in undecided.text and "What mara wrote" in undecided.text
        assert jo.post(CLAIM, data={**again, "choose-text": "mine"}).status_code == 303
        assert document(app, Kind.CLAIM, "django-parts")["text"] == "What jo wrote"

    def test_theirs_can_be_chosen_and_the_rest_of_mine_is_saved(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient
    ) -> None:
        mine = filled(jo, CLAIM, text="What jo wrote", criterion="data")
        save(mara, CLAIM, text="What mara wrote")
        jo.post(CLAIM, data=mine)
        chosen = {**mine, "version": "2", "conflicts": "text", "choose-text": "theirs"}
        assert jo.post(CLAIM, data=chosen).status_code == 303
        saved = document(app, Kind.CLAIM, "django-parts")
        assert (saved["text"], saved["criterion"]) == ("What mara wrote", "data")

    def test_changes_of_different_parts_come_together_but_are_shown_first(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient
    ) -> None:
        mine = filled(jo, CLAIM, criterion="data")
        save(mara, CLAIM, text="What mara wrote")
        page = jo.post(CLAIM, data=mine)
        assert page.status_code == 409
        assert "two texts" not in page.text and "What mara wrote</textarea>" in page.text
        shown = {**mine, "version": "2", "text": "What mara wrote"}
        assert jo.post(CLAIM, data=shown).status_code == 303
        saved = document(app, Kind.CLAIM, "django-parts")
        assert (saved["text"], saved["criterion"]) == ("What mara wrote", "data")

    def test_a_third_change_in_between_asks_again(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        mine = filled(jo, CLAIM, text="What jo wrote")
        save(mara, CLAIM, text="What mara wrote")
        jo.post(CLAIM, data=mine)
        save(mara, CLAIM, text="What mara wrote later")
        page = jo.post(CLAIM, data={**mine, "version": "2", "conflicts": "text", "choose-text": "mine"})
        assert page.status_code == 409
        assert "What mara wrote later" in page.text and "What jo wrote" in page.text

    @pytest.mark.parametrize("version", ["", "0", "99", "x", "9" * 30, "-1", "1.5"])
    def test_a_version_that_never_was_overwrites_nothing(self, app: Flask, mara: FlaskClient, version: str) -> None:
        before = document(app, Kind.CLAIM, "django-parts")
        page = save(mara, CLAIM, text="Blindly written", version=version)
        assert page.status_code == 409
        assert "Blindly written" in page.text
        assert document(app, Kind.CLAIM, "django-parts") == before

    def test_a_button_pressed_on_an_old_page_does_nothing_and_keeps_the_note(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient
    ) -> None:
        save(mara, CLAIM, text="What mara wrote")
        page = press(jo, f"{CLAIM}/retire", version="1", why="jo thinks it is wrong")
        assert page.status_code == 409
        assert "What mara wrote" in page.text and "jo thinks it is wrong" in page.text
        assert document(app, Kind.CLAIM, "django-parts")["state"] == "published"


class TestOneClick:
    def test_retiring_takes_it_off_the_pages_and_restoring_brings_it_back(self, app: Flask, mara: FlaskClient) -> None:
        visitor = app.test_client()
        text = str(document(app, Kind.CLAIM, "django-parts")["text"])
        assert text in visitor.get("/comparison/").text
        press(mara, f"{CLAIM}/retire", version="1", why="Says nothing")
        assert text not in visitor.get("/comparison/").text
        assert text in visitor.get("/comparison/history/claim/django-parts").text
        press(mara, f"{CLAIM}/restore", version="2")
        assert text in visitor.get("/comparison/").text

    def test_a_source_in_use_stays_and_its_users_are_named(self, app: Flask, mara: FlaskClient) -> None:
        page = press(mara, "/comparison/work/source/django-faq/retire", why="Gone")
        assert page.status_code == 409
        assert "framework django" in page.text and "Gone" in page.text
        assert document(app, Kind.SOURCE, "django-faq")["state"] == "published"
        form = save(mara, "/comparison/work/source/django-faq", state="retired")
        assert form.status_code == 422 and "framework django" in form.text

    def test_still_true_writes_todays_date_and_the_note(self, app: Flask, mara: FlaskClient) -> None:
        with app.app_context():
            db.session.execute(
                update(models.Claim).where(models.Claim.key == "django-parts").values(reviewed_on=date(2020, 1, 1))
            )
            db.session.commit()
        assert "Database access" in mara.get("/comparison/work/review").text
        done = press(mara, f"{CLAIM}/reviewed", version="1", why="Read the docs again", back="review")
        assert done.location.startswith("/comparison/work/review")
        assert document(app, Kind.CLAIM, "django-parts")["reviewed_on"] == date.today().isoformat()
        assert "Read the docs again" in mara.get("/comparison/history/claim/django-parts").text
        assert "Nothing to review here" in mara.get("/comparison/work/review").text

    def test_up_and_down_change_the_order_on_the_page_and_can_be_undone(self, app: Flask, mara: FlaskClient) -> None:
        def order() -> list[str]:
            return re.findall(r'/work/claim/([a-z0-9-]+)">', mara.get(listed).text)

        listed = "/comparison/work/claim?framework=django&side=pro"
        before = order()
        done = press(mara, f"/comparison/work/claim/{before[0]}/down", back="list", framework="django", side="pro")
        assert order() == [before[1], before[0], *before[2:]]
        assert done.location.startswith("/comparison/work/claim?") and "framework=django" in done.location
        press(mara, f"/comparison/work/claim/{before[0]}/down")
        assert order() == [before[1], before[2], before[0], *before[3:]]
        press(mara, f"/comparison/work/claim/{before[0]}/up")
        press(mara, f"/comparison/work/claim/{before[0]}/up")
        assert order() == before
        assert press(mara, f"/comparison/work/claim/{before[0]}/up").status_code == 303
        assert order() == before
        with app.app_context():
            first = db.session.scalars(select(Change.id).where(Change.action == "moved").order_by(Change.id)).first()
        press(mara, f"/comparison/work/claim/{before[0]}/down")
        press(mara, f"/comparison/work/undo/{first}")
        assert order() == before

    @pytest.mark.parametrize(
        "address",
        [
            "/comparison/work/claim/no-such/retire",
            "/comparison/work/thing/django-parts/retire",
            f"{CLAIM}/explode",
            "/comparison/work/source/django-faq/up",
            "/comparison/work/source/django-faq/reviewed",
            "/comparison/work/undo/99999",
        ],
    )
    def test_what_does_not_exist_is_404(self, mara: FlaskClient, address: str) -> None:
        assert press(mara, address).status_code == 404


class TestUndo:
    def test_an_edit_is_taken_back_by_a_new_change(self, app: Flask, mara: FlaskClient) -> None:
        before = document(app, Kind.CLAIM, "django-parts")
        done = save(mara, CLAIM, text="Something else")
        number = done.location.rpartition("=")[2]
        undone = press(mara, f"/comparison/work/undo/{number}")
        assert undone.status_code == 303
        assert document(app, Kind.CLAIM, "django-parts") == before
        assert f"Undo of change {number}" in mara.get("/comparison/changes").text

    def test_what_others_changed_since_stays(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        number = save(mara, CLAIM, text="Something else").location.rpartition("=")[2]
        save(jo, CLAIM, criterion="data")
        press(mara, f"/comparison/work/undo/{number}")
        saved = document(app, Kind.CLAIM, "django-parts")
        assert saved["criterion"] == "data" and "Something else" not in str(saved["text"])

    def test_a_text_that_was_changed_again_is_asked_about(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        before = str(document(app, Kind.CLAIM, "django-parts")["text"])
        number = save(mara, CLAIM, text="Something else").location.rpartition("=")[2]
        save(jo, CLAIM, text="Something else again")
        page = press(mara, f"/comparison/work/undo/{number}", why="Was better")
        assert page.status_code == 409
        assert before in page.text and "Something else again" in page.text and "Was better" in page.text
        assert document(app, Kind.CLAIM, "django-parts")["text"] == "Something else again"

    def test_nothing_is_undone_twice(self, mara: FlaskClient) -> None:
        number = save(mara, CLAIM, text="Something else").location.rpartition("=")[2]
        press(mara, f"/comparison/work/undo/{number}")
        page = press(mara, f"/comparison/work/undo/{number}")
        assert page.status_code == 409 and "There is nothing to undo" in page.text

    def test_a_link_asks_first_and_changes_nothing(self, app: Flask, mara: FlaskClient) -> None:
        number = save(mara, CLAIM, text="Something else").location.rpartition("=")[2]
        count = changes(app)
        page = mara.get(f"/comparison/work/undo/{number}")
        assert page.status_code == 200 and "Undo it" in page.text and "<del>" in page.text
        assert changes(app) == count


class TestTheOtherKinds:
    def test_a_new_framework_and_criterion_appear_everywhere_not_rated(self, app: Flask, mara: FlaskClient) -> None:
        added = save(
            mara,
            "/comparison/work/framework/add",
            name="Tornado",
            first_release="2009",
            summary="Many *open* connections.",
            drawback="Few ready-made parts.",
            example="A chat",
            on_balance="take it for long polling.",
        )
        assert added.status_code == 303, added.text
        save(mara, "/comparison/work/criterion/add", name="Testing", question="Is it tested?", finding="All are.")
        visitor = app.test_client()
        page = visitor.get("/comparison/").text
        assert page.count("Tornado") >= 3 and "Testing" in page and "not rated" in page
        assert visitor.get("/comparison/tornado").status_code == 200
        assert "Tornado" in visitor.get("/questionnaire/definition.json").text
        document = visitor.get("/comparison/data.json").json
        assert document and "tornado" in [item["key"] for item in document["frameworks"]]
        assert "Tornado" in mara.get("/comparison/work/rating").text

    def test_a_rating_is_added_from_its_gap_and_only_once(self, app: Flask, mara: FlaskClient) -> None:
        save(mara, "/comparison/work/criterion/add", name="Testing", question="Is it tested?", finding="All are.")
        add = "/comparison/work/rating/add?framework=django&criterion=testing"
        rating = {"score": "5", "reason": "A test client", "evidence": "opinion"}
        form = filled(mara, add, **rating)
        assert mara.post("/comparison/work/rating/add", data=form).status_code == 303
        assert document(app, Kind.RATING, "django.testing")["score"] == 5
        twice = mara.post("/comparison/work/rating/add", data=form)
        assert twice.status_code == 409 and "A test client" in twice.text
        assert mara.get(add).status_code == 303

    @pytest.mark.parametrize("score", ["0", "6", "five", ""])
    def test_a_rating_runs_from_1_to_5(self, mara: FlaskClient, score: str) -> None:
        page = save(mara, "/comparison/work/rating/django.performance", score=score)
        assert page.status_code == 422 and "Rating" in page.text

    def test_a_framework_does_not_take_an_address_of_the_site(self, app: Flask, mara: FlaskClient) -> None:
        texts = {"summary": "a", "drawback": "b", "example": "c", "on_balance": "d"}
        page = save(mara, "/comparison/work/framework/add", name="Suggest", **texts)
        assert page.status_code == 303
        assert page.location.startswith("/comparison/work/framework/suggest-2")
        inside = {rule.rule.split("/")[2] for rule in app.url_map.iter_rules() if rule.rule.startswith("/comparison/")}
        fixed = {part.partition(".")[0] for part in inside if part and "<" not in part}
        assert fixed <= TAKEN_KEYS

    @pytest.mark.parametrize(
        ("kind", "key", "field"),
        [
            ("framework", "flask", "summary"),
            ("criterion", "memory", "finding"),
            ("source", "django-faq", "title"),
            ("rating", "flask.memory", "reason"),
        ],
    )
    def test_every_kind_is_edited_and_has_a_history(
        self, app: Flask, mara: FlaskClient, kind: str, key: str, field: str
    ) -> None:
        assert save(mara, f"/comparison/work/{kind}/{key}", **{field: "Said anew"}).status_code == 303
        assert document(app, Kind(kind), key)[field] == "Said anew"
        assert "Said anew" in app.test_client().get(f"/comparison/history/{kind}/{key}").text


NEW: dict[Kind, dict[str, str]] = {
    Kind.CRITERION: {"name": "Testing", "question": "Is it tested?", "finding": "All are."},
    Kind.SOURCE: {"title": "A study", "url": "https://example.org/study", "read_on": "2026-11-20"},
    Kind.FRAMEWORK: {"name": "Tornado", "summary": "a", "drawback": "b", "example": "c", "on_balance": "d"},
    Kind.RATING: {"framework": "django", "criterion": "testing", "score": "5", "reason": "A", "evidence": "opinion"},
    Kind.CLAIM: {"framework": "django", "criterion": "memory", "side": "con", "text": "A", "evidence": "opinion"},
}
TITLES = dict(zip(NEW, ("Testing", "A study", "Tornado", "Django on Testing", "A"), strict=True))


class TestEveryAction:
    """Followed to the page that a person sees: what was done stands on it."""

    @pytest.mark.parametrize(("kind", "title"), TITLES.items())
    def test_of_every_kind_ends_on_a_page_that_says_so(
        self, app: Flask, mara: FlaskClient, kind: Kind, title: str
    ) -> None:
        if kind is Kind.RATING:
            save(mara, "/comparison/work/criterion/add", **NEW[Kind.CRITERION])
        done = save(mara, f"/comparison/work/{kind}/add", **NEW[kind])
        address = done.location.partition("?")[0]
        self.says(mara, done, f"added.</strong> “{title}” is live")
        self.says(mara, save(mara, address, why="To see", state="draft"), f"edited.</strong> “{title}” is a draft")
        self.says(mara, press(mara, f"{address}/publish"), f"edited.</strong> “{title}” is live")
        if kind in (Kind.RATING, Kind.CLAIM):
            with app.app_context():
                db.session.execute(update(document_mapper.TABLES[kind]).values(reviewed_on=date(2020, 1, 1)))
                db.session.commit()
            self.says(mara, press(mara, f"{address}/reviewed"), f"reviewed.</strong> “{title}” is live")
        if kind in PLACED:
            self.says(mara, press(mara, f"{address}/up"), "moved.</strong>")
            self.says(mara, press(mara, f"{address}/down"), "moved.</strong>")
        self.says(mara, press(mara, f"{address}/retire"), "retired.</strong>")
        restored = press(mara, f"{address}/restore")
        self.says(mara, restored, "restored.</strong>")
        number = restored.location.rpartition("=")[2]
        undo = press(mara, f"/comparison/work/undo/{number}")
        self.says(mara, undo, "undone.</strong>")
        assert f"Undo of change {number}" in mara.get(undo.location).text

    def says(self, client: FlaskClient, done: TestResponse, words: str) -> None:
        assert done.status_code == 303, done.text
        page = client.get(done.location)
        assert page.status_code == 200
        assert words in " ".join(page.text.split())


def test_no_field_is_called_like_another_part_of_its_form(mara: FlaskClient) -> None:
    own = {"conflicts", "do", "key", "position", "state", "suggestion", "undoes", "version"}
    for kind in Kind:
        form = mara.get(f"/comparison/work/{kind}/add").text.partition("data-preview")[2]
        names = re.findall(r'<(?:input|textarea|select)\b(?![^>]* type="radio")[^>]* name="([^"]+)"', form)
        assert len(names) == len(set(names)) > 2
        assert not {field.name for field in FIELDS[kind]} & own


class TestLists:
    @pytest.mark.parametrize(
        ("query", "there", "absent"),
        [
            ("q=FORMS+templates", "Database access", "Opinionated"),
            ("q=%25", "0 found", "Database access"),
            ("q=_____", "0 found", "Database access"),
            ("q=%00", "0 found", "Database access"),
            ("q=%27%3B+DROP+TABLE", "0 found", "Database access"),
            ("framework=django&side=con", "Opinionated", "Database access"),
            ("evidence=opinion", "Opinionated", "Database access"),
            ("state=retired", "0 found", "Database access"),
            ("framework=%00", "0 found", "Database access"),
            ("page=99", f"Page {LAST_PAGE} of {LAST_PAGE}", "Page 99"),
            ("page=x", f"Page 1 of {LAST_PAGE}", "Page x"),
        ],
    )
    def test_they_are_searched_and_narrowed(self, mara: FlaskClient, query: str, there: str, absent: str) -> None:
        page = mara.get(f"/comparison/work/claim?{query}")
        assert page.status_code == 200
        assert there in page.text and absent not in page.text

    @pytest.mark.parametrize("concern", ["stale", "unsourced", "address", "nonsense"])
    def test_the_review_lists_by_concern(self, app: Flask, mara: FlaskClient, concern: str) -> None:
        with app.app_context():
            rating = document_mapper.find(Kind.RATING, "django.data")
            assert rating is not None
            journal.save(rating, {**rating.document, "evidence": "measured", "sources": ["django-faq"]}, By("mara"))
            long_ago = date.today() - timedelta(days=366)
            db.session.execute(update(models.Rating).values(reviewed_on=long_ago))
            db.session.execute(update(models.Source).where(models.Source.key == "django-faq").values(url="ftp://x"))
            db.session.commit()
        page = mara.get(f"/comparison/work/review?concern={concern}&of=rating")
        assert page.status_code == 200
        found = int(re.search(r"Ratings \((\d+)\)", page.text)[1])  # type: ignore[index]
        with app.app_context():
            everything = db.session.scalar(select(func.count()).select_from(models.Rating))
        if concern == "address":
            assert 0 < found < (everything or 0)
        else:  # an opinion lacks no source
            assert found == (0 if concern == "unsourced" else everything)

    def test_days_until_something_is_stale_are_the_hosts(self, make_app: object, mara: FlaskClient) -> None:
        app = make_app(COMPARISON_STALE_DAYS=1)  # type: ignore[operator]
        client = app.test_client()
        sign_in(client, "mara")
        with app.app_context():
            db.session.execute(update(models.Claim).values(reviewed_on=date.today() - timedelta(days=2)))
            db.session.commit()
        assert "Not reviewed for 1 days" in client.get("/comparison/work/review").text
        assert "Database access" in client.get("/comparison/work/review").text


class TestWhoMay:
    def test_the_history_says_who_did_it(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        save(jo, CLAIM, text="What jo wrote", why="Because")
        page = app.test_client().get("/comparison/history/claim/django-parts").text
        assert "jo" in page and "Because" in page

    def test_signed_out_meanwhile_keeps_every_word_and_can_go_on(self, app: Flask, mara: FlaskClient) -> None:
        form = filled(mara, CLAIM, text="Typed while signed out")
        with app.app_context():
            db.session.execute(delete(UserSession))
            db.session.commit()
        page = mara.post(CLAIM, data=form)
        assert page.status_code == 403
        assert "Typed while signed out" in page.text
        assert document(app, Kind.CLAIM, "django-parts")["text"] != "Typed while signed out"

    def test_an_expired_token_keeps_every_word_and_can_be_sent_again(self, app: Flask, mara: FlaskClient) -> None:
        form = filled(mara, CLAIM, text="Typed on an old page")
        page = mara.post(CLAIM, data={**form, "csrf_token": "old"})
        assert page.status_code == 400 and "Typed on an old page" in page.text
        resent = {name: values[0] for name, values in inputs(page.text[page.text.rindex("<form") :]).items()}
        assert mara.post(CLAIM, data=resent).status_code == 303
        assert document(app, Kind.CLAIM, "django-parts")["text"] == "Typed on an old page"


def test_lists_and_forms_take_a_constant_number_of_statements(app: Flask, mara: FlaskClient) -> None:
    def cost(address: str) -> int:
        with statements(app) as sent:
            assert mara.get(address).status_code == 200
        return len(sent)

    addresses = (
        "/comparison/work/",
        "/comparison/work/claim",
        "/comparison/work/review",
        CLAIM,
        "/comparison/work/log",
    )
    before = [cost(address) for address in addresses]
    with app.app_context():
        values = db.session.execute(select(models.Claim.__table__).limit(1)).mappings().one()
        many = [{**values, "key": f"many-{number}", "position": 1000 + number} for number in range(10_000)]
        db.session.execute(models.Claim.__table__.insert(), many)
        db.session.commit()
    assert [cost(address) for address in addresses] == before
    found = mara.get("/comparison/work/claim?q=" + "+".join(values["text"].split()[:3])).text
    assert int(re.search(r"(\d+) found", found)[1]) >= 10_001 and "Page 1 of 201" in found  # type: ignore[index]
