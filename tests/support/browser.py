"""A real browser: which one there is, and a page whose console has to stay empty."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.support.served import Site

_UNSEEN = "WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess"
"""The list below the address bar is a page that is loaded anew with every page: half of the work of a navigation."""
_OF_PLAYWRIGHT = "HttpsUpgrades,LensOverlay,MediaRouter,OptimizationHints,PaintHolding"
"""What Playwright switches off, and has to be named again: of two such flags the last one counts."""
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={_OF_PLAYWRIGHT},{_UNSEEN}",
]


def chromium() -> str | None:
    """Debian's Chromium, or another that is installed under a usual name."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def quiet_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh page whose console must stay empty but for the status of pages that are errors by intent."""
    context = browser.new_context(base_url=site.url, java_script_enabled=True)
    opened = context.new_page()
    noise: list[str] = []
    opened.on("console", lambda message: noise.append(message.text))
    opened.on("pageerror", lambda error: noise.append(str(error)))
    yield opened
    context.close()
    meant = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
    assert [text for text in noise if not meant.match(text)] == []
