"""Forms that are answered before Flask's dispatch: the same answer and checks, and the view for everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, g, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf, validate_csrf
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, TestResponse
from wtforms import ValidationError

from fwsite.blueprints.questionnaire import submission_store
from fwsite.blueprints.questionnaire.forms import sent_answers, shape_faults
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.blueprints.questionnaire.submission_parser import Sheet
from fwsite.domain.answers import AnswerError, canonical_answers, parse_answers
from fwsite.domain.integer_scoring import Board
from fwsite.extend import db
from fwsite.web.sessions import is_visitors_own
from fwsite.web.signing import new_submission

from .forms import first_options, inputs, open_form, submit
from .strategies import definitions

PATH = "/questionnaire/"
Fields = dict[str, Any]


@pytest.fixture
def view_calls(app: Flask, client: FlaskClient) -> list[str]:
    """Grows by one when the view is called; one form was answered by it already."""
    calls: list[str] = []
    view = app.view_functions["questionnaire.submit"]

    def called(**values: object) -> Any:
        calls.append("called")
        return view(**values)

    app.view_functions["questionnaire.submit"] = called
    assert submit(client, first_options(client, 4)).status_code == 303
    assert calls == ["called"]
    return calls


def filled(client: FlaskClient, **others: Any) -> Fields:
    return {**open_form(client), **first_options(client, 5), **others}


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredResponse)) or 0


def test_the_answer_is_like_the_one_of_the_view(app: Flask, client: FlaskClient, view_calls: list[str]) -> None:
    made = client.post(PATH, query_string={"by": "the view"}, data=filled(client))
    alike = client.post(PATH, data=filled(client))
    assert (len(view_calls), stored(app)) == (2, 3)
    assert made.location != alike.location
    assert _with(made, "/questionnaire/TOKEN") == _with(alike, "/questionnaire/TOKEN")
    result = client.get(alike.location)
    assert (result.status_code, result.headers["Referrer-Policy"]) == (200, "no-referrer")


def _with(answer: TestResponse, location: str) -> tuple[Any, ...]:
    text = answer.text.replace(answer.location, location)
    headers = sorted((name, value.replace(answer.location, location)) for name, value in answer.headers)
    return answer.status, headers, text


def test_a_form_that_is_sent_again_is_stored_once_whoever_answers(
    app: Flask, client: FlaskClient, view_calls: list[str]
) -> None:
    form = filled(client)
    ways: list[dict[str, Any]] = [{}, {}, {"query_string": "by=view"}, {}]
    assert len({client.post(PATH, data=form, **way).location for way in ways}) == 1
    assert (len(view_calls), stored(app)) == (2, 2)


def test_each_is_told_to_the_extensions_once(
    client: FlaskClient, view_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "fwsite.blueprints.questionnaire.views.emit", lambda name, **values: told.append({"name": name, **values})
    )
    form = filled(client)
    for _ in range(2):
        client.post(PATH, data=form)
    [event] = told
    assert event["name"] == "questionnaire.answer_stored"
    assert set(event) == {"name", "version", "recommended"}
    assert len(view_calls) == 1


Change = Callable[[FlaskClient, Fields], dict[str, Any]]
TO_THE_VIEW: dict[str, tuple[int, Change]] = {
    "no token": (400, lambda _, form: {"data": form | {"csrf_token": ""}}),
    "two tokens": (400, lambda _, form: {"data": form | {"csrf_token": ["x", form["csrf_token"][0]]}}),
    "altered token": (400, lambda _, form: {"data": form | {"csrf_token": form["csrf_token"][0][:-1] + "~"}}),
    "token of another": (
        400,
        lambda client, form: {"data": form | {"csrf_token": open_form(client.application.test_client())["csrf_token"]}},
    ),
    "no cookie": (400, lambda client, form: {"data": form, "headers": {"Cookie": "other=1"}} | _forget(client)),
    "query": (303, lambda _, form: {"data": form, "query_string": {"a": "b"}}),
    "many parts": (303, lambda _, form: {"data": form, "content_type": "multipart/form-data"}),
    "unknown field": (422, lambda _, form: {"data": form | {"q-other": "x"}}),
    "unknown option": (422, lambda _, form: {"data": form | {_first(form): "other"}}),
    "option of a surrogate": (422, lambda _, form: {"data": urlencode(form, doseq=True) + "&q-x=%ED%A0%80"} | _TYPE),
    "one answer twice": (422, lambda _, form: {"data": form | {_first(form): [form[_first(form)]] * 2}}),
    "unknown weight": (422, lambda _, form: {"data": form | {f"w{_first(form)[1:]}": "heavy"}}),
    "too few answers": (422, lambda _, form: {"data": {k: v for k, v in form.items() if not k.startswith("q-")}}),
    "submission that is none": (422, lambda _, form: {"data": form | {"submission": "short"}}),
    "two submissions": (422, lambda _, form: {"data": form | {"submission": [new_submission(), new_submission()]}}),
    "very long": (422, lambda _, form: {"data": form | {"q-other": "x" * 70_000}}),
    "token in a header": (
        303,
        lambda _, form: {"data": form | {"csrf_token": ""}, "headers": {"X-CSRFToken": form["csrf_token"][0]}},
    ),
}
_TYPE = {"content_type": "application/x-www-form-urlencoded"}


def _first(form: Fields) -> str:
    return next(name for name in form if name.startswith("q-"))


def _forget(client: FlaskClient) -> dict[str, Any]:
    client.delete_cookie(client.application.config["SESSION_COOKIE_NAME"])
    return {}


@pytest.mark.parametrize("what", TO_THE_VIEW)
def test_what_is_not_as_it_should_be_is_left_to_the_view(
    app: Flask, client: FlaskClient, view_calls: list[str], what: str
) -> None:
    status, change = TO_THE_VIEW[what]
    seen: list[object] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append("dispatched"))  # type: ignore[arg-type]
    sent = change(client, filled(client))
    seen.clear()
    answer = client.post(PATH, **sent)
    assert (answer.status_code, seen) == (status, ["dispatched"])
    assert stored(app) == (2 if status == 303 else 1)
    assert len(view_calls) == (1 if status == 400 else 2)


def test_over_https_the_answer_says_so(client: FlaskClient, view_calls: list[str]) -> None:
    base = {"base_url": "https://localhost"}
    for calls in (2, 2):  # the first one is made, for this scheme
        form = {**inputs(client.get(PATH, **base).text), **first_options(client, 5)}
        answer = client.post(PATH, data=form, **base)
        assert (answer.status_code, len(view_calls)) == (303, calls)
        assert "Strict-Transport-Security" in answer.headers


def test_a_database_that_fails_loses_nothing_that_was_typed(
    app: Flask, client: FlaskClient, view_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(client, submission=new_submission())

    def fail(*_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as broken:
        broken.setattr(submission_store, "store", fail)
        answer = client.post(PATH, data=form)
    assert (answer.status_code, len(view_calls), stored(app)) == (503, 2, 1)
    assert form["submission"] in answer.text
    assert client.post(PATH, data=form).status_code == 303
    assert (len(view_calls), stored(app)) == (2, 2)


class TestToken:
    """What is accepted is what Flask-WTF accepts, and never more."""

    @pytest.fixture
    def visitors(self, app: Flask) -> list[tuple[str, str]]:
        """The cookies and tokens of two visitors."""
        found = []
        for _ in range(2):
            client = app.test_client()
            token = open_form(client)["csrf_token"][0]
            cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            found.append((cookie.value, token))
        return found

    def verdicts(self, app: Flask, cookie: str, token: str) -> tuple[bool, bool]:
        """Ours, and that of Flask-WTF."""
        header = f"{app.config['SESSION_COOKIE_NAME']}={cookie}"
        environ = EnvironBuilder(PATH, method="POST", headers={"Cookie": header}).get_environ()
        with app.request_context(environ):
            try:
                validate_csrf(token)
                theirs = True
            except ValidationError:
                theirs = False
        return is_visitors_own(app, environ, {"csrf_token": [token]}), theirs

    @given(st.data())
    def test_law_our_verdict_is_theirs(self, app: Flask, visitors: list[tuple[str, str]], data: st.DataObject) -> None:
        cookie, token = (data.draw(st.sampled_from([each[part] for each in visitors])) for part in (0, 1))
        place = st.integers(0, 200)
        for _ in range(data.draw(st.integers(0, 1))):
            at, by = data.draw(place) % len(token), data.draw(st.sampled_from("aZ0-_.~"))
            token = token[:at] + by + token[at + 1 :]
        for _ in range(data.draw(st.integers(0, 1))):
            at, by = data.draw(place) % len(cookie), data.draw(st.sampled_from("aZ0-_."))
            cookie = cookie[:at] + by + cookie[at + 1 :]
        ours, theirs = self.verdicts(app, cookie, token)
        assert ours == theirs

    def test_the_right_one_is_accepted_and_none_without_a_session(
        self, app: Flask, visitors: list[tuple[str, str]]
    ) -> None:
        (cookie, token), (other, _) = visitors
        assert self.verdicts(app, cookie, token) == (True, True)
        assert self.verdicts(app, other, token) == (False, False)
        assert self.verdicts(app, "", token) == (False, False)
        assert not is_visitors_own(app, EnvironBuilder(PATH).get_environ(), {"csrf_token": [token]})

    def test_a_session_that_is_made_anew_with_each_answer_is_left_to_the_view(self, app: Flask) -> None:
        with app.test_request_context(PATH):
            app.session_interface.open_session(app, app.request_class(EnvironBuilder(PATH).get_environ()))
            session.permanent = True
            token = generate_csrf()
            serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            cookie = serializer.dumps(dict(session))
            g.pop("csrf_token", None)
        assert self.verdicts(app, cookie, token) == (False, True)


@given(st.data())
def test_law_what_is_read_is_what_the_view_reads(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    sheet = Sheet(definition)
    sent: MultiDict[str, str] = MultiDict({"csrf_token": "x", "submission": "y"})
    for question in definition.questions:
        keys = st.sampled_from([*question.by_key, "not-sure", *(["other"] if data.draw(st.booleans()) else [])])
        most = len(question.options) if question.multiple else data.draw(st.sampled_from([1, 1, 1, 2]))
        for key in data.draw(st.lists(keys, max_size=most)):
            sent.add(f"q-{question.key}", key)
        for weight in data.draw(st.lists(st.sampled_from(["little", "normal", "lot", "must", "x"]), max_size=1)):
            sent.add(f"w-{question.key}", weight)
    if data.draw(st.integers(0, 9)) == 0:
        sent.add("q-unheard-of", "a")
    faults: list[object] = list(shape_faults(definition, sent))
    try:
        answers = parse_answers(definition, sent_answers(definition, sent))
    except AnswerError as error:
        faults += error.faults
    for _ in range(2):  # the second time from what is known
        read = sheet.read(dict(sent.lists()))
        assert (read is None) == bool(faults)
        if read is not None:
            assert read.answers == answers
            assert list(read.answers) == list(answers)
            assert read.canonical == canonical_answers(answers)
            assert read.winners == Board(definition, answers).winners()
            assert read.answered == sum(answer.counts for answer in answers.values())
            assert read.submission == "y"
