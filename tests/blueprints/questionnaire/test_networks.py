"""Where much of the statistics came from one network or one day, their page says so; nobody can tell from which one."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from fwsite.blueprints.questionnaire import networks, submission_store
from fwsite.blueprints.questionnaire.models import DayCount, NetworkCount, Statistics, StoredResponse, TallyCount
from fwsite.extend import db
from fwsite.web.signing import signature
from tests.support.forms import first_options, inputs, submit

PAGE = "/questionnaire/statistics"
MARKED = "Much of this comes from one place."
TODAY = datetime.now(UTC).date()


@pytest.fixture
def app(app_on_each_database: Flask) -> Flask:
    """Without any answers."""
    with app_on_each_database.app_context():
        for table in (StoredResponse, TallyCount, NetworkCount, DayCount, Statistics):
            db.session.execute(delete(table))
        db.session.commit()
    return app_on_each_database


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Lets it be another day for whoever answers."""

    def be(day: date) -> None:
        clock = SimpleNamespace(now=lambda _zone: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        monkeypatch.setattr(networks, "datetime", clock)
        monkeypatch.setattr(submission_store, "datetime", clock)

    return be


def visitor(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def send(app: Flask, address: str, number: int = 1) -> list[str]:
    """Answer so many times from an address; gives the results' addresses."""
    client = visitor(app, address)
    form = first_options(client, 5)
    found = [submit(client, form) for _ in range(number)]
    assert {each.status_code for each in found} <= {303}
    return [each.location for each in found]


def said(app: Flask) -> str:
    """What the page has to say, as text."""
    page = app.test_client().get(PAGE).text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).replace("\xa0", " ").split())


def long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_the_page_says_when_one_network_sent_a_fifth(app: Flask) -> None:
    send(app, "192.0.2.1", 10)
    for number in range(40):
        send(app, f"198.51.100.{number}")

    text = said(app)
    assert "50 responses, all of" in text
    assert f"{MARKED} At least 10 of the 50 responses (20 %) came from one network on {long(TODAY)}:" in text
    document = app.test_client().get(f"{PAGE}.json").json
    assert document["from_one_network"] == {"day": TODAY.isoformat(), "count": 10}
    assert document["on_one_day"] is None

    for number in range(40, 50):
        send(app, f"198.51.100.{number}")
    assert "60 responses" in said(app) and MARKED not in said(app)


def test_many_networks_are_nothing_to_speak_of(app: Flask) -> None:
    for number in range(20):
        send(app, f"198.51.100.{number}")
    assert "20 responses" in said(app) and MARKED not in said(app)


def test_fewer_than_ten_are_told_of_nobody(app: Flask) -> None:
    send(app, "192.0.2.1", 9)
    send(app, "192.0.2.2")
    assert "10 responses" in said(app) and MARKED not in said(app)


def test_addresses_of_one_household_are_one_network(app: Flask) -> None:
    for number in range(10):
        send(app, f"2001:db8:1:2::{number:x}")
        send(app, f"2001:db8:1:{number + 3:x}::1")
    assert "At least 10 of the 20 responses (50 %)" in said(app)


def test_what_is_sent_again_or_refused_does_not_count(app: Flask) -> None:
    client = visitor(app, "192.0.2.1")
    form = {**inputs(client.get("/questionnaire/").text), **first_options(client, 5)}
    for _ in range(20):
        assert client.post("/questionnaire/", data=form).status_code == 303
        assert client.post("/questionnaire/", data={**form, "q-nothing": "x"}).status_code in (303, 422)
    with app.app_context():
        assert db.session.execute(select(DayCount.received, DayCount.largest)).all() == [(1, 1)]


def test_what_is_deleted_may_have_been_of_that_network(app: Flask) -> None:
    results = send(app, "192.0.2.1", 20)
    for number in range(20):
        send(app, f"198.51.100.{number}")
    assert "At least 20 of the 40 responses (50 %)" in said(app)

    client = app.test_client()
    for address in results[:10]:
        assert client.post(f"{address}/delete", data=inputs(client.get(f"{address}/delete").text)).status_code == 303
    assert "At least 10 of the 30 responses (33 %)" in said(app)


def test_those_that_arrive_together_are_all_counted(app: Flask) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: send(app, "192.0.2.1", 5), range(4)))
    with app.app_context():
        assert db.session.execute(select(DayCount.received, DayCount.largest)).all() == [(20, 20)]


def test_a_network_is_forgotten_when_its_day_is_over(app: Flask, on: Callable[[date], None]) -> None:
    days = [TODAY - timedelta(2), TODAY - timedelta(1)]
    for day in days:
        on(day)
        send(app, "192.0.2.1", 2)
        send(app, "192.0.2.2", 1)
        with app.app_context():
            marks = dict(db.session.execute(select(NetworkCount.mark, NetworkCount.count)).all())
            assert sorted(marks.values()) == [1, 2]
            assert db.session.scalars(select(NetworkCount.day).distinct()).all() == [day]
            kept = db.session.execute(select(DayCount.day, DayCount.received, DayCount.largest).order_by(DayCount.day))
            assert kept.all() == [(each, 3, 2) for each in days[: days.index(day) + 1]]

    assert app.test_cli_runner().invoke(args=["answers", "expire"]).exit_code == 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(NetworkCount)) == 0
        assert db.session.scalar(select(func.count()).select_from(DayCount)) == 2


def test_no_mark_leads_to_an_address_or_to_that_of_another_day(app: Flask, on: Callable[[date], None]) -> None:
    found = []
    for day in (TODAY - timedelta(1), TODAY):
        on(day)
        send(app, "192.0.2.77")
        with app.app_context():
            [mark] = db.session.scalars(select(NetworkCount.mark))
        found.append(mark)
        assert re.fullmatch("[0-9a-f]{6}", mark)
        assert not signature(app.config["SECRET_KEY"], "address 192.0.2.77/32").startswith(mark)
    assert found[0] != found[1]


def test_the_page_says_when_most_came_on_one_day(app: Flask, on: Callable[[date], None]) -> None:
    for ago in (9, 8, 7, 6, 5):
        on(TODAY - timedelta(ago))
        send(app, f"192.0.2.{ago}")
    on(TODAY)
    for number in range(5):
        send(app, f"198.51.100.{number}")
    assert "10 responses" in said(app) and "one day" not in said(app)
    for number in range(10):
        send(app, f"203.0.113.{number}")
    text = said(app)
    assert f"Much of this comes from one day. 15 of the 20 responses (75 %) came on {long(TODAY)}." in text
    assert MARKED not in text


def test_numbers_from_before_networks_were_counted_say_nothing(app: Flask) -> None:
    send(app, "192.0.2.1", 10)
    assert MARKED in said(app)
    with app.app_context():
        row = db.session.scalars(select(Statistics)).one()
        row.document = {k: v for k, v in row.document.items() if k not in ("from_one_network", "on_one_day")}
        db.session.commit()
    assert "10 responses" in said(app) and MARKED not in said(app)


def test_the_privacy_page_tells_of_it(app: Flask) -> None:
    page = app.test_client().get("/questionnaire/privacy").text
    assert "under a code that hundreds of addresses share" in page
    assert "<code>questionnaire_network</code>" in page and "<code>questionnaire_day</code>" in page
