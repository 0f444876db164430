"""Submissions that arrive together share a transaction, and each is told what became of it alone."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from fwsite.blueprints.questionnaire import submission_store
from fwsite.blueprints.questionnaire.definitions import current_definition, keep
from fwsite.blueprints.questionnaire.models import Statistics, StoredResponse
from fwsite.blueprints.questionnaire.submission_store import GroupCommit, Submission
from fwsite.domain.answers import parse_answers, stored_answers
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import Alternative
from fwsite.extend import db
from fwsite.web.signing import new_submission, token_hash
from tests.support.records import replace

pytestmark = pytest.mark.new_app


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


def submission(token: str | None = None) -> Submission:
    definition = current_definition()
    assert definition is not None
    keep(definition)
    chance = random.Random(token)
    given = {q.key: {"options": [chance.choice(q.options).key], "weight": "normal"} for q in definition.questions}
    answers = parse_answers(definition, given)
    token = token or new_submission()
    winners = Board(definition, answers).winners()
    db.session.commit()
    return Submission(token_hash(token), token_hash(f"view {token}"), definition, answers, winners)


def stored() -> int:
    found = db.session.scalar(select(func.count()).select_from(StoredResponse))
    db.session.rollback()
    return found or 0


class Turn:
    """The lock of a group commit; knows who has come to it, and whoever has come has brought what is to be stored."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.came = threading.Semaphore(0)

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *_exception: object) -> None:
        self._lock.release()


Outcome = bool | Exception


def store_together(*submissions: Submission) -> list[Outcome]:
    """What becomes of submissions that all arrive, in this order, while a transaction is under way."""
    turn = Turn()
    group = GroupCommit(db.engine, turn)
    outcomes: dict[int, Outcome] = {}

    def store(place: int, submission: Submission) -> None:
        try:
            outcomes[place] = group.store(submission)
        except Exception as error:
            outcomes[place] = error

    threads = [threading.Thread(target=store, args=given) for given in enumerate(submissions)]
    with turn:
        turn.came.acquire()
        for thread in threads:
            thread.start()
            assert turn.came.acquire(timeout=60)
    for thread in threads:
        thread.join(60)
    return [outcomes[place] for place in range(len(submissions))]


def test_submissions_that_arrive_together_are_stored_in_one_transaction() -> None:
    submissions = [submission() for _ in range(9)]
    commits: list[object] = []
    event.listen(db.engine, "commit", commits.append)
    assert store_together(*submissions) == [True] * 9
    assert len(commits) == 1
    assert stored() == 9
    row = db.session.scalars(select(Statistics)).one()
    assert row.responses == 9
    for each in submissions:
        of_it = select(StoredResponse.answers).where(StoredResponse.token_hash == each.token_hash)
        assert stored_answers(db.session.scalars(of_it).one()) == each.answers


def test_a_submission_that_is_there_already_keeps_nobody_else_out() -> None:
    known = submission("known")
    assert submission_store.store(db.engine, known)
    assert store_together(submission(), known, submission(), submission()) == [True, False, True, True]
    assert stored() == 4


def test_a_submission_of_a_double_click_is_stored_once() -> None:
    twice = submission("twice")
    assert store_together(submission(), twice, twice, twice) == [True, True, False, False]
    assert store_together(twice, twice) == [False, False]
    assert not submission_store.store(db.engine, twice)
    assert stored() == 2


def test_a_submission_that_is_wrong_is_an_error_to_whoever_sent_it_alone() -> None:
    good, unknown = submission("good"), submission()
    never_kept = good.definition.with_alternatives([Alternative("zz-new", "New")], ())
    first, wrong, last = store_together(good, replace(unknown, definition=never_kept), submission())
    assert (first, last, stored()) == (True, True, 2)
    assert isinstance(wrong, IntegrityError)
    assert not submission_store.store(db.engine, good)
    assert submission_store.store(db.engine, unknown)


def test_no_submission_is_stored_when_the_database_fails_and_each_can_be_tried_again() -> None:
    submissions = [submission() for _ in range(3)]

    def fail(*_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    event.listen(db.engine, "commit", fail)
    refused = store_together(*submissions)
    assert [str(error).count("disk is full") for error in refused] == [1] * 3
    event.remove(db.engine, "commit", fail)
    assert stored() == 0
    assert store_together(*submissions) == [True] * 3


def test_threads_that_store_at_the_same_time_lose_and_double_nothing() -> None:
    submissions = [submission() for _ in range(12)]
    begin = threading.Barrier(24)
    engine = db.engine

    def store(each: Submission) -> bool:
        begin.wait(60)
        return submission_store.store(engine, each)

    with ThreadPoolExecutor(24) as pool:
        outcomes = list(pool.map(store, [*submissions, *submissions]))
    assert sum(outcomes) == 12 and stored() == 12
