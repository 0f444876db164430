"""A maintainer's work in a real browser, from the first link to signing out: by mouse, by keyboard, without scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from fwsite.blueprints.docs import catalogue
from fwsite.domain.comparison import BALANCE_LENGTH
from tests.blueprints.comparison.test_public import SAID
from tests.support.barriers import barriers
from tests.support.hands import PASSWORD, Browsers, Keyboard, Mouse, add_person, save, say_wrong, suggest, waiting
from tests.support.paths import ROOT
from tests.support.served import Site

pytestmark = pytest.mark.browser

POINT = "Needs `DJANGO_SETTINGS_MODULE` before **anything** can be imported."
SHOWN = "Needs DJANGO_SETTINGS_MODULE before anything can be imported."
MENDED = "Needs `DJANGO_SETTINGS_MODULE` before **models** can be imported."
SOURCE = "Settings, in the manual"
WORDS = "Tell Django which settings you are using, by DJANGO_SETTINGS_MODULE."
STATIC = ROOT / "fwsite" / "static"


@pytest.fixture
def own_browsers(browser: Browser, filled_instance: Path, tmp_path: Path) -> Iterator[Browsers]:
    """Browsers on a site of this test alone."""
    running = Site(Path(shutil.copytree(filled_instance, tmp_path / "instance")), tmp_path / "log")
    running.start()
    opened = Browsers(browser, running)
    yield opened
    opened.close()
    running.stop()


WAYS: dict[str, tuple[type[Mouse], bool]] = {
    "mouse": (Mouse, True),
    "keyboard": (Keyboard, True),
    "without scripts": (Mouse, False),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_story_of_a_point(own_browsers: Browsers, way: str) -> None:
    hands, scripts = WAYS[way]
    page, visitor = own_browsers.open(scripts=scripts), own_browsers.open(scripts=scripts)
    story = Story(hands(page), visitor, own_browsers)
    story.sign_in()
    story.add_a_draft(scripts=scripts)
    story.publish()
    story.move_into_the_balance()
    story.visitors_read(SHOWN)
    story.edit()
    story.see_the_difference()
    story.undo()
    story.sign_out()


def test_what_was_typed_before_the_script_came_is_previewed_too(own_browsers: Browsers) -> None:
    page = own_browsers.maintainer("mara")
    held: list[Route] = []
    page.route(re.compile(r"/preview[^/]*\.js"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/preview[^/]*\.js")):
        page.goto("/comparison/work/claim/add", wait_until="commit")
    page.get_by_label("Text", exact=True).fill(POINT)
    assert len(held) == 1
    expect(page.locator("#preview code")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#preview code")).to_have_text("DJANGO_SETTINGS_MODULE")


class Story:
    """The steps of it; each begins on the page where the one before ended."""

    def __init__(self, hands: Mouse, visitor: Page, browsers: Browsers) -> None:
        self.hands, self.page, self.visitor, self.browsers = hands, hands.page, visitor, browsers

    def sign_in(self) -> None:
        link = add_person(self.browsers.site, "mara", "admin")
        self.page.goto(link)
        self.hands.write("New password", PASSWORD)
        self.hands.press("Set the password and sign in")
        expect(self.page.get_by_role("status")).to_contain_text("you are signed in")
        self.visitor.goto(link)
        expect(self.visitor.get_by_role("heading", level=1)).to_have_text("This link does not work")

    def add_a_draft(self, *, scripts: bool) -> None:
        hands, page = self.hands, self.page
        hands.follow("Content")
        hands.follow("Add a point")
        hands.pick("Framework", "Django")
        hands.pick("Criterion", "Flexibility")
        hands.choose("Against")
        hands.write("Text", POINT)
        preview = page.locator("#preview")
        if scripts:  # before any button is pressed
            expect(preview.locator("code")).to_have_text("DJANGO_SETTINGS_MODULE")
        else:
            expect(preview.locator("code")).to_have_count(0)
        hands.choose("Sourced: a published text states it")
        hands.write("Title of a new source", SOURCE)
        hands.write("Its link", "https://docs.example.org/settings")
        hands.write("The words the point rests on", WORDS)
        hands.choose("Draft: seen by maintainers only")
        hands.press("Preview")
        expect(page).to_have_url(re.compile("/comparison/work/claim/add$"))
        expect(page.get_by_label("Its link", exact=True)).to_have_value("https://docs.example.org/settings")
        expect(preview).to_contain_text(SHOWN)
        expect(preview.locator("strong")).to_have_text("anything")
        hands.write("Why (a short note, kept in the public history)", "Found while reading the manual")
        hands.press("Save")
        expect(page.get_by_role("status")).to_contain_text("is a draft that only maintainers see")
        self.nothing_is_public()

    def nothing_is_public(self) -> None:
        for address in ("/", "/comparison/django", "/comparison/data.csv", "/comparison/changes.xml"):
            assert "DJANGO_SETTINGS_MODULE" not in self.read(address)

    def read(self, address: str) -> str:
        """What visitors get from an address."""
        return self.visitor.request.get(address).text()

    def publish(self) -> None:
        self.hands.press("Publish")
        expect(self.page.get_by_role("status")).to_contain_text("is live")

    def move_into_the_balance(self) -> None:
        """It stands last; seven fit."""
        hands, page = self.hands, self.page
        hands.follow("Content")
        hands.follow("Pros and cons")
        hands.pick("Framework", "Django")
        hands.pick("For or against", "Against")
        hands.press("Search")
        points = page.locator("tbody th")
        count = 1 + sum((key, claim["side"]) == ("django", "con") for key, claim in SAID)
        assert count > BALANCE_LENGTH == 7
        expect(points).to_have_count(count)
        for place in range(count, BALANCE_LENGTH, -1):
            expect(points.nth(place - 1)).to_contain_text("DJANGO_SETTINGS_MODULE")
            hands.press(f"Up {SHOWN}")
        expect(points.nth(6)).to_contain_text("DJANGO_SETTINGS_MODULE")

    def visitors_read(self, text: str) -> None:
        visitor = self.visitor
        visitor.goto("/")
        visitor.get_by_role("link", name="Compare", exact=True).click()
        visitor.get_by_role("link", name="Django", exact=True).first.click()
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Django")
        expect(visitor.locator(".pc").filter(has_text=text)).to_have_count(1)
        expect(visitor.locator("ol.src")).to_contain_text(SOURCE)
        raw = POINT if text == SHOWN else MENDED
        assert raw in self.read("/comparison/data.csv")
        assert "DJANGO_SETTINGS_MODULE" in self.read("/comparison/changes.xml")

    def edit(self) -> None:
        hands, page = self.hands, self.page
        hands.follow(SHOWN)
        hands.write("Text", MENDED)
        hands.write("Why (a short note, kept in the public history)", "Views can be imported")
        hands.press("Save")
        expect(page.get_by_role("status")).to_contain_text("is live")

    def see_the_difference(self) -> None:
        hands, page = self.hands, self.page
        hands.follow("As visitors see it")
        expect(page.get_by_role("heading", level=1)).to_contain_text("models")
        hands.choose("From version 2")
        hands.choose("To version 3")
        hands.press("Compare")
        difference = page.locator("#difference")
        expect(difference.locator("del")).to_contain_text("anything")
        expect(difference.locator("ins")).to_contain_text("models")
        assert difference.locator("del").evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
        assert difference.locator("ins").evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"

    def undo(self) -> None:
        hands, page = self.hands, self.page
        hands.follow("Maintainers")
        expect(page.get_by_role("heading", level=1)).to_have_text("mara")
        hands.follow("Log")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log")
        undo = page.get_by_role("button", name=re.compile(r"^Undo change \d+$")).first
        hands.press(undo.inner_text().replace("\n", " "))
        expect(page.get_by_role("status")).to_contain_text("undone")
        self.visitors_read(SHOWN)
        assert "Views can be imported" in self.read("/comparison/changes.xml")

    def sign_out(self) -> None:
        context = self.page.context
        copied = context.cookies()
        again = self.browsers.open()
        again.context.add_cookies(copied)  # type: ignore[arg-type]
        again.goto("/comparison/work/claim")
        expect(again.get_by_role("heading", level=1)).to_have_text("Pros and cons")
        self.hands.press("Sign out")
        expect(self.page.get_by_role("status")).to_have_text("You are signed out.")
        again.context.clear_cookies()
        again.context.add_cookies(copied)  # type: ignore[arg-type]
        again.goto("/comparison/work/claim")
        expect(again.get_by_role("heading", level=1)).to_have_text("Sign in")
        expect(again.get_by_role("table")).to_have_count(0)


@pytest.mark.parametrize(("key", "chosen"), [("flask-light", "Theirs"), ("flask-large", "Yours")])
def test_whoever_saves_second_sees_both_texts_and_chooses(browsers: Browsers, key: str, chosen: str) -> None:
    stays = {"Theirs": "Text of the first.", "Yours": "Text of the second."}[chosen]
    first, second = browsers.maintainer(f"first {chosen}"), browsers.maintainer(f"second {chosen}")
    for page in (first, second):
        page.goto(f"/comparison/work/claim/{key}")
    save(first, text="Text of the first.", why=chosen)
    expect(first.get_by_role("status")).to_contain_text("is live")
    save(second, text="Text of the second.")
    expect(second.get_by_role("heading", name="Somebody else has changed this point")).to_be_visible()
    both = second.get_by_role("group", name="Text: two texts")
    expect(both).to_contain_text("Text of the first.")
    expect(second.get_by_label("Text", exact=True)).to_have_value("Text of the second.")
    save(second)
    expect(second.get_by_role("alert").first).to_contain_text("Choose which of the two texts stays")
    expect(second.get_by_label("Text", exact=True)).to_have_value("Text of the second.")
    both.get_by_label(chosen).check()
    save(second)
    expect(second.get_by_role("status")).to_contain_text("Nothing was changed" if chosen == "Theirs" else "is live")
    expect(second.get_by_label("Text", exact=True)).to_have_value(stays)
    visitor = browsers.open()
    visitor.goto(f"/comparison/history/claim/{key}")
    expect(visitor.get_by_role("heading", level=1)).to_have_text(stays)


def test_a_suggestion_is_published_and_its_address_says_so(browsers: Browsers) -> None:
    visitor, maintainer = browsers.open(scripts=False), browsers.maintainer("publisher")
    suggest(visitor, "Holds *every* worker in memory.")
    item = waiting(maintainer, "Holds every worker in memory.")
    expect(item.get_by_role("heading", level=2)).to_have_text("Flask · Against · Memory")
    item.get_by_role("button", name="Publish").click()
    expect(maintainer.get_by_role("status")).to_contain_text("is live")
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Your suggestion is published")
    visitor.get_by_role("link", name="Read the point, with its history.").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Holds every worker in memory.")
    visitor.goto("/comparison/flask")
    expect(visitor.locator(".pc").filter(has_text="Holds every worker in memory.")).to_be_visible()


def test_what_is_called_wrong_is_rejected_and_the_reason_is_read(browsers: Browsers) -> None:
    visitor, maintainer = browsers.open(scripts=False), browsers.maintainer("judge")
    say_wrong(visitor, "django-parts", "There are more of them.")
    item = waiting(maintainer, "There are more of them.")
    item.get_by_role("button", name="Reject").click()
    item = maintainer.get_by_role("article").filter(has_text="There are more of them.")
    expect(maintainer.get_by_role("alert")).to_contain_text("Write a reason")
    item.get_by_label("Reason").fill("The point does not count them.")
    item.get_by_role("button", name="Reject").click()
    expect(maintainer.get_by_role("status")).to_contain_text("The visitor who sent it can read the reason.")
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Your suggestion was not taken up")
    expect(visitor.get_by_text("The point does not count them.")).to_be_visible()


def test_a_form_filled_in_while_signed_out_meanwhile_is_stored_after_all(browsers: Browsers) -> None:
    page = browsers.maintainer("sleeper")
    page.goto("/comparison/work/claim/fastapi-fast")
    other = page.context.new_page()
    other.goto("/account/")
    other.get_by_role("button", name="Sign out", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    save(page, text="Words that took an hour.", why="Why it took an hour")
    expect(page.get_by_role("heading", level=1)).to_have_text("This form was not accepted")  # its token is over, too
    page.locator("summary").click()  # a button sends it again, so the list is folded
    expect(page.get_by_text("Words that took an hour.")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    expect(page.get_by_text("Words that took an hour.")).to_be_visible()
    page.get_by_label("Name").fill("sleeper")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Words that took an hour.")).to_be_visible()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Words that took an hour.")
    visitor = browsers.open()
    visitor.goto("/comparison/history/claim/fastapi-fast")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Words that took an hour.")
    expect(visitor.get_by_text("Why it took an hour")).to_be_visible()


def test_the_one_script_is_small() -> None:
    assert [path.name for path in STATIC.glob("**/*.js")] == ["preview.js"]
    assert (STATIC / "preview.js").stat().st_size <= 2048


def at(path: str) -> Callable[[Page], None]:
    """Opens an address."""

    def go(page: Page) -> None:
        page.goto(path)

    return go


def press_at(path: str, button: str, **texts: str) -> Callable[[Page], None]:
    """Opens an address, fills in fields by their names, and presses a button."""

    def go(page: Page) -> None:
        page.goto(path)
        for name, text in texts.items():
            page.locator(f"[name={name}]").fill(text)
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).first.click()

    return go


def open_conflict(page: Page) -> None:
    page.goto("/comparison/work/claim/none-debug")
    other = page.context.new_page()
    other.goto(page.url)
    save(other, text=f"Changed first, at {other.evaluate('Date.now()')}.", why="Why not")
    other.wait_for_url("**change=*")
    other.close()
    save(page, text="Changed second.")
    expect(page.get_by_role("heading", name="Somebody else has changed this point")).to_be_visible()


def open_rejected_without_reason(page: Page) -> None:
    waiting(page, "To be waiting.").get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a reason")


def send_form(**values: str) -> Callable[[Page], None]:
    """Sends a maintainers' form as nobody, with these values in the place of what the page has."""

    def go(page: Page) -> None:
        page.goto("/account/sign-in")
        page.locator("main form").evaluate(
            """(form, values) => {
                form.action = "/comparison/work/claim/add";
                for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
                form.submit();
            }""",
            values,
        )
        page.wait_for_url("**/comparison/work/claim/add")

    return go


def open_stored_suggestion(kind: str) -> Callable[[Page], None]:
    """Opens the visitor's page of one of the suggestions that were made beforehand."""

    def go(page: Page) -> None:
        page.goto(SUGGESTED[kind])

    return go


SUGGESTED: dict[str, str] = {}
"""Addresses of suggestions, by what became of them."""
KINDS = ("claim", "rating", "framework", "criterion", "source")
ITEMS = {
    "claim": "django-parts",
    "rating": "django.memory",
    "framework": "django",
    "criterion": "memory",
    "source": "django-docs",
}
WORKROOMS: dict[str, Callable[[Page], None]] = {
    "account": at("/account/"),
    "account with errors": press_at("/account/", "Change the password", current_password="no"),
    "people": at("/account/people"),
    "people with errors": press_at("/account/people", "Add, and show the link", name="?"),
    "content": at("/comparison/work/"),
    **{f"list of {kind}": at(f"/comparison/work/{kind}") for kind in KINDS},
    "list to arrange": at("/comparison/work/claim?framework=django&side=con"),
    "list of nothing": at("/comparison/work/claim?q=nothingofthekind"),
    **{f"add {kind}": at(f"/comparison/work/{kind}/add") for kind in KINDS},
    "added with errors": press_at("/comparison/work/claim/add", "Save"),
    "preview": press_at("/comparison/work/claim/django-parts", "Preview"),
    **{f"edit {kind}": at(f"/comparison/work/{kind}/{key}") for kind, key in ITEMS.items()},
    "reviewed": press_at("/comparison/work/claim/django-parts", "Still true"),
    "retired source in use": press_at("/comparison/work/source/django-docs", "Retire"),
    "two texts": open_conflict,
    "log": at("/comparison/work/log"),
    "extensions": at("/extensions/"),
    "ask before undo": at("/comparison/work/undo/1"),
    "stale": at("/comparison/work/review"),
    "unsourced": at("/comparison/work/review?concern=unsourced&of=claim"),
    "queue": at("/comparison/work/suggestions"),
    "queue with errors": open_rejected_without_reason,
    "decided": at("/comparison/work/suggestions?show=decided"),
}
PUBLIC: dict[str, Callable[[Page], None]] = {
    "sign in": at("/account/sign-in"),
    "wrong password": press_at("/account/sign-in", "Sign in", name="nobody", password="wrong"),
    "signed out meanwhile": send_form(name="Words that were typed"),
    "form without its token": send_form(name="Words that were typed", csrf_token="none"),
    "dead link": at("/account/password/none"),
    "suggest": at("/comparison/suggest?framework=django&criterion=memory&side=con"),
    "suggest with errors": press_at("/comparison/suggest", "Send"),
    "suggest with preview": press_at("/comparison/suggest", "Preview", text="Some *text*."),
    "this is wrong": at("/comparison/suggest?claim=django-parts"),
    **{f"suggestion {state}": open_stored_suggestion(state) for state in ("waiting", "published", "rejected")},
    "withdrawn": at("/comparison/suggestions/withdrawn"),
    **{f"history of {kind}": at(f"/comparison/history/{kind}/{key}") for kind, key in ITEMS.items()},
    "difference": at("/comparison/history/claim/flask-worker"),
    "changes": at("/comparison/changes"),
    "changes of one": at("/comparison/changes?framework=flask"),
    "all at once": at("/comparison/changes/1"),
    "one change": at("/comparison/changes/20"),
    "framework": at("/comparison/django"),
    "cell": at("/comparison/django/memory"),
    "guides": at("/docs/"),
    **{f"guide {path.stem}": at(f"/docs/{path.stem}") for path in catalogue.FOLDER.glob("*.md")},
}
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
    .filter(e => !(e.matches("a") && e.closest("p, li, td, th, dd, .head, .src")) && !e.closest(".skip, .vh"))
    .map(e => [e.closest("label") ?? e, e])
    .filter(([box]) => box.getBoundingClientRect().height > 0 && box.getBoundingClientRect().height < 24)
    .map(([, e]) => e.outerHTML)"""
"""WCAG 2.2, 2.5.8: what is lower than 24 pixels, and not a link among words."""
WIDTHS = (320, 390, 768, 1280)


@pytest.fixture(scope="module")
def rooms(browser: Browser, desk: Site) -> Iterator[tuple[Page, Page]]:
    """The page of an administrator, on a site where something has happened, and the page of a visitor."""
    opened = Browsers(browser, desk)
    admin, visitor = opened.maintainer("keeper", "admin"), opened.open()
    for state in ("waiting", "published", "rejected"):
        suggest(visitor, f"To be {state}.", "No framework")
        SUGGESTED[state] = visitor.url
    waiting(admin, "To be published.").get_by_role("button", name="Publish").click()
    expect(admin.get_by_role("status")).to_contain_text("is live")
    item = waiting(admin, "To be rejected.")
    item.get_by_label("Reason").fill("No.")
    item.get_by_role("button", name="Reject").click()
    expect(admin.get_by_role("status")).to_contain_text("The visitor who sent it can read the reason.")
    say_wrong(visitor, "django-parts", "Which ones?")
    admin.goto("/comparison/work/claim/flask-worker")
    save(admin, text="A worker takes little memory.", why="A note")
    admin.get_by_role("status").wait_for()
    yield admin, visitor
    opened.close()


@pytest.fixture(scope="module", params=[*WORKROOMS, *PUBLIC])
def shown(request: pytest.FixtureRequest, rooms: tuple[Page, Page]) -> Page:
    """Each page that maintainers work on, and those where visitors see what they did."""
    admin, visitor = rooms
    page = admin if request.param in WORKROOMS else visitor
    page.set_viewport_size({"width": 1280, "height": 900})
    {**WORKROOMS, **PUBLIC}[request.param](page)
    page.wait_for_load_state()
    return page


def test_axe_finds_nothing_on_a_dark_phone_and_a_light_desk(shown: Page) -> None:
    for scheme, width in (("dark", 390), ("light", 1280)):
        shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        shown.set_viewport_size({"width": width, "height": 900})
        assert barriers(shown) == ""


def test_nothing_scrolls_sideways_at_any_width(shown: Page) -> None:
    for width in WIDTHS:
        shown.set_viewport_size({"width": width, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_every_target_is_large_enough_to_touch(shown: Page) -> None:
    shown.set_viewport_size({"width": 390, "height": 900})
    assert shown.evaluate(SMALL_TARGETS) == []


def test_scripts_are_on_forms_of_maintainers_alone(shown: Page) -> None:
    scripts = shown.locator("script").evaluate_all("all => all.map(each => new URL(each.src).pathname)")
    is_form = shown.locator("form[data-preview]").count() == 1
    assert [re.sub(r"\?.*", "", path) for path in scripts] == (["/static/preview.js"] if is_form else [])
