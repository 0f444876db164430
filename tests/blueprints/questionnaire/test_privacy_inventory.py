"""The privacy page says what is stored: compared with the schema, and with what visitors' actions leave behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect

from fwsite.blueprints.questionnaire.models import QuestionnaireBase
from fwsite.blueprints.questionnaire.privacy_inventory import TABLES
from fwsite.domain.privacy_inventory import Table
from fwsite.extend import db
from fwsite.web.signing import view_token_for
from tests.blueprints.comparison.test_editing import ADD, NEW_CLAIM, filled
from tests.blueprints.comparison.test_suggestions import POINT
from tests.support.forms import first_options, inputs, submit
from tests.support.people import signed_in
from tests.support.site import Visitor

PAGE = "/questionnaire/privacy"
OF_MAINTAINERS = {"questionnaire_draft"}
"""Tables that no visitor's action writes."""
STRANGE = {"User-Agent": "zq-browser/1.0", "Referer": "https://zq-referrer.example/", "Accept-Language": "zq-language"}
ADDRESS = "203.0.113.77"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_described_and_no_other(app: Flask, table: Table) -> None:
    with app.app_context():
        columns = [column["name"] for column in inspect(db.engine).get_columns(table.name)]
    assert sorted(column.name for column in table.columns) == sorted(columns)


def test_every_table_of_the_questionnaire_is_described_or_for_maintainers() -> None:
    tables = {mapper.local_table.name for mapper in QuestionnaireBase.registry.mappers}
    assert tables - OF_MAINTAINERS == {table.name for table in TABLES} - {"cache_tag", "throttle"}


def test_what_a_visitor_does_writes_to_described_tables_only(app: Flask, client: FlaskClient) -> None:
    written = set()
    before = dump(app)
    for action in (answer_and_delete, answer_from_other_answers, read_everything):
        action(client)
        after = dump(app)
        written |= {name for name in after if after[name] != before[name]}
        before = after
    assert {"questionnaire_response", "questionnaire_statistics"} <= written
    assert written <= {table.name for table in TABLES}


def answer_and_delete(client: FlaskClient) -> None:
    for count in range(3, 10):
        location = submit(client, first_options(client, count)).location
        token = inputs(client.get("/questionnaire/").text)["csrf_token"]
    assert client.post(f"{location}/delete", data={"csrf_token": token}).status_code == 303


def answer_from_other_answers(client: FlaskClient) -> None:
    token = submit(client, first_options(client, 5)).location.rpartition("/")[2]
    form = inputs(client.get(f"/questionnaire/?from={token}").text)
    assert client.post("/questionnaire/", data=form).status_code == 303
    assert client.post("/questionnaire/", data={**form, "q-work": "none"}).status_code == 422


def read_everything(client: FlaskClient) -> None:
    for address in ("/questionnaire/statistics", PAGE, "/questionnaire/definition.json"):
        assert client.get(address).status_code == 200


def dump(app: Flask) -> dict[str, list[Any]]:
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)
            for name in inspect(connection).get_table_names()
        }


def stored_bytes(app: Flask) -> bytes:
    """Every value of the database; on SQLite its files as well, as they may hold what was deleted."""
    path = Path(str(db.engine.url.database))
    files = [file.read_bytes() for file in path.parent.glob(f"{path.name}*")] if db.engine.name == "sqlite" else []
    return b"".join([repr(dump(app)).encode(), *files])


def test_neither_address_nor_browser_nor_token_is_anywhere_in_the_database(app: Flask) -> None:
    client = Visitor(app, app.response_class)
    client.environ_base = {"REMOTE_ADDR": ADDRESS}
    form = {**inputs(client.get("/questionnaire/", headers=STRANGE).text), **first_options(client, 9)}
    response = client.post("/questionnaire/", data=form, headers=STRANGE)
    assert response.status_code == 303
    token = response.location.rpartition("/")[2]
    view_token = view_token_for(app.config["SECRET_KEY"], token)
    (submission,) = form["submission"]
    with app.app_context():
        kept = stored_bytes(app)
    assert b"questionnaire_response" in kept
    for secret in (*STRANGE.values(), ADDRESS, token, view_token, submission):
        assert secret.encode() not in kept, secret


def test_what_was_only_previewed_or_refused_is_in_no_file_and_no_row(app: Flask, instance: Path) -> None:
    """Not even as what was rendered from it."""
    client, word = signed_in(app), "zq-tried-out"
    text = f"Tried *{word}*"
    suggestion = {**inputs(client.get("/comparison/suggest").text), **POINT, "text": text, "preview": "Preview"}
    typed = {**inputs(client.get(ADD).text), "text": text}
    previews = [
        client.post("/comparison/suggest", data=suggestion),
        client.post(ADD, data=filled(client, ADD, **{**NEW_CLAIM, "text": text, "do": "preview"})),
        client.post("/comparison/work/preview/claim", data=typed),
    ]
    for answer in previews:
        assert (answer.status_code, f"Tried <em>{word}</em>" in answer.text) == (200, True)
    assert submit(client, {**first_options(client, 5), "q-work": word}).status_code == 422
    with app.app_context():
        assert word.encode() not in stored_bytes(app)
    files = [file for file in instance.rglob("*") if file.is_file()]
    assert len(files) > 3
    assert [file for file in files if word.encode() in file.read_bytes()] == []


def test_one_cookie_with_nothing_but_the_forms_random_text(app: Flask, client: FlaskClient) -> None:
    response = client.get("/questionnaire/")
    cookies = response.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == [app.config["SESSION_COOKIE_NAME"]]
    assert not re.search("expires|max-age", cookies[0], re.I)
    with client.session_transaction() as session:
        assert set(session) == {"csrf_token"}
    submit(client, first_options(client, 5))
    with client.session_transaction() as session:
        assert set(session) == {"csrf_token"}
    assert f"<code>{app.config['SESSION_COOKIE_NAME']}</code>" in client.get(PAGE).text


def test_the_page_has_every_table_and_column(client: FlaskClient) -> None:
    page = unescape(client.get(PAGE).text)
    for table in TABLES:
        assert f"<code>{table.name}</code>" in page
        assert f"{table.row} {table.until}" in page
        for column in table.columns:
            why = f'<span class="why">{column.why}</span>'
            assert f"<code>{column.name}</code></th><td>{column.what} {why}</td>" in page


def test_the_page_says_the_hosts_own_number_of_days(make_app: Callable[..., Flask]) -> None:
    client = make_app(QUESTIONNAIRE_KEEP_DAYS=90).test_client()
    assert "older than 90 days" in client.get(PAGE).text


def test_results_lead_to_the_page(client: FlaskClient) -> None:
    location = submit(client, first_options(client, 5)).location
    assert f'href="{PAGE}"' in client.get(location).text
    token = inputs(client.get("/questionnaire/").text)["csrf_token"]
    after = client.post(f"{location}/delete", data={"csrf_token": token}, follow_redirects=True)
    assert f'href="{PAGE}"' in after.text
