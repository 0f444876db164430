"""Table: named columns, and rows of texts, numbers and dates, as spreadsheets have them.

What a part gives away as a table, it makes once; :mod:`fwsite.domain.csv_table` and ``write_workbook`` of
:mod:`fwsite.extend` each write all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Value = str | int | date | None
"""What stands in a cell; nothing where it is empty."""


@dataclass(frozen=True)
class Table:
    """Rows are as long as ``columns``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @classmethod
    def of(cls, columns: tuple[str, ...], rows: Iterable[Mapping[str, Value]]) -> Table:
        """A table of rows by column; what a row does not have is empty there, and it may have nothing else."""
        return cls(columns, tuple(_in_order(columns, row) for row in rows))


def _in_order(columns: tuple[str, ...], row: Mapping[str, Value]) -> tuple[Value, ...]:
    if stray := row.keys() - set(columns):
        raise ValueError(f"no columns of this table: {', '.join(sorted(stray))}")
    return tuple(row.get(column) for column in columns)
