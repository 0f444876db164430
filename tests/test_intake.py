"""Submissions that arrive together share a transaction, and each is told what became of it alone."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from fwsite.blueprints.questionnaire.definitions import current_definition, keep
from fwsite.blueprints.questionnaire.intake import Intake, Submission, intake_of
from fwsite.blueprints.questionnaire.models import Statistics, StoredResponse
from fwsite.domain.answers import parse_answers, stored_answers
from fwsite.domain.board import Board
from fwsite.domain.questionnaire import Alternative
from fwsite.extend import db
from fwsite.extend.tokens import new_submission, token_hash


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
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


class Commits:
    """How many transactions ended well; the first of them waits until ``go``."""

    def __init__(self) -> None:
        self.number = 0
        self.begun, self.go = threading.Event(), threading.Event()
        event.listen(db.engine, "commit", self._commit)

    def _commit(self, _connection: object) -> None:
        self.number += 1
        self.begun.set()
        assert self.go.wait(timeout=20)


def together(intake: Intake, submissions: list[Submission], commits: Commits) -> list[bool]:
    """The first is being stored when all the others arrive."""
    with ThreadPoolExecutor(len(submissions)) as threads:
        first = threads.submit(intake.store, submissions[0])
        assert commits.begun.wait(timeout=20)
        others = [threads.submit(intake.store, each) for each in submissions[1:]]
        while len(intake._waiting) < len(others):
            threading.Event().wait(0.001)
        commits.go.set()
        return [first.result(timeout=20), *(other.result(timeout=20) for other in others)]


def stored() -> int:
    found = db.session.scalar(select(func.count()).select_from(StoredResponse))
    db.session.rollback()
    return found or 0


def test_those_that_arrive_together_are_stored_in_one_transaction(context: Flask) -> None:
    submissions = [submission() for _ in range(9)]
    commits = Commits()
    assert together(intake_of(db.engine), submissions, commits) == [True] * 9
    assert commits.number == 2
    assert stored() == 9
    row = db.session.scalars(select(Statistics)).one()
    assert row.responses == 9
    for each in submissions:
        of_it = select(StoredResponse.answers).where(StoredResponse.token_hash == each.token_hash)
        assert stored_answers(db.session.scalars(of_it).one()) == each.answers


def test_one_that_is_there_already_keeps_nobody_else_out(context: Flask) -> None:
    intake, known = intake_of(db.engine), submission("known")
    assert intake.store(known)
    submissions = [submission(), known, submission(), submission()]
    assert together(intake, submissions, Commits()) == [True, False, True, True]
    assert stored() == 4


def test_a_double_click_is_stored_once(context: Flask) -> None:
    twice = submission("twice")
    outcomes = together(intake_of(db.engine), [submission(), twice, twice, twice], Commits())
    assert sorted(outcomes[1:]) == [False, False, True]
    assert stored() == 2


def test_what_is_wrong_with_one_is_told_to_that_one(context: Flask) -> None:
    intake, good = intake_of(db.engine), submission("good")
    never_kept = good.definition.with_alternatives([Alternative("zz-new", "New")], ())
    unknown = replace(submission(), definition=never_kept)
    commits = Commits()
    commits.go.set()
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        intake.store(unknown)
    assert intake.store(good)
    assert stored() == 1


def test_all_of_them_are_told_when_the_database_fails(context: Flask) -> None:
    intake = intake_of(db.engine)
    submissions = [submission() for _ in range(4)]
    commits = Commits()

    def fail(*_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(intake.store, submissions[0])
        assert commits.begun.wait(timeout=20)
        others = [threads.submit(intake.store, each) for each in submissions[1:]]
        while len(intake._waiting) < 3:
            threading.Event().wait(0.001)
        event.listen(db.engine, "before_cursor_execute", fail)
        commits.go.set()
        assert first.result(timeout=20)
        for other in others:
            with pytest.raises(OperationalError, match="full"):
                other.result(timeout=20)
    event.remove(db.engine, "before_cursor_execute", fail)
    assert stored() == 1
    assert intake.store(submissions[1])
    assert stored() == 2
