"""What is measured or sourced rests on something that visitors can read: when saved, published, imported, checked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import delete

from fwsite.blueprints.comparison.models import ReleaseFacts
from fwsite.blueprints.questionnaire import content
from fwsite.blueprints.questionnaire.models import Draft, PublishedDefinition
from fwsite.cli.main import main
from fwsite.domain.evidence import Evidence
from fwsite.domain.grounds import UNMEASURED, as_founded, faults
from fwsite.domain.items import Kind
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import Fit
from fwsite.domain.versions import with_fits
from fwsite.extend import ContentError, db
from tests.blueprints.comparison.test_editing import press as press_in_comparison
from tests.blueprints.comparison.test_history import add
from tests.blueprints.questionnaire.test_fits import (
    SHIPPED,
    WORK,
    cell_in_force,
    change_file,
    filled,
    judge,
    press,
    publish,
)
from tests.support.forms import submit
from tests.support.people import signed_in
from tests.support.strategies import define

PLACE = ("work", "api", "flask")


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return signed_in(app, "mara")


def make_draft_point(app: Flask) -> None:
    add(app, "flask-hidden", Kind.CLAIM, like="flask-extensions", text="Not public yet", state="draft")


def call_measured(instance: Path, key: str) -> None:
    """Have the file call one fit of Flask's measured, which rests on this point."""
    cell = r'^flask = \{ fit = (\d), reason = "[^"]*", claims = .*$'
    fit = rf'flask = {{ fit = \1, reason = "So", claims = ["{key}"], evidence = "measured" }}'
    text, changed = re.subn(cell, fit, SHIPPED.read_text(), count=1, flags=re.MULTILINE)
    assert changed
    (instance / "questionnaire.toml").write_text(text)


class TestSaving:
    @pytest.mark.parametrize("key", ["flask-set", "flask-hidden"], ids=["unknown", "draft"])
    @pytest.mark.parametrize("evidence", list(Evidence))
    def test_refuses_what_no_visitor_can_read_by_its_key(
        self, app: Flask, mara: FlaskClient, key: str, evidence: Evidence
    ) -> None:
        make_draft_point(app)
        page = judge(mara, value="1", reason="So", evidence=evidence.value, claims=f"flask-extensions, {key}")
        assert page.status_code == 422
        assert f"“{key}”, which is not a published point" in unescape(page.text)
        with app.app_context():
            assert db.session.get(Draft, 1) is None

    def test_a_point_is_picked_from_those_of_the_framework(self, mara: FlaskClient) -> None:
        page = mara.get(WORK).text
        picker = page[page.index('name="add.api.flask"') :].partition("</select>")[0]
        assert 'value="flask-extensions"' in picker and 'value="django-parts"' not in picker
        assert judge(mara, value="1", reason="So", claims="flask-set-up,", add="flask-extensions").status_code == 303
        assert filled(mara.get(WORK).text)["claims.api.flask"] == ["flask-set-up, flask-extensions"]


class TestPublishing:
    def test_refuses_a_fit_whose_point_was_retired_meanwhile(self, app: Flask, mara: FlaskClient) -> None:
        judge(mara, value="1", reason="So", evidence="sourced", claims="flask-extensions")
        assert press_in_comparison(mara, "/comparison/work/claim/flask-extensions/retire").status_code == 303
        page = press(mara, "publish", note="Tried")
        assert page.status_code == 422
        assert "“flask-extensions”, which is not a published point" in unescape(page.text)
        assert press_in_comparison(mara, "/comparison/work/claim/flask-extensions/restore").status_code == 303
        publish(mara)
        assert cell_in_force(mara).evidence is Evidence.SOURCED  # type: ignore[union-attr]

    def test_what_loses_its_last_point_is_told_as_an_opinion(self, mara: FlaskClient) -> None:
        judge(mara, value="1", reason="So", evidence="sourced", claims="flask-extensions, flask-set-up")
        publish(mara)
        press_in_comparison(mara, "/comparison/work/claim/flask-extensions/retire")
        assert cell_in_force(mara).evidence is Evidence.SOURCED  # type: ignore[union-attr]
        press_in_comparison(mara, "/comparison/work/claim/flask-set-up/retire")
        assert cell_in_force(mara).evidence is Evidence.OPINION  # type: ignore[union-attr]
        press_in_comparison(mara, "/comparison/work/claim/flask-set-up/restore")
        assert cell_in_force(mara).evidence is Evidence.SOURCED  # type: ignore[union-attr]


class TestMeasured:
    """A fit may be called measured while a run in force does not contradict one of its points."""

    def test_is_refused_of_what_no_run_has_measured(self, mara: FlaskClient) -> None:
        page = judge(mara, value="1", reason="So", evidence="measured", claims="flask-extensions")
        assert page.status_code == 422 and UNMEASURED in unescape(page.text)
        done = judge(mara, value="1", reason="So", evidence="measured", claims="flask-extensions, flask-added-memory")
        assert done.status_code == 303

    @pytest.mark.usefixtures("without_run")
    def test_is_refused_without_a_run(self, mara: FlaskClient) -> None:
        page = judge(mara, value="1", reason="So", evidence="measured", claims="flask-added-memory")
        assert page.status_code == 422 and UNMEASURED in unescape(page.text)

    def test_is_refused_of_what_a_run_contradicts(self, mara: FlaskClient, instance: Path) -> None:
        ratio = 'measure = "memory", workload = "resident", entry = "flask", against = "django", words = "memory"'
        rule = f'[[claims]]\nkey = "flask-added-memory"\nratios = [{{ {ratio}, expect = "more" }}]\n'
        (instance / "measured.toml").write_text(rule)
        page = judge(mara, value="1", reason="So", evidence="measured", claims="flask-added-memory")
        assert page.status_code == 422 and UNMEASURED in unescape(page.text)
        (instance / "measured.toml").write_text(rule.replace("more", "less"))
        assert judge(mara, value="1", reason="So", evidence="measured", claims="flask-added-memory").status_code == 303

    def test_has_its_receipt_beside_it_in_a_result(self, mara: FlaskClient, client: FlaskClient) -> None:
        judge(mara, value="4", reason="So it was", evidence="measured", claims="flask-added-memory")
        publish(mara)
        assert cell_in_force(mara).evidence is Evidence.MEASURED  # type: ignore[union-attr]
        page = client.get(submit(client, {"q-work": "api"}).location).text
        grounds = re.search(r"So it was.*?</dl>", page, re.DOTALL)
        assert grounds and '<span class="ev measured">Measured</span>' in grounds[0]
        assert 'href="/comparison/measured/reference">Supported</a>: <b>1.60</b>' in grounds[0]

    def test_is_an_opinion_once_its_receipt_has_expired(
        self, app: Flask, mara: FlaskClient, instance: Path, runner: FlaskCliRunner
    ) -> None:
        judge(mara, value="1", reason="So", evidence="measured", claims="flask-added-memory")
        publish(mara)
        facts = {"version": "3.2.0", "python": ">=3.11", "requires": [], "licence": "", "size": 1, "is_wheel": True}
        day = date(2027, 8, 1)
        with app.app_context():
            db.session.add(ReleaseFacts(package="flask", facts={**facts, "read_on": str(day)}, read_on=day))
            db.session.commit()
        assert cell_in_force(mara).evidence is Evidence.OPINION  # type: ignore[union-attr]

    def test_in_a_file_is_named_by_the_check(self, instance: Path, runner: FlaskCliRunner) -> None:
        call_measured(instance, "flask-set-up")
        checked = runner.invoke(main, ["--instance", str(instance), "content", "check"])
        assert checked.exit_code == 1 and UNMEASURED in checked.output
        call_measured(instance, "flask-added-memory")
        checked = runner.invoke(main, ["--instance", str(instance), "content", "check"])
        assert checked.exit_code == 0 and UNMEASURED not in checked.output

    @pytest.mark.usefixtures("without_run")
    def test_in_a_file_is_told_where_no_run_is_in_force_and_harms_nothing(
        self, app: Flask, instance: Path, runner: FlaskCliRunner
    ) -> None:
        call_measured(instance, "flask-added-memory")
        checked = runner.invoke(main, ["--instance", str(instance), "content", "check"])
        assert checked.exit_code == 0 and UNMEASURED in checked.output
        with app.app_context():
            assert content.load().startswith("published")


class TestTheFile:
    def test_that_rests_on_nothing_leaves_in_force_what_was(self, app: Flask, instance: Path) -> None:
        change_file(instance, '"django-translations"]', '"django-admln"]')
        with app.app_context():
            assert "“django-admln”, which is not a published point" in content.load()
            assert "not published" in content.load()
        assert "django-admln" not in app.test_client().get("/questionnaire/definition.json").text

    def test_on_a_new_site_is_refused(self, app: Flask, instance: Path) -> None:
        change_file(instance, '"django-translations"]', '"django-admln"]')
        with app.app_context():
            db.session.execute(delete(PublishedDefinition))
            db.session.commit()
            with pytest.raises(ContentError, match="django-admln"):
                content.load()

    def test_is_named_by_the_check(self, instance: Path, runner: FlaskCliRunner) -> None:
        assert runner.invoke(main, ["--instance", str(instance), "content", "check"]).exit_code == 0
        change_file(instance, '"django-translations"]', '"django-admln"]')
        checked = runner.invoke(main, ["--instance", str(instance), "content", "check"])
        assert checked.exit_code == 1
        assert "“django-admln”, which is not a published point" in checked.output


def test_recommend_uses_what_maintainers_have_published(
    mara: FlaskClient, instance: Path, runner: FlaskCliRunner
) -> None:
    questions = mara.get("/questionnaire/definition.json").json["questions"]
    answers = {"answers": {each["key"]: {"options": [each["options"][0]["key"]]} for each in questions}}
    answers["answers"]["work"] = {"options": ["api"]}

    def recommended() -> str:
        given = json.dumps(answers)
        done = runner.invoke(main, ["--instance", str(instance), "recommend", "-"], input=given)
        assert done.exit_code == 0, done.output
        return done.output

    before = recommended()
    judge(mara, value="0", reason="Not any more")
    assert recommended() == before
    publish(mara)
    assert recommended() != before


class TestTheRule:
    def test_an_opinion_needs_no_ground_and_every_other_fit_does(self) -> None:
        plain = define({"a": (0, 4), "b": (4, 0)})
        fits = {
            ("q1", "a", "ash"): Fit(0, "So", ("gone",), Evidence.OPINION),
            ("q1", "a", "birch"): Fit(4, "So", ("gone", "there"), Evidence.SOURCED),
            ("q1", "b", "ash"): Fit(4, "So", ("gone",), Evidence.MEASURED),
        }
        definition = with_fits(plain, fits)
        assert [fault.place for fault in faults(definition, {"there": ""}, ())] == [
            'question "q1", option "a", fit of "birch"',
            'question "q1", option "b", fit of "ash"',
        ]
        told = as_founded(definition, {"there"}, {"there"}).by_key["q1"].by_key
        assert told["a"].fits["birch"].evidence is Evidence.SOURCED
        assert told["b"].fits["ash"].evidence is Evidence.OPINION
        assert as_founded(definition, {"there", "gone"}, {"gone"}) == definition

    def test_what_is_measured_needs_one_point_that_is(self) -> None:
        plain = define({"a": (0, 4), "b": (4, 0)})
        fits = {
            ("q1", "a", "ash"): Fit(0, "So", ("said", "run"), Evidence.MEASURED),
            ("q1", "a", "birch"): Fit(4, "So", ("said",), Evidence.MEASURED),
            ("q1", "b", "ash"): Fit(4, "So", ("said",), Evidence.SOURCED),
        }
        note = Note("n", (("q1", "a"),), "Mind this.", claims=("said",), evidence=Evidence.MEASURED)
        definition = replace(with_fits(plain, fits), notes=(note, note._replace(key="m", claims=("run",))))
        found = {"said": "", "run": ""}
        assert list(faults(definition, found, ())) == []
        assert [(fault.place, fault.message) for fault in faults(definition, found, (), measured={"run"})] == [
            ('note "n"', UNMEASURED),
            ('question "q1", option "a", fit of "birch"', UNMEASURED),
        ]
        told = as_founded(definition, found, {"run"})
        assert told.by_key["q1"].by_key["a"].fits["ash"].evidence is Evidence.MEASURED
        assert told.by_key["q1"].by_key["a"].fits["birch"].evidence is Evidence.OPINION
        assert [each.evidence for each in told.notes] == [Evidence.OPINION, Evidence.MEASURED]
