"""Upgrade: brings an instance's database up to date, migrations first and then shipped content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask, current_app

from fwsite.db.advisory_lock import upgrade_turn
from fwsite.db.engine import db
from fwsite.instance import current_instance
from fwsite.plugins import migrations
from fwsite.plugins.content import ContentError
from fwsite.plugins.contract import Extension
from fwsite.plugins.discovery import one_line, said
from fwsite.plugins.fault_log import NEXT
from fwsite.plugins.pending import refresh
from fwsite.plugins.registry import registry_of
from fwsite.plugins.sandbox import report
from fwsite.plugins.state import FAULTS


class Step(NamedTuple):
    """One thing that was done, or that failed and was left as it was."""

    text: str
    failed: bool = False

    def __str__(self) -> str:
        return self.text


def bring_up_to_date(app: Flask) -> Iterator[Step]:
    """Do it, and yield each step. What a third party's extension fails at keeps nobody else back.

    Of several processes on one database each does it in turn; one that has to wait says so first.
    """
    with app.app_context(), upgrade_turn(db.engine) as turn:
        if not turn.is_ours:
            yield Step("waiting for another process that is bringing the database up to date")
            turn.wait()
        yield from _migrate()
        registry = registry_of(app)
        for extension in registry.in_force:
            if extension.load_content is not None:
                yield _load(extension, guarded=extension.name in registry.third_parties)
                db.session.rollback()  # whatever it left open would hold up the next one


def _load(extension: Extension, *, guarded: bool) -> Step:
    assert extension.load_content is not None  # noqa: S101 - for the type checker
    try:
        return Step(f"content {extension.name}: {one_line(extension.load_content())}")
    except FAULTS as error:
        if not guarded:
            raise
        if isinstance(error, ContentError):
            return Step(f"content {extension.name}: failed: {one_line(error)}", failed=True)
        report(extension, "load_content", error)
        return Step(f"content {extension.name}: failed: {said(error)}; {NEXT}", failed=True)


def is_schema_current() -> bool:
    """Whether no migration is pending. Does not create a database."""
    return not any(state.pending for state in migrations.status(current_app))


def upgrade_schema() -> list[str]:
    """Make what the instance folder lacks and run pending migrations, without content; a line for each of them."""
    current_instance().create()
    with upgrade_turn(db.engine) as turn:
        turn.wait()
        return [str(step) for step in _migrate()]


def _migrate() -> list[Step]:
    moved = migrations.upgrade(current_app)
    refresh(current_app)
    return [
        Step(f"schema {state.name}: failed: {state.fault}; it stays as it was", failed=True)
        if state.fault
        else Step(f"schema {state.name}: {state.current or 'new'} -> {state.head}")
        for state in moved
    ]
