"""CSV that no spreadsheet executes: what gets the mark, that nothing else does, and the exact way back."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from unicodedata import category, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fwsite.domain.csv_table import marked, read_csv, unmarked, write_csv
from fwsite.domain.table import Table

EXECUTED = [
    *("=1+2", "+1+2", "-1+2", "@SUM(1;2)", '=HYPERLINK("https://example.org","press")', "=cmd|' /C calc'!A0"),
    *("＝1+2", "＋1+2", "－1+2", "＠SUM(1)", "﹦1+2", "﹢1", "﹣1", "﹫A1", "\N{MINUS SIGN}1"),
    *(
        " =1+2",
        "\u00a0=1+2",
        "\u200b=1+2",
        "\ufeff=1+2",
        "\x00=1+2",
        "\x0b=1+2",
        '"=1+2',
        "'=1+2",
        " '\" =1+2",
        "'\r=1+2",
    ),
    *("\t=1+2", "\r=1+2", "\n=1+2", "\r\n=1+2", "\tsafe", "\rsafe", "- an item of a list"),
]
PLAIN = [
    "",
    "a = b",
    "1+2",
    "C++",
    "me@example.org",
    "a-b",
    "(-1)",
    "\n",
    "\n\nsecond",
    ";",
    "a; b",
    "%1",
    "£5",
    "x\ty",
]
INSIDE = [
    ("x;=1+2", "x;\t=1+2"),
    ("x; =1+2;y", "x;\t =1+2;y"),
    ('x;"=1+2', 'x;\t"=1+2'),
    ("x\n=1+2", "x\n\t=1+2"),
    ("x\r\n＝1+2", "x\r\n\t＝1+2"),
    ("x;\ty", "x;\t\ty"),
    ("one\n- two", "one\n\t- two"),
]
SIGNS = "=+-@\N{MINUS SIGN}"
nasty = st.text("=+-@＝＋－＠;,\t\r\n \"'a\u200b\ufeff😀", max_size=12)
texts = st.one_of(nasty, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[texts] * width), max_size=5))


def table_of(rows: list[tuple[str, ...]]) -> Table:
    width = len(rows[0]) if rows else 1
    return Table(tuple(f"c{number}" for number in range(width)), tuple(rows))


def begins_with_a_sign(cell: str) -> bool:
    """As the most lenient spreadsheet reads it: past blanks, quotes and what cannot be seen, in any width."""
    if cell.startswith("\t"):
        return False  # which every one of them takes for text
    seen = [character for character in cell if character not in "\"'" and category(character)[0] not in "ZC"]
    return bool(seen) and normalize("NFKC", seen[0])[0] in SIGNS


@pytest.mark.parametrize("text", EXECUTED)
def test_what_a_spreadsheet_may_execute_begins_with_one_tab_more(text: str) -> None:
    assert marked(text).startswith("\t")
    assert unmarked(marked(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_are_written_as_they_are(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(("text", "written"), INSIDE)
def test_what_other_separators_would_make_a_cell_of_is_guarded_too(text: str, written: str) -> None:
    assert marked(text) == written
    assert unmarked(written) == text


@given(tables)
@example([("\t",), ("\t\t=",), ("\t;\t",), ("\r\t\n\t",), ("",), ('"',), ("\r",), ("a\nb",)])
def test_what_is_read_is_what_was_written(rows: list[tuple[str, ...]]) -> None:
    table = table_of(rows)
    assert read_csv(write_csv(table)) == [list(table.columns), *map(list, rows)]


@given(tables)
def test_no_cell_begins_with_a_sign_whichever_separator_a_program_goes_by(rows: list[tuple[str, ...]]) -> None:
    text = write_csv(table_of(rows))
    assert not any(begins_with_a_sign(cell) for row in csv.reader(io.StringIO(text, newline="")) for cell in row)
    # Programs that separate by semicolons see no quotes in the middle of what they take for a cell, and split there:
    cells = [cell.removeprefix('"') for cell in re.split(r"[;\r\n]", text.replace('""', '"'))]
    assert not any(map(begins_with_a_sign, cells))


@given(texts)
def test_all_texts_are_quoted_so_that_the_mark_is_no_separator(text: str) -> None:
    line = write_csv(Table(("a", "b"), ((text, text),))).removesuffix("\r\n").split("\r\n", 1)[1]
    assert re.fullmatch(r'"(?:[^"]|"")*","(?:[^"]|"")*"', line, re.DOTALL)


def test_numbers_and_days_of_the_site_have_no_mark() -> None:
    table = Table(("number", "day", "none", "text"), ((-3, date(2026, 11, 22), None, "-3"),))
    assert write_csv(table) == '"number","day","none","text"\r\n-3,"2026-11-22","","\t-3"\r\n'
    assert read_csv(write_csv(table))[1] == ["-3", "2026-11-22", "", "-3"]


def test_long_cells_can_be_read_back() -> None:
    rows = [("=" + "x" * 300_000,)]  # Python's module refuses more than 131,072 characters by default
    assert read_csv(write_csv(table_of(rows)))[1] == list(rows[0])


def test_a_table_has_no_place_for_what_has_no_column() -> None:
    assert Table.of(("a", "b"), [{"b": "x"}, {"a": 1}]).rows == ((None, "x"), (1, None))
    with pytest.raises(ValueError, match="no columns of this table: c, d"):
        Table.of(("a", "b"), [{"d": 1, "c": 2}])
