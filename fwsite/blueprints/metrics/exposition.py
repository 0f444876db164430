"""Prometheus' text format, version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Sample:
    """One number. ``suffix`` is what a part of a histogram adds to the name."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


class Family(NamedTuple):
    """Numbers of one name; ``type`` is counter, gauge or histogram."""

    name: str
    type: str
    help: str
    samples: tuple[Sample, ...]


def written(families: Iterable[Family]) -> str:
    """The families as Prometheus reads them."""
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.type}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(value, quotes=True)}"' for name, value in sample.labels.items())
        yield f"{family.name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {number(sample.value)}"


def number(value: float) -> str:
    """Whole numbers without a point, others as precise as they are."""
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


def histogram(
    labels: Mapping[str, str], ends: tuple[float, ...], counts: tuple[int, ...], total: float
) -> Iterator[Sample]:
    """The samples of one histogram. ``counts`` has one number for each end, and one for what is above all of them."""
    below = 0
    for end, count in zip((*ends, None), counts, strict=True):
        below += count
        yield Sample(below, {**labels, "le": "+Inf" if end is None else number(end)}, "_bucket")
    yield Sample(total, labels, "_sum")
    yield Sample(below, labels, "_count")
