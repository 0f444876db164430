"""Run store: the runs made on this host, and the one that is shipped with the content."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.domain.measurement import Run, RunError, read_run
from fwsite.extend import ContentProblem, EventContext, current_instance, db, is_schema_current, per_content_version

FILE = "measured_run.json"
log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A run, and whether it was made on this host or came with the content."""

    run: Run
    is_here: bool

    @property
    def key(self) -> str:
        """What it is called in addresses; the shipped one is always ``reference``."""
        return self.run.key if self.is_here else "reference"


def take_in(context: EventContext) -> None:
    """Keep the run that was just written to a file, as the event ``measure.done`` says, where there is a database."""
    if is_schema_current():
        _keep(Path(context.values["path"]))
        db.session.commit()


def load() -> str:
    """Take in the run files of the instance folder that are not kept yet: they were written before there was a
    database, or copied from the machine that measured. A file that cannot be read is logged, and left.
    """
    known, taken = set(db.session.scalars(select(models.MeasuredRun.key))), 0
    for path in sorted(current_instance().measurements.glob("*.json")):
        try:
            taken += _keep(path, known)
        except (OSError, ValueError, RunError) as error:
            log.warning("%s: cannot be read: %s", path, error)
    db.session.commit()
    return f"{taken} run{'s' if taken > 1 else ''} of this host taken in" if taken else ""


def _keep(path: Path, known: Collection[str] = ()) -> bool:
    """Put the run of a file into the database, unless it is ``known``."""
    document = json.loads(path.read_text(encoding="utf-8"))
    run = read_run(document)
    if run.key in known:
        return False
    row = db.session.get(models.MeasuredRun, run.key) or models.MeasuredRun(key=run.key)
    row.document, row.made_at = document, run.made_at
    db.session.add(row)
    return True


def every() -> list[Kept]:
    """Every run, the newest of this host first, the shipped one last."""
    here = [Kept(run, is_here=True) for run in _here()]
    shipped = reference()
    return [*here, Kept(shipped, is_here=False)] if shipped else here


def find(key: str) -> Kept | None:
    """The run of that key; of an older link, which names a minute, the last run of this host that was made in it."""
    found = every()
    exact = (kept for kept in found if kept.key == key)
    in_minute = (kept for kept in found if kept.is_here and f"{kept.run.made_at:%Y-%m-%d-%H%M}" == key)
    return next(exact, None) or next(in_minute, None)


def in_force() -> Kept | None:
    """What claims rest on: the newest whole and quiet run of this host, or else the shipped one."""
    return next((kept for kept in every() if kept.run.is_publishable), None)


def beside(kept: Kept) -> Kept | None:
    """What a run is compared with: one of this host with the shipped one, and that with the newest of this host.

    It has to be whole and quiet.
    """
    others = (other for other in every() if other.is_here is not kept.is_here and other.run.is_publishable)
    return next(others, None)


def elsewhere(kept: Kept) -> Kept | None:
    """Where a reader of a run may go on, whatever it is stamped: the shipped run, or the newest of this host."""
    return next((other for other in every() if other.is_here is not kept.is_here), None)


def text_of(kept: Kept) -> str:
    """The file of a run."""
    if not kept.is_here:
        return current_instance().content_file(FILE).read_text(encoding="utf-8")
    row = db.session.get_one(models.MeasuredRun, kept.key)
    return json.dumps(row.document, indent=1, ensure_ascii=False) + "\n"


@per_content_version
def _here() -> tuple[Run, ...]:
    rows = db.session.scalars(select(models.MeasuredRun).order_by(models.MeasuredRun.made_at.desc()))
    return tuple(read_run(row.document) for row in rows)


def reference() -> Run | None:
    """The run that is shipped with the content; none where its file is empty or missing, or cannot be read."""
    try:
        return _shipped()
    except RunError:
        return None


def check() -> list[ContentProblem]:
    """What is wrong with the shipped run, and a note where no claim may rest on it."""
    path = current_instance().content_file(FILE)
    try:
        run = _shipped()
    except RunError as error:
        return [ContentProblem(path=path, key="file", message=str(error))]
    if run is None or run.is_publishable:
        return []
    said = f"no claim rests on this run, which is stamped {'; '.join(run.stamps)}"
    return [ContentProblem(path=path, key="stamps", message=said, is_note=True)]


def _shipped() -> Run | None:
    path = current_instance().content_file(FILE)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() and path.stat().st_size else None


@lru_cache(maxsize=4)
def _read(path: Path, _written: int) -> Run:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"cannot be read: {error}") from error
    return read_run(document)
