"""Counting tries: none is lost, none outlives its window, and none says whose it was."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from fwsite.db.models import Throttle
from fwsite.extend import Limit, db, limited
from fwsite.settings import SettingsError
from fwsite.web.rate_limit import hidden_key, hidden_network
from fwsite.web.rate_limit_storage import DatabaseStorage, ProcessStorage

pytestmark = pytest.mark.new_app

Apps = Callable[..., Flask]

COUNTING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from tests.support.site import create_app
from fwsite.web.rate_limit_storage import DatabaseStorage

app = create_app(sys.argv[1])
storage = DatabaseStorage()

def count(_):
    with app.app_context():
        return storage.incr("same", 900)

with ThreadPoolExecutor(8) as threads:
    print(*threads.map(count, range(80)))
"""


@pytest.fixture
def storage(app: Flask) -> Iterator[DatabaseStorage]:
    """The storage, inside the application's context."""
    with app.app_context():
        yield DatabaseStorage()


def rows() -> list[tuple[str, int, float]]:
    """Key, count and end. Read apart from the session, whose open transaction the storage would wait for."""
    with db.engine.begin() as connection:
        query = select(Throttle.key_hash, Throttle.count, Throttle.expires_at)
        return [(key, count, end) for key, count, end in connection.execute(query)]


def test_two_processes_with_eight_threads_each_lose_no_count(app: Flask, instance: Path) -> None:
    command = [sys.executable, "-c", COUNTING, str(instance)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    counts = sorted(int(number) for output in outputs for number in output.split())
    assert counts == list(range(1, 161))
    with app.app_context():
        assert DatabaseStorage().get("same") == 160


class TestWindow:
    def test_counts_up_and_says_when_it_ends(self, storage: DatabaseStorage) -> None:
        assert [storage.incr("a", 900), storage.incr("a", 900, 3), storage.incr("b", 900)] == [1, 4, 1]
        assert (storage.get("a"), storage.get("b"), storage.get("c")) == (4, 1, 0)
        [a, b] = sorted(end for _, _, end in rows())
        assert {storage.get_expiry("a"), storage.get_expiry("b")} == {a, b}

    def test_stays_where_it_began(self, storage: DatabaseStorage) -> None:
        storage.incr("a", 900)
        end = storage.get_expiry("a")
        storage.incr("a", 900)
        assert storage.get_expiry("a") == end

    @pytest.mark.parametrize("shift", ["-1000", "+86400"], ids=["over", "of a clock that was wrong"])
    def test_begins_anew_once_it_is(self, storage: DatabaseStorage, shift: str) -> None:
        storage.incr("a", 900, 5)
        db.session.execute(update(Throttle).values(expires_at=text(f"expires_at {shift}")))
        db.session.commit()
        assert storage.incr("a", 900) == 1
        assert storage.get("a") == 1

    def test_that_is_over_is_forgotten_when_another_begins(self, storage: DatabaseStorage) -> None:
        storage.incr("a", 900)
        storage.incr("b", 900)
        db.session.execute(update(Throttle).values(expires_at=1))
        db.session.commit()
        storage.incr("c", 900)
        assert len(rows()) == 1

    def test_can_be_cleared_alone_or_with_all_others(self, storage: DatabaseStorage) -> None:
        for key in "abc":
            storage.incr(key, 900)
        storage.clear("a")
        assert [storage.get(key) for key in "abc"] == [0, 1, 1]
        assert storage.reset() == 2
        assert rows() == []
        assert storage.check()


class TestWindowInProcess:
    """The same rules, in memory; a window of no seconds is over at once."""

    def test_counts_up_and_says_when_it_ends(self) -> None:
        storage, before = ProcessStorage(), time.time()
        assert [storage.incr("a", 900), storage.incr("a", 900, 3), storage.incr("b", 900)] == [1, 4, 1]
        assert (storage.get("a"), storage.get("b"), storage.get("c")) == (4, 1, 0)
        assert before + 900 <= storage.get_expiry("a") <= storage.get_expiry("b") <= time.time() + 900
        assert storage.get_expiry("c") <= time.time()

    def test_begins_anew_once_it_is_over_or_ends_later_than_one_begun_now(self) -> None:
        storage = ProcessStorage()
        assert [storage.incr("a", seconds) for seconds in (0, 0, 900, 900, 10)] == [1, 1, 1, 2, 1]

    def test_can_be_cleared_alone_or_with_all_others(self) -> None:
        storage = ProcessStorage()
        for key in "abc":
            storage.incr(key, 900)
        storage.clear("a")
        assert [storage.get(key) for key in "abc"] == [0, 1, 1]
        assert (storage.reset(), storage.get("b"), storage.check()) == (2, 0, True)

    def test_those_that_are_over_take_no_room(self) -> None:
        storage = ProcessStorage()
        for number in range(5000):
            storage.incr(str(number), 0)
        storage.incr("a", 900)
        assert storage.reset() <= 1001

    def test_threads_lose_no_count_and_none_is_started(self) -> None:
        storage, before = ProcessStorage(), threading.active_count()
        with ThreadPoolExecutor(8) as threads:
            counts = list(threads.map(lambda _: storage.incr("same", 900), range(4000)))
        assert sorted(counts) == list(range(1, 4001))
        assert threading.active_count() == before


def test_a_count_stays_though_the_request_fails(app: Flask, client: FlaskClient) -> None:
    @app.post("/fails")
    @limited(Limit("2 per hour", scope="fails"))
    def fails() -> str:
        db.session.execute(update(Throttle).values(count=0))
        raise ValueError

    app.config["WTF_CSRF_ENABLED"] = False
    assert [client.post("/fails").status_code for _ in range(4)] == [500, 500, 429, 429]


def test_a_limit_that_is_reached_says_when_to_try_again_and_sends_no_other_header(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.post("/limited")
    @limited(Limit("1 per 15 minutes", scope="limited"))
    def view() -> str:
        return "done"

    app.config["WTF_CSRF_ENABLED"] = False
    caplog.set_level("INFO")
    first = client.post("/limited")
    assert not [name for name, _ in first.headers if name.lower().startswith(("x-ratelimit", "retry-after"))]
    second = client.post("/limited")
    assert second.status_code == 429
    assert 890 <= int(second.headers["Retry-After"]) <= 901
    assert not [name for name, _ in second.headers if name.lower().startswith("x-ratelimit")]
    assert "minutes" in second.text
    assert "127.0.0.1" not in caplog.text


def test_pages_that_are_only_read_are_not_counted(app: Flask, client: FlaskClient) -> None:
    for path in ("/", "/comparison/", "/questionnaire/", "/account/sign-in", "/account/", "/nowhere"):
        client.get(path)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Throttle)) == 0


class TestKeys:
    @given(st.text())
    def test_are_the_same_for_the_same_text_and_tell_nothing(self, app: Flask, given_text: str) -> None:
        with app.app_context():
            key = hidden_key(given_text)
            assert key == hidden_key(given_text)
            assert len(key) == 64 and set(key) <= set("0123456789abcdef")

    def test_depend_on_the_secret(self, make_app: Apps) -> None:
        keys = set()
        for secret in ("a" * 32, "b" * 32):
            with make_app(SECRET_KEY=secret).app_context():
                keys.add(hidden_key("mara"))
        assert len(keys) == 2

    def test_are_all_that_is_stored(self, storage: DatabaseStorage) -> None:
        storage.incr("192.0.2.7", 900)
        [row] = rows()
        assert "192.0.2.7" not in str(row)

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("192.0.2.7", "192.0.2.7", True),
            ("192.0.2.7", "192.0.2.8", False),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("unix", "192.0.2.7", False),
        ],
    )
    def test_of_addresses_are_one_for_a_network(self, app: Flask, one: str, other: str, same: bool) -> None:
        keys = []
        for given_address in (one, other):
            with app.test_request_context("/", environ_base={"REMOTE_ADDR": given_address}):
                keys.append(hidden_network())
        assert (keys[0] == keys[1]) is same


class TestRedis:
    @pytest.mark.parametrize("value", ["localhost", "http://localhost", "redis://", "memory://"])
    def test_needs_an_address_of_its_own_kind(self, make_app: Apps, value: str) -> None:
        with pytest.raises(SettingsError, match=r"THROTTLE_URL .* must be a URL such as redis://"):
            make_app(THROTTLE_URL=value)

    def test_needs_its_package(self, make_app: Apps) -> None:
        if find_spec("redis"):
            pytest.skip("the package is installed")
        with pytest.raises(SettingsError, match="needs the Python package redis"):
            make_app(THROTTLE_URL="redis://localhost:6379/0")


def test_without_a_setting_the_database_counts(app: Flask) -> None:
    limit = Limit("1 per hour", scope="x", key=lambda: "y")
    with app.app_context():
        assert limit.hit() == 0
        assert 3590 <= limit.hit() <= 3600
        assert len(rows()) == 1
        limit.forget("y")
        assert limit.hit() == 0
