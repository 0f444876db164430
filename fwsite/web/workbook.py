"""Workbook: a table as an .xlsx file, in which texts are texts and nothing is a formula or a link.

By XlsxWriter, which is imported when the first one is asked for. Equal tables give equal bytes, so that the ETag holds
on every machine. What does not fit is not dropped without a word: a text or a table that is cut says so at its end.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from fwsite.domain.csv_table import is_executed
from fwsite.domain.table import Table, Value

XLSX_MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of an Excel workbook, for an export that writes one."""
LONGEST_CELL = 32_767
"""In UTF-16 units: Excel's own limit. XlsxWriter cuts what is longer, and says so in a number that it returns."""
MOST_ROWS = 20_000
MOST_CHARACTERS = 5_000_000
"""Of all cells together; so the work for one request is bounded, too."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MADE = datetime(2000, 1, 1)
"""Without it XlsxWriter takes the time of the request."""
_FIRST_DAY = date(1900, 3, 1)
"""Excel knows no days before 1900, and takes that year for a leap year."""
_WIDEST = 60
_SAMPLE = 200
"""So many rows are looked at for the widths of the columns."""


def write_workbook(table: Table, title: str) -> bytes:
    """An .xlsx file with one sheet called ``title``; its first line, the headings, stays in view."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": title, "created": _MADE})
        sheet = _Sheet(book, title)
        sheet.headings(table)
        room = MOST_CHARACTERS
        for number, row in enumerate(table.rows):
            room -= sum(len(value) for value in row if isinstance(value, str))
            if number == MOST_ROWS or room < 0:
                sheet.left_out(len(table.rows) - number)
                break
            sheet.row(row)
    return out.getvalue()


def fitting(text: str) -> str:
    """The text, where a cell can hold it; else as much of it as leaves room to say that it was cut."""
    if len(text) <= LONGEST_CELL // 2 or (units := _units(text)) <= LONGEST_CELL:
        return text
    note = f" [Cut here: a cell holds {LONGEST_CELL:,} characters, and this text has {units:,}. The CSV has all of it.]"
    return text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(note))].decode("utf-16-le", "ignore") + note


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class _Sheet:
    """A sheet that is filled row by row."""

    def __init__(self, book: Any, title: str) -> None:
        self._sheet = book.add_worksheet(title)
        self._heading = book.add_format({"bold": True})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        # Tells the program that it is text, so that it stays one when somebody opens the cell and presses Return.
        self._quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self._number = book.add_format({"valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self._next = 0

    def headings(self, table: Table) -> None:
        """The first line, and the widths of the columns."""
        for place, name in enumerate(table.columns):
            lines = [name, *(line for row in table.rows[:_SAMPLE] for line in str(row[place] or "").split("\n"))]
            self._sheet.set_column(place, place, min(_WIDEST, max(map(len, lines)) + 2))
            self._write_text(place, name, self._heading)
        self._sheet.freeze_panes(1, 0)
        self._next += 1

    def row(self, values: tuple[Value, ...]) -> None:
        """The next line."""
        for place, value in enumerate(values):
            self._write(place, value)
        self._next += 1

    def left_out(self, count: int) -> None:
        """The last line of a table that does not fit."""
        text = f"[Left out: {count:,} more rows, because this file would grow too large. They are all in the CSV.]"
        self._write_text(0, text, self._number)

    def _write(self, place: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, int):
            self._sheet.write_number(self._next, place, value, self._number)
        elif isinstance(value, date) and value >= _FIRST_DAY:
            self._sheet.write_datetime(self._next, place, value, self._day)
        else:
            text = fitting(str(value))
            self._write_text(place, text, self._quoted if is_executed(text) else self._text)

    def _write_text(self, place: int, text: str, look: Any) -> None:
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes a text of that shape for its own XML of one in several fonts, and writes it as it is.
            # In two halves it is one indeed, and gets escaped.
            self._sheet.write_rich_string(self._next, place, text[:1], self._number, text[1:], look)
        else:
            self._sheet.write_string(self._next, place, text, look)
