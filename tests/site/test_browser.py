"""The pages in a real browser: accessible, quiet, stable, and usable by keyboard at every width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.barriers import barriers
from tests.support.browser import quiet_page
from tests.support.served import Site

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
CUMULATIVE_LAYOUT_SHIFT = """() => new Promise(resolve => {
    let shift = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value; })
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)));
})"""


def check_first_options(page: Page, count: int) -> None:
    questions = page.locator("fieldset.q")
    questions.first.wait_for()  # all() would take what is there
    for question in questions.all()[:count]:
        question.locator(".opts input").first.check()


def send(page: Page) -> None:
    page.get_by_role("button", name="See the result").click()


def open_nothing(page: Page) -> None:
    page.goto("/questionnaire/")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Where to begin")


def open_with_an_error(page: Page) -> None:
    page.goto("/questionnaire/")
    check_first_options(page, 5)
    page.locator('#q-parts [value="not-sure"]').check()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Choose “Not sure” or other answers, not both.")


def open_result(page: Page) -> None:
    page.goto("/questionnaire/")
    check_first_options(page, 8)
    send(page)
    expect(page.get_by_role("heading", name="The numbers")).to_be_visible()


def open_result_with_musts(page: Page) -> None:
    page.goto("/questionnaire/")
    check_first_options(page, 10)
    for weight in page.locator('input[value="must"]').all():
        weight.check()
    send(page)
    expect(page.get_by_role("table", name="Must-haves, and how each alternative meets them")).to_be_visible()


def open_question_before_deleting(page: Page) -> None:
    open_result(page)
    page.get_by_role("link", name="Delete my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete these answers?")


def open_deleted(page: Page) -> None:
    open_question_before_deleting(page)
    page.get_by_role("button", name="Delete my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are deleted")


def open_round(page: Page) -> None:
    page.goto("/team/")
    page.get_by_label("As soon as two have answered").check()
    page.get_by_role("button", name="Begin a round").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your round")


def open_answers_for_a_team(page: Page) -> None:
    open_round(page)
    page.get_by_role("link", name="To the team’s page").click()
    page.get_by_role("link", name="Answer the questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Answer for your team")


def send_for_a_team(page: Page, count: int) -> None:
    check_first_options(page, count)
    page.locator('[name="w-parts"][value="must"]').check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in")


def open_own_page_of_a_team(page: Page) -> None:
    open_answers_for_a_team(page)
    send_for_a_team(page, 6)


def open_team(page: Page) -> None:
    open_own_page_of_a_team(page)
    page.get_by_role("link", name="To the team’s page").click()
    page.get_by_role("link", name="Answer the questions").click()
    page.locator('[name="q-work"][value="api"]').check()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("link", name="To the team’s page").click()
    expect(page.get_by_role("heading", name="How the alternatives stand")).to_be_visible()


def at(path: str):
    def go(page: Page) -> None:
        page.goto(path)

    return go


PAGES = {
    "home page": at("/"),
    "lead article": at("/article/django-pros-and-cons"),
    "about": at("/about/"),
    "all articles": at("/article/"),
    "comparison": at("/comparison/"),
    "comparison of one": at("/comparison/?f=flask"),
    "comparison of none": at("/comparison/?show=chosen"),
    "evidence": at("/comparison/evidence"),
    "runs": at("/comparison/measured/"),
    "run": at("/comparison/measured/reference"),
    "questions": at("/questionnaire/"),
    "nothing answered": open_nothing,
    "questions with an error": open_with_an_error,
    "result": open_result,
    "result with musts": open_result_with_musts,
    "how it works": at("/questionnaire/how"),
    "before deleting": open_question_before_deleting,
    "deleted": open_deleted,
    "search": at("/search/"),
    "found": at("/search/?q=django"),
    "found on a later page": at("/search/?q=django&page=2"),
    "nothing found": at("/search/?q=django+orm+zebra"),
    "a search that is too long": at(f"/search/?q={'memory+' * 40}"),
    "beginning of a team": at("/team/"),
    "round of a team": open_round,
    "answers for a team": open_answers_for_a_team,
    "own page of a team": open_own_page_of_a_team,
    "result of a team": open_team,
    "no such page": at("/no-such-page"),
}


@pytest.fixture(scope="module")
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    """One tab for all pages: a new one takes longer than most of them."""
    with quiet_page(browser, site) as page:
        yield page


@pytest.fixture(scope="module", params=PAGES)
def opened(request: pytest.FixtureRequest, tab: Page) -> tuple[Page, float]:
    """Each page of the site, and how far anything on it moved while it was loaded."""
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": 1280, "height": 720})
    PAGES[request.param](tab)
    tab.wait_for_load_state()
    return tab, tab.evaluate(CUMULATIVE_LAYOUT_SHIFT)


@pytest.fixture
def shown(opened: tuple[Page, float]) -> Page:
    """Each page of the site, as it was opened."""
    page, _ = opened
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate(
        "() => { document.adoptedStyleSheets = [];"
        " for (const details of document.querySelectorAll('details')) details.open = false; }"
    )
    return page


def test_axe_finds_nothing_in_either_theme_at_phone_and_desk_width(shown: Page) -> None:
    for width in (390, 1280):
        shown.set_viewport_size({"width": width, "height": 900})
        shown.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert barriers(shown, "light", "dark") == ""


def test_nothing_scrolls_sideways_at_any_width_nor_with_wide_text_spacing(shown: Page) -> None:
    for spacing in (False, True):
        if spacing:
            shown.evaluate(
                "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
                " document.adoptedStyleSheets = [sheet]; }",
                TEXT_SPACING,
            )
        for width in WIDTHS:
            shown.set_viewport_size({"width": width, "height": 900})
            assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_every_target_is_large_enough_to_touch(shown: Page) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, or inside a sentence."""
    shown.set_viewport_size({"width": 390, "height": 900})
    small = shown.evaluate("""() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary")]
        .filter(e => !e.closest("p, li div, td, dd, figcaption, .sum, .why, .src, .footnote, sup"))
        .filter(e => !e.closest(".skip, .plain"))
        .map(e => [e.closest("label") ?? e, e])
        .filter(([box]) => box.getBoundingClientRect().height > 0 && box.getBoundingClientRect().height < 24)
        .map(([, e]) => e.outerHTML)""")
    assert small == []


def test_nothing_moves_while_a_page_loads(opened: tuple[Page, float]) -> None:
    _, moved = opened
    assert moved == 0


def test_a_table_that_is_wider_than_a_phone_has_a_shadow_until_its_end(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/comparison/evidence")
    table = page.locator(".scroll").first
    assert table.evaluate("each => each.scrollWidth > each.clientWidth")
    strips = table.evaluate("each => getComputedStyle(each).backgroundAttachment")
    assert strips == "local, scroll", "the strip that moves with the table hides the shadow at its end"


def test_the_error_summary_gets_the_focus_and_leads_to_the_first_radio(page: Page) -> None:
    open_with_an_error(page)
    expect(page.locator("#errors")).to_be_focused()
    link = page.locator("#errors a")
    target = (link.get_attribute("href") or "").partition("#")[2]
    link.click()
    expect(page).to_have_url(re.compile(f"#{target}$"))
    expect(page.locator(f"#{target}")).to_be_in_viewport()


def test_change_leads_back_to_that_question_with_the_answers_in_place(page: Page) -> None:
    open_result(page)
    page.get_by_role("link", name=re.compile("^Change: ")).nth(2).click()
    question = page.locator("fieldset.q").nth(2)
    expect(question).to_be_in_viewport()
    expect(question.locator(".opts input").first).to_be_checked()
    question.locator(".opts input").nth(1).check()
    send(page)
    expect(page).to_have_url(re.compile(r"/questionnaire/[\w-]{22}$"))


def test_a_double_click_gives_one_result(page: Page) -> None:
    page.goto("/questionnaire/")
    check_first_options(page, 5)
    page.get_by_role("button", name="See the result").dblclick()
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()


def test_the_whole_way_works_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Which framework should I pick?").click()
    check_first_options(page, 8)
    send(page)
    expect(page.get_by_role("heading", name="The numbers")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Compare ")).last.click()
    expect(page.get_by_role("table", name="The frameworks by fact, figure and rating")).to_be_visible()
    context.close()


def test_no_rule_of_the_site_reaches_into_highlighted_code(page: Page) -> None:
    page.goto("/")
    code = page.locator("pre span")
    assert code.count() > 10
    assert set(code.evaluate_all("all => all.map(e => getComputedStyle(e).display)")) == {"inline"}


def test_every_link_within_a_page_has_its_target(shown: Page) -> None:
    missing = shown.evaluate("""() => [...document.querySelectorAll('a[href*="#"]')]
        .filter(a => a.pathname === location.pathname && a.search === location.search)
        .filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.hash)""")
    assert missing == []
