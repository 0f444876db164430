"""How many answers one network may send: a lecture hall may, a script may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.forms import first_options, inputs, open_form

pytestmark = pytest.mark.new_app


def test_what_is_too_much_comes_back_as_it_was_filled_in(make_app: Callable[..., Flask]) -> None:
    client = make_app(QUESTIONNAIRE_ANSWERS_PER_ADDRESS=3).test_client()
    answers = first_options(client, 5)

    def send(address: str, **others: str) -> tuple[int, str, str]:
        form = {name: values[0] for name, values in open_form(client).items() if name in ("csrf_token", "submission")}
        sent = client.post("/questionnaire/", data={**form, **answers, **others}, environ_base={"REMOTE_ADDR": address})
        return sent.status_code, sent.text, sent.headers.get("Retry-After", "")

    assert [send("192.0.2.1")[0] for _ in range(3)] == [303] * 3
    assert send("192.0.2.1", **{"q-unknown": "x"})[0] == 422  # what is refused is not counted
    status, page, wait = send("192.0.2.1")
    assert status == 429 and 0 < int(wait) <= 600
    assert "Yours are all here: please send them again in 10 minutes" in " ".join(page.split())
    given = inputs(page)
    assert all(given[name] == [value] for name, value in answers.items())
    assert send("192.0.2.2")[0] == 303
    assert send("2001:db8::1")[0] == send("2001:db8::2")[0] == send("2001:db8::3")[0] == 303
    assert send("2001:db8::4")[0] == 429  # one network


def test_no_limit(make_app: Callable[..., Flask]) -> None:
    client = make_app(QUESTIONNAIRE_ANSWERS_PER_ADDRESS=0).test_client()
    answers = first_options(client, 5)
    for _ in range(5):
        form = {name: values[0] for name, values in open_form(client).items() if name in ("csrf_token", "submission")}
        assert client.post("/questionnaire/", data={**form, **answers}).status_code == 303
