"""What is measured or sourced rests on something that visitors can read: when saved, published, imported, checked."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import delete

from fwsite.blueprints.questionnaire import content
from fwsite.blueprints.questionnaire.models import Draft, PublishedDefinition
from fwsite.cli.main import main
from fwsite.domain.evidence import Evidence
from fwsite.domain.grounds import as_founded, faults
from fwsite.domain.items import Kind
from fwsite.domain.questionnaire import Fit
from fwsite.domain.versions import with_fits
from fwsite.extend import ContentError, db
from tests.blueprints.comparison.test_editing import press as press_in_comparison
from tests.blueprints.comparison.test_history import add
from tests.blueprints.questionnaire.test_fits import (
    WORK,
    cell_in_force,
    change_file,
    filled,
    judge,
    press,
    publish,
)
from tests.support.people import signed_in
from tests.support.strategies import define

PLACE = ("work", "api", "flask")


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return signed_in(app, "mara")


def make_draft_point(app: Flask) -> None:
    add(app, "flask-hidden", Kind.CLAIM, like="flask-extensions", text="Not public yet", state="draft")


class TestSaving:
    @pytest.mark.parametrize("key", ["flask-set", "flask-hidden"], ids=["unknown", "draft"])
    @pytest.mark.parametrize("evidence", list(Evidence))
    def test_refuses_what_no_visitor_can_read_by_its_key(
        self, app: Flask, mara: FlaskClient, key: str, evidence: Evidence
    ) -> None:
        make_draft_point(app)
        page = judge(mara, value="1", reason="So", evidence=evidence.value, claims=f"flask-extensions, {key}")
        assert page.status_code == 422
        assert f"“{key}”, which is no published point" in unescape(page.text)
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
        assert "“flask-extensions”, which is no published point" in unescape(page.text)
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


class TestTheFile:
    def test_that_rests_on_nothing_leaves_in_force_what_was(self, app: Flask, instance: Path) -> None:
        change_file(instance, '"django-admin"]', '"django-admln"]')
        with app.app_context():
            assert "“django-admln”, which is no published point" in content.load()
            assert "not published" in content.load()
        assert "django-admln" not in app.test_client().get("/questionnaire/definition.json").text

    def test_on_a_new_site_is_refused(self, app: Flask, instance: Path) -> None:
        change_file(instance, '"django-admin"]', '"django-admln"]')
        with app.app_context():
            db.session.execute(delete(PublishedDefinition))
            db.session.commit()
            with pytest.raises(ContentError, match="django-admln"):
                content.load()

    def test_is_named_by_the_check(self, instance: Path, runner: FlaskCliRunner) -> None:
        assert runner.invoke(main, ["--instance", str(instance), "content", "check"]).exit_code == 0
        change_file(instance, '"django-admin"]', '"django-admln"]')
        checked = runner.invoke(main, ["--instance", str(instance), "content", "check"])
        assert checked.exit_code == 1
        assert "“django-admln”, which is no published point" in checked.output


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
        told = as_founded(definition, {"there"}).by_key["q1"].by_key
        assert told["a"].fits["birch"].evidence is Evidence.SOURCED
        assert told["b"].fits["ash"].evidence is Evidence.OPINION
        assert as_founded(definition, {"there", "gone"}) == definition
