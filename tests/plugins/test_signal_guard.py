"""Listening to the whole site is refused while an extension is imported, and listening to one's own is not."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.pool import Pool

from fwsite.extend import db
from fwsite.plugins.signal_guard import refused_by_the_database


class OwnSession(Session):
    pass


def heard(*_: object) -> None:
    pass


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Engine, "connect"),
        (Pool, "checkout"),
        (NullPool, "checkout"),
        (Session, "after_commit"),
        (scoped_session, "after_commit"),
        (db.session, "after_commit"),
    ],
)
@pytest.mark.parametrize("by", ["listen", "listens_for"])
def test_to_all_of_the_site_is_refused(target: object, name: str, by: str) -> None:
    with refused_by_the_database(), pytest.raises(TypeError, match=f"^must not listen to {name} of all of the site"):
        event.listen(target, name, heard) if by == "listen" else event.listens_for(target, name)(heard)
    assert not event.contains(target, name, heard)


def test_to_ones_own_is_not() -> None:
    engine = create_engine("sqlite://", poolclass=NullPool)
    with refused_by_the_database():
        event.listen(engine, "connect", heard)
        event.listens_for(OwnSession, "after_commit")(heard)
    assert event.contains(engine, "connect", heard)
    assert event.contains(OwnSession, "after_commit", heard)


def test_the_names_are_sqlalchemys_own_again_whatever_was_raised() -> None:
    before = event.listen, event.listens_for
    with pytest.raises(ZeroDivisionError), refused_by_the_database():
        assert event.listen is not before[0]
        raise ZeroDivisionError
    assert (event.listen, event.listens_for) == before
