"""What is asked of the tables, and what is changed in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from fwsite.domain.items import new_key
from fwsite.extend import db
from fwsite.identity import utc_now

from .entries import Entry, Wording, spelling_key
from .models import State, Term


@dataclass
class Changes:
    """What taking in several terms did: the slugs of those added and changed, and how many stayed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0


def entries() -> tuple[Entry, ...]:
    """All terms in the order of the alphabet, by one statement."""
    columns = select(Term.slug, Term.term, Term.aliases, Term.definition)
    found = [
        Entry(slug=row.slug, term=row.term, aliases=tuple(row.aliases), definition=row.definition)
        for row in db.session.execute(columns)
    ]
    return tuple(sorted(found, key=lambda entry: entry.key))  # databases sort letters each in its own way


def rows() -> list[Term]:
    """All terms as they are kept, in the order of the alphabet."""
    return sorted(db.session.scalars(select(Term)), key=lambda row: row.key)


def find(number: int) -> Term | None:
    """The term of this number."""
    return db.session.get(Term, number)


def last_change() -> date | None:
    """The day on which a term was last added or changed."""
    moment = db.session.scalar(select(func.max(Term.changed_at)))
    return moment.date() if moment else None


def lock() -> State:
    """Keep other writers waiting until commit or rollback: what is read after this stays true until then."""
    return db.session.scalars(select(State).with_for_update().execution_options(populate_existing=True)).one()


def taken(but: Term | None = None) -> dict[str, str]:
    """The term for each spelling, by key; without those of ``but``."""
    others = [row for row in rows() if row is not but]
    return {spelling_key(spelling): row.term for row in others for spelling in (row.term, *row.aliases)}


def wording_of(row: Term) -> Wording:
    """What people wrote of a term."""
    return Wording(term=row.term, aliases=tuple(row.aliases), definition=row.definition)


def add(wording: Wording) -> Term:
    """A new term. The caller has locked, and commits."""
    lock().filled = True
    slugs = set(db.session.scalars(select(Term.slug)))
    row = Term(slug=new_key(wording.term, slugs), version=0)
    db.session.add(row)
    write(row, wording)
    return row


def write(row: Term, wording: Wording) -> None:
    """Give a term other words. The caller has locked, and commits."""
    row.key, row.term, row.aliases = wording.key, wording.term, list(wording.aliases)
    row.definition, row.version, row.changed_at = wording.definition, row.version + 1, utc_now()
    db.session.flush()


def delete(row: Term) -> None:
    """Take a term away. The caller has locked, and commits."""
    db.session.delete(row)
    db.session.flush()


def take_in(wordings: Iterable[Wording]) -> Changes:
    """Add terms that are new, and change those of the same key. The caller has locked, and commits."""
    known = {row.key: row for row in rows()}
    done = Changes()
    for wording in wordings:
        row = known.get(wording.key)
        if row is None:
            done.added.append(add(wording).slug)
        elif wording_of(row) != wording:
            write(row, wording)
            done.changed.append(row.slug)
        else:
            done.unchanged += 1
    return done
