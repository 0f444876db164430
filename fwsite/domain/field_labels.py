"""Field labels: what a person reads for the name of a form's field, such as ``point.side`` or ``source-0-url``."""

from __future__ import annotations

import re

from fwsite.domain.items import FIELDS, Kind

_LABELS = {
    **{field.name: field.label for fields in FIELDS.values() for field in fields},
    "why": "Why",
    "state": "State",
    "value": "Fit",
    "claims": "Pros and cons it rests on",
    "words": "The words it rests on",
}
_SOURCE = re.compile(r"source-(\d+)-(\w+)")
_OF_SOURCES = {field.name: field.label for field in FIELDS[Kind.SOURCE]} | {"key": "Known source"}


def field_label(name: str) -> str:
    """The label, and in brackets whatever else the name says: "For or against (point)"."""
    parts = name.split(".")
    found = next((place for place in (len(parts) - 1, 0) if _label(parts[place]) is not None), None)
    if found is None:
        return re.sub(r"[-_.]+", " ", name).strip().capitalize()
    others = [re.sub(r"[-_]+", " ", part) for place, part in enumerate(parts) if place != found]
    return f"{_label(parts[found])} ({', '.join(others)})" if others else str(_label(parts[found]))


def _label(part: str) -> str | None:
    source = _SOURCE.fullmatch(part)
    if source is None:
        return _LABELS.get(part)
    name = source[2]
    return f"Source {int(source[1]) + 1}: {_OF_SOURCES.get(name) or _LABELS.get(name, name)}"
