"""Submissions that arrive together share a transaction, and each is told what became of it alone."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from fwsite.blueprints.questionnaire import submission_store
from fwsite.blueprints.questionnaire.definitions import current_definition, keep
from fwsite.blueprints.questionnaire.models import Statistics, StoredResponse
from fwsite.blueprints.questionnaire.submission_store import Submission
from fwsite.domain.answers import parse_answers, stored_answers
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import Alternative
from fwsite.extend import db
from fwsite.web.signing import new_submission, token_hash

from .records import replace


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


def test_those_that_arrive_together_are_stored_in_one_transaction() -> None:
    submissions = [submission() for _ in range(9)]
    commits: list[object] = []
    event.listen(db.engine, "commit", commits.append)
    assert submission_store.store(db.engine, submissions) == [True] * 9
    assert len(commits) == 1
    assert stored() == 9
    row = db.session.scalars(select(Statistics)).one()
    assert row.responses == 9
    for each in submissions:
        of_it = select(StoredResponse.answers).where(StoredResponse.token_hash == each.token_hash)
        assert stored_answers(db.session.scalars(of_it).one()) == each.answers


def test_one_that_is_there_already_keeps_nobody_else_out() -> None:
    known = submission("known")
    assert submission_store.store(db.engine, [known]) == [True]
    submissions = [submission(), known, submission(), submission()]
    assert submission_store.store(db.engine, submissions) == [True, False, True, True]
    assert stored() == 4


def test_a_double_click_is_stored_once() -> None:
    twice = submission("twice")
    assert submission_store.store(db.engine, [submission(), twice, twice, twice]) == [True, True, False, False]
    assert submission_store.store(db.engine, [twice, twice]) == [False, False]
    assert stored() == 2


def test_after_one_that_is_wrong_all_can_be_tried_again() -> None:
    good = submission("good")
    never_kept = good.definition.with_alternatives([Alternative("zz-new", "New")], ())
    unknown = replace(submission(), definition=never_kept)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        submission_store.store(db.engine, [good, unknown])
    assert submission_store.store(db.engine, [good, submission()])[1]
    assert stored() == 2


def test_nothing_is_stored_when_the_database_fails() -> None:
    submissions = [submission() for _ in range(3)]

    def fail(*_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    event.listen(db.engine, "commit", fail)
    with pytest.raises(OperationalError, match="full"):
        submission_store.store(db.engine, submissions)
    event.remove(db.engine, "commit", fail)
    assert stored() == 0
    assert submission_store.store(db.engine, submissions) == [True] * 3
