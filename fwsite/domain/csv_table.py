"""CSV injection guard: a table as CSV that no spreadsheet executes, and the exact way back.

Texts come from strangers, and spreadsheets run a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula
(OWASP, *CSV Injection*). Such a text gets a mark, one tab in front, which makes it text: it is hardly seen there, where
an apostrophe stays in view. :func:`read_csv` takes the mark off; numbers that the site writes as numbers have none.

- Every text is quoted. A tab that is not quoted is a separator where one reads by commas *and* tabs, and the mark
  itself would then begin the cell that it guards.
- The mark also stands behind each ``;`` and line end inside a text where one of the signs follows. Programs in
  languages that separate by ``;`` do not see our quotes as such, and begin a cell or a row there.
- It does not help where somebody splits the file at tabs alone, say by pasting it: the guide says to open it.
- No byte order mark in front: some programs show it as text.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from unicodedata import category, normalize

from fwsite.domain.table import Table, Value

MARK = "\t"
_SIGNS = "=+-@\N{MINUS SIGN}"
_QUOTES = "\"'"
_BEHIND = re.compile(r"(?<=[;\r\n])[^;\r\n]+")
"""What may become a cell by itself inside a text."""
_MARKED = re.compile(rf"(?:\A|(?<=[;\r\n])){MARK}")


def write_csv(table: Table) -> str:
    """The table with a line of headings."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_written(value) for value in row] for row in table.rows)
    return out.getvalue()


def read_csv(text: str) -> list[list[str]]:
    """Every line of what :func:`write_csv` wrote, the headings too; texts as they were, numbers and days as texts."""
    # The module refuses cells above a length that holds for the whole process; it is only ever raised here.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    return [[unmarked(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def is_executed(text: str) -> bool:
    """Whether a spreadsheet may run a cell that begins so: by a sign, behind blanks, quotes and what cannot be seen.

    Full-width and other forms of the signs count, as some programs take them for the plain ones.
    """
    for character in text:
        if character not in _QUOTES and category(character)[0] not in "ZC":
            return normalize("NFKC", character)[0] in _SIGNS
    return False


def marked(text: str) -> str:
    """The text with the mark wherever a cell may begin that would be executed, or that begins with a tab itself."""
    # OWASP names both line ends, too; behind a line feed the signs are looked for, as many a list begins with one.
    front = MARK if text.startswith("\r") or _needs_mark(text) else ""
    return front + _BEHIND.sub(lambda piece: MARK * _needs_mark(piece[0]) + piece[0], text)


def unmarked(text: str) -> str:
    """The text that :func:`marked` was given."""
    return _MARKED.sub("", text)


def _needs_mark(text: str) -> bool:
    return text.startswith(MARK) or is_executed(text)


def _written(value: Value) -> str | int:
    if isinstance(value, str):
        return marked(value)
    return value.isoformat() if isinstance(value, date) else "" if value is None else value
