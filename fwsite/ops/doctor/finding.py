"""Finding: one thing that was looked at, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Whether something has to be done: no; better so; yes, the site or its data are at risk."""

    FINE = "ok"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """``area`` is what was looked at, ``what`` what was seen and where, ``remedy`` what to do, if anything."""

    area: str
    level: Level
    what: str
    remedy: str = ""


def fine(area: str, what: str) -> Finding:
    """Nothing has to be done."""
    return Finding(area, Level.FINE, what)


def advice(area: str, what: str, remedy: str) -> Finding:
    """It works, and could be better."""
    return Finding(area, Level.ADVICE, what, remedy)


def wrong(area: str, what: str, remedy: str) -> Finding:
    """It has to be mended."""
    return Finding(area, Level.WRONG, what, remedy)


def or_fine(area: str, found: list[Finding], what: str) -> list[Finding]:
    """What was found, or else that all is well."""
    return found or [fine(area, what)]
