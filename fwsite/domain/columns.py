"""Fact columns: further facts on each framework, beside its ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fwsite.domain.evidence import Evidence


@dataclass(frozen=True)
class Cell:
    """One fact on one framework: a short plain text, its evidence, and the URL of its source if it has one."""

    text: str
    evidence: Evidence = Evidence.OPINION
    source: str = ""


@dataclass(frozen=True)
class FilledColumn:
    """What one column says, by framework; a framework that it knows nothing of is not in it.

    ``group`` is the heading of the comparison's table that it is under; without one it is among further facts.
    """

    key: str
    label: str
    cells: Mapping[str, Cell]
    group: str = ""
