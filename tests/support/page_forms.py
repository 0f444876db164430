"""Forms of a page as a browser has them: their fields, their buttons, and what pressing one of them sends.

:class:`Page` reads any page of the site; :meth:`Form.filled` writes something valid into every field, whatever its
name, so that a form that somebody adds is filled in like all others.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from tests.support import draft_lists
from tests.support.people import PASSWORD

_TYPED = frozenset({"text", "search", "url", "date", "password", "textarea"})
SOMEBODY = "jo"
"""Who signs in: a person who has the password of all people in tests."""
_VALID = {
    "current_password": PASSWORD,
    "new_password": PASSWORD,
    "password": PASSWORD,
    "name": "Walker {number}",
    "archive": "walked-{number}.0.tar.gz",
    "sha256": "ab" * 32,
    "file": "docs/walked-{number}.txt",
    "accepts": draft_lists.FAVOURED,
    "twin-accepts": draft_lists.OTHER,
    "expected": "5",
}
"""What only some texts are right for, by the names of fields."""
_LEFT = re.compile(r"website|claims\..*|q")
"""Texts that stay as they are: a trap, keys that have a picker beside them, and words to search for."""
_OF_SOME = re.compile(r"(via|also)\..*")
"""What only some fits have: it stays as it is."""
_OPTIONAL = re.compile(r"\(optional\)|may be left empty|\(if you know\)")
_BLOCKS = re.compile(r"</?(?:p|h\d|li|td|th|tr|div|section|form|label|dd|dt|button|option|legend)\b[^>]*>")


@dataclass
class Control:
    """One field: ``choices`` of a list or of radio buttons, and ``values`` as they stand."""

    name: str
    type: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    label: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Button:
    """What is pressed: the words on it, the address it sends to, and what it adds to the form."""

    label: str
    action: str
    sends: tuple[tuple[str, str], ...] = ()


@dataclass
class Form:
    """A form of a page, with the words of everything in it."""

    method: str
    action: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def filled(self, number: int) -> dict[str, list[str]]:
        """What is sent once every field says something valid, other than before; ``number`` makes texts unique."""
        sent = {name: _value(control, number) for name, control in self.controls.items()}
        if "password" in sent:
            sent["name"] = [SOMEBODY]
        return {name: values for name, values in sent.items() if values}

    def searches(self) -> list[dict[str, str]]:
        """Of a form that asks: each list's first choice and its last one, and those of each two lists together."""
        lists = [each for each in self.controls.values() if each.type == "select"]
        kept = {each.name: each.values[0] for each in self.controls.values() if each.values and each.type == "hidden"}
        found = []
        for place in (0, -1):
            chosen = [(each.name, [choice for choice in each.choices if choice][place]) for each in lists]
            found += [{**kept, **dict((one, other))} for one in chosen for other in chosen]
        return found


def _value(control: Control, number: int) -> list[str]:
    if control.name in _VALID:
        return [_VALID[control.name].format(number=number)]
    if _OF_SOME.fullmatch(control.name):
        return control.values
    if control.type in ("radio", "select", "checkbox"):
        chosen = [value for value in control.values if value]
        return chosen or [choice for choice in control.choices if choice][:1]
    is_left = _LEFT.fullmatch(control.name) or (not control.values[0] and _OPTIONAL.search(control.label))
    if control.type not in _TYPED or is_left:
        return control.values
    if control.numeric:
        return ["2010"]
    if control.type in ("url", "date"):
        return control.values if control.values[0] else [_typed(control.type, number)]
    return [f"Walked {number}"]


def _typed(kind: str, number: int) -> str:
    return f"https://example.org/{number}" if kind == "url" else "2026-11-20"


class Page(HTMLParser):
    """A page read: its forms, its links as paths, its heading, its notices, and all that it says."""

    def __init__(self, text: str, address: str) -> None:
        super().__init__()
        self.address = address
        self.source = text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._area: Control | None = None
        self._label: list[str] = []
        self._button: tuple[dict[str, str], list[str]] | None = None
        self._labelled = False
        self._shows_link = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._link(given["href"])
        elif tag == "input" and "readonly" in given:
            self._link(given.get("value", ""))
        elif tag == "textarea" and "readonly" in given:
            self._shows_link = True
        elif tag == "form":
            self._form = Form(given.get("method", "get"), self._path(given.get("action", self.address)))
            self.forms.append(self._form)
            if "data-preview" in given:
                self._form.buttons.append(Button("Preview by script", self._path(given["data-preview"])))
        elif tag in ("label", "legend"):
            self._labelled, self._label = True, []
        elif self._form is not None:
            self._in_form(tag, given)

    def _in_form(self, tag: str, given: dict[str, str]) -> None:
        assert self._form
        if tag == "button":
            self._button = given, []
        elif tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
            if "selected" in given:
                self._select.values = [given.get("value", "")]
        elif tag in ("input", "select", "textarea") and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            control = self._form.controls.setdefault(given["name"], Control(given["name"], kind))
            control.label = control.label or "".join(self._label)
            control.numeric = given.get("inputmode") == "numeric"
            self._take(tag, control, given)

    def _take(self, tag: str, control: Control, given: dict[str, str]) -> None:
        if tag == "select":
            self._select = control
        elif tag == "textarea":
            self._area, control.values = control, [""]
        elif control.type in ("radio", "checkbox"):
            control.choices.append(given.get("value", "on"))
            if "checked" in given:
                control.values.append(given.get("value", "on"))
        else:
            control.values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._shows_link:
            self._link(data)
        if self._area is not None:
            self._area.values[0] += data
        if self._labelled:
            self._label.append(data)
        if self._button is not None:
            self._button[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("label", "legend"):
            self._labelled = False
        elif tag == "textarea" and self._shows_link:
            self._shows_link = False
        elif tag == "textarea" and self._area is not None:
            self._area.values[0] = self._area.values[0].removeprefix("\n")
            self._area = None
        elif tag == "select" and self._select is not None:
            self._select.values = self._select.values or self._select.choices[:1]
            self._select = None
        elif tag == "button" and self._button is not None and self._form is not None:
            given, words = self._button
            sends = ((given["name"], given.get("value", "")),) if "name" in given else ()
            action = self._path(given["formaction"]) if "formaction" in given else self._form.action
            self._form.buttons.append(Button(" ".join("".join(words).split()), action, sends))
            self._button = None
        elif tag == "form":
            self._form = None

    def _path(self, address: str) -> str:
        return urldefrag(urljoin(self.address, address)).url

    def _link(self, address: str) -> None:
        path = self._path(address).removeprefix("http://localhost")
        if path.startswith("/") and path not in self.links:
            self.links.append(path)

    @property
    def words(self) -> str:
        """All that a person reads, with single blanks."""
        body = re.sub(r"<(script|style)\b.*?</\1>", "", self.source, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", "", _BLOCKS.sub(" ", body))).split())

    @property
    def standing(self) -> str:
        """The state of the item that a maintainer's page is about; empty for all other pages."""
        found = re.search(r"\b(\w+) · version \d", self.words)
        return found[1].lower() if found else ""

    @property
    def heading(self) -> str:
        """The first heading of the page."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.source, re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    def notices(self, role: str) -> list[str]:
        """What the panels with this role say: ``status`` for what was done, ``alert`` for what is wrong."""
        pattern = rf'<div class="panel[^"]*" role="{role}"[^>]*>(.*?)</div>'
        return [Page(f"<p>{text}</p>", self.address).words for text in re.findall(pattern, self.source, re.DOTALL)]
