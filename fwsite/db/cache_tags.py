"""Cache tags, also called surrogate keys: which pages a write concerns, where it does not concern all of them.

What changes a table makes every page anew, unless the table has the tag of its extension (:func:`cache_tag`): then
only those that carry the tag are made anew. A page carries the tags of all extensions that had a part in it: it is
theirs, or slots, transforms, directives, columns or whatever else they bring were called for it, or a table with their
tag was read, be it by a filter of templates or a function that somebody else imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, has_app_context
from sqlalchemy import Connection, Table

from fwsite.db.engine import dialect_insert

CONTENT = ""
"""Stands for the content of the whole site, which all pages are made from."""
_TAG, _CARRIED = "cache_tag", "cache_tags"


def cache_tag(extension: str) -> dict[str, Any]:
    """``__table_args__ = {"info": cache_tag("votes")}`` for a table of the extension ``votes`` whose rows only pages
    show in which that extension has a part: a change to it makes these again, and leaves all others as they are.
    """
    return {_TAG: extension}


def tag_of(table: Any) -> str | None:
    """Whose pages show the rows of a table: a tag, :data:`CONTENT` for all, ``None`` for none.

    A tag that is not that of the table's own extension counts for nothing.
    """
    info = getattr(table, "info", {})
    if not info.get("content", True):
        return None
    tag = info.get(_TAG, CONTENT)
    return tag if has_own_tag(table) else CONTENT


def has_own_tag(table: Any) -> bool:
    """Whether the table has the tag of the extension that its name begins with, or none."""
    tag = getattr(table, "info", {}).get(_TAG, CONTENT)
    return tag == CONTENT or str(getattr(table, "name", "")).startswith(f"{tag}_")


def carry_tag(extension: str) -> None:
    """Note that the page that is being made shows something of the extension."""
    if has_app_context():
        g.setdefault(_CARRIED, set()).add(extension)


def carried_tags() -> frozenset[str]:
    """Of whom the page shows something, as far as it is made."""
    return frozenset(g.get(_CARRIED, ()))


@contextmanager
def carried_apart() -> Iterator[set[str]]:
    """The tags that are carried inside, for what is kept and given again; the page carries them, too."""
    outside: set[str] = g.pop(_CARRIED, set())
    inside: set[str] = g.setdefault(_CARRIED, set())
    try:
        yield inside
    finally:
        setattr(g, _CARRIED, outside | inside)


def raise_tags(connection: Connection, table: Table, tags: Iterable[str]) -> None:
    """Count the change of each tag, always in the same order."""
    columns = table.c
    first = dialect_insert(connection.dialect.name, table).values(number=1)
    more = first.on_conflict_do_update(index_elements=[columns.tag], set_={"number": columns.number + 1})
    for tag in sorted(tags):
        connection.execute(more.values(tag=tag))
