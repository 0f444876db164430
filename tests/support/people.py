"""People for tests: added to the database, and signed in."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from fwsite.blueprints.account import passwords
from fwsite.db.models import User
from fwsite.extend import db
from fwsite.web.auth import Person, Role, start_session, utc_now
from tests.support.forms import inputs

PASSWORD = "correct horse battery staple"


def add_person(app: Flask, name: str, role: Role = Role.MAINTAINER, password: str | None = PASSWORD) -> int:
    """A person with a password; returns the number."""
    with app.app_context():
        stored = _hashed(password) if password else None
        user = User(
            name=name, name_key=name.casefold(), role=role, password_hash=stored, active=True, created_at=utc_now()
        )
        db.session.add(user)
        db.session.commit()
        return user.id


@cache
def _hashed(password: str) -> str:
    """Once for all tests: a hash takes long by intent."""
    return passwords.hashed(password)


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **fields: str) -> TestResponse:
    """Open the sign-in page, fill it in, send it."""
    form = inputs(client.get("/account/sign-in").text)
    return client.post("/account/sign-in", data={**form, "name": name, "password": password, **fields})


def signed_in(app: Flask, name: str = "mara", role: Role = Role.MAINTAINER) -> FlaskClient:
    """A client of a new person who is signed in, as the site does it behind its form: a password is slow by intent."""
    add_person(app, name, role)
    client = app.test_client()
    begin_session(app, client, name)
    return client


def begin_session(app: Flask, client: FlaskClient, name: str) -> None:
    """Sign somebody in who is there already."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.name == name)).one()
        person = Person(user.id, user.name, Role(user.role))
    with app.test_request_context():
        start_session(person, timedelta(hours=1))
        db.session.commit()
        begun = dict(session)
    with client.session_transaction() as kept:
        kept.update(begun)


def signed_in_by_form(app: Flask, name: str = "mara", role: Role = Role.MAINTAINER) -> FlaskClient:
    """The same with a password, for tests of signing in."""
    add_person(app, name, role)
    client = app.test_client()
    assert sign_in(client, name).status_code == 303
    return client


def send(client: FlaskClient, address: str, page: str = "/account/", **fields: str) -> TestResponse:
    """Send ``fields`` to ``address`` with the token that ``page`` has."""
    token = inputs(client.get(page).text)["csrf_token"][0]
    return client.post(address, data={"csrf_token": token, **fields})
