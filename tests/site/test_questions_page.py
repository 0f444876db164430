"""The page of questions in a real browser: short, and answered by eye, by ear or by keyboard alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fwsite.plugins.toml_file import write_toml
from tests.support.barriers import barriers
from tests.support.browser import quiet_page
from tests.support.served import Site

pytestmark = pytest.mark.browser

PATH = "/questionnaire/"
HEIGHTS = {1280: 3838, 390: 5176}
"""At most so high, in pixels, at these widths: two thirds of what ten questions took with weights beneath each."""
WIDTHS = (320, 390, 768, 1280)
LEVELS = ("A little", "Normal", "A lot", "Must have")
KEY_PRESSES = 90


def twelve_questions() -> dict[str, object]:
    """A questionnaire of twelve questions, of which two take several answers, in words as long as good ones are."""
    names = {"ash": "Ash", "birch": "Birch", "cedar": "Cedar", "none": "No framework"}

    def option(number: int) -> dict[str, object]:
        fits = {name: {"fit": (number + place) % 5, "reason": "As drawn."} for place, name in enumerate(names)}
        label, consequence = "An answer in a few plain words", "What follows from it, told in about one line"
        return {"key": f"o{number}", "label": f"{label} {number}", "consequence": consequence, "fits": fits}

    return {
        "reviewed_on": "2026-11-30",
        "alternatives": [{"key": key, "name": name} for key, name in names.items()],
        "questions": [
            {
                "key": f"question-{number}",
                "text": f"What will number {number} mostly have to do?",
                "why": "What is good for one kind of work is often slow for another.",
                "multiple": number in (4, 10),
                "options": [option(each) for each in range(count)],
            }
            for number, count in zip(range(1, 13), cycle((5, 4, 4, 5)), strict=False)
        ],
    }


@pytest.fixture(scope="module")
def of_twelve(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    """A site that asks these twelve."""
    folder = tmp_path_factory.mktemp("twelve")
    instance = Path(shutil.copytree(filled_instance, folder / "instance"))
    (instance / "questionnaire.toml").write_text(write_toml(twelve_questions()))
    running = Site(instance, folder / "log")
    running.start()
    with quiet_page(browser, running) as page:
        page.goto(PATH)
        expect(page.locator("fieldset.q")).to_have_count(12)
        yield page
    assert running.stop() == 0


def height(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 900})
    found: int = page.evaluate("document.documentElement.scrollHeight")
    return found


@pytest.mark.parametrize("width", HEIGHTS)
def test_twelve_questions_are_no_higher_than_two_thirds_of_what_ten_were(of_twelve: Page, width: int) -> None:
    assert height(of_twelve, width) <= HEIGHTS[width]


@pytest.mark.parametrize("width", HEIGHTS)
def test_the_shipped_questions_are_no_higher(page: Page, width: int) -> None:
    page.goto(PATH)
    assert height(page, width) <= HEIGHTS[width]


# ---------------------------------------------------------------- what the page is made of


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sent", [False, True], ids=["questions", "where to begin"])
def test_nothing_bars_the_way_at_any_width(page: Page, width: int, sent: bool) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(PATH)
    if sent:
        page.get_by_role("button", name="See the result").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Where to begin")
    assert barriers(page, "light", "dark") == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate("""() => [...document.querySelectorAll("form label")].map(e => e.getBoundingClientRect())
        .filter(box => box.width < 24 || box.height < 24).length""")
    assert small == 0


def test_questions_are_numbered_and_options_stand_in_two_columns_where_there_is_room(page: Page) -> None:
    page.goto(PATH)
    questions = page.locator("fieldset.q")
    count = questions.count()
    for number, question in enumerate(questions.all(), start=1):
        expect(question.locator("legend")).to_contain_text(f"{number} of {count}")
    for width, columns in ((390, 1), (703, 1), (704, 2), (1280, 2)):
        page.set_viewport_size({"width": width, "height": 900})
        lefts = questions.first.locator(".opt").evaluate_all("all => all.map(e => e.getBoundingClientRect().left)")
        assert len(set(lefts)) == columns


def test_why_a_question_is_asked_stands_at_its_left_and_is_said_on_a_phone_too(page: Page) -> None:
    page.goto(PATH)
    question = page.locator("fieldset.q").first
    why = question.locator("p.hint")
    left, right = why.bounding_box(), question.locator(".opts").bounding_box()
    assert left and right and left["x"] + left["width"] <= right["x"]
    page.set_viewport_size({"width": 390, "height": 900})
    expect(question).to_have_accessible_description(why.inner_text())


def test_each_weight_is_named_by_its_question_and_its_level(page: Page) -> None:
    page.goto(PATH)
    texts = [text.split("\n")[-1].strip() for text in page.locator("fieldset.q > legend").all_inner_texts()]
    for number, text in enumerate(texts, start=1):
        for level in LEVELS:
            radio = page.get_by_role("radio", name=f"{number} {text} {level}", exact=True)
            expect(radio).to_be_checked(checked=level == "Normal")
    assert page.locator(".weigh input").count() == len(texts) * len(LEVELS)


def test_weights_are_told_apart_by_shape_and_not_by_colour(page: Page) -> None:
    """Rings that grow, and behind a double rule the square of a must."""
    page.goto(PATH)
    row = page.locator(".weigh tbody tr").first.locator("input")
    boxes = row.evaluate_all("all => all.map(e => e.getBoundingClientRect().width)")
    assert boxes[0] < boxes[1] < boxes[2] and boxes[2] >= boxes[1] * 1.3
    assert row.evaluate_all("all => all.map(e => getComputedStyle(e).borderRadius)") == ["50%"] * 3 + ["0px"]
    cells = page.locator(".weigh tbody tr").first.locator("td")
    rules = cells.evaluate_all("all => all.map(e => getComputedStyle(e).borderInlineStartStyle)")
    assert [rule == "double" for rule in rules] == [False, False, False, True]


def test_the_page_counts_what_is_answered(page: Page) -> None:
    """By a counter of the stylesheet, whose text is said as well."""
    page.goto(PATH)
    count = page.locator("fieldset.q").count()
    session = page.context.new_cdp_session(page)

    def answered(number: int) -> None:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        said = "".join(node["name"]["value"] for node in nodes if node["role"]["value"] == "StaticText")
        assert f"{number} of {count} answered." in said

    answered(0)
    page.locator("fieldset.q").nth(0).locator("input").first.check()
    page.locator("fieldset.q").nth(1).locator("input").first.check()
    page.locator("fieldset.q").nth(2).locator('[value="not-sure"]').check()
    answered(2)


# ---------------------------------------------------------------- where to begin


def test_a_question_that_tells_most_is_one_click_away_with_all_that_was_set(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(PATH)
    must = page.locator(".weigh tbody tr").nth(1).locator('[value="must"]')
    must.check()
    page.get_by_role("button", name="See the result").click()
    link = page.locator(".begin ol a").first
    target = (link.get_attribute("href") or "")[1:]
    link.click()
    expect(page.locator(f"#{target}")).to_be_in_viewport()
    expect(must).to_be_checked()
    page.locator(f"#{target} input").first.check()


# ---------------------------------------------------------------- by keyboard alone


class Keyboard:
    """Hands that only press keys, and count how often; the focus has to go down the page."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.presses += 1

    def tab_to(self, place: Locator) -> None:
        """Tab on until the focus is in there."""
        while not place.evaluate("e => e.contains(document.activeElement)"):
            before = self.page.evaluate_handle("document.activeElement")
            self.press("Tab")
            follows = "before => before.compareDocumentPosition(document.activeElement) & 4"
            assert before.evaluate(follows), "the focus left the order of the page"
            assert self.page.evaluate("document.activeElement.matches(':focus-visible')")

    def choose(self, question: Locator, number: int) -> str:
        """One of its answers, told by its value."""
        self.tab_to(question)
        inputs = question.locator("input")
        if inputs.first.get_attribute("type") == "checkbox":
            self.press("Tab", number)
            self.press("Space")
        else:
            self.press("ArrowDown", number) if number else self.press("Space")
        expect(inputs.nth(number)).to_be_checked()
        return inputs.nth(number).get_attribute("value") or ""


@pytest.mark.parametrize("questions", ["page", "of_twelve"], ids=["shipped", "of twelve"])
def test_all_is_answered_by_keyboard_alone_with_few_presses(request: pytest.FixtureRequest, questions: str) -> None:
    page: Page = request.getfixturevalue(questions)
    page.goto(PATH)
    hands = Keyboard(page)
    hands.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    hands.press("Enter")
    chosen = {}
    for question, number in zip(page.locator("fieldset.q").all(), cycle((1, 0, 2, 0)), strict=False):
        chosen[(question.get_attribute("id") or "")[2:]] = hands.choose(question, number)
    weights = dict.fromkeys(chosen, "normal")
    keys: Sequence[tuple[int, str, int, str]] = [
        (0, "ArrowRight", 1, "lot"),
        (2, "ArrowLeft", 1, "little"),
        (6, "ArrowRight", 2, "must"),
    ]
    for row, key, times, level in keys:
        hands.tab_to(page.locator(".weigh tbody tr").nth(row))
        hands.press(key, times)
        weights[list(chosen)[row]] = level
    hands.tab_to(page.get_by_role("button", name="See the result"))
    hands.press("Enter")
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    assert hands.presses < KEY_PRESSES
    given = json.loads(page.request.get(f"{page.url}/result.json").text())["answers"]
    assert {key: answer["options"] for key, answer in given.items()} == {key: [each] for key, each in chosen.items()}
    assert {key: answer["weight"] for key, answer in given.items()} == weights
