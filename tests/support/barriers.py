"""What axe-core finds on a page."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

_AXE = Axe().axe_script
_STRUCTURE = """async () => {
    const rules = {"color-contrast": {enabled: false}, "link-in-text-block": {enabled: false}};
    const found = await axe.run(document, {resultTypes: ["violations"], rules});
    return {passes: found.passes.length, violations: found.violations};
}"""
"""All rules but two; what is fine is counted, and not described element by element, which takes longer than they do."""
_CONTRASTS = """async () => {
    const surroundings = new Map(), looks = new Set(), different = [];
    for (const element of document.querySelectorAll("html, body, body *")) {
        const style = getComputedStyle(element), box = element.getBoundingClientRect();
        const behind = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position];
        const around = `${surroundings.get(element.parentElement)} ${behind}`;
        surroundings.set(element, around);
        const hasText = [...element.childNodes].some(each => each.nodeType === Node.TEXT_NODE && each.data.trim());
        if (box.width < 2 || box.height < 2 || !(hasText || element.matches("input, textarea, select"))) continue;
        const text = [style.color, style.fontSize, style.fontWeight, style.textShadow, style.textDecoration];
        const kind = [element.localName, element.type, element.matches(":disabled, [aria-disabled=true]")];
        const look = `${around} ${text} ${kind} ${getComputedStyle(element.parentElement).color}`;
        if (!looks.has(look)) different.push(element);
        looks.add(look);
    }
    const runOnly = ["color-contrast", "link-in-text-block"];
    const found = await axe.run({include: different}, {resultTypes: ["violations"], runOnly});
    return {passes: found.passes.length, violations: found.violations};
}"""
"""A text is as legible as any other of its colours, size and weight over the same backgrounds, and a link as easy to
tell from the words around it: of all that look alike one is measured. To measure each of them would take longer than
all other rules together.
"""


def barriers(page: Page, *schemes: Literal["light", "dark"]) -> str:
    """A report of every barrier; empty where there is none. Whoever has clicked waits for the next page first.

    With ``schemes`` contrasts are measured in each of them; everything else is the same in all.
    """
    page.wait_for_load_state()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE)
    report = _report(page, _STRUCTURE)
    for scheme in schemes or (None,):
        if scheme:
            page.emulate_media(color_scheme=scheme)
        report += _report(page, _CONTRASTS)
    return report


def _report(page: Page, rules: str) -> str:
    found: dict[str, Any] = page.evaluate(rules)
    assert found["passes"] > 0
    results = AxeResults(found)
    return str(results.generate_report()) if results.violations_count else ""
