"""Work context: who works here, on what, and how it is called."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from flask import abort, request

from fwsite.blueprints.comparison.ledger import document_mapper, history
from fwsite.blueprints.comparison.ledger.journal import By, InUse
from fwsite.blueprints.comparison.ledger.visibility import Hidden, hidden_behind
from fwsite.blueprints.comparison.url_arguments import NOUNS
from fwsite.domain.items import Document, Item, Kind, title_of
from fwsite.extend import Role, current_person, inline, role_required

maintainer = role_required(Role.MAINTAINER)
Page = tuple[str, int]


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


def by_person(note: str) -> By:
    """Who is signed in, and the note that says why."""
    person = current_person()
    assert person is not None  # noqa: S101 - role_required has seen to it
    return By(person.name, " ".join(note.split()))


def item_at(kind: Kind, key: str) -> Item:
    """The item that an address names, or error 404."""
    item = document_mapper.find(kind, key)
    if item is None:
        abort(404)
    return item


class Done(NamedTuple):
    """The change that was just made; ``hidden`` is why visitors do not get what it has published.

    ``is_told``: whether they can read of it in the history.
    """

    change: history.Entry
    hidden: Hidden | None
    is_told: bool


def just_done() -> Done | None:
    """What was just done, to say so and to offer its undo."""
    number = history.version_number(request.args.get("change", ""))
    change = history.find(number, public_only=False) if number is not None else None
    if change is None:
        return None
    is_told = history.find(change.number) is not None
    return Done(change, hidden_behind(change.document) if change.kind else None, is_told)


def plain_title(kind: Kind, document: Document) -> str:
    """What people call the item, without Markdown: for sentences and for the titles of pages."""
    title = title_of(kind, document)
    return inline(title).striptags() if kind is Kind.CLAIM else title


def said_in_use(error: InUse) -> str:
    """Why a source cannot be retired or made a draft, as a sentence."""
    users = ", ".join(f"{NOUNS[kind][0]} {key}" for kind, key in error.users[:10])
    rest = "rests" if len(error.users) == 1 else "rest"
    return f"This source cannot be taken off the pages: {users} {rest} on it. Change that first."
