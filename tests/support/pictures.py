"""The pictures of README and guides, taken from a site of its own.

``python -m tests.support.pictures`` is run by hand.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, expect, sync_playwright

from fwsite import create_app
from fwsite.db.engine import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.browser import chromium
from tests.support.hands import Browsers, save
from tests.support.paths import ROOT
from tests.support.served import Site

PICTURES = ROOT / "fwsite" / "blueprints" / "docs" / "guides" / "pictures"
WIDE, NARROW, HEIGHT = 1040, 780, 900
"""Pixels. Guides show pictures in a column of text, so what fits is taken narrow, and stays legible."""
MARGIN = 20
LARGEST = 90_000
"""Bytes of a picture."""
POINT = "django-configuration"


def main() -> None:
    """Start a site on an empty folder, play, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        instance = Path(folder, "instance")
        app = create_app(instance)
        list(bring_up_to_date(app))
        with app.app_context():
            db.engine.dispose()
        site = Site(instance, Path(folder, "log"))
        site.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            browsers = Browsers(browser, site)
            take(browsers)
            browsers.close()
        finally:
            browser.close()
            site.stop()


def take(browsers: Browsers) -> None:
    """Every picture, in the order in which things happen."""
    visitor, first, second = browsers.open(), browsers.maintainer("NAME"), browsers.maintainer("OTHER NAME")
    for page in (visitor, first, second):
        page.emulate_media(color_scheme="light")
        set_width(page, WIDE)
    article(visitor)
    form(first)
    for page in (visitor, first, second):
        set_width(page, NARROW)
    two_texts(first, second)
    difference(visitor)
    order(first)
    queue(visitor, first)


def set_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})


def article(page: Page) -> None:
    """The lead article with its two columns."""
    page.goto("/")
    shot(page, "article", page.locator("header.top"), page.locator(".balance li").nth(1))


def form(page: Page) -> None:
    """A point's form beside its preview."""
    page.goto(f"/comparison/work/claim/{POINT}")
    page.get_by_label("Text", exact=True).fill("Much has to be *configured* before `runserver` shows a first page.")
    expect(page.locator("#preview em")).to_be_visible()
    shot(page, "maintain-form", page.locator("header.head.row"), page.get_by_role("radiogroup", name="Evidence"))


def two_texts(first: Page, second: Page) -> None:
    """What the second of two people sees."""
    for page in (first, second):
        page.goto(f"/comparison/work/claim/{POINT}")
    was = first.get_by_label("Text", exact=True).input_value()
    mended = was.replace("even for little", "for the smallest page, all of it in one file")
    save(first, text=mended, why="Name what surprises people")
    expect(first.get_by_role("status")).to_be_visible()
    save(second, text=f"{was} before the first page shows")
    alert = second.get_by_role("heading", name="Somebody else has changed this point")
    alert.scroll_into_view_if_needed()
    shot(second, "maintain-two-texts", alert.locator("xpath=.."), second.get_by_label("Text", exact=True))


def difference(page: Page) -> None:
    """Two versions of a point."""
    page.goto(f"/comparison/history/claim/{POINT}")
    page.get_by_role("radio", name="From version 1").check()
    page.get_by_role("button", name="Compare").click()
    shot(page, "maintain-difference", page.locator("#versions"), page.locator("#difference"))


def order(page: Page) -> None:
    """The list in which points are put in order."""
    page.goto("/comparison/work/claim?framework=django&side=con")
    shot(page, "maintain-order", page.locator("main .head.row"), page.locator("tbody tr").nth(3), below=6)


def queue(visitor: Page, page: Page) -> None:
    """A correction that waits."""
    visitor.goto(f"/comparison/suggest?claim={POINT}")
    was = visitor.get_by_label("A better text").input_value()
    visitor.get_by_label("What is wrong").fill("Only the database and the secret key have to be set.")
    visitor.get_by_label("A better text").fill(was.replace("all of it in one file", "most of it by default"))
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Your suggestion is waiting")
    page.goto("/comparison/work/suggestions")
    shot(page, "maintain-queue", page.locator("main h1"), page.get_by_role("article").first)


def shot(page: Page, name: str, first: Locator, last: Locator, below: int = MARGIN) -> None:
    """The page from the top of ``first`` to the bottom of ``last``, in its whole width."""
    top, bottom = first.bounding_box(), last.bounding_box()
    assert top and bottom
    width, scrolled = page.evaluate("[window.innerWidth, window.scrollY]")
    start = max(0, top["y"] + scrolled - MARGIN)
    height = bottom["y"] + bottom["height"] + scrolled + below - start
    clip: FloatRect = {"x": 0, "y": start, "width": width, "height": height}
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, clip=clip, full_page=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size:,} bytes, {width} x {round(height)}")
    assert size <= LARGEST, f"{path} is larger than {LARGEST:,} bytes"


if __name__ == "__main__":
    main()
