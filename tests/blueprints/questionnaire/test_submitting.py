"""Forms of the questionnaire as they arrive: what is taken and what is refused, whoever sent it and however often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.extend import Extension, Limit, db, limited
from fwsite.web.signing import new_submission
from tests.plugins.test_contract import install
from tests.support.forms import first_options, inputs, open_form
from tests.support.people import send, signed_in

PATH = "/questionnaire/"
URLENCODED = "application/x-www-form-urlencoded"
Fields = dict[str, Any]


def filled(client: FlaskClient, **others: Any) -> Fields:
    return {**open_form(client), **first_options(client, 5), **others}


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredResponse)) or 0


def first(form: Fields) -> str:
    return next(name for name in form if name.startswith("q-"))


def size(form: Fields) -> int:
    return len(urlencode(form, doseq=True))


Change = Callable[[FlaskClient, Fields], dict[str, Any]]
SENT: dict[str, tuple[int, Change]] = {
    "as it is": (303, lambda _, form: {"data": form}),
    "no token": (400, lambda _, form: {"data": form | {"csrf_token": ""}}),
    "token left out": (400, lambda _, form: {"data": {k: v for k, v in form.items() if k != "csrf_token"}}),
    "two tokens": (400, lambda _, form: {"data": form | {"csrf_token": ["x", form["csrf_token"][0]]}}),
    "altered token": (400, lambda _, form: {"data": form | {"csrf_token": form["csrf_token"][0][:-1] + "~"}}),
    "token of another": (
        400,
        lambda client, form: {"data": form | {"csrf_token": open_form(client.application.test_client())["csrf_token"]}},
    ),
    "token of another in a header": (
        400,
        lambda client, form: {
            "data": form | {"csrf_token": ""},
            "headers": {"X-CSRFToken": open_form(client.application.test_client())["csrf_token"][0]},
        },
    ),
    "no cookie": (400, lambda client, form: {"data": form, "headers": {"Cookie": "other=1"}} | forget(client)),
    "token in a header": (
        303,
        lambda _, form: {"data": form | {"csrf_token": ""}, "headers": {"X-CSRFToken": form["csrf_token"][0]}},
    ),
    "query": (303, lambda _, form: {"data": form, "query_string": {"a": "b"}}),
    "many parts": (303, lambda _, form: {"data": form, "content_type": "multipart/form-data"}),
    "charset": (303, lambda _, form: {"data": urlencode(form, doseq=True)} | typed(f"{URLENCODED}; charset=utf-8")),
    "upper case type": (303, lambda _, form: {"data": urlencode(form, doseq=True)} | typed(URLENCODED.upper())),
    "type of a text": (415, lambda _, form: {"data": urlencode(form, doseq=True)} | typed("text/plain")),
    "no type": (415, lambda _, form: {"data": urlencode(form, doseq=True)} | typed("")),
    "compressed": (
        400,
        lambda _, form: {"data": b"\x1f\x8b" + bytes(99), "headers": {"Content-Encoding": "gzip"}} | typed(URLENCODED),
    ),
    "unknown field": (422, lambda _, form: {"data": form | {"q-other": "x"}}),
    "unknown option": (422, lambda _, form: {"data": form | {first(form): "other"}}),
    "surrogate": (422, lambda _, form: {"data": urlencode(form, doseq=True) + "&q-x=%ED%A0%80"} | typed(URLENCODED)),
    "one answer twice": (422, lambda _, form: {"data": form | {first(form): [form[first(form)]] * 2}}),
    "unknown weight": (422, lambda _, form: {"data": form | {f"w{first(form)[1:]}": "heavy"}}),
    "nothing answered": (200, lambda _, form: {"data": {k: v for k, v in form.items() if not k.startswith("q-")}}),
    "submission that is none": (422, lambda _, form: {"data": form | {"submission": "short"}}),
    "no submission": (422, lambda _, form: {"data": {k: v for k, v in form.items() if k != "submission"}}),
    "two submissions": (422, lambda _, form: {"data": form | {"submission": [new_submission(), new_submission()]}}),
    "very long": (422, lambda _, form: {"data": form | {"q-other": "x" * 70_000}}),
}


def typed(content_type: str) -> dict[str, Any]:
    return {"content_type": content_type}


def forget(client: FlaskClient) -> dict[str, Any]:
    client.delete_cookie(client.application.config["SESSION_COOKIE_NAME"])
    return {}


@pytest.mark.parametrize("what", SENT)
def test_a_form_is_taken_or_refused_the_second_time_as_the_first(app: Flask, client: FlaskClient, what: str) -> None:
    """What the site knows of forms that came before makes none of its checks shorter."""
    assert client.post(PATH, data=filled(client)).status_code == 303
    status, change = SENT[what]
    for turn in (1, 2):
        answer = client.post(PATH, **change(client, filled(client)))
        assert answer.status_code == status
        assert stored(app) == 1 + turn * (status == 303)
        assert (PATH in (answer.location or "")) == (status == 303)
        assert answer.cache_control.no_store and answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_form_that_is_sent_again_some_other_way_is_stored_once(app: Flask, client: FlaskClient) -> None:
    form = filled(client)
    token = form["csrf_token"][0]
    ways: list[dict[str, Any]] = [
        {"data": form},
        {"data": form, "query_string": "by=another"},
        {"data": form, "content_type": "multipart/form-data"},
        {"data": form | {"csrf_token": ""}, "headers": {"X-CSRFToken": token}},
        {"data": dict(reversed(form.items()))},
    ]
    assert len({client.post(PATH, **way).location for way in ways}) == 1
    assert stored(app) == 1


@pytest.mark.parametrize("referrer", [None, "https://localhost/questionnaire/", "https://elsewhere.example/", ""])
def test_a_form_sent_over_https_is_taken_whatever_its_referrer_and_says_so(
    app: Flask, client: FlaskClient, referrer: str | None
) -> None:
    """Pages of results send no Referer, and the token protects."""
    base: dict[str, Any] = {"base_url": "https://localhost"}
    given = {} if referrer is None else {"headers": {"Referer": referrer}}
    for turn in (1, 2):
        form = {**inputs(client.get(PATH, **base).text), **first_options(client, 5)}
        answer = client.post(PATH, data=form, **base, **given)
        assert (answer.status_code, stored(app)) == (303, turn)
        assert "Strict-Transport-Security" in answer.headers
        assert client.get(answer.location, **base).status_code == 200


def test_a_token_of_somebody_who_has_signed_out_since_is_refused_and_the_answers_kept(app: Flask) -> None:
    client = signed_in(app)
    form = filled(client)
    assert send(client, "/account/sign-out").status_code == 303
    answer = client.post(PATH, data=form)
    assert (answer.status_code, stored(app)) == (400, 0)
    again = inputs(answer.text)
    assert again[first(form)] == [form[first(form)]]
    assert client.post(PATH, data=again).status_code == 303
    assert stored(app) == 1


@pytest.fixture
def visitors(shared_app: Flask) -> Iterator[list[tuple[str, Fields]]]:
    """The cookies and forms of two visitors."""
    found = []
    for _ in range(2):
        client = shared_app.test_client()
        form = filled(client)
        cookie = client.get_cookie(shared_app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        found.append((cookie.value, form))
    yield found
    with shared_app.app_context():
        db.session.execute(delete(StoredResponse))
        db.session.commit()


places = st.integers(0, 200)
letters = st.sampled_from("aZ0-_.~")


def altered(text: str, change: tuple[int, str] | None) -> str:
    """One letter changed; the last one stays, of which some bits mean nothing."""
    if change is None:
        return text
    at = change[0] % (len(text) - 1)
    return text[:at] + change[1] + text[at + 1 :]


@given(
    st.tuples(st.sampled_from((0, 1)), st.sampled_from((0, 1))),
    st.none() | st.tuples(places, letters),
    st.none() | st.tuples(places, letters),
)
@example((0, 0), None, None)
@example((0, 1), None, None)
def test_law_a_token_is_taken_from_its_own_visitor_alone_and_only_whole(
    shared_app: Flask,
    visitors: list[tuple[str, Fields]],
    whose: tuple[int, int],
    of_token: tuple[int, str] | None,
    of_cookie: tuple[int, str] | None,
) -> None:
    cookie, form = visitors[whose[0]][0], visitors[whose[1]][1]
    token = form["csrf_token"][0]
    sent_cookie, sent_token = altered(cookie, of_cookie), altered(token, of_token)
    fine = whose[0] == whose[1] and (sent_cookie, sent_token) == (cookie, token)
    client, before = shared_app.test_client(), stored(shared_app)
    client.set_cookie(shared_app.config["SESSION_COOKIE_NAME"], sent_cookie)
    answer = client.post(PATH, data=form | {"csrf_token": sent_token, "submission": new_submission()})
    assert answer.status_code == (303 if fine else 400)
    assert stored(shared_app) == before + fine


@pytest.mark.parametrize("limit", [16_384, 65_536])
def test_a_body_is_refused_from_one_byte_above_the_limit_on(make_app: Callable[..., Flask], limit: int) -> None:
    """Also by a site that has taken forms already."""
    app = make_app(MAX_BODY_BYTES=limit)
    client = app.test_client()
    assert client.post(PATH, data=filled(client)).status_code == 303
    form = filled(client, **{"q-other": ""})
    for over, status in ((0, 422), (1, 413)):
        answer = client.post(PATH, data=form | {"q-other": "x" * (limit - size(form) + over)})
        assert (answer.status_code, stored(app)) == (status, 1)
    assert client.post(PATH, data=filled(client)).status_code == 303


def test_hooks_of_an_extension_see_every_form_that_is_sent(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]
) -> None:
    seen: list[tuple[str, int]] = []
    blueprint = Blueprint("notes", __name__)
    blueprint.before_app_request(lambda: seen.append((request.method, len(request.form))))  # type: ignore[arg-type]
    install(monkeypatch, Extension(name="notes", title="Notes", blueprint=blueprint))
    client = make_app().test_client()
    form = filled(client)
    for turn in (1, 2, 3):
        seen.clear()
        assert client.post(PATH, data=form | {"submission": new_submission()}).status_code == 303, turn
        assert seen == [("POST", len(form))]


def test_a_limit_that_an_extension_puts_on_the_form_holds_from_the_first_one_on(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    submit = app.view_functions["questionnaire.submit"]
    app.view_functions["questionnaire.submit"] = limited(Limit("2 per minute", scope="answers"))(submit)
    client = app.test_client()
    form = filled(client)
    statuses = [client.post(PATH, data=form | {"submission": new_submission()}).status_code for _ in range(4)]
    assert (statuses, stored(app)) == ([303, 303, 429, 429], 2)
