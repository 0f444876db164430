"""Maintainers judge fits in the browser: one draft, nobody's words lost, published with its audit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.test import TestResponse

from fwsite.blueprints.questionnaire import content, definitions, drafts, fits_views
from fwsite.blueprints.questionnaire.models import Draft, Origin, PublishedDefinition
from fwsite.db.models import Framework
from fwsite.domain.audit import audit, audit_document
from fwsite.domain.questionnaire import Definition, Fit, parse_definition
from fwsite.domain.versions import fit_of
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.forms import first_options, inputs, submit
from tests.support.paths import ROOT
from tests.support.people import signed_in

SHIPPED = ROOT / "fwsite" / "content" / "questionnaire.toml"
FITS = "/questionnaire/work/fits"
WORK = f"{FITS}/work"
PUBLISH = "/questionnaire/work/publish"
CELL = "api.flask"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return signed_in(app, "mara")


@pytest.fixture
def jo(app: Flask) -> FlaskClient:
    return signed_in(app, "jo")


class _Others(HTMLParser):
    """Lists and texts of several lines."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.is_text = False
        self.fields: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("select", "textarea"):
            self.name, self.is_text = given["name"], tag == "textarea"
            self.fields[self.name] = [""]
        elif tag == "option" and "selected" in given:
            self.fields[self.name] = [given["value"]]

    def handle_data(self, data: str) -> None:
        if self.is_text:
            self.fields[self.name][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.is_text = False
            self.fields[self.name][0] = self.fields[self.name][0].removeprefix("\n")


def filled(page: str) -> dict[str, list[str]]:
    """What a browser would send from the page, with its lists and longer texts."""
    parser = _Others()
    parser.feed(page)
    return {**inputs(page), **parser.fields}


def judge(client: FlaskClient, cell: str = CELL, address: str = WORK, **parts: str) -> TestResponse:
    """Open the grid, fill in a cell, save; what is no add-on any more comes without packages."""
    parts = {"via": "", **parts} if parts.get("value", "3") != "3" else parts
    form = filled(client.get(address).text)
    return client.post(address, data={**form, **{f"{part}.{cell}": text for part, text in parts.items()}})


def press(client: FlaskClient, do: str, **fields: str) -> TestResponse:
    """Press a button of the page where the draft is published."""
    sent = {name: values[0] for name, values in inputs(client.get(PUBLISH).text).items()}
    return client.post(PUBLISH, data={**sent, **fields, "do": do})


def publish(client: FlaskClient, note: str = "Tried it") -> None:
    response = press(client, "publish", note=note)
    assert response.status_code == 303, response.text


def drafted(app: Flask) -> Draft | None:
    with app.app_context():
        return db.session.get(Draft, 1)


def in_force(client: FlaskClient) -> Definition:
    document = client.get("/questionnaire/definition.json").json
    assert document.pop("version")
    return parse_definition(document)


def cell_in_force(client: FlaskClient, option: str = "api", alternative: str = "flask") -> Fit | None:
    return fit_of(in_force(client), "work", option, alternative)


def change_file(instance: Path, old: str, new: str) -> None:
    file = instance / "questionnaire.toml"
    text = (file if file.exists() else SHIPPED).read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def load(app: Flask) -> str:
    return next(line for line in map(str, bring_up_to_date(app)) if line.startswith("content questionnaire"))


class TestTheList:
    def test_counts_cells_unknown_opinions_and_what_is_stale(
        self, app: Flask, mara: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def numbers(key: str) -> list[str]:
            row = re.search(rf'<tr id="q-{key}">(.*?)</tr>', mara.get(FITS).text, re.S)
            assert row
            return re.findall(r'<td class="n">(\d*)</td>', row[1])

        definition = in_force(mara)
        question = definition.by_key["work"]
        fits = [fit for option in question.options for fit in option.fits.values()]
        opinions = sum(fit.evidence == "opinion" for fit in fits)
        assert numbers("work") == [str(len(fits)), "0", str(opinions), "0", ""]
        judge(mara, value="", reason="", claims="", evidence="opinion")
        assert numbers("work")[1] == "1"
        assert numbers("work")[4] == "1"
        monkeypatch.setattr(fits_views, "_today", lambda: TODAY.replace(TODAY.year + 2))
        assert numbers("work")[3] == str(len(fits) - 1)
        judge(mara, cell="pages.django", still="1")
        assert numbers("work")[3] == str(len(fits) - 2)

    def test_a_framework_that_was_added_can_be_judged(self, app: Flask, mara: FlaskClient) -> None:
        texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "A sentence.")
        with app.app_context():
            db.session.add(Framework(key="rocket", position=99, name="Rocket", first_release=2020, **texts))
            db.session.commit()
        assert judge(mara, cell="api.rocket", value="4", reason="Made for it").status_code == 303
        publish(mara)
        assert cell_in_force(mara, alternative="rocket") == Fit(4, "Made for it", reviewed_on=TODAY)
        assert list(in_force(mara).names)[-1] == "rocket"


class TestOneQuestion:
    def test_a_cell_is_saved_into_the_draft_and_reviewed_today(self, app: Flask, mara: FlaskClient) -> None:
        before = cell_in_force(mara)
        response = judge(
            mara,
            value="1",
            reason="  We tried   it ",
            evidence="sourced",
            claims="flask-extensions, flask-set-up flask-extensions",
        )
        assert response.status_code == 303
        row = drafted(app)
        assert row is not None
        assert (row.who, row.version) == ("mara", 1)
        assert row.document["questions"][0]["options"][2]["fits"]["flask"] == {
            "fit": 1,
            "reason": "We tried it",
            "claims": ["flask-extensions", "flask-set-up"],
            "evidence": "sourced",
            "reviewed_on": TODAY.isoformat(),
        }
        assert cell_in_force(mara) == before, "visitors see it once it is published"
        page = mara.get(WORK).text
        assert filled(page)[f"reason.{CELL}"] == ["We tried it"]

    def test_what_was_not_touched_stays_as_it_was(self, app: Flask, mara: FlaskClient) -> None:
        before = in_force(mara)
        judge(mara, value="1", reason="So")
        publish(mara)
        after = in_force(mara)
        assert [
            (question.key, option.key, name)
            for question in after.questions
            for option in question.options
            for name in after.names
            if fit_of(after, question.key, option.key, name) != fit_of(before, question.key, option.key, name)
        ] == [("work", "api", "flask")]

    def test_saving_without_a_change_makes_no_draft(self, app: Flask, mara: FlaskClient) -> None:
        assert judge(mara).status_code == 303
        assert drafted(app) is None

    def test_still_true_sets_the_day_and_nothing_else(self, app: Flask, mara: FlaskClient) -> None:
        before = cell_in_force(mara)
        judge(mara, still="1")
        publish(mara)
        after = cell_in_force(mara)
        assert before and after
        assert (after.value, after.reason, after.claims, after.evidence) == (
            before.value,
            before.reason,
            before.claims,
            before.evidence,
        )
        assert after.reviewed_on == TODAY

    def test_unknown_takes_the_cell_away(self, mara: FlaskClient) -> None:
        judge(mara, value="", reason="", claims="", evidence="opinion")
        publish(mara)
        assert cell_in_force(mara) is None

    @pytest.mark.parametrize(
        ("parts", "field", "message"),
        [
            ({"value": "5"}, "value", "Choose a fit from the list"),
            ({"value": "²"}, "value", "Choose a fit from the list"),
            ({"reason": " "}, "reason", "Say why in a few words"),
            ({"value": ""}, "value", "what is unknown has none"),
            ({"value": "", "reason": ""}, "value", "what is unknown rests on none"),
            ({"reason": "x" * 121}, "reason", "The reason has 121 characters; at most 120 fit"),
            ({"reason": "a\u202eb"}, "reason", "a character that cannot be stored"),
            ({"reason": "a\x00b"}, "reason", "a character that cannot be stored"),
            ({"evidence": "proof"}, "evidence", "Choose from the list"),
            ({"evidence": "sourced", "claims": ""}, "claims", "names the pros and cons"),
            ({"claims": "flask-small, Flask!"}, "claims", "Write keys such as flask-small"),
            ({"claims": ", ".join(f"k{n}" for n in range(11))}, "claims", "There are 11 keys"),
        ],
    )
    def test_what_cannot_be_kept_comes_back_with_its_words(
        self, app: Flask, mara: FlaskClient, parts: dict[str, str], field: str, message: str
    ) -> None:
        form = filled(mara.get(WORK).text)
        sent = {
            **form,
            "reason.pages.django": "Another cell",
            **{f"{part}.{CELL}": text for part, text in parts.items()},
        }
        response = mara.post(WORK, data=sent)
        assert response.status_code == 422
        text = unescape(response.text)
        assert f'<li><a href="#f-{field}.{CELL}">Flask, “A JSON API for other programs”: ' in text
        assert message in text
        again = filled(response.text)
        assert again["reason.pages.django"] == ["Another cell"]
        for part in parts.keys() & {"reason", "claims"}:
            assert f'name="{part}.{CELL}"' in text
            assert parts[part].replace("\x00", "�") in text.replace("\x00", "�")
        assert drafted(app) is None

    def test_cells_that_did_not_arrive_are_not_made_unknown(self, app: Flask, mara: FlaskClient) -> None:
        form = filled(mara.get(WORK).text)
        part = {name: value for name, value in form.items() if name == "csrf_token" or name.endswith(CELL)}
        response = mara.post(WORK, data={**part, f"reason.{CELL}": "Half a form"})
        assert response.status_code == 422
        assert "did not arrive" in response.text
        assert filled(response.text)[f"reason.{CELL}"] == ["Half a form"]
        assert drafted(app) is None

    def test_a_form_without_a_token_changes_nothing_and_shows_every_word(self, app: Flask, mara: FlaskClient) -> None:
        form = {**filled(mara.get(WORK).text), f"reason.{CELL}": "A long thought"}
        del form["csrf_token"]
        response = mara.post(WORK, data=form)
        assert response.status_code == 400
        assert "A long thought" in response.text
        assert drafted(app) is None

    def test_an_unknown_question_is_404(self, mara: FlaskClient) -> None:
        assert mara.get(f"{FITS}/nothing").status_code == 404

    def test_visitors_are_asked_to_sign_in(self, client: FlaskClient) -> None:
        for address in (FITS, WORK, PUBLISH):
            assert client.get(address).status_code == 302


class TestTwoPeople:
    def test_who_saves_second_gets_both_and_chooses(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        theirs = filled(jo.get(WORK).text)
        judge(mara, value="1", reason="Mara’s reason")
        mine = {
            **theirs,
            f"value.{CELL}": "4",
            f"via.{CELL}": "",
            f"reason.{CELL}": "Jo’s reason",
            "reason.pages.django": "Jo’s other",
        }
        response = jo.post(WORK, data=mine)
        assert response.status_code == 409
        text = unescape(response.text)
        assert "1: Mara’s reason" in text
        again = filled(response.text)
        assert again[f"reason.{CELL}"] == ["Jo’s reason"]
        assert again["reason.pages.django"] == ["Jo’s other"]
        refused = jo.post(WORK, data=again)
        assert refused.status_code == 422, "nothing is chosen yet"
        assert f'href="#f-choose.{CELL}"' in refused.text
        assert filled(refused.text)[f"reason.{CELL}"] == ["Jo’s reason"]
        assert jo.post(WORK, data={**filled(refused.text), f"choose.{CELL}": "mine"}).status_code == 303
        publish(jo)
        assert cell_in_force(jo) == Fit(4, "Jo’s reason", cell_in_force(jo).claims, cell_in_force(jo).evidence, TODAY)
        assert fit_of(in_force(jo), "work", "pages", "django").reason == "Jo’s other"

    def test_theirs_can_stay(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        form = filled(jo.get(WORK).text)
        judge(mara, value="1", reason="Mara’s reason")
        response = jo.post(WORK, data={**form, f"reason.{CELL}": "Jo’s", "reason.pages.django": "Jo’s other"})
        assert response.status_code == 409
        assert jo.post(WORK, data={**filled(response.text), f"choose.{CELL}": "theirs"}).status_code == 303
        publish(jo)
        assert cell_in_force(jo).reason == "Mara’s reason"
        assert fit_of(in_force(jo), "work", "pages", "django").reason == "Jo’s other"

    def test_what_only_they_changed_is_in_the_form_already(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient
    ) -> None:
        form = filled(jo.get(WORK).text)
        judge(mara, value="1", reason="Mara’s reason")
        response = jo.post(WORK, data={**form, "reason.pages.django": "Jo’s other"})
        assert response.status_code == 409
        assert "Two fits" not in response.text
        assert jo.post(WORK, data=filled(response.text)).status_code == 303
        publish(jo)
        assert cell_in_force(jo).reason == "Mara’s reason"
        assert fit_of(in_force(jo), "work", "pages", "django").reason == "Jo’s other"

    def test_two_questions_do_not_meet(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        form = filled(jo.get(WORK).text)
        other = next(question for question in in_force(mara).questions if question.key != "work")
        cell = f"{other.options[0].key}.flask"
        assert judge(mara, cell, f"{FITS}/{other.key}", value="0", reason="Never").status_code == 303
        assert jo.post(WORK, data={**form, f"reason.{CELL}": "Jo’s"}).status_code == 303
        row = drafted(app)
        assert row is not None
        assert row.version == 2

    def test_a_draft_that_was_published_meanwhile_is_met_cell_by_cell(
        self, app: Flask, mara: FlaskClient, jo: FlaskClient
    ) -> None:
        form = filled(jo.get(WORK).text)
        judge(mara, value="1", reason="Mara’s reason")
        publish(mara)
        assert jo.post(WORK, data={**form, f"reason.{CELL}": "Jo’s"}).status_code == 409

    def test_the_counter_stops_who_writes_over_a_newer_draft(self, app: Flask, mara: FlaskClient) -> None:
        judge(mara, value="1", reason="First")
        with app.app_context():
            at = drafts.work()
            assert at is not None
            assert at.row is not None
            # As on a database where both may begin: the row has moved on since it was read.
            set_committed_value(at.row, "version", at.row.version - 1)
            with pytest.raises(drafts.MovedError):
                drafts.save(at, {("work", "api", "flask"): Fit(0, "Late")}, "jo")
        row = drafted(app)
        assert row is not None
        assert (row.who, row.version) == ("mara", 1)
        assert row.document["questions"][0]["options"][2]["fits"]["flask"]["reason"] == "First"

    def test_publishing_what_was_not_seen_is_refused(self, app: Flask, mara: FlaskClient, jo: FlaskClient) -> None:
        judge(mara, value="1", reason="First")
        sent = {name: values[0] for name, values in inputs(jo.get(PUBLISH).text).items()}
        judge(mara, value="2", reason="Second")
        for do in ("publish", "discard"):
            response = jo.post(PUBLISH, data={**sent, "note": "Jo’s note", "do": do})
            assert response.status_code == 409
            assert 'value="Jo’s note"' in unescape(response.text)
            assert "Second" in response.text
        assert drafted(app) is not None


def ask_for_parts(app: Flask) -> None:
    """Publish the questionnaire with its first question as one about parts, whose add-ons are all named."""
    with app.app_context():
        definition = definitions.definition_of(str(definitions.edition_version()))
        first, *others = definition.questions
        options = (option._replace(fits=dict(map(_named, option.fits.items()))) for option in first.options)
        questions = (replace(first, parts=True, options=tuple(options)), *others)
        definitions.put_in_force(replace(definition, questions=questions, model=2), who="mara", note="Parts")
        db.session.commit()


def _named(cell: tuple[str, Fit]) -> tuple[str, Fit]:
    return cell[0], cell[1]._replace(via=("a-package-of-old",) if cell[1].value == 3 else ())


class TestPackages:
    @pytest.fixture(autouse=True)
    def parts(self, app: Flask) -> None:
        ask_for_parts(app)

    @pytest.mark.parametrize("address", [WORK, "/questionnaire/work/framework/flask"])
    def test_that_bring_an_add_on_are_ticked_and_written(self, mara: FlaskClient, address: str) -> None:
        cell = CELL if address == WORK else "work.api"
        page = mara.get(address).text
        assert f'name="via.{cell}" value="flask-admin"' in page, "one of the framework"
        assert f'name="via.{cell}" value="celery"' in page, "one of none"
        assert f'name="via.{cell}" value="sqladmin"' not in page, "one of another"
        sent = {
            **filled(page),
            f"value.{cell}": "3",
            f"reason.{cell}": "By packages",
            f"via.{cell}": ["flask-admin", "celery"],
            f"also.{cell}": " Mangum, fastapi[all, standard] Flask_Admin",
        }
        assert mara.post(address, data=sent).status_code == 303
        again = filled(mara.get(address).text)
        assert set(again[f"via.{cell}"]) == {"celery", "flask-admin", "mangum"}
        assert again[f"also.{cell}"] == ["fastapi[all,standard]"], "it has extras, so that no box stands for it"
        publish(mara)
        assert cell_in_force(mara).via == ("flask-admin", "celery", "mangum", "fastapi[all,standard]")

    @pytest.mark.parametrize(
        ("value", "also", "message"),
        [
            ("3", "", "a fit of 3 names the packages that bring it"),
            ("4", "flask-admin", "Only a fit of 3 comes with packages"),
            ("3", "flask-nothing", "“flask-nothing” is none of the packages that this site knows"),
            ("3", "flask-admin[", "Write names such as flask-admin or channels[daphne]"),
            ("3", "a" * 81, "Write names such as flask-admin or channels[daphne]"),
            ("3", ", ".join(f"p{n}" for n in range(11)), "There are 11 packages; at most 10 fit"),
        ],
    )
    @pytest.mark.parametrize("address", [WORK, "/questionnaire/work/framework/flask"])
    def test_that_cannot_be_kept_come_back_as_they_were_written(
        self, app: Flask, mara: FlaskClient, address: str, value: str, also: str, message: str
    ) -> None:
        cell = CELL if address == WORK else "work.api"
        response = judge(mara, cell, address, value=value, reason="By packages", via="", also=also)
        assert response.status_code == 422
        assert f'href="#f-via.{cell}"' in response.text
        assert message in unescape(response.text)
        again = filled(response.text)
        assert again[f"reason.{cell}"] == ["By packages"]
        typed = [*again.get(f"via.{cell}", ()), *filter(None, again[f"also.{cell}"][0].split(", "))]
        assert typed == list(filter(None, also.split(", ")))
        assert drafted(app) is None

    def test_of_which_some_have_boxes_and_some_do_not_stay_as_they_are(self, app: Flask, mara: FlaskClient) -> None:
        via = ("flask-wtf", "channels[daphne]", "celery", "flask-admin")
        with app.app_context():
            work = drafts.work()
            assert work
            drafts.save(work, {("work", "pages", "flask"): Fit(3, "By packages", via=via)}, "jo")
        for address, cell in ((WORK, "pages.flask"), ("/questionnaire/work/framework/flask", "work.pages")):
            page = mara.get(address).text
            assert mara.post(address, data=filled(page)).status_code == 303
            assert mara.post(address, data={**filled(page), f"still.{cell}": "1"}).status_code == 303
        row = drafted(app)
        assert row
        assert (row.document["questions"][0]["options"][1]["fits"]["flask"]["via"], row.version) == (list(via), 2)

    def test_that_stood_there_may_stay_though_nobody_knows_them(self, app: Flask, mara: FlaskClient) -> None:
        definition = in_force(mara)
        option, name = next(
            (option.key, name)
            for option in definition.by_key["work"].options
            for name, fit in option.fits.items()
            if fit.value == 3
        )
        assert judge(mara, f"{option}.{name}", evidence="opinion", reason="Said otherwise").status_code == 303
        publish(mara)
        assert cell_in_force(mara, option, name).via == ("a-package-of-old",)

    def test_are_part_of_what_two_people_choose_from(self, mara: FlaskClient, jo: FlaskClient) -> None:
        form = filled(jo.get(WORK).text)
        judge(mara, value="3", reason="By a package", also="flask-admin")
        response = jo.post(WORK, data={**form, f"value.{CELL}": "3", f"also.{CELL}": "celery"})
        assert response.status_code == 409
        assert "by flask-admin" in response.text
        assert filled(response.text)[f"via.{CELL}"] == ["celery"]

    def test_are_told_before_the_publication(self, mara: FlaskClient) -> None:
        judge(mara, value="3", reason="By a package", also="flask-admin")
        assert "Comes with flask-admin" in mara.get(PUBLISH).text


class TestPublication:
    def test_shows_what_changes_and_the_audit_first(self, app: Flask, mara: FlaskClient) -> None:
        judge(mara, value="1", reason="Now painful")
        page = unescape(mara.get(PUBLISH).text)
        assert "1 fit was judged again: Flask 1." in page
        assert "Now painful" in page
        row = drafted(app)
        assert row is not None
        found = audit(parse_definition(row.document))
        for chance in found.chances:
            assert f'<td class="n">{chance.points}</td>' in page
        assert found.version[:12] in page

    def test_stores_who_when_why_and_the_audit(self, app: Flask, mara: FlaskClient) -> None:
        judge(mara, value="1", reason="Now painful")
        publish(mara, "  Tried   3.1 ")
        assert drafted(app) is None
        with app.app_context():
            version = definitions.edition_version()
            row = db.session.get(PublishedDefinition, version)
            assert row is not None
            assert (row.who, row.note, row.origin) == ("mara", "Tried 3.1", Origin.EDITION)
            assert row.audit == audit_document(audit(definitions.definition_of(row.version)))

    @pytest.mark.parametrize(
        ("note", "message"),
        [("", "Say why in a few words"), ("x" * 281, "at most 280 fit"), ("a\u202eb", "cannot be stored")],
    )
    def test_needs_a_note(self, app: Flask, mara: FlaskClient, note: str, message: str) -> None:
        judge(mara, value="1", reason="Now painful")
        response = press(mara, "publish", note=note)
        assert response.status_code == 422
        assert message in response.text
        assert f'value="{note}"' in response.text
        assert drafted(app) is not None

    def test_refuses_what_todays_checks_refuse(self, app: Flask, mara: FlaskClient) -> None:
        before = in_force(mara)
        form = filled(mara.get(WORK).text)
        alike = {name: "3" if name.startswith("value.") else value for name, value in form.items()}
        assert mara.post(WORK, data=alike).status_code == 303
        assert "tells nothing apart" in mara.get(PUBLISH).text
        response = press(mara, "publish", note="Try")
        assert response.status_code == 422
        assert "makes no difference" in response.text
        assert in_force(mara) == before

    def test_discarding_asks_first(self, app: Flask, mara: FlaskClient) -> None:
        judge(mara, value="1", reason="Now painful")
        page = mara.get(PUBLISH).text
        assert 'value="discard"' not in page
        assert 'value="discard"' in mara.get(f"{PUBLISH}?discard=1").text
        assert drafted(app) is not None
        assert press(mara, "discard").status_code == 303
        assert drafted(app) is None

    def test_without_a_draft_there_is_nothing_to_press(self, app: Flask, mara: FlaskClient) -> None:
        page = mara.get(PUBLISH).text
        assert 'name="do"' not in page
        version = in_force(mara).version
        token = inputs(mara.get(WORK).text)["csrf_token"][0]
        for do, status in (("publish", 409), ("discard", 409), ("take", 409), ("catch-up", 409), ("else", 422)):
            response = mara.post(PUBLISH, data={"csrf_token": token, "seen": version, "note": "x", "do": do})
            assert response.status_code == status, do
        assert in_force(mara).version == version


class TestTheFile:
    def test_never_overwrites_what_maintainers_published(self, app: Flask, mara: FlaskClient, instance: Path) -> None:
        judge(mara, value="1", reason="Now painful")
        publish(mara)
        version = in_force(mara).version
        assert load(app).startswith(
            f"content questionnaire: kept version {version[:12]} as mara published it; not published: "
        )
        change_file(instance, "What will the backend mostly do?", "What will it mostly do?")
        assert "kept" in load(app)
        assert in_force(mara).version == version

    def test_is_offered_and_taken_with_the_fits_of_maintainers(
        self, app: Flask, mara: FlaskClient, instance: Path
    ) -> None:
        judge(mara, value="1", reason="Now painful")
        publish(mara)
        assert "The content file has changed" not in mara.get(PUBLISH).text, "it is what they began with"
        change_file(instance, "What will the backend mostly do?", "What will it mostly do?")
        change_file(instance, "Models, permissions and an admin site are part of it", "All of it is there")
        assert "The content file has changed" in mara.get(PUBLISH).text
        assert "The content file has changed" in mara.get(FITS).text
        assert press(mara, "take").status_code == 303
        page = mara.get(PUBLISH).text
        assert "The content file has changed" not in page
        assert "How it differs from the content file" in page
        publish(mara)
        definition = in_force(mara)
        assert definition.by_key["work"].text == "What will it mostly do?"
        assert cell_in_force(mara).reason == "Now painful"
        assert cell_in_force(mara, "records", "django").reason == "All of it is there"
        assert "The content file has changed" not in mara.get(PUBLISH).text
        assert "kept" in load(app)

    def test_taken_twice_brings_what_is_new_each_time(self, app: Flask, mara: FlaskClient, instance: Path) -> None:
        judge(mara, value="1", reason="Now painful")
        publish(mara)
        change_file(instance, "Models, permissions and an admin site are part of it", "All of it is there")
        press(mara, "take")
        change_file(instance, "All of it is there", "Really all of it")
        press(mara, "take")
        publish(mara)
        assert cell_in_force(mara, "records", "django").reason == "Really all of it"
        change_file(instance, "Really all of it", "Nearly all of it")
        press(mara, "take")
        publish(mara)
        assert cell_in_force(mara, "records", "django").reason == "Nearly all of it"
        assert cell_in_force(mara).reason == "Now painful"

    def test_that_is_published_while_a_draft_waits_is_put_under_it(
        self, app: Flask, mara: FlaskClient, instance: Path
    ) -> None:
        judge(mara, value="1", reason="Now painful")
        change_file(instance, "What will the backend mostly do?", "What will it mostly do?")
        assert "published" in load(app)
        page = mara.get(PUBLISH).text
        assert "Another version has been published" in page
        assert 'value="publish"' not in page
        assert press(mara, "publish", note="x").status_code == 409
        assert press(mara, "catch-up").status_code == 303
        publish(mara)
        assert in_force(mara).by_key["work"].text == "What will it mostly do?"
        assert cell_in_force(mara).reason == "Now painful"

    def test_with_a_fault_is_not_offered(self, app: Flask, mara: FlaskClient, instance: Path) -> None:
        judge(mara, value="1", reason="Now painful")
        publish(mara)
        change_file(instance, "reviewed_on = ", "reviewed_on = 1 # ")
        assert mara.get(PUBLISH).status_code == 200
        with app.app_context():
            assert content.file_to_take() is None

    def test_of_the_same_content_is_in_force(self, app: Flask, mara: FlaskClient, instance: Path) -> None:
        change_file(instance, "What will the backend mostly do?", "What will it mostly do?")
        shipped = cell_in_force(mara).reason
        judge(mara, value="1", reason="Now painful")
        publish(mara)
        change_file(instance, shipped, "JSON is built in")
        press(mara, "take")
        with app.app_context():
            file = content.read().definition
            row = db.session.get(Draft, 1)
            assert row is not None
            row.document = file.document()
            db.session.commit()
        publish(mara)
        assert "has in force" in load(app)

    def test_an_edition_from_before_there_were_audits_gets_one(self, app: Flask, mara: FlaskClient) -> None:
        with app.app_context():
            db.session.execute(update(PublishedDefinition).values(audit=None, from_file_at=None))
            db.session.commit()
        assert "has in force" in load(app)
        with app.app_context():
            row = db.session.scalars(select(PublishedDefinition)).one()
            assert row.audit == audit_document(audit(definitions.definition_of(row.version)))
            assert row.from_file_at is not None
            assert db.session.scalar(select(func.count()).select_from(PublishedDefinition)) == 1


def test_what_maintainers_publish_is_what_visitors_answer(app: Flask, client: FlaskClient, mara: FlaskClient) -> None:
    judge(mara, value="0", reason="Not at all")
    publish(mara)
    location = submit(client, {**first_options(client, 6), "q-work": "api", "w-work": "must"}).location
    result = client.get(f"{location}/result.json").json
    assert "flask" in [out["alternative"] for out in result["left_out"]]
    assert result["definition"] == in_force(client).version
