"""Editorial log file: ``log.toml``, the host's own or the shipped one."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator
from pathlib import Path

from fwsite.domain.editorial_log import EditorsNote, parse_log
from fwsite.domain.faults import Fault
from fwsite.extend import ContentProblem, current_instance, per_file_state

FILE = "log.toml"
log = logging.getLogger(__name__)


def notes() -> tuple[EditorsNote, ...]:
    """The editors' notes, newest first; none of what cannot be read, which the check names."""
    return _read(current_instance().content_file(FILE))[0]


def check() -> Iterator[ContentProblem]:
    """Every error of the file."""
    path = current_instance().content_file(FILE)
    yield from (ContentProblem(path=path, key=fault.place, message=fault.message) for fault in _read(path)[1])


@per_file_state
def _read(path: Path) -> tuple[tuple[EditorsNote, ...], tuple[Fault, ...]]:
    try:
        found, faults = parse_log(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        found, faults = (), [Fault("file", f"cannot be read: {error}")]
    for fault in faults:
        log.error("%s: %s: %s", path, fault.place, fault.message)
    return found, tuple(faults)
