"""Changed copies of records, whether they are dataclasses or named tuples."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

Record = TypeVar("Record")


def replace(record: Record, **changes: Any) -> Record:
    """A copy with these fields changed."""
    changed: Record = (
        record._replace(**changes) if isinstance(record, tuple) else dataclasses.replace(record, **changes)  # type: ignore[attr-defined, type-var]
    )
    return changed
