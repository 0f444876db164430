"""Privacy inventory (data inventory): what is stored, in words, every column of every table.

A part of the site that stores something of visitors has one; the privacy page shows it, and a test compares it with
the schema.
"""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """One column: what stands in it, and what it is needed for."""

    name: str
    what: str
    why: str


class Table(NamedTuple):
    """One table: what a row of it is, and how long it stays."""

    name: str
    title: str
    row: str
    until: str
    columns: tuple[Column, ...]
