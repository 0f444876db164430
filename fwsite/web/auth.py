"""Authentication and authorisation: who is signed in, and what only some may do.

The cookie has a random token and the database its hash, so that signing out, a new password and switching a
person off end a session on the server: a copied cookie is worth nothing afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from flask import Flask, current_app, g, render_template, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import delete, func, select

from fwsite.db.engine import db, reading
from fwsite.db.models import User, UserSession
from fwsite.domain.people import Person, Role
from fwsite.web.navigation import Link, work
from fwsite.web.signing import token_hash

__all__ = [
    "Person",
    "Role",
    "current_person",
    "end_session",
    "end_sessions",
    "login_manager",
    "new_token",
    "other_sessions",
    "role_required",
    "start_session",
    "utc_now",
]

_TOKEN_BYTES = 32
_FOR_THE_FORM = "csrf_token"

login_manager = LoginManager()
"""Its ``unauthorized_handler`` is what an anonymous visitor gets from a view under :func:`role_required`."""
login_manager.session_protection = None  # a phone changes its address; the token is what counts


@dataclass(frozen=True)
class _SignedIn(UserMixin):
    """What Flask-Login keeps for a request."""

    person: Person
    token: str

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    """Let views and templates ask who is signed in.

    Flask-Login's own ``init_app`` would look into the session after each request, for the sake of its
    remember-me cookie; pages for everybody could not be cached then.
    """
    app.login_manager = login_manager  # type: ignore[attr-defined]
    app.jinja_env.globals.update(current_person=current_person, work_nav=_work_nav)


def current_person() -> Person | None:
    """Who is signed in. For pages that are private anyway: a page that asks is no longer cached."""
    return current_user.person if current_user.is_authenticated else None


def role_required(role: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only people into a view whose role covers ``role``; it goes below the route's own decorator.

    Others who are signed in get error 403; a visitor is asked to sign in, and loses nothing that was typed.
    """

    def protect(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def protected(*args: Any, **kwargs: Any) -> Any:
            person = current_person()
            if person is None:
                return login_manager.unauthorized()
            if not person.role.covers(role):
                return _too_low(role), 403
            return current_app.ensure_sync(view)(*args, **kwargs)

        return protected

    return protect


def _too_low(role: Role) -> str:
    heading = f"This page is for {role}s"
    sentence = "You are signed in with another role. Ask an administrator if you need this page. Nothing was changed."
    return render_template("error.html", status=403, heading=heading, sentence=sentence)


def _work_nav() -> list[Link]:
    """The entries of the maintainers' bar for whoever is signed in."""
    person = current_person()
    return work(person.role) if person else []


@login_manager.user_loader
def _load(token: str) -> _SignedIn | None:
    if db.session().in_transaction():  # its changes must not be thrown away
        return _find(token)
    with reading():  # a request that writes does not queue for this, and has not begun to write after it
        return _find(token)


def _find(token: str) -> _SignedIn | None:
    row = db.session.execute(
        select(User.id, User.name, User.role)
        .join(UserSession)
        .where(UserSession.token_hash == token_hash(token), UserSession.expires_at > utc_now(), User.active)
    ).first()
    return _SignedIn(Person(row.id, row.name, Role(row.role)), token) if row else None


def start_session(person: Person, lifetime: timedelta) -> None:
    """Sign ``person`` in, in this browser, with nothing left of the session before. The caller commits.

    Also deletes sessions that have expired.
    """
    end_session()
    now = utc_now()
    token = new_token()
    db.session.execute(delete(UserSession).where(UserSession.expires_at <= now))
    row = UserSession(token_hash=token_hash(token), user_id=person.id, created_at=now, expires_at=now + lifetime)
    db.session.add(row)
    login_user(_SignedIn(person, token))
    session.pop("_id", None)  # a hash of address and browser, which nobody needs


def end_session() -> None:
    """Sign out in this browser, and begin a session with a token of its own for forms. The caller commits."""
    token = session.get("_user_id")
    if token is not None:
        db.session.execute(delete(UserSession).where(UserSession.token_hash == token_hash(token)))
    logout_user()
    session.clear()
    g.pop(_FOR_THE_FORM, None)


def end_sessions(user_id: int, *, but_this: bool = False) -> None:
    """Sign a person out everywhere, or everywhere else. The caller commits."""
    which = delete(UserSession).where(UserSession.user_id == user_id)
    if but_this:
        which = which.where(UserSession.token_hash != token_hash(current_user.get_id()))
    db.session.execute(which)


def other_sessions(user_id: int) -> int:
    """In how many other browsers a person is signed in."""
    others = select(func.count()).where(
        UserSession.user_id == user_id,
        UserSession.expires_at > utc_now(),
        UserSession.token_hash != token_hash(current_user.get_id()),
    )
    return db.session.scalar(others) or 0


def new_token() -> str:
    """256 random bits, for a session or a link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def utc_now() -> datetime:
    """As the database keeps times: UTC, without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)
