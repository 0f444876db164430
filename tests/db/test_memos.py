"""Memos: what is kept by content version, or by the state of a file, is never older than what it was made from."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from fwsite.db.cache_tags import CONTENT
from fwsite.db.content_version import ContentVersion, Numbers, content_version
from fwsite.db.shared_clock import SharedClock
from fwsite.extend import Framework, db, per_content_version, per_file_state, upgrade_schema
from tests.support.site import create_app

pytestmark = pytest.mark.new_app

KEY = "django"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A site with one framework, whose position counts its changes, on SQLite and on PostgreSQL."""
    made = site(tmp_path / "instance", database_url)
    yield made
    close(made)


def site(folder: Path, url: str) -> Flask:
    app = create_app(folder, settings={"DATABASE_URL": url, "EXTENSIONS": "builtin"})
    with app.app_context():
        upgrade_schema()
        texts = dict.fromkeys(("name", "summary", "drawback", "example", "on_balance"), "x")
        db.session.add(Framework(key=KEY, position=0, **texts))
        db.session.commit()
    return app


def close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def change(app: Flask, number: int) -> None:
    """Another visitor's change."""
    with app.app_context():
        db.session.execute(update(Framework).values(position=number))
        db.session.commit()


def position() -> int:
    return db.session.execute(select(Framework.position).where(Framework.key == KEY)).scalar_one()


class Counted:
    """A function under the memo, and how often it was called."""

    def __init__(self, **more: int) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.memo = per_content_version(**more)(self) if more else per_content_version(self)
        self.__name__ = "counted"

    def __call__(self, *given: object) -> int:
        self.calls.append(given)
        return position()


class TestByContentVersion:
    def test_it_is_called_once_until_the_content_changes(self, app: Flask) -> None:
        counted = Counted()
        with app.app_context():
            assert [counted.memo("a"), counted.memo("b"), counted.memo("a")] == [0, 0, 0]
            assert counted.calls == [("a",), ("b",)]
            change(app, 1)
            assert [counted.memo("a"), counted.memo("a")] == [1, 1]
        assert counted.calls == [("a",), ("b",), ("a",)]

    def test_no_more_is_kept_than_the_function_wants(self, app: Flask) -> None:
        counted = Counted(most=2)
        with app.app_context():
            for argument in ("a", "b", "c", "c", "b", "a"):
                counted.memo(argument)
        assert [argument for (argument,) in counted.calls] == ["a", "b", "c", "a"]

    def test_a_caller_in_an_older_transaction_keeps_nothing_older(self, app: Flask) -> None:
        """On SQLite a request that reads sees one moment, and its own queries go on seeing it."""
        counted = Counted()
        with app.test_request_context():
            assert position() == 0
            change(app, 1)
            is_one_moment = db.engine.dialect.name == "sqlite"
            assert position() == (0 if is_one_moment else 1)
            assert counted.memo() == 1
            assert position() == (0 if is_one_moment else 1)
        with app.app_context():
            assert counted.memo() == 1

    def test_what_the_caller_has_not_committed_is_neither_seen_nor_lost(self, app: Flask) -> None:
        counted = Counted()
        with app.app_context():
            db.session.execute(update(Framework).values(position=7))
            assert counted.memo() == 0
            assert position() == 7
            db.session.rollback()
            assert counted.memo() == 0
            db.session.execute(update(Framework).values(position=8))
            db.session.commit()
            assert counted.memo() == 8

    def test_a_change_while_it_is_called_is_seen_by_the_next_call(self, app: Flask) -> None:
        """The first call has read, and comes to its end after a second one has kept what is newer."""
        has_read, may_end = threading.Event(), threading.Event()
        first = iter([True])

        @per_content_version
        def slow() -> int:
            found = position()
            if next(first, False):
                has_read.set()
                assert may_end.wait(30)
            return found

        def call() -> int:
            with app.app_context():
                return slow()

        with ThreadPoolExecutor() as pool:
            late = pool.submit(call)
            assert has_read.wait(30)
            change(app, 1)
            assert call() == 1
            may_end.set()
            assert late.result(30) == 0
        assert call() == 1

    def test_under_hammering_nobody_is_told_anything_older_than_before(self, app: Flask) -> None:
        counted = Counted()
        changes, is_over = 40, threading.Event()

        def read() -> list[int]:
            seen = []
            while not is_over.is_set():
                with app.app_context():
                    seen.append(counted.memo())
            return seen

        change(app, 1)  # from now on everybody asks each time
        with ThreadPoolExecutor() as pool:
            readers = [pool.submit(read) for _ in range(4)]
            try:
                for number in range(2, changes):
                    change(app, number)
                    with app.app_context():
                        assert counted.memo() == number
            finally:
                is_over.set()
            for reader in readers:
                seen = reader.result(60)
                assert seen == sorted(seen)

    @settings(max_examples=25)
    @given(steps=st.lists(st.sampled_from(["change", "call", "read", "write", "roll back", "commit"]), max_size=12))
    def test_every_call_gives_what_is_committed(self, app: Flask, steps: list[str]) -> None:
        """Whatever transaction the caller is in, and whatever it has done in there."""
        counted, number = Counted(), 100
        change(app, number)
        with app.app_context():
            written: int | None = None
            for step in steps:
                if step == "change" and written is None:
                    db.session.rollback()  # SQLite has one writer at a time
                    number += 1
                    change(app, number)
                elif step == "read":
                    position()
                elif step == "write":
                    written = number + 1
                    db.session.execute(update(Framework).values(position=written))
                elif step == "roll back":
                    db.session.rollback()
                    written = None
                elif step == "commit":
                    db.session.commit()
                    number, written = written or number, None
                assert counted.memo() == number
            db.session.rollback()

    def test_it_is_bounded_and_forgets_what_is_older(self, app: Flask) -> None:
        class Result:
            pass

        made: list[weakref.ref[Result]] = []

        @per_content_version
        def result(_number: int) -> Result:
            found = Result()
            made.append(weakref.ref(found))
            return found

        def alive() -> int:
            gc.collect()
            return sum(each() is not None for each in made)

        with app.app_context():
            for number in range(200):
                result(number)
            assert 1 < alive() < 100
            assert result(199) is result(199)
            change(app, 1)
            result(0)
            assert alive() == 1

    def test_what_fails_is_not_kept(self, app: Flask) -> None:
        answers: Iterator[Exception | None] = iter([LookupError(), None])

        @per_content_version
        def fails_once() -> int:
            if error := next(answers):
                raise error
            return position()

        with app.app_context():
            with pytest.raises(LookupError):
                fails_once()
            assert fails_once() == fails_once() == 0

    def test_two_sites_in_one_process_do_not_mix(self, app: Flask, tmp_path: Path) -> None:
        other = site(tmp_path / "other", f"sqlite:///{tmp_path / 'other.sqlite3'}")
        counted = Counted()
        numbers = {}
        for each, number in ((app, 3), (other, 4)):
            change(each, number)
            with each.app_context():
                numbers[each] = content_version()
                assert counted.memo() == number
        for each, number in ((app, 3), (other, 4)):
            with each.app_context():
                assert counted.memo() == number
        assert len(counted.calls) == 2
        assert None not in numbers.values()
        close(other)

    def test_without_a_number_nothing_is_kept(self, app: Flask) -> None:
        counted = Counted()
        with app.app_context():
            asked_by(app, lambda: None)
            assert [counted.memo(), counted.memo()] == [0, 0]
        assert len(counted.calls) == 2

    def test_where_the_database_cannot_be_asked_what_is_known_goes_on(self, app: Flask) -> None:
        counted = Counted()
        with app.app_context():
            answers = iter([{CONTENT: 1}])

            def ask() -> Numbers | None:
                for answer in answers:
                    return answer
                raise LookupError("away")

            asked_by(app, ask)
            assert [counted.memo(), counted.memo(), counted.memo()] == [0, 0, 0]
        assert len(counted.calls) == 1


def asked_by(app: Flask, ask: Callable[[], Numbers | None]) -> None:
    clock = SharedClock(Path(app.instance_path) / "cache" / "changed")
    app.extensions["fwsite.content_version"] = ContentVersion(ask, 0.0, clock)


class TestByFileState:
    def test_a_file_is_read_once_until_it_is_another(self, tmp_path: Path) -> None:
        read: list[Path] = []

        @per_file_state
        def text_of(path: Path) -> str:
            read.append(path)
            return path.read_text()

        one, other = tmp_path / "a", tmp_path / "b"
        one.write_text("1")
        other.write_text("2")
        assert [text_of(one), text_of(other), text_of(one)] == ["1", "2", "1"]
        assert read == [one, other]
        one.write_text("11")
        assert [text_of(one), text_of(other)] == ["11", "2"]
        one.write_text("12")  # as long as before
        os.utime(one, ns=(1, 1))
        assert text_of(one) == "12"

    def test_one_that_is_gone_raises_and_one_that_comes_back_is_read(self, tmp_path: Path) -> None:
        text_of = per_file_state(Path.read_text)
        file = tmp_path / "a"
        file.write_text("1")
        assert text_of(file) == "1"
        file.unlink()
        with pytest.raises(FileNotFoundError):
            text_of(file)
        file.write_text("2")
        assert text_of(file) == "2"

    def test_files_that_are_gone_are_forgotten(self, tmp_path: Path) -> None:
        class Result:
            pass

        made: list[weakref.ref[Result]] = []

        @per_file_state
        def result(_path: Path) -> Result:
            found = Result()
            made.append(weakref.ref(found))
            return found

        stays = tmp_path / "stays"
        stays.touch()
        first = result(stays)
        for number in range(500):
            file = tmp_path / str(number)
            file.touch()
            result(file)
            file.unlink()
        gc.collect()
        assert sum(each() is not None for each in made) < 100
        assert result(stays) is first
