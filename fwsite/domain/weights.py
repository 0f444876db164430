"""Weights: how much a question matters to the visitor, in words and as the number it counts with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Weight(StrEnum):
    """How much a question matters to the visitor."""

    LITTLE = "little"
    NORMAL = "normal"
    LOT = "lot"
    MUST = "must"


WEIGHTS: Mapping[Weight, int] = {Weight.LITTLE: 1, Weight.NORMAL: 2, Weight.LOT: 4, Weight.MUST: 4}
"""The number each weight counts with; a must is also a constraint."""
