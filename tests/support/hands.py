"""Hands in a browser: with the mouse and by keyboard alone, and steps that several stories share."""

from __future__ import annotations

import re

from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from fwsite.cli.main import main
from tests.support.served import Site

PASSWORD = "a pass phrase of five words"
MEANT = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
MOST_TABS = 300
STOPS_BETWEEN = """element => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
    const isStop = each => each.checkVisibility() && !each.disabled && (each.type !== "radio" || each.checked);
    const stops = all.filter(isStop);
    return Math.max(0, stops.indexOf(element) - stops.indexOf(document.activeElement) - 3);
}"""
"""At least so many controls stand between the focus and the element, in the order of the page."""
IS_FOCUSED = "element => element === document.activeElement"


class Mouse:
    """Points and clicks; needs no script of the page. Controls go by their accessible names."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _one(self, role: str, name: str) -> Locator:
        return self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]

    def press(self, name: str) -> None:
        """Press a button."""
        self._one("button", name).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self._one("link", name).first.click()

    def write(self, label: str, text: str) -> None:
        """Put a text in the place of what a field holds."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """Choose a radio button."""
        self._one("radio", label).check()

    def pick(self, label: str, option: str) -> None:
        """Pick from a list."""
        self._one("combobox", label).select_option(label=option)


class Keyboard(Mouse):
    """Tab, Space, Enter, arrows and typing; every control has to be reached, and to show that it has the focus."""

    def _reach(self, control: Locator) -> None:
        expect(control).to_have_count(1)
        for _ in range(control.evaluate(STOPS_BETWEEN)):  # to ask at each of them takes longer than to press the key
            self.page.keyboard.press("Tab")
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if control.evaluate(IS_FOCUSED):
                assert control.evaluate("element => element.matches(':focus-visible')")
                return
        raise AssertionError(f"{MOST_TABS} tabs do not lead to {control}")

    def press(self, name: str) -> None:
        self._reach(self._one("button", name))
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        self._reach(self._one("link", name).first)
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self._reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def choose(self, label: str) -> None:
        """Tab into the group, then by arrows, as there is one stop for a group."""
        wanted = self._one("radio", label)
        group = self.page.locator(f'input[type=radio][name="{wanted.get_attribute("name")}"]')
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                break
        for _ in range(group.count()):
            if wanted.evaluate(IS_FOCUSED):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def pick(self, label: str, option: str) -> None:
        control = self._one("combobox", label)
        self._reach(control)
        self.page.keyboard.press("Home")
        for _ in range(control.locator("option").count()):
            if control.evaluate("list => list.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} has no {option}")


def add_person(site: Site, name: str, role: str = "maintainer") -> str:
    """Add a person as a host does; returns the one-time link that was printed."""
    command = ["--instance", str(site.instance), "user", "add", name, "--role", role]
    done = CliRunner().invoke(main, command, env={"FWSITE_PORT": str(site.port)})
    assert done.exit_code == 0, done.output
    return done.output.splitlines()[-1]


class Browsers:
    """Opens browsers of different people, and listens to their consoles."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.opened: list[BrowserContext] = []
        self.noise: list[str] = []

    def open(self, *, scripts: bool = True) -> Page:
        """A page in a browser that knows nobody."""
        context = self.browser.new_context(base_url=self.site.url, java_script_enabled=scripts)
        self.opened.append(context)
        context.on("console", lambda message: self.noise.append(message.text))
        context.on("weberror", lambda error: self.noise.append(str(error.error)))
        return context.new_page()

    def maintainer(self, name: str, role: str = "maintainer") -> Page:
        """The page of somebody new who has just followed the one-time link."""
        page = self.open()
        page.goto(add_person(self.site, name, role))
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Set the password and sign in").click()
        expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()
        return page

    def close(self) -> None:
        """Close all of them; what was written to their consoles fails the test."""
        for context in self.opened:
            context.close()
        assert [text for text in self.noise if not MEANT.match(text)] == []


def save(page: Page, **texts: str) -> None:
    """Fill in the fields with these names, and save."""
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Save", exact=True).click()


def suggest(page: Page, text: str, framework: str = "Flask", side: str = "Against it") -> None:
    """Suggest a point as a visitor does."""
    page.goto("/comparison/suggest")
    page.get_by_label("Framework", exact=True).select_option(label=framework)
    page.get_by_label("Criterion").select_option(label="Memory")
    page.get_by_label(side).check()
    page.get_by_label("The point").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your suggestion is waiting")


def say_wrong(page: Page, key: str, remark: str) -> None:
    """Say that a point is wrong, from its page."""
    page.goto(f"/comparison/history/claim/{key}")
    page.get_by_role("link", name="This is wrong").click()
    page.get_by_label("What is wrong").fill(remark)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your suggestion is waiting")


def waiting(page: Page, words: str) -> Locator:
    """The suggestion with these words, in the queue."""
    page.goto("/comparison/work/suggestions")
    return page.get_by_role("article").filter(has_text=words)
