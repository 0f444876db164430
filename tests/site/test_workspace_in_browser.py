"""The workspace in a real browser: on a phone, by keyboard, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.barriers import barriers
from tests.support.hands import Browsers, Keyboard

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def looks_right(page: Page) -> None:
    """Nothing keeps anybody out, and nothing is wider than the phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert barriers(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_framework_is_begun_judged_and_published_on_a_phone(browsers: Browsers) -> None:
    page = browsers.maintainer("mara")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/comparison/work/")
    page.get_by_role("link", name="Start a framework").click()
    for name in ("name", "summary", "drawback", "example", "on_balance"):
        page.locator(f"[name={name}]").fill("Rocket" if name == "name" else "Made for rockets.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rocket")
    looks_right(page)

    page.get_by_role("link", name="no con yet").click()
    expect(page.get_by_role("radiogroup", name="For or against")).to_be_in_viewport()
    for side in ("For", "Against"):
        page.get_by_role("radio", name=side, exact=True).check()
        page.get_by_label("Criterion", exact=True).select_option(label="Memory")
        page.get_by_label("Text", exact=True).fill(f"A word {side}.")
        page.get_by_role("button", name="Save draft of the point").click()
        expect(page.get_by_role("status")).to_contain_text("is a draft that only maintainers see")
        expect(page.get_by_role("status")).to_be_in_viewport()

    row = page.get_by_role("group", name=re.compile("^Memory"))
    row.get_by_label("Rating").select_option(label="5, excellent")
    page.get_by_role("button", name="Save draft of the ratings").click()
    expect(page.get_by_role("alert")).to_contain_text("Memory: Reason is missing or empty.")
    looks_right(page)
    page.get_by_role("link", name="Memory: Reason is missing or empty.").click()
    reason = row.get_by_label("Reason")
    expect(reason).to_be_focused()
    reason.fill("Small")
    page.get_by_role("button", name="Save draft of the ratings").click()
    said = page.locator("#ratings").get_by_role("status")
    expect(said.first).to_contain_text("1 rating is in the draft.")
    expect(said.last).to_contain_text("“Rocket on Memory” is a draft that only maintainers see.")
    expect(said.last).to_be_in_viewport()

    row = page.get_by_role("group", name=re.compile("^Pages for visitors to read"))
    row.get_by_label("Fit").select_option(label="4, built in")
    row.get_by_label("Evidence").select_option(label="Sourced")
    page.get_by_role("button", name="Save draft of the fits").click()
    expect(page.get_by_role("alert")).to_contain_text("“Pages for visitors to read”: Say why in a few words.")
    looks_right(page)
    row.get_by_label("Reason").fill("Made for it")
    row.get_by_role("checkbox", name="For: A word For.").check()
    page.get_by_role("button", name="Save draft of the fits").click()
    expect(page.get_by_role("status")).to_contain_text("1 fit is in the draft.")
    expect(row.get_by_text("Rests on 1 of its points")).to_be_visible()

    page.get_by_role("link", name="Publish the framework").click()
    expect(page.get_by_text("What prevents publication")).to_have_count(0)
    looks_right(page)
    page.get_by_label("Why").fill("A fifth one")
    page.get_by_role("button", name="Publish Rocket").click()
    expect(page.get_by_role("status").first).to_contain_text("Visitors have Rocket now: 2 points, 1 rating, 1 fit.")
    visitor = browsers.open()
    visitor.set_viewport_size({"width": 1280, "height": 900})
    visitor.goto("/comparison/")
    tops = visitor.locator(".matrix thead a").evaluate_all("all => all.map(each => each.closest('tr').rowIndex)")
    assert len(tops) == 5 and len(set(tops)) == 1, "all five stand side by side"


def test_a_note_and_a_scenario_are_written_on_a_phone(browsers: Browsers) -> None:
    page = browsers.maintainer("noor")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/questionnaire/work/fits")
    page.get_by_role("navigation", name="Parts of the questionnaire").get_by_role("link", name="Notes").click()
    looks_right(page)
    page.get_by_role("link", name="Add a note").click()
    page.get_by_label("Note", exact=True).fill("Ask **twice**.")
    page.get_by_role("button", name="Save into the draft").click()
    page.get_by_role("link", name="Choose at least one answer that the note belongs to.").click()
    work = page.get_by_label("What will the backend mostly do?")
    expect(work).to_be_focused()
    looks_right(page)
    work.select_option(label="A JSON API for other programs")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator(".preview")
    expect(preview).to_be_in_viewport()
    expect(preview.locator("strong")).to_have_text("twice")
    looks_right(page)
    page.get_by_role("button", name="Save into the draft").click()
    expect(page.get_by_role("status")).to_contain_text("The note is in the draft.")
    expect(page.get_by_role("listitem").filter(has_text="Ask twice.")).to_be_in_viewport()

    page.get_by_role("navigation", name="Parts of the questionnaire").get_by_role("link", name="Scenarios").click()
    looks_right(page)
    page.get_by_role("link", name="Add a scenario").click()
    texts = {"name": "A shop", "story": "They sell.", "why": "So.", "twin-name": "B", "twin-why": "So."}
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("region", name="The situation").get_by_role("checkbox", name="FastAPI").check()
    page.get_by_role("region", name="Its twin").get_by_role("checkbox", name="Django").check()
    row = page.get_by_role("group", name="What will the backend mostly do?")
    row.get_by_label("Answer", exact=True).select_option(label="A JSON API for other programs")
    row.get_by_label("Twin’s answer").select_option(label="Records with staff screens")
    page.get_by_role("button", name="See what comes out").click()
    outcome = page.get_by_role("region", name="What comes out, as in the form")
    expect(outcome).to_be_in_viewport()
    expect(outcome.get_by_text("as expected", exact=True)).to_have_count(2)
    looks_right(page)
    page.get_by_role("button", name="Save into the draft").click()
    expect(page.get_by_role("status")).to_contain_text("The scenario is in the draft.")
    page.get_by_role("link", name="Look at the draft, and publish").click()
    for text in ("New note: Ask twice.", "New scenario: A shop"):
        expect(page.get_by_role("listitem").filter(has_text=text).first).to_be_visible()


def test_by_keyboard_and_without_scripts(browsers: Browsers) -> None:
    page = browsers.maintainer("jo")
    cookies = page.context.cookies()
    plain = browsers.open(scripts=False)
    plain.context.add_cookies(cookies)  # type: ignore[arg-type]
    plain.goto("/comparison/work/workspace/flask")
    hands = Keyboard(plain)
    hands.pick("Criterion", "Memory")
    text = plain.get_by_label("Text", exact=True)
    text.focus()
    plain.keyboard.type("Typed before a source was asked for.")
    plain.locator("[name='point.source-0-title']").fill("A book")
    hands.press("Add a source")
    expect(plain.get_by_label("Text", exact=True)).to_have_value("Typed before a source was asked for.")
    expect(plain.locator("[name='point.source-1-title']")).to_have_count(1)
    plain.locator("[name='point.why']").press("Enter")  # saves, and takes no source away
    expect(plain.get_by_role("alert")).to_contain_text("For or against")
    expect(plain.get_by_label("Text", exact=True)).to_have_value("Typed before a source was asked for.")
