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
    frame = tab.get_by_role("region", name="Ratings")
    last = tab.locator(".matrix thead a").last
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth }")
    box, shown, first = last.bounding_box(), frame.bounding_box(), tab.locator(".matrix thead th").first.bounding_box()
    assert box and shown and first
    assert box["x"] + box["width"] <= shown["x"] + shown["width"] + 0.5, "the last can be reached"
    assert first["x"] == shown["x"], "the criteria stay in sight"
    scrolls = frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    count = tab.locator(".matrix thead a").count()
    assert scrolls == (count > 4), "four have room on every screen"


def test_it_keeps_nobody_out(tab: Page) -> None:
    for width in (390, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert barriers(tab, "light", "dark") == ""
