"""Walk through the site: every form of every page is filled in, each button pressed, and the page behind it read.

Nothing in here knows an address. Pages are those of the application's URL map that take no arguments, and what they
lead to; forms and buttons are those on the pages. So a new one is walked by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urldefrag

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from fwsite.plugins.discovery import BUILTIN
from tests.support.page_forms import Button, Form, Page

_NONE = r"(?<!CONN_MAX_AGE = )\bNone\b(?! yet| of| found| is expected|\.)"
_TELLS_CODE = re.compile(
    rf"{_NONE}|Traceback|\bUndefined\b|<\w+ object"
    r"|\b(?:Kind|State|Action|Role|Side|Evidence)\.[A-Z]|\{\{|\{%"
)
"""What no page says to a person."""
_ABOUT_CODE = "/docs/"
"""Pages that may."""
_DONE = r": \w+\. “.+” is |\. (?:Published|Edited|Took back|Imported)\b"
"""What is said of a change behind its number."""
_CHOICES = re.compile(r"<any\(([^)]*)\):(\w+)>")
"""The part of a rule that has one of a few words."""
_NUMBER = re.compile(r"\d+")
_FREE_TEXT = (
    "key",
    "question",
    "note",
    "scenario",
    "token",
    "number",
    "person_id",
    "framework",
    "criterion",
    "slug",
    "view_token",
)
"""Arguments of addresses that name one of many alike."""
_MOST = 2
"""On so many pages alike one button is pressed: what the first leaves behind, the second may stumble over."""


class Target(NamedTuple):
    """What an address does: its endpoint, and the arguments that choose among a few, such as a kind or an action."""

    endpoint: str
    choices: tuple[tuple[str, str], ...]

    def does(self, wanted: Target) -> bool:
        """Whether it is what is wanted, whatever it chooses besides."""
        return self.endpoint == wanted.endpoint and set(wanted.choices) <= set(self.choices)


class Pressing(NamedTuple):
    """A button among those of a page: what it does, and whether it is the first of its like."""

    target: Target | None
    sends: str
    place: str


@dataclass
class Walk:
    """One person's walk. ``found`` has what was wrong, ``reached`` what was done and said to be done."""

    app: Flask
    client: Callable[[], FlaskClient]
    follows: Callable[[str], bool]
    may_refuse: Callable[[Target, str], bool]
    most_alike: int = 12
    """So many pages of one target are visited."""
    reached: set[Target] = field(default_factory=set)
    visited: dict[str, Page] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    refused: set[Target] = field(default_factory=set)
    _waiting: list[str] = field(default_factory=list)
    _pressed: Counter[object] = field(default_factory=Counter)
    _by_target: Counter[Target] = field(default_factory=Counter)
    _number: int = 0

    def target(self, address: str, method: str = "GET") -> Target | None:
        """What an address leads to; none where it leads nowhere, or to another package's page."""
        path, _, query = address.partition("?")
        adapter = self.app.url_map.bind("localhost")
        try:
            endpoint, values = adapter.match(path, method=method)
        except (HTTPException, RequestRedirect):
            return None
        if endpoint.partition(".")[0] not in BUILTIN:
            return None
        chosen = {name: str(value) for name, value in values.items() if name not in _FREE_TEXT}
        asked = {part.partition("=")[0]: "" for part in query.split("&") if part}
        return Target(endpoint, tuple(sorted({**asked, **chosen}.items())))

    def start(self, addresses: list[str]) -> Walk:
        """Walk until nothing new is found."""
        self._waiting = [*addresses]
        while self._waiting:
            address = self._waiting.pop(0)
            if address not in self.visited and self._may_visit(address):
                self._visit(address)
        return self

    def _may_visit(self, address: str) -> bool:
        target = self.target(address)
        if target is None or not self.follows(target.endpoint):
            return False
        self._by_target[target] += 1
        return self._by_target[target] <= (self.most_alike if "?" not in address else _MOST)

    def _visit(self, address: str) -> None:
        client = self.client()
        page = self._opened(client, address, address)
        self.visited[address] = page
        self._waiting += self._first_and_last(page.links)
        for form in page.forms if "?" not in address else ():
            if form.method == "get":
                self._waiting += [_asked(form, query) for query in form.searches()]
        self._press_all(client, address, page)

    def _first_and_last(self, links: list[str]) -> Iterator[str]:
        """Of the links that lead to pages alike, the first and the last."""
        alike: dict[Target, list[str]] = {}
        for link in links:
            target = self.target(link)
            if target is not None:
                alike.setdefault(target, []).append(link)
        for each in alike.values():
            yield from dict.fromkeys((each[0], each[-1]))

    def _press_all(self, client: FlaskClient, address: str, page: Page) -> None:
        """Press each button of the page as it is by then: what one of them does may bring another."""
        kind = self.target(address.partition("?")[0]), page.standing
        pressed: set[Pressing] = set()
        while left := [each for each in self._buttons(page) if self._is_due(kind, each[2], pressed)]:
            form, button, pressing = left[0]
            pressed.add(pressing)
            is_elsewhere = self._press(client, address, page, form, button)
            self._pressed[kind, pressing] += 1 if is_elsewhere else _MOST
            client = self.client()
            if is_elsewhere:
                page = self._opened(client, address, address)

    def _is_due(self, kind: object, pressing: Pressing, pressed: set[Pressing]) -> bool:
        return pressing not in pressed and self._pressed[kind, pressing] < _MOST

    def _buttons(self, page: Page) -> Iterator[tuple[Form, Button, Pressing]]:
        """Every button that sends something, of those that do alike the first and the last."""
        alike: dict[tuple[Target | None, str], list[tuple[Form, Button]]] = {}
        for form in page.forms:
            for button in form.buttons if form.method == "post" else ():
                does = self.target(button.action, "POST"), _NUMBER.sub("#", str(button.sends))
                alike.setdefault(does, []).append((form, button))
        for (target, sends), each in alike.items():
            yield *each[0], Pressing(target, sends, "first")
            if len(each) > 1:
                yield *each[-1], Pressing(target, sends, "last")

    def _press(self, client: FlaskClient, address: str, page: Page, form: Form, button: Button) -> bool:
        """Fill the form in, press, and read what comes; true where that is another page."""
        self._number += 1
        target = self.target(button.action, "POST")
        place = f"{address}: “{button.label}” ({button.action})"
        if target is None:
            self.found.append(f"{place} leads nowhere")
            return False
        sent = {**form.filled(self._number), **{name: [value] for name, value in button.sends}}
        response = client.post(button.action, data=sent)
        if response.status_code == 303:
            to = urldefrag(response.location.removeprefix("http://localhost")).url
            then = self._opened(client, to, f"{place}, then {to}")
            said = then.notices("status") or ([then.heading] if then.heading != page.heading else [])
            self._note(target, place, then, said)
            self._waiting.append(to)
        elif response.status_code == 200:
            then = self._read(response, button.action, place)
            self._note(target, place, then, [then.heading or then.words])
            self._waiting += self._first_and_last(then.links)
        else:
            self._refusal(target, place, button, response, sent)
        return response.status_code != 200

    def _refusal(
        self, target: Target, place: str, button: Button, response: TestResponse, sent: dict[str, list[str]]
    ) -> None:
        """Refused: where that may be, the page has to say why."""
        why = Page(response.text, button.action).notices("alert")
        if response.status_code in (409, 422) and any(why) and self.may_refuse(target, button.label):
            self.refused.add(target)
        else:
            self.found.append(f"{place} answers {response.status_code}: {' '.join(why)} What was sent: {sent}")

    def _note(self, target: Target, place: str, then: Page, said: list[str]) -> None:
        """What was done is said; of an item with the number of the change, and its name."""
        number = re.search(r"[?&]change=(\d+)", then.address)
        is_named = not number or any(re.match(rf"Change {number[1]}(?:{_DONE})", text) for text in said)
        if not any(said) or then.notices("alert") or not is_named:
            self.found.append(f"{place} does not say what was done: {said} {then.notices('alert')}")
        else:
            self.reached.add(target)

    def _opened(self, client: FlaskClient, address: str, place: str) -> Page:
        """The page, or where it leads; empty for one that is gone, and for what is no page."""
        response = client.get(address, follow_redirects=True)
        if response.status_code == 404 and place == address:
            return Page("", address)
        return self._read(response, address, place)

    def _read(self, response: TestResponse, address: str, place: str) -> Page:
        if response.status_code != 200:
            self.found.append(f"{place}: status {response.status_code}")
        if response.status_code != 200 or response.mimetype != "text/html":
            return Page("", address)
        page = Page(response.text, address)
        odd = _TELLS_CODE.search(page.words) or re.search(rf'="[^"]*{_NONE}[^"]*"', page.source)
        if odd and not address.startswith(_ABOUT_CODE):
            around = odd.string[max(odd.start() - 60, 0) : odd.end() + 40]
            self.found.append(f"{place} says {around!r}")
        return page


def _asked(form: Form, query: dict[str, str]) -> str:
    return f"{form.action.partition('?')[0]}?" + "&".join(f"{name}={value}" for name, value in query.items())


def post_targets(app: Flask) -> set[Target]:
    """Everything that can be sent to a built-in part of the site, by the URL map; choices of a rule are all of them."""
    found = set()
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] not in BUILTIN:
            continue
        choices = _CHOICES.search(rule.rule)
        if choices:
            found |= {Target(rule.endpoint, ((choices[2], value.strip()),)) for value in choices[1].split(",")}
        else:
            found.add(Target(rule.endpoint, ()))
    return found


def start_addresses(app: Flask) -> list[str]:
    """Every page of a built-in part that takes no arguments."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted({rule.rule for rule in rules if rule.endpoint.partition(".")[0] in BUILTIN})
