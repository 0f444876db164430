"""One story told on any database: SQLite, or the empty one that GLOSSARY_TEST_DATABASE_URL names."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from fwsite_glossary.models import State, Term
from sqlalchemy import insert, select, text

from fwsite.extend import db, metadata, utc_now

MARKED = '<a class="glossary-term" href="/glossary/#term-broker" title="What keeps jobs apart.">broker</a>'


@pytest.fixture
def fwsite_settings() -> dict[str, Any]:
    url = os.environ.get("GLOSSARY_TEST_DATABASE_URL")
    return {"DATABASE_URL": url} if url else {}


def test_a_term_comes_and_goes(fwsite_app: Flask, fwsite_maintainer: FlaskClient, fwsite_client: FlaskClient) -> None:
    assert_tables_are_those_of_the_models(fwsite_app)
    assert fwsite_client.get("/glossary/").text.count("<dt id=") == 12

    def send(path: str, **fields: str) -> int:
        token = re.search(r'name="csrf_token" value="([^"]+)"', fwsite_maintainer.get("/glossary/work/add").text)
        assert token
        return fwsite_maintainer.post(path, data={"csrf_token": token[1], **fields}).status_code

    new = {"term": "broker", "aliases": "job broker", "definition": "What keeps *jobs* apart."}
    assert send("/glossary/work/add", **new) == 303
    assert '<dt id="term-broker">broker</dt>' in fwsite_client.get("/glossary/").text
    assert fwsite_client.get("/").text.count(MARKED) == 1
    assert send("/glossary/work/add", **{**new, "term": "JOB Broker", "aliases": ""}) == 422
    assert send("/glossary/work/add", **{**new, "term": "a\x00"}) == 422

    edit = re.findall(
        r'href="(/glossary/work/\d+)">Edit<span class="vh"> broker<', fwsite_maintainer.get("/glossary/work/").text
    )[0]
    assert send(edit, **new, version="0") == 409
    assert send(edit, **{**new, "term": "Job Broker", "aliases": ""}, version="1") == 303
    assert MARKED not in fwsite_client.get("/").text
    assert send(f"{edit}/delete", version="1") == 409
    assert send(f"{edit}/delete", version="2") == 303
    assert fwsite_client.get("/glossary/").text.count("<dt id=") == 12

    with fwsite_app.app_context():
        if db.engine.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            assert_whoever_writes_second_waits(lambda: send("/glossary/work/add", **{**new, "aliases": "Shared"}))


def assert_tables_are_those_of_the_models(app: Flask) -> None:
    def own(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or str(name).startswith("glossary_")

    with app.app_context(), db.engine.connect() as connection:
        options = {"include_object": own, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def assert_whoever_writes_second_waits(add: Callable[[], int]) -> None:
    """Both look for the spelling before either of them has stored it."""
    with db.engine.connect() as first, ThreadPoolExecutor(1) as pool:
        first.execute(select(State).with_for_update())
        second = pool.submit(add)
        while not second.done() and not somebody_waits():
            time.sleep(0.01)
        made = {"key": "x", "term": "x", "aliases": ["shared"], "definition": "x"}
        first.execute(insert(Term).values(slug="x", version=1, changed_at=utc_now(), **made))
        first.commit()
        assert second.result() == 422


def somebody_waits() -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return connection.scalar(text(waiting)) > 0
