"""What axe-core finds on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

_AXE = Axe().axe_script
_RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return {passes: found.passes.length, violations: found.violations};
}"""
"""All rules run; what is fine is counted, and not described element by element, which takes longer than the rules."""


def barriers(page: Page) -> str:
    """A report of every barrier; empty where there is none. Whoever has clicked waits for the next page first."""
    page.wait_for_load_state()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE)
    found = page.evaluate(_RUN)
    assert found["passes"] > 0
    results = AxeResults(found)
    return results.generate_report() if results.violations_count else ""
