"""Content import: what files would change, and taking it in, by all parts in one transaction or by none."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from fwsite.db.engine import db, reading, session_apart
from fwsite.db.models import ContentVersionRow
from fwsite.ops.content.parts import Part, part_of_file, parts
from fwsite.plugins.content import ContentError, ContentImport, ContentProblem


class ChangedMeanwhile(Exception):
    """The site's content is not what it was when the changes were listed; nothing was taken in."""


class Incoming(NamedTuple):
    """What one part has read."""

    part: Part
    content: ContentImport


class Plan(NamedTuple):
    """What an import would do: a line for each change, those who have one, and the content version it is about."""

    lines: tuple[str, ...]
    incoming: tuple[Incoming, ...]
    version: int | None


def read(place: Path) -> list[Incoming]:
    """What the parts that have files in ``place`` read there. Raises :class:`ContentError` with every fault."""
    incoming: list[Incoming] = []
    problems: list[ContentProblem] = []
    for part in _parts_in(place):
        try:
            with part.named():
                incoming.append(Incoming(part, part.files.read(place)))
        except ContentError as error:
            if not error.problems:
                raise
            problems += error.problems
    if problems:
        raise ContentError(problems=problems)
    return incoming


def _parts_in(place: Path) -> list[Part]:
    """Those that have a file there; the first part says what is wrong with something that is nobody's."""
    if not place.is_dir():
        return [part_of_file(place)]
    everything = parts()
    return [part for part in everything if part.files_in(place)] or everything[:1]


def plan(incoming: Iterable[Incoming]) -> Plan:
    """What taking them in would change now."""
    lines: list[str] = []
    changing = []
    with reading():
        version = _version()
        for each in incoming:
            with each.part.named():
                found = list(each.content.changes())
            if found:
                lines += found
                changing.append(each)
    return Plan(tuple(lines), tuple(changing), version)


def rehearse(plan: Plan, who: str, note: str) -> None:
    """Take everything in, look at it, and take it back. Raises :class:`ContentError` with every fault."""
    with session_apart():
        _take_in(plan, who, note)


def carry_out(plan: Plan, who: str, note: str) -> list[str]:
    """Take everything in and commit; a line for each part.

    Raises :class:`ChangedMeanwhile`, or :class:`ContentError` with every fault; then nothing was taken in.
    """
    try:
        if _version() != plan.version:
            raise ChangedMeanwhile
        lines = _take_in(plan, who, note)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    for each in plan.incoming:
        with suppress(ContentError), each.part.named():  # it is logged, and what was taken in is there
            each.content.tell()
    return lines


def _take_in(plan: Plan, who: str, note: str) -> list[str]:
    lines: list[str] = []
    problems: list[ContentProblem] = []
    for each in plan.incoming:
        with each.part.named():
            lines.append(each.content.take_in(who, note))
        db.session.flush()
    for each in plan.incoming:
        with each.part.named():
            problems += each.content.check()
    if problems:
        raise ContentError(problems=problems)
    return lines


def _version() -> int | None:
    return db.session.scalar(select(ContentVersionRow.number))
