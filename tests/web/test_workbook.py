"""Workbooks: texts are texts, whatever they look like; numbers and days are what they are; nothing is lost unsaid."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fwsite.domain.table import Table
from fwsite.web import workbook
from fwsite.web.workbook import LONGEST_CELL, fitting, write_workbook
from tests.support.paths import ROOT
from tests.support.workbooks import Workbook

LOOKS_LIKE_MORE = [
    *("=1+2", "+1", "-3", "@A1", "{=1}", "＝1+2", "https://example.org/", "mailto:a@example.org", "internal:Sheet1!A1"),
    *("1e5", "007", "TRUE", "#N/A", "2026-11-22", "  kept  ", "two\nlines", "a\tb", "😀", "\ufffe", "\x00\x0b", "a\rb"),
    *("_x0041_", "<b>&amp;</b>", "<r>a & b</r>", "<r><t>x</t></r>", "<r></r>", "<r>", "</r>", "]]>"),
]


def one(text: str) -> Workbook:
    return Workbook(write_workbook(Table(("text",), ((text,),)), "Sheet"))


@pytest.mark.parametrize("text", LOOKS_LIKE_MORE)
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    book = one(text)
    assert book.rows == [{"text": text}]
    assert book.does_something == []


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("<r>_</r>")
def test_every_text_comes_back(text: str) -> None:
    assert one(text).rows == [{"text": text}]


def test_numbers_are_numbers_and_days_are_days() -> None:
    rows = ((-3, date(2026, 11, 22), "x"), (0, date(1850, 5, 1), None), (None, None, ""))
    book = Workbook(write_workbook(Table(("number", "day", "text"), rows), "Sheet"))
    assert book.headings == ["number", "day", "text"]
    first, second, *rest = book.rows
    assert first == {"number": -3, "day": date(2026, 11, 22), "text": "x"}
    assert second == {"number": 0, "day": "1850-05-01"}  # before the first day that Excel knows
    assert rest == []


def test_the_headings_stay_in_view() -> None:
    assert one("x").frozen == "A2"


@pytest.mark.parametrize(("text", "stays"), [("=1+2", True), (" -x", True), ("＝1", True), ("plain", False)])
def test_what_begins_with_a_sign_stays_text_when_somebody_edits_it(text: str, stays: bool) -> None:
    assert one(text).stays_text(text) is stays


def test_equal_tables_give_equal_bytes_which_say_nothing_of_the_time() -> None:
    table = Table(("text",), (("=1+2",),))
    body = write_workbook(table, "Sheet")
    assert body == write_workbook(table, "Sheet")
    assert b"2000-01-01T00:00:00Z" in Workbook(body).parts["docProps/core.xml"]


@pytest.mark.parametrize("letter", ["x", "😀"])
def test_a_text_that_excel_could_not_hold_says_that_it_was_cut(letter: str) -> None:
    size = len(letter.encode("utf-16-le")) // 2
    whole = letter * (LONGEST_CELL // size)
    assert one(whole).rows == [{"text": whole}]
    [row] = one(whole + letter).rows
    assert row["text"].startswith(letter * 1000)
    units = size * (len(whole) + 1)
    assert row["text"].endswith(
        f"{letter} [Cut here: a cell holds 32,767 characters, and this text has {units:,}. The CSV has all of it.]"
    )
    assert len(fitting(whole + letter).encode("utf-16-le")) // 2 in (LONGEST_CELL, LONGEST_CELL - 1)


def test_a_table_that_would_grow_too_large_says_what_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(("text",), tuple((f"row {number}",) for number in range(8)))
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    rows = Workbook(write_workbook(table, "Sheet")).rows
    note = "[Left out: 3 more rows, because this file would grow too large. They are all in the CSV.]"
    assert [row["text"] for row in rows] == [*(f"row {number}" for number in range(5)), note]
    monkeypatch.setattr(workbook, "MOST_CHARACTERS", 12)
    assert [row["text"] for row in Workbook(write_workbook(table, "Sheet")).rows] == [
        *("row 0", "row 1"),
        note.replace("3", "6"),
    ]


def test_the_guide_names_the_limits() -> None:
    guide = (ROOT / "fwsite/blueprints/docs/guides/visit.md").read_text()
    for number in (f"{LONGEST_CELL:,}", f"{workbook.MOST_ROWS:,}", f"{workbook.MOST_CHARACTERS // 1_000_000} million"):
        assert number in guide


def test_the_library_is_imported_when_the_first_workbook_is_made() -> None:
    script = "import sys, fwsite.extend, fwsite.blueprints.comparison; sys.exit('xlsxwriter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
