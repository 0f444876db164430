"""Every action ends on a page that says what was done: whatever can be pressed is pressed, on both databases.

The walk knows no address and no form (:mod:`tests.support.walk`). What is sent to a built-in part of the site, by the
URL map, has to be among what it has reached.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from fwsite.blueprints.account import queries
from fwsite.blueprints.comparison.ledger import document_mapper, journal, suggestions
from fwsite.blueprints.comparison.ledger.journal import Action, By
from fwsite.blueprints.questionnaire import drafts
from fwsite.db.models import User, UserSession
from fwsite.domain.items import CITING, FIELDS, PLACED, Kind, State
from fwsite.domain.questionnaire import Fit
from fwsite.domain.suggestion import Proposal
from fwsite.extend import db
from fwsite.web.auth import Role
from fwsite.web.signing import new_submission, token_for, token_hash
from tests.support import draft_lists
from tests.support.page_forms import SOMEBODY
from tests.support.people import add_person, begin_session
from tests.support.teams import Team, wants
from tests.support.walk import Target, Walk, post_targets, start_addresses

SIGNED_IN = re.compile(r"\w+\.work_|extensions\.")
ROOMS = re.compile(rf"{SIGNED_IN.pattern}|account\.")
"""Pages of people who maintain; those of the second visitors open, too."""


@pytest.fixture(scope="module")
def app(app_on_each_database: Flask) -> Flask:
    """The application with an item of every kind in every state, and suggestions of every sort."""
    app = app_on_each_database
    for name in ("ada", SOMEBODY):
        add_person(app, name, Role.ADMIN)
    with app.app_context():
        for kind in Kind:
            for state in State:
                add_two(kind, state)
        add_suggestions(app)
        add_drafts_of_frameworks()
        import_one()
        journal.commit()
    draft_lists.put_in_force(app)
    with app.app_context():
        begin_draft()
    return app


def add_two(kind: Kind, state: State) -> None:
    """Two items that stand nowhere yet; a rating needs a criterion of its own."""
    for number in (1, 2):
        example = next(item for (of, _), item in document_mapper.everything().items() if of is kind)
        changed: dict[str, Any] = {"key": f"{state}-{kind}-{number}", "state": State.PUBLISHED.value}
        if kind in CITING:
            changed[CITING[kind]] = []
        if "evidence" in example.document:
            changed["evidence"] = "opinion"
        if kind is Kind.RATING:
            changed["criterion"] = f"published-criterion-{number}"
            changed["framework"] = {"draft": "django", "published": "flask", "retired": "fastapi"}[state]
        named = next(field.name for field in FIELDS[kind] if field.longest and field.required)
        by = By("mara", "To walk through")
        change = journal.add(kind, {**example.document, **changed, named: f"The {state} {kind}, {number}."}, by)
        if state is not State.PUBLISHED:
            item = document_mapper.find(kind, change.item_key)
            assert item
            action = Action.RETIRED if state is State.RETIRED else Action.EDITED
            journal.save(item, {**item.document, "state": state.value}, by, action)


def add_suggestions(app: Flask) -> None:
    """New points and corrections, with a source and without."""
    for number in range(8):
        claim = f"published-claim-{number % 2 + 1}" if number % 2 else ""
        sourced = {"source_title": f"Report {number}", "source_url": f"https://example.org/report-{number}"}
        proposal = Proposal(
            framework="django",
            criterion="memory",
            side="con",
            text=f"A better text, {number}",
            remark="It is wrong" if claim else "",
            claim=claim,
            **(sourced if number < 4 else {}),
        )
        token = token_for(app.config["SECRET_KEY"], new_submission(), str(number))
        suggestions.store(token, proposal, "What it said" if claim else "")


def add_drafts_of_frameworks() -> None:
    """Something that waits for the publication of each framework that is shipped."""
    example = document_mapper.find(Kind.CLAIM, "flask-light")
    assert example
    for framework in ("django", "flask", "fastapi", "none"):
        changed = {"key": f"{framework}-waits", "framework": framework, "text": "It waits.", "state": "draft"}
        journal.add(Kind.CLAIM, {**example.document, **changed, "sources": [], "evidence": "opinion"}, By("mara"))


def import_one() -> None:
    """A change of many items at once, whose undo asks first."""
    batch = journal.begin_batch(By("mara", "An import"), Action.IMPORTED, {"counts": {"added": 1}})
    example = document_mapper.find(Kind.SOURCE, "published-source-1")
    assert example
    document = {**example.document, "key": "imported", "title": "An imported source"}
    journal.add(Kind.SOURCE, document, By("mara"), Action.IMPORTED, batch.id)


def begin_draft() -> None:
    """A draft of the questionnaire, to be published and discarded."""
    work = drafts.work()
    assert work
    question = work.definition.questions[0]
    place = question.key, question.options[0].key, work.definition.alternatives[0].key
    drafts.save(work, {place: Fit(1, "To walk through")}, "mara")


class Person:
    """Somebody whom no action of the walk can lock out, neither out of their account nor out of their browser."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app = app
        self.name = name
        with app.app_context():
            user = db.session.scalars(select(User).where(User.name == name)).one()
            self._as_it_was = {"role": user.role, "active": user.active, "password_hash": user.password_hash}
        self._client = app.test_client()

    def put_back(self) -> None:
        """Their account as it was."""
        with self.app.app_context():
            db.session.execute(update(User).where(User.name == self.name).values(**self._as_it_was))
            db.session.commit()

    def browser(self) -> FlaskClient:
        """Theirs, signed in."""
        self.put_back()
        with self._client.session_transaction() as kept:
            own = token_hash(kept.get("_user_id", ""))
        with self.app.app_context():
            sessions = select(UserSession.token_hash).join(User).where(User.name == self.name)
            signed_in = db.session.scalars(sessions).all()
        if own not in signed_in:
            begin_session(self.app, self._client, self.name)
        if not {*signed_in} - {own}:  # in another browser, too, that can be signed out from here
            begin_session(self.app, self.app.test_client(), self.name)
        return self._client


def may_refuse(target: Target, label: str) -> bool:
    """What a person may press and be told why not: everything else has to work as it is offered."""
    return (
        target.endpoint == "comparison.work_undo"  # it was changed again since, or others rest on it
        or target == Target("comparison.work_act", (("action", "retire"), ("kind", "source")))
        or target.endpoint in ("account.change_role", "account.disable", "account.reset")  # the last administrator
        or target == Target("comparison.work_add", (("kind", "rating"),))  # rated already
        or (target.endpoint == "comparison.work_decide" and label.startswith("Undo"))
    )


def test_every_action_ends_on_a_page_that_says_so(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    ada, jo = Person(app, "ada"), Person(app, SOMEBODY)
    maintainer, visitor = walked_by_a_maintainer(ada), walked_by_a_visitor(jo)
    assert "\n".join([*maintainer.found, *visitor.found]) == ""
    reached = maintainer.reached | visitor.reached
    assert {target for target in post_targets(app) if not any(each.does(target) for each in reached)} == set()
    assert {target for target in acts_on_items() if not any(each.does(target) for each in reached)} == set()
    seen = {(page.address.split("/")[3], page.standing) for page in maintainer.visited.values() if page.standing}
    assert seen >= {(kind.value, state.value) for kind in Kind for state in State}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def walked_by_a_maintainer(ada: Person) -> Walk:
    walk = Walk(ada.app, ada.browser, lambda endpoint: bool(ROOMS.match(endpoint)), may_refuse)
    return walk.start(start_addresses(ada.app))


def walked_by_a_visitor(jo: Person) -> Walk:
    """Somebody new on each page, with the link that sets a password in hand, and those of a team."""
    app = jo.app

    def browser() -> FlaskClient:
        jo.put_back()
        return app.test_client()

    with app.app_context():
        link = f"/account/password/{queries.add('Lou', Role.MAINTAINER)}"
    team, still_open = Team(app), Team(app)
    for _ in range(2):
        team.person(wants("django"))
    own = still_open.person(wants("django"))
    walk = Walk(app, browser, lambda endpoint: not SIGNED_IN.match(endpoint), may_refuse, most_alike=2)
    return walk.start([*start_addresses(app), link, own, still_open.path, team.organiser])


def acts_on_items() -> set[Target]:
    """What every kind of item has: a form, and a button for each of its states and places."""
    found = set()
    for kind in Kind:
        of = "kind", kind.value
        found |= {Target(f"comparison.{name}", (of,)) for name in ("work_add", "work_edit")}
        acts = ["publish", "restore", "retire", *(["up", "down"] if kind in PLACED else [])]
        acts += ["reviewed" for field in FIELDS[kind] if field.name == "reviewed_on"]
        found |= {Target("comparison.work_act", (("action", act), of)) for act in acts}
    return found
