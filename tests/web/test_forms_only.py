"""The site's own forms take what forms send, and nothing else."""

from __future__ import annotations

import json

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from fwsite.web.shell import csrf
from tests.support.forms import inputs
from tests.support.people import PASSWORD, add_person

BODIES = {
    "application/json": json.dumps({"name": "mara", "password": "wrong"}),
    "text/plain": "name=mara&password=wrong",
    "application/vnd.api+json": "{}",
    "": "name=mara",
}


def posts(app: Flask) -> list[str]:
    """An address for every view of the site's own that takes a form."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values = {"kind": "claim", "action": "publish", "number": 1, "person_id": 1}
            given = {name: values.get(name, "x" * 32) for name in rule.arguments}
            found.append(adapter.build(rule.endpoint, given, method="POST"))
    return found


@pytest.mark.parametrize("kind", BODIES)
def test_other_bodies_are_refused_at_every_address(app: Flask, client: FlaskClient, kind: str) -> None:
    addresses = posts(app)
    assert len(addresses) > 15
    for address in addresses:
        response = client.post(address, data=BODIES[kind], content_type=kind)
        assert response.status_code == 415, address
        assert "not one of this site’s forms" in response.text


def test_json_with_a_token_gets_no_further(app: Flask, client: FlaskClient) -> None:
    """A body that the form would read, past the limit for names."""
    add_person(app, "mara")
    token = inputs(client.get("/account/sign-in").text)["csrf_token"][0]
    sent = {"name": "mara", "password": PASSWORD, "csrf_token": token}
    for headers in ({}, {"X-CSRFToken": token}):
        assert client.post("/account/sign-in", json=sent, headers=headers).status_code == 415
    for _ in range(9):
        assert client.post("/account/sign-in", data={**sent, "password": "wrong"}).status_code == 422
    assert client.post("/account/sign-in", data=sent).status_code == 303


def test_an_address_has_an_end(client: FlaskClient) -> None:
    changes = "set=a&" * 40_000
    refused = client.get(f"/questionnaire/?{changes}")
    assert refused.status_code == 414 and "too long" in refused.text
    assert client.get(f"/questionnaire/?{changes[:8_000]}").status_code == 200


def test_forms_in_both_encodings_are_read(client: FlaskClient) -> None:
    token = inputs(client.get("/account/sign-in").text)["csrf_token"][0]
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        sent = client.post("/account/sign-in", data={"name": "nobody", "csrf_token": token}, content_type=kind)
        assert sent.status_code == 422
    assert client.post("/account/sign-out").status_code == 400  # nothing at all: the token is missing


@pytest.mark.new_app
@pytest.mark.new_app
def test_an_extension_takes_what_it_likes(app: Flask) -> None:
    @csrf.exempt
    def echo() -> str:
        return str(request.get_json()["a"])

    app.add_url_rule("/elsewhere/echo", view_func=echo, methods=["POST"])
    assert app.test_client().post("/elsewhere/echo", json={"a": 1}).text == "1"
