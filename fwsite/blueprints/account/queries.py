"""Account repository: people and their one-time links. Whoever changes something here commits it here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from fwsite.domain.people import Person, Role, name_fault, name_key, shown_name
from fwsite.extend import User, db, end_sessions, new_token, start_session, token_hash, utc_now

LINK_LIFETIME = timedelta(hours=72)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class NameTaken(ValueError):
    """Somebody has this name already, in this or another case."""


class LastAdmin(ValueError):
    """Without this person nobody could sign in as an administrator."""


class Account(NamedTuple):
    """A person as the database has it. ``link_until`` is the end of a link that still works, in UTC."""

    person: Person
    password_hash: str | None
    active: bool
    link_until: datetime | None

    @property
    def state(self) -> str:
        """Whether the person can sign in, in words."""
        if not self.active:
            return "disabled"
        if self.password_hash:
            return "active"
        if self.link_until is None:
            return "no password, and the link has expired"
        return f"no password yet; the link works until {self.link_until:%Y-%m-%d %H:%M} UTC"


def _account(user: User) -> Account:
    until = user.link_expires_at
    return Account(
        person=Person(user.id, user.name, Role(user.role)),
        password_hash=user.password_hash,
        active=user.active,
        link_until=until if user.link_hash and until and until > utc_now() else None,
    )


def nobody() -> bool:
    """Whether no person has been added yet."""
    return db.session.scalar(select(User.id).limit(1)) is None


def everybody() -> list[Account]:
    """All people by name."""
    return [_account(user) for user in db.session.scalars(select(User).order_by(User.name_key))]


def find(name: str) -> Account | None:
    """The person with this name, in whatever case."""
    if name_fault(shown_name(name)):  # no such person can have been added; the text may be any
        return None
    user = db.session.scalars(select(User).where(User.name_key == name_key(name))).one_or_none()
    return _account(user) if user else None


def find_by_id(user_id: int) -> Account | None:
    """The person with this number."""
    user = db.session.get(User, user_id)
    return _account(user) if user else None


def find_by_link(token: str) -> Account | None:
    """Whose one-time link this is; ``None`` where it is used, over or unknown, or its person is switched off."""
    if not _TOKEN.fullmatch(token):
        return None
    user = db.session.scalars(
        select(User).where(User.link_hash == token_hash(token), User.link_expires_at > utc_now(), User.active)
    ).one_or_none()
    return _account(user) if user else None


def add(name: str, role: Role) -> str:
    """Add a person; returns the token of the one-time link. Raises :class:`NameTaken`."""
    token = new_token()
    now = utc_now()
    user = User(
        name=shown_name(name),
        name_key=name_key(name),
        role=role.value,
        active=True,
        created_at=now,
        link_hash=token_hash(token),
        link_expires_at=now + LINK_LIFETIME,
    )
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise NameTaken(name) from error
    return token


def reset(user_id: int, *, keep_an_admin: bool = True) -> str:
    """Take a person's password and sessions away; returns the token of a new one-time link.

    Raises :class:`LastAdmin`, unless ``keep_an_admin`` is false.
    """
    token = new_token()
    _change(
        user_id,
        keep_an_admin,
        password_hash=None,
        link_hash=token_hash(token),
        link_expires_at=utc_now() + LINK_LIFETIME,
    )
    return token


def disable(user_id: int, *, keep_an_admin: bool = True) -> None:
    """Switch a person off: sessions end, a link does not work any more. Raises :class:`LastAdmin` as ``reset``."""
    _change(user_id, keep_an_admin, active=False, link_hash=None, link_expires_at=None)


def enable(user_id: int) -> None:
    """Let a person sign in again, with the password there was."""
    db.session.execute(update(User).where(User.id == user_id).values(active=True))
    db.session.commit()


def set_role(user_id: int, role: Role) -> None:
    """Give a person another role; sessions end, so that what is open in a browser does not outlive the old one.

    Raises :class:`LastAdmin`.
    """
    _change(user_id, True, role=role.value)


def _change(user_id: int, keep_an_admin: bool, **values: object) -> None:
    """Change a person's row and end all sessions, in one transaction."""
    admins = set(_admins_who_can_sign_in())
    db.session.execute(update(User).where(User.id == user_id).values(**values))
    if keep_an_admin and admins and not set(_admins_who_can_sign_in()):
        db.session.rollback()
        raise LastAdmin
    end_sessions(user_id)
    db.session.commit()


def _admins_who_can_sign_in() -> list[int]:
    """Locks their rows where the database locks rows, so that two of them cannot remove each other at once."""
    able = select(User.id).where(User.role == Role.ADMIN.value, User.active, User.password_hash.is_not(None))
    return list(db.session.scalars(able.order_by(User.id).with_for_update()))


def sign_in(account: Account, rehashed: str | None, lifetime: timedelta) -> bool:
    """Begin a session for a person whose password was right; ``False`` where it changed or ended meanwhile.

    ``rehashed`` is the same password hashed anew, where that was due.
    """
    unchanged = User.password_hash == account.password_hash
    same = update(User).where(User.id == account.person.id, User.active, unchanged)
    same = same.values(password_hash=rehashed or account.password_hash)
    if db.session.execute(same).rowcount != 1:  # type: ignore[attr-defined]
        db.session.rollback()
        return False
    start_session(account.person, lifetime)
    db.session.commit()
    return True


def change_password(person: Person, old_hash: str | None, new_hash: str, lifetime: timedelta) -> bool:
    """Set a new password: every session ends and this browser gets a new one. ``False`` as in :func:`sign_in`."""
    return _set_password(User.password_hash == old_hash, person, new_hash, lifetime)


def use_link(token: str, person: Person, new_hash: str, lifetime: timedelta) -> bool:
    """Set the password of a one-time link and sign in; ``False`` where the link was used or ended meanwhile."""
    mine = (User.link_hash == token_hash(token)) & (User.link_expires_at > utc_now())
    return _set_password(mine, person, new_hash, lifetime)


def _set_password(condition: object, person: Person, new_hash: str, lifetime: timedelta) -> bool:
    values = {"password_hash": new_hash, "link_hash": None, "link_expires_at": None}
    same = update(User).where(User.id == person.id, User.active, condition).values(**values)  # type: ignore[arg-type]
    if db.session.execute(same).rowcount != 1:  # type: ignore[attr-defined]
        db.session.rollback()
        return False
    end_sessions(person.id)
    start_session(person, lifetime)
    db.session.commit()
    return True
