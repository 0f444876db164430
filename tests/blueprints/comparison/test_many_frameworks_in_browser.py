"""The comparison of many frameworks in a real browser: every name can be read, and the page never scrolls sideways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.domain.items import Kind
from tests.support.barriers import barriers
from tests.support.browser import quiet_page
from tests.support.served import Site
from tests.support.site import opened

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
NAMES = ("Litestar", "Starlette", "TurboGears", "CherryPy", "Pyramid", "BlackSheep", "Django Ninja", "Sanic", "Quart")
OVERPRINTED = """() => {
    const names = [...document.querySelectorAll(".matrix thead a")].map(each => each.getBoundingClientRect());
    return names.filter((each, place) => place && each.left < names[place - 1].right - 0.5).length;
}"""
"""How many names begin before the one before them ends."""


@pytest.fixture(scope="module", params=[4, 12, 20])
def tab(
    request: pytest.FixtureRequest,
    filled_instance: Path,
    browser: Browser,
    compiled: FileSystemBytecodeCache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    """The comparison of so many frameworks."""
    folder = tmp_path_factory.mktemp("many")
    instance = Path(shutil.copytree(filled_instance, folder / "instance"))
    with opened(instance, compiled) as app, app.app_context():
        item = document_mapper.find(Kind.FRAMEWORK, "flask")
        assert item
        for number in range(request.param - len(document_mapper.keys(Kind.FRAMEWORK))):
            name = f"{NAMES[number % len(NAMES)]}{' ' + str(number // len(NAMES)) if number >= len(NAMES) else ''}"
            journal.add(Kind.FRAMEWORK, {**item.document, "key": f"other-{number}", "name": name}, By("mara"))
        journal.commit()
    running = Site(instance, folder / "log")
    running.start()
    with quiet_page(browser, running) as page:
        page.goto("/comparison/")
        expect(page.locator(".matrix thead th")).to_have_count(request.param + 1)
        yield page
    assert running.stop() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_names_stand_apart_and_only_the_table_scrolls(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    assert tab.evaluate(OVERPRINTED) == 0
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    last = tab.locator(".matrix thead a").last
    frame = tab.get_by_role("region", name="Facts and ratings")
    if tab.locator(".matrix thead a").count() <= 5:
        assert frame.count() == 0, "four have room on every screen"
        box = last.bounding_box()
        assert box and box["x"] + box["width"] <= width
        return
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth }")
    box, shown, name = last.bounding_box(), frame.bounding_box(), tab.locator("#orm summary").first.bounding_box()
    assert box and shown and name
    assert box["x"] + box["width"] <= shown["x"] + shown["width"] + 0.5, "the last can be reached"
    assert shown["x"] - 1 <= name["x"] <= shown["x"] + 1, "the names of rows stay in sight"


def test_the_names_of_frameworks_stay_in_sight(tab: Page) -> None:
    for width in (390, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.locator("#maturity").scroll_into_view_if_needed()
        head, row = tab.locator(".matrix thead").bounding_box(), tab.locator("#maturity").bounding_box()
        pane = tab.locator(".pan").bounding_box() if tab.locator(".pan").count() else None
        assert head and row
        scrolls = (
            pane is not None and tab.locator(".pan").evaluate("each => getComputedStyle(each).overflowY") == "auto"
        )
        top = pane["y"] if pane and scrolls else 0
        assert abs(head["y"] - top) < 1
        assert head["y"] < row["y"]


def test_a_cell_opens_under_its_whole_row(tab: Page) -> None:
    tab.set_viewport_size({"width": 1280, "height": 900})
    cell = tab.locator("#admin td").nth(1)
    cell.locator("summary").click()
    panel, row, after = (tab.locator(each).first.bounding_box() for each in ("#admin td [open] .why", "#admin", "#orm"))
    assert panel and row and after
    assert panel["x"] <= row["x"] + 1 and panel["width"] >= min(row["width"], 1000) - 2
    assert panel["y"] + panel["height"] <= after["y"] + 1, "nothing below is covered"
    cell.locator("summary").click()
    expect(tab.locator("#admin td [open]")).to_have_count(0)


def test_it_keeps_nobody_out(tab: Page) -> None:
    for width in (390, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert barriers(tab, "light", "dark") == ""


@pytest.mark.parametrize("tab", [4], indirect=True)
def test_four_take_two_and_a_half_screens_and_leave_nothing_out_on_a_phone(tab: Page) -> None:
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert tab.evaluate("document.documentElement.scrollHeight") <= 2.5 * 900
    assert tab.evaluate("document.links.length") <= 120
    shown = "[...document.querySelectorAll('.matrix summary, .matrix .fact')].filter(e => e.checkVisibility()).length"
    wide = tab.evaluate(shown)
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate(shown) == wide > 100
