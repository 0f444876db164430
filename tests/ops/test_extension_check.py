"""``fwsite extensions check``: what fails quietly while the site runs is named, with its place, and ends with 1."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from fwsite.plugins.site_walk import MOST_ALIKE
from tests.support.command import Command

Check = Callable[[str], CompletedProcess[str]]

pytestmark = pytest.mark.new_app

HEAD = """
from flask import Blueprint
from markupsafe import Markup

from fwsite.extend import Column, Export, Extension


def fail(*given, **named):
    raise LookupError("no such book")


bp = Blueprint("books", __name__)
"""
PLACE = "LookupError: no such book (extensions/books.py:9)"
PART = 'extension = Extension(name="books", title="Books", {})\n'
EVERYTHING = """
    slots={"comparison.claim": fail, "site.header": fail},
    transforms={"article.text": fail},
    columns=(Column(key="books_count", label="Books", cells=fail),),
    exports=(Export(format="bib", label="BibTeX", mimetype="text/plain", write=fail),),
    sitemap=fail,
    texts=fail,
    check_content=fail,
    load_content=fail,
    grounds=fail,
"""
NAMED = (
    "slot comparison.claim failed: ",
    "slot site.header failed: ",
    "transform article.text failed: ",
    "column books_count failed: ",
    "/comparison/data.bib answers 500 ",
    "sitemap failed: ",
    "texts failed: ",
    "check_content failed: ",
    "content books: failed: ",
    "grounds failed: ",
)
"""What is said of each part that fails."""


@pytest.fixture
def check(instance: Path, run_fwsite: Command) -> Check:
    """Writes the extension, and runs the command in a process of its own."""

    def run(code: str) -> CompletedProcess[str]:
        (instance / "extensions").mkdir(exist_ok=True)
        (instance / "extensions" / "books.py").write_text(HEAD + code)
        return run_fwsite(instance, "--instance", str(instance), "extensions", "check", "books")

    return run


def lines(done: CompletedProcess[str], start: str) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith(start)]


def test_each_part_that_fails_quietly_is_named_once_with_its_place(check: Check) -> None:
    done = check(PART.format(EVERYTHING))
    assert (done.returncode, done.stderr) == (1, "")
    failed = lines(done, "FAILED  ")
    assert all(PLACE in line for line in failed), done.stdout
    assert [sum(words in line for line in failed) for words in NAMED] == [1] * len(NAMED), done.stdout
    assert len(failed) == len(NAMED)
    assert " times on this page" not in done.stdout
    [claims] = lines(done, "FAILED  extension books: slot comparison.claim ")
    assert re.search(r" \(on \d+ pages\)$", claims)
    assert "fails on none" not in done.stdout


def test_one_without_a_fault_is_fine_and_has_no_tables_to_speak_of(check: Check) -> None:
    done = check(PART.format("slots={'comparison.claim': lambda context: Markup('')}"))
    assert done.returncode == 0, done.stdout
    first, last = done.stdout.splitlines()
    assert first == "ok      books - is imported and keeps the contract"
    assert re.search(r" pages of the site were opened, and what it adds fails on none(; \d more .*)?$", last)


PAGES = """
@bp.get("/")
def index():
    return "".join(f'<a href="/books/of/{number}">{number}</a>' for number in range(500))


@bp.get("/of/<int:number>")
def of(number):
    return "a book" if ONE_IS_FINE and number == 0 else fail()


extension = Extension(name="books", title="Books", blueprint=bp)
"""


@pytest.mark.parametrize("one_is_fine", [True, False])
def test_pages_of_one_kind_have_one_line_with_the_cause(check: Check, one_is_fine: bool) -> None:
    done = check(f"ONE_IS_FINE = {one_is_fine}\n{PAGES}")
    failed = MOST_ALIKE - one_is_fine
    assert lines(done, "FAILED") == [f"FAILED  /books/of/<int:number> ({failed} addresses): {PLACE}"]
    assert done.returncode == 1
    more = re.search(r"; (\d+) more of the same kinds were not opened$", done.stdout.splitlines()[-1])
    assert more and int(more[1]) >= 500 - MOST_ALIKE


def test_a_page_that_fails_alone_is_named_by_its_address(check: Check) -> None:
    done = check(PAGES.replace("range(500)", "range(2)").replace("ONE_IS_FINE", "True"))
    assert lines(done, "FAILED") == [f"FAILED  /books/of/1: {PLACE}"]


def test_a_page_without_arguments_that_fails_is_told_once(check: Check) -> None:
    done = check('bp.add_url_rule("/", "index", fail)\n' + PART.format("blueprint=bp"))
    assert lines(done, "FAILED") == [f"FAILED  /books/ answers 500 INTERNAL SERVER ERROR: {PLACE}"]
    assert "fails on none" not in done.stdout
