"""Columns and exports: what extensions add to the comparison, and formats to take it away in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fwsite.domain.columns import Cell, FilledColumn
from fwsite.domain.comparison import Comparison


@dataclass(frozen=True, kw_only=True)
class ColumnContext:
    """The keys of the frameworks that are shown."""

    frameworks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One kind of fact on each framework; ``key`` begins with the extension's name.

    It is shown under the ratings, on each framework's page, and in every export. ``cells`` gives a
    :class:`~fwsite.domain.columns.Cell` by the framework's key; what it leaves out is shown as not known.
    """

    key: str
    label: str
    cells: Callable[[ColumnContext], Mapping[str, Cell]]


@dataclass(frozen=True, kw_only=True)
class ExportContext:
    """What there is to write: the comparison as it is shown, and the columns of all extensions."""

    comparison: Comparison
    columns: tuple[FilledColumn, ...]


@dataclass(frozen=True, kw_only=True)
class Export:
    """A format in which a comparison is downloaded, at ``/comparison/data.<format>``.

    ``format`` is lower-case letters and digits; ``label`` is what the link says; ``mimetype`` is sent with it;
    ``write`` gives the whole text, or bytes if the format is not text.
    """

    format: str
    label: str
    mimetype: str
    write: Callable[[ExportContext], str | bytes]
