"""Events: told once, after the commit, with what there is to know, and to nobody's harm."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.models import Claim
from fwsite.blueprints.questionnaire import content as questionnaire
from fwsite.extend import EventContext, Extension, db
from fwsite.plugins.registry import emit
from tests.blueprints.comparison.test_editing import save
from tests.plugins.test_contract import install
from tests.support.forms import first_options, inputs, open_form, submit
from tests.support.paths import ROOT
from tests.support.people import send, signed_in

pytestmark = pytest.mark.new_app

EVENTS = (
    "article.changed",
    "article.shown",
    "comparison.changed",
    "comparison.suggested",
    "questionnaire.answer_stored",
    "questionnaire.published",
)


class Listener:
    """An extension that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[EventContext] = []

    def hear(self, context: EventContext) -> None:
        assert not db.session().in_transaction()
        self.told.append(context)

    def of(self, name: str) -> list[dict[str, Any]]:
        """The values of each event of that name, and forget all of them."""
        found = [dict(context.values) for context in self.told if context.name == name]
        self.told.clear()
        return found


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    listener = Listener()
    install(monkeypatch, Extension(name="notes", title="Notes", events=dict.fromkeys(EVENTS, listener.hear)))
    return listener


@pytest.fixture
def app(listener: Listener, make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def mara(app: Flask, listener: Listener) -> FlaskClient:
    client = signed_in(app)
    listener.told.clear()
    return client


CLAIM = "/comparison/work/claim/django-parts"


class TestComparison:
    def test_an_edit_is_told_once_it_is_stored(self, app: Flask, mara: FlaskClient, listener: Listener) -> None:
        assert save(mara, CLAIM, text="Batteries").status_code == 303
        [values] = listener.of("comparison.changed")
        assert values == {"items": (("claim", "django-parts"),), "texts": frozenset({"claim.django-parts"})}

    def test_what_was_refused_is_not(self, app: Flask, mara: FlaskClient, listener: Listener) -> None:
        assert save(mara, CLAIM, text="").status_code == 422
        assert listener.of("comparison.changed") == []

    @pytest.mark.parametrize("action", ["retire", "down"])
    def test_buttons_are_told_too(self, mara: FlaskClient, listener: Listener, action: str) -> None:
        assert send(mara, f"{CLAIM}/{action}").status_code == 303
        [values] = listener.of("comparison.changed")
        assert ("claim", "django-parts") in values["items"]

    def test_a_suggestion_is_told_once_however_often_it_is_sent(self, app: Flask, listener: Listener) -> None:
        visitor = app.test_client()
        form = {name: values[0] for name, values in inputs(visitor.get("/comparison/suggest").text).items()}
        form |= {"framework": "flask", "criterion": "memory", "side": "con", "text": "It forgets."}
        form |= {"source_url": "https://example.org/x", "source_title": "X", "source_words": ""}
        for _ in range(2):
            assert visitor.post("/comparison/suggest", data=form).status_code == 303
        assert listener.of("comparison.suggested") == [{"framework": "flask", "criterion": "memory", "claim": ""}]
        assert visitor.post("/comparison/suggest", data={**form, "text": ""}).status_code == 422
        assert listener.of("comparison.suggested") == []

    def test_a_framework_takes_everything_said_of_it_along(self, mara: FlaskClient, listener: Listener) -> None:
        assert send(mara, "/comparison/work/framework/flask/retire").status_code == 303
        [values] = listener.of("comparison.changed")
        assert (values["items"], values["texts"]) == ((("framework", "flask"),), None)

    def test_an_undo_is_a_change(self, mara: FlaskClient, listener: Listener) -> None:
        saved = save(mara, CLAIM, text="Batteries")
        number = saved.location.partition("change=")[2]
        listener.told.clear()
        assert send(mara, f"/comparison/work/undo/{number}").status_code == 303
        assert [values["items"] for values in listener.of("comparison.changed")] == [(("claim", "django-parts"),)]

    def test_a_new_edition_is_one_event(self, app: Flask, instance: Path, listener: Listener) -> None:
        shipped = ROOT / "fwsite" / "content" / "frameworks.toml"
        text = shipped.read_text().replace('name = "Flask"', 'name = "Flask!"', 1)
        (instance / "frameworks.toml").write_text(text)
        with app.app_context():
            content.load()
            assert [values["texts"] for values in listener.of("comparison.changed")] == [None]
            content.load()
        assert listener.told == []


class TestArticle:
    def test_is_told_as_shown_and_as_changed_when_it_is_read_anew(
        self, client: FlaskClient, instance: Path, listener: Listener
    ) -> None:
        file = instance / "articles" / "mine.md"
        file.write_text("---\ntitle: Mine\n---\n\nText.\n")
        client.get("/article/mine")
        told = [(context.name, dict(context.values)) for context in listener.told]
        changed = ("article.changed", {"texts": frozenset({"mine"})})
        assert told == [changed, ("article.shown", {"slug": "mine"})]
        listener.told.clear()
        client.get("/article/mine")
        assert listener.told == []  # the page was kept whole
        file.write_text("---\ntitle: Mine\n---\n\nOther text.\n")
        os.utime(file, (1, 1))
        client.get("/article/mine")
        assert listener.of("article.changed") == [changed[1]]

    def test_that_is_gone_has_changed(self, client: FlaskClient, instance: Path, listener: Listener) -> None:
        file = instance / "articles" / "mine.md"
        file.write_text("---\ntitle: Mine\n---\n\nText.\n")
        client.get("/article/")
        listener.told.clear()
        file.unlink()
        client.get("/article/")
        assert listener.of("article.changed") == [{"texts": frozenset({"mine"})}]

    def test_that_is_not_there_is_not_told(self, client: FlaskClient, listener: Listener) -> None:
        client.get("/article/nowhere")
        assert listener.of("article.shown") == []


class TestQuestionnaire:
    def test_answers_are_told_once_however_often_they_are_sent(self, client: FlaskClient, listener: Listener) -> None:
        form = open_form(client)
        answers = first_options(client, 5)
        for _ in range(3):
            assert client.post("/questionnaire/", data={**form, **answers}).status_code == 303
        [values] = listener.of("questionnaire.answer_stored")
        assert values["recommended"] in ("django", "flask", "fastapi", "none")
        assert len(values["version"]) == 64

    def test_answers_that_were_refused_are_not(self, client: FlaskClient, listener: Listener) -> None:
        assert submit(client, {"q-work": "nonsense"}).status_code == 422
        assert submit(client, {}).status_code == 200
        assert listener.of("questionnaire.answer_stored") == []

    def test_a_new_edition_is_told_once(self, app: Flask, instance: Path, listener: Listener) -> None:
        with app.app_context():
            text = questionnaire.path().read_text()
            (instance / "questionnaire.toml").write_text(text.replace('text = "', 'text = "So: ', 1))
            questionnaire.load()
            assert listener.of("questionnaire.published") == [{"texts": None}]
            questionnaire.load()
        assert listener.told == []


def test_a_listener_that_fails_keeps_nobody_from_anything(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    later = Listener()

    def fails(_context: EventContext) -> None:
        db.session.add(Claim(key="half"))
        raise ZeroDivisionError

    install(monkeypatch, Extension(name="broken", title="Broken", events={"comparison.changed": fails}))
    install(monkeypatch, Extension(name="later", title="Later", events={"comparison.changed": later.hear}))
    mara = signed_in(make_app())
    caplog.clear()
    assert save(mara, CLAIM, text="Batteries").status_code == 303
    assert "Batteries" in mara.get("/comparison/django").text
    assert len(later.of("comparison.changed")) == 1
    [record] = caplog.records
    assert record.getMessage().startswith("extension broken: event comparison.changed failed: ")


def test_what_nobody_listens_to_costs_no_statement(app: Flask) -> None:
    with app.app_context():
        emit("notes.nothing", x=1)
        assert not db.session().in_transaction()
