"""The corpus of hostile texts, put through every field, on every page that shows it, in a real browser.

Each page is looked at twice: as it is served, and without its security policy, which would hide a hole in the cleaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Dialog, Request, Route
from sqlalchemy import insert, update
from werkzeug.test import TestResponse

from fwsite.blueprints.comparison.ledger import history
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH
from fwsite.blueprints.comparison.models import Citation, Claim, Source
from fwsite.blueprints.comparison.public.matrix_views import COLUMNS
from fwsite.cli.content import export_command, import_command
from fwsite.domain.csv_table import read_csv
from fwsite.domain.items import FIELDS, NOTE_LENGTH, WORDS_LENGTH, Kind, unusable
from fwsite.domain.suggestion import REASON_LENGTH, TEXT_LENGTH
from fwsite.extend import db
from fwsite.web.auth import Role, utc_now
from fwsite.web.signing import new_submission
from tests.support.corpus import ADDRESSES, PAYLOADS, REFUSED, TEXTS
from tests.support.forms import first_options, inputs, submit
from tests.support.people import PASSWORD, add_person, sign_in
from tests.support.site import Visitor, create_app

pytestmark = pytest.mark.browser

SITE = "http://localhost"
NAMING = {Kind.CRITERION: "name", Kind.SOURCE: "title", Kind.FRAMEWORK: "name", Kind.CLAIM: "text"}
LONGEST = {kind: {each.name: each.longest for each in FIELDS[kind] if each.longest} for kind in Kind}
HARMLESS = "Harmless"
WORDS = {"answer", "account", "changes", "claim", "framework", "history", "people", "rating", "sign-in", "source"}
WORDS |= {"criterion", "suggest", "suggestions", "undo", "work"}
"""What tells addresses apart."""
PREVIEWS = """async texts => {
    const form = document.querySelector("form[data-preview]"), box = document.getElementById("preview");
    box.textContent = "";
    for (const text of texts) {
        form.elements.text.value = text;
        const answer = await fetch(form.dataset.preview, {method: "POST", body: new FormData(form)});
        const part = document.createElement("div");
        box.append(part);
        part.innerHTML = await answer.text();
    }
    return box.children.length;
}"""
EACH = 3
"""Pages of items are of eight kinds, made by the same templates for every payload: each kind has a third of them, and
each payload a third of the kinds. On pages with many items all payloads stand, in all fields."""
_FIRST = 140
"""A change behind the one that loaded the shipped content."""
FAULTS = """document => {
    const faults = [];
    const addresses = new Set(["href", "src", "action", "formaction", "xlink:href", "data", "poster", "cite", "ping",
        "background", "srcset"]);
    const never = new Set(["iframe", "frame", "object", "embed", "applet", "base", "math", "style", "template",
        "noscript", "foreignobject", "animate", "set", "use", "audio", "video", "marquee", "xmp", "plaintext"]);
    const own = address => new URL(address ?? "", location.href).origin === location.origin;
    for (const element of document.querySelectorAll("*")) {
        const name = element.localName, told = element.outerHTML.slice(0, 120);
        if (never.has(name)) faults.push(`element ${told}`);
        if (name === "script" && element.type !== "application/ld+json" &&
            !/^\\/static\\/preview\\.js(\\?|$)/.test(element.getAttribute("src") ?? "")) faults.push(`script ${told}`);
        if (name === "meta" && element.httpEquiv) faults.push(`refresh ${told}`);
        if (name === "form" && !own(element.getAttribute("action"))) faults.push(`goes to ${told}`);
        if (name === "link" && !own(element.getAttribute("href"))) faults.push(`refers to ${told}`);
        for (const {name: attribute, value} of element.attributes) {
            if (/^on/i.test(attribute) || ["style", "srcdoc"].includes(attribute)) faults.push(`attribute ${told}`);
            const address = value.replace(/[\\u0000-\\u0020]/g, "");
            if (addresses.has(attribute) && /^(javascript|vbscript|data|file):/i.test(address))
                faults.push(`address ${told}`);
        }
    }
    return faults;
}"""
"""What no page may have in it, be it written there or made by a script."""
STYLES = re.compile(r'<link rel="(?:stylesheet|icon)" href="/static/[^"]*"[^>]*>')
"""Pages that are read and not opened do without."""
IN_ONE_PAGE = f"""texts => {{
    const look = {FAULTS};
    const box = document.body.appendChild(document.createElement("div"));
    return texts.flatMap(([address, text]) => {{
        const read = new DOMParser().parseFromString(text, "text/html");
        box.innerHTML = text;
        const faults = [...look(read), ...look(box)];
        if (!read.querySelector("h1")) faults.push("has no heading");
        return faults.map(fault => `${{address}}: ${{fault}}`);
    }});
}}"""
"""Pages read one after the other: each by itself, and as a part of a page that lives, where handlers would run."""
SHAPE = """text => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const all = selector => [...page.querySelectorAll(selector)];
    return {
        headings: all("h1").length,
        claims: all("ul.pc > li").map(item => item.id),
        criteria: all("table.matrix tr[id]").map(row => row.id),
        widths: all("table.matrix tr:not(.group)").map(row => row.cells.length),
        names: all("table.matrix thead a").map(link => link.textContent.replaceAll("\u00ad", "")),
        balances: all(".balance").length,
        overview: all(".overview tbody tr").length,
    };
}"""


def fits(text: str, longest: int) -> bool:
    """Whether a field takes the text."""
    tidy = " ".join(text.split())
    return bool(tidy) and len(tidy) <= longest and unusable(tidy) is None


@dataclass
class Poisoned:
    """A site with every payload in every field, and the answers to forms that were refused."""

    app: Flask
    maintainer: FlaskClient
    token: str
    keys: dict[Kind, list[str]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    shown: list[str] = field(default_factory=list)
    """Addresses of the pages with all the payloads on them."""
    single: list[str] = field(default_factory=list)
    """Addresses of the pages of single items."""
    answers: dict[str, TestResponse] = field(default_factory=dict)
    """What forms were answered with, by an address made up for it."""
    exported: str = ""
    """What an export has written, before anything was left by hand."""
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    def post(self, address: str, client: FlaskClient | None = None, **fields: Any) -> TestResponse:
        """Send a form; the page that answers it, if one does, is kept to be looked at."""
        number = next(self.numbers)
        given = {"csrf_token": self.token, **fields}
        response = (client or self.maintainer).post(
            address, data=given, environ_base={"REMOTE_ADDR": f"192.0.2.{number % 250}"}
        )
        assert response.status_code < 500
        if response.status_code != 303:
            self.answers[f"/answer/{number}{urlsplit(address).path}"] = response
        return response

    def add(self, kind: Kind, **fields: Any) -> str:
        """Add an item through its form. What a field does not take is refused first, then left out."""
        texts = {name: text for name, text in fields.items() if name in LONGEST[kind] or name.endswith("words")}
        texts["why"] = fields["why"]
        longest = {**LONGEST[kind], "why": NOTE_LENGTH}
        odd = [name for name, text in texts.items() if not fits(text, longest.get(name, WORDS_LENGTH))]
        address = f"/comparison/work/{kind}/add"
        if odd:
            refused = self.post(address, **fields, do="save")
            assert refused.status_code == 422, f"{kind}: {[fields[name] for name in odd]}"
        response = self.post(address, **{**fields, **dict.fromkeys(odd, HARMLESS)}, do="save")
        assert response.status_code == 303, f"{kind} {fields}: {response.text}"
        key = urlsplit(response.location).path.rpartition("/")[2]
        self.keys[kind].append(key)
        return key


@pytest.fixture(scope="module")
def poisoned(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Poisoned]:
    """Built once; the tests only look."""
    instance = Path(copytree(filled_instance, tmp_path_factory.mktemp("xss") / "instance"))
    app = create_app(instance)
    app.test_client_class = Visitor
    add_person(app, "mara", Role.ADMIN)
    maintainer = app.test_client()
    assert sign_in(maintainer, "mara").status_code == 303
    made = Poisoned(app, maintainer, inputs(maintainer.get("/account/").text)["csrf_token"][0])
    _items(made)
    _edits(made)
    _suggestions(made)
    _refusals(made)
    file = instance / "edition.toml"
    assert app.test_cli_runner().invoke(export_command, [str(file)]).exit_code == 0
    made.exported = file.read_text()
    _by_hand(made)
    _article(made, instance)
    _pages(made)
    yield made
    with app.app_context():
        db.engine.dispose()


def _items(made: Poisoned) -> None:
    """A criterion, a source, a framework, a rating and a claim for each payload: it stands in all their texts."""
    for number, text in enumerate(PAYLOADS):
        note = {"why": text}
        source = {"source-0-title": text, "source-0-read_on": "2026-01-01"}
        criterion = made.add(Kind.CRITERION, name=text, question=text, finding=text, **note)
        by = {"publisher": text, "author": text, "url": f"https://e.example/?{quote(text)}{number}"}
        known = made.add(Kind.SOURCE, title=text, read_on="2026-01-01", **by, **note)
        framework = made.add(
            Kind.FRAMEWORK,
            name=text,
            summary=text,
            drawback=text,
            example=text,
            on_balance=text,
            **{"source-0-key": known},
            **note,
        )
        about = {"framework": framework, "criterion": criterion, "evidence": "sourced"}
        made.add(Kind.RATING, **{**about, "evidence": "opinion"}, score="3", reason=text, **note)
        side = ("pro", "con")[number % 2]
        if fits(text, 280):
            source["source-0-url"] = f"https://e.example/{number}"
        else:
            source = {"source-0-key": known}
        made.add(Kind.CLAIM, **about, side=side, text=text, **source, **{"source-0-words": text}, **note)


def _edits(made: Poisoned) -> None:
    """A second version of each claim, and a form that comes too late for it."""
    for number, key in enumerate(made.keys[Kind.CLAIM]):
        form = {
            "framework": made.keys[Kind.FRAMEWORK][number],
            "criterion": made.keys[Kind.CRITERION][number],
            "side": ("pro", "con")[number % 2],
            "evidence": "opinion",
            "version": "1",
            "why": _other(number, 3, NOTE_LENGTH),
            "do": "save",
        }
        edited = made.post(f"/comparison/work/claim/{key}", **form, text=_other(number, 1))
        late = made.post(f"/comparison/work/claim/{key}", **form, text=_other(number, 2))
        assert (edited.status_code, late.status_code) == (303, 409)


def _other(number: int, step: int, longest: int = TEXT_LENGTH) -> str:
    """Another payload that a field of this length takes."""
    text = PAYLOADS[(number + step) % len(PAYLOADS)]
    return text if fits(text, longest) else f"{HARMLESS} {number} {step}"


def _suggestions(made: Poisoned) -> None:
    """A new point and a correction for each payload; the points are rejected with a reason, the corrections wait."""
    visitor = made.app.test_client()
    token = inputs(visitor.get("/comparison/suggest").text)["csrf_token"][0]
    for number, text in enumerate(PAYLOADS):
        fine = text if fits(text, TEXT_LENGTH) else HARMLESS
        new = {
            "framework": made.keys[Kind.FRAMEWORK][number],
            "criterion": made.keys[Kind.CRITERION][number],
            "side": "con",
            "source_url": f"https://e.example/suggested/{number}",
        }
        better = {"version": "2", "source_url": f"https://e.example/better/{number}"}
        wrong = f"/comparison/suggest?claim={made.keys[Kind.CLAIM][number]}"
        for address, given in (("/comparison/suggest", new), (wrong, better)):
            for words in dict.fromkeys((text, fine)):
                typed = {**dict.fromkeys(("text", "remark", "source_title", "source_words"), words), **given}
                typed |= {"csrf_token": token, "submission": new_submission()}
                sent = made.post(address, visitor, **typed)
                assert sent.status_code == (303 if words == fine else 422)
            made.single.append(sent.location)
            if number % 8 == 0:
                assert made.post(address, visitor, **typed, preview="Preview").status_code == 200
        queue = f"/comparison/work/suggestions/{2 * number + 1}"
        if not fits(text, REASON_LENGTH):
            assert made.post(f"{queue}/reject", **{f"reason-{2 * number + 1}": text}).status_code == 422
        assert made.post(f"{queue}/reject", **{f"reason-{2 * number + 1}": fine}).status_code == 303
    for number in (2, 4, 6):
        assert made.post(f"/comparison/work/suggestions/{number}/publish", version="2").status_code == 303


def _refusals(made: Poisoned) -> None:
    """What no field takes; names of people and of fields; forms without a token, and of somebody signed out."""
    visitor = made.app.test_client()
    token = inputs(visitor.get("/account/sign-in").text)["csrf_token"][0]
    everything = (*PAYLOADS, *REFUSED, *ADDRESSES)
    for text in (*REFUSED, *ADDRESSES):
        texts = {name: text for kind in Kind for name in LONGEST[kind]}
        rows = {f"source-0-{name}": text for name in ("title", "url", "words", "read_on", "key")}
        for kind in Kind:
            made.post(f"/comparison/work/{kind}/add", **{**texts, **rows}, why=text, do="save", side=text, state=text)
        claim = made.keys[Kind.CLAIM][0]
        for address in (f"/comparison/work/claim/{claim}/reviewed", "/comparison/work/undo/1"):
            if not fits(text, NOTE_LENGTH):
                assert made.post(address, why=text).status_code == 422
        typed = dict.fromkeys(("text", "remark", "source_title", "source_url", "source_words", "framework"), text)
        assert made.post("/comparison/suggest", visitor, **{**typed, "csrf_token": token}).status_code == 422
    for text in everything:
        assert made.post("/account/people", name=text, role=text).status_code == 422
    fields = {text: text for text in everything}
    fields |= {f"field-{number}": text for number, text in enumerate(everything)}
    assert made.post("/comparison/suggest", visitor, **{**fields, "csrf_token": "none"}).status_code == 400
    closed = made.post("/comparison/work/claim/add", visitor, **{**fields, "csrf_token": token})
    assert closed.status_code == 403
    again = {"name": "mara", "again": "/comparison/work/claim/add", **{f"kept.{name}": name for name in everything}}
    for password in (PAYLOADS[0], PASSWORD):
        answer = made.post("/account/sign-in", visitor, **again, password=password, csrf_token=token)
        assert answer.status_code == (200 if password == PASSWORD else 422)


def _by_hand(made: Poisoned) -> None:
    """What no form lets through, but an older version or a hand in the database may have left."""
    with made.app.app_context():
        for number, address in enumerate(ADDRESSES):
            key, claim = f"by-hand-{number}", made.keys[Kind.CLAIM][number]
            days = {"read_on": utc_now().date(), "published": None}
            texts = {"title": PAYLOADS[number], "publisher": "", "author": "", "url": address}
            db.session.execute(insert(Source).values(key=key, **texts, **days, state="published", version=1))
            cited = insert(Citation).values(claim_key=claim, position=9, source_key=key, words=PAYLOADS[-number])
            db.session.execute(cited)
        for key, text in zip(made.keys[Kind.CLAIM], PAYLOADS, strict=True):
            if text != " ".join(text.split()):
                db.session.execute(update(Claim).where(Claim.key == key).values(text=text))
        db.session.commit()


def _article(made: Poisoned, instance: Path) -> None:
    """An article with every framework's balance in it, and one of the whole corpus as Markdown."""
    keys = made.keys[Kind.FRAMEWORK]
    lines = [f"::comparison[{','.join(keys)}]", *(f"::balance[{key}]" for key in keys)]
    (instance / "articles" / "all.md").write_text("---\ntitle: All\n---\n\n" + "\n\n".join(lines) + "\n")
    frames = ("{}", "a {} b", "- {}", "| {} |\n|-|\n| b |", "> {}", "## {}", "!!! note\n    {}")
    texts = [frame.format(text) for text in (*TEXTS, *PAYLOADS) for frame in frames]
    (instance / "articles" / "texts.md").write_text("---\ntitle: Texts\n---\n\n" + "\n\n".join(texts) + "\n")


def _pages(made: Poisoned) -> None:
    """Where the payloads stand."""
    keys = made.keys
    last = -(-len(PAYLOADS) // PAGE_LENGTH)
    with made.app.app_context():
        logs = -(-history.log(1, public_only=False).total // PAGE_LENGTH)
    result = submit(made.app.test_client(), first_options(made.app.test_client(), 6)).location
    made.shown = [
        "/article/all",
        "/article/texts",
        "/comparison/",
        "/questionnaire/",
        result,
        "/comparison/suggest",
        "/comparison/work/",
        "/account/",
        "/account/people",
        *(f"/comparison/changes?page={page}" for page in range(1, logs + 1)),
        *(f"/comparison/work/log?page={page}" for page in range(1, logs + 1)),
        *(f"/comparison/work/{kind}?page={page}" for kind in Kind for page in range(1, last + 1)),
        *(f"/comparison/work/suggestions?page={page}" for page in range(1, 6)),
        *(f"/comparison/work/suggestions?show=decided&page={page}" for page in range(1, 6)),
        *(f"/comparison/work/review?concern={concern}" for concern in ("stale", "unsourced", "address")),
        "/comparison/work/suggestions?show=decided&done=1",
        "/comparison/work/log?change=200",
    ]
    for number, text in enumerate(PAYLOADS):
        framework, criterion, claim = (keys[kind][number] for kind in (Kind.FRAMEWORK, Kind.CRITERION, Kind.CLAIM))
        kind, asked = list(Kind)[number % len(Kind)], quote(text)
        key = f"{framework}.{criterion}" if kind is Kind.RATING else keys[kind][number]
        queries = (
            f"/comparison/work/claim/add?framework={asked}&side={asked}&suggestion={2 * number + 2}",
            f"/comparison/work/claim?q={asked}&framework={asked}&state={asked}",
            f"/comparison/history/claim/{claim}?from={asked}&page={asked}",
            f"/comparison/suggest?framework={asked}&side={asked}",
            f"/comparison/changes?framework={asked}",
            f"/account/sign-in?next={quote('/' + text)}",
            f"/{asked}",
        )
        own = [
            f"/comparison/{framework}",
            f"/comparison/{framework}/{criterion}",
            f"/comparison/history/claim/{claim}?from=1&to=2",
            f"/comparison/history/{kind}/{key}",
            f"/comparison/changes/{_FIRST + 5 * number}",
            f"/comparison/suggest?claim={claim}",
            f"/comparison/work/{kind}/{key}",
            queries[number % len(queries)],
        ]
        made.single += own[number % EACH :: EACH]


class Reader:
    """A browser that is handed the site's answers as they are, and notes whatever should not happen."""

    def __init__(self, made: Poisoned, context: BrowserContext) -> None:
        self.made = made
        self.visitor = made.app.test_client()
        self.faults: list[str] = []
        self.place = ""
        context.route("**/*", self._answer)
        self.page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self._note(f"error: {error}"))
        self.page.on("console", lambda message: self._note(f"console: {message.text}"))
        self.page.on("popup", lambda _page: self._note("opened a window"))

    def _note(self, fault: str) -> None:
        meant = ("the server responded with a status of 4", "does not conform to the required format")
        if not (fault.startswith("console: ") and any(words in fault for words in meant)):
            self.faults.append(f"{self.place}: {fault}")

    def _dialog(self, dialog: Dialog) -> None:
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _answer(self, route: Route, request: Request) -> None:
        address = request.url.removeprefix(SITE)
        own = address.startswith(("/static/", "/comparison/work/preview/")) or address == self.place
        if not own or not request.url.startswith(SITE):
            self._note(f"asks for {request.url}")
            route.abort()
            return
        response = self._response(request, address)
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.data)

    def _response(self, request: Request, address: str) -> TestResponse:
        if address in self.made.answers:
            return self.made.answers[address]
        client = self._client(address)
        kind = request.headers.get("content-type", "")
        return client.open(address, method=request.method, data=request.post_data_buffer, content_type=kind)

    def open(self, address: str) -> None:
        """Open the page and look at everything in it."""
        self.place = address
        self.page.goto(SITE + address)
        self.look()

    def look(self) -> None:
        """Note what must not be in the page as it is now."""
        self.faults += [f"{self.place}: {fault}" for fault in self.page.evaluate(f"() => ({FAULTS})(document)")]

    def read(self, texts: Iterable[tuple[str, str]]) -> None:
        """Look at many pages, by address and text, without opening each."""
        self.open("/comparison/work/")
        self.faults += self.page.evaluate(IN_ONE_PAGE, [[address, STYLES.sub("", text)] for address, text in texts])

    def texts(self, addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The pages' texts as the site sends them."""
        for address in addresses:
            yield address, self._read(address).text

    def _read(self, address: str) -> TestResponse:
        return self.made.answers.get(address) or self._client(address).get(address)

    def _client(self, address: str) -> FlaskClient:
        return self.visitor if address.startswith("/account/sign-in") else self.made.maintainer


@contextmanager
def reading(browser: Browser, made: Poisoned, *, policy: bool) -> Iterator[Reader]:
    """A browser that heeds the site's security policy, or does not."""
    context = browser.new_context(bypass_csp=not policy)
    context.set_default_timeout(10_000)
    yield Reader(made, context)
    context.close()


POLICY = pytest.mark.parametrize("policy", [True, False], ids=["with policy", "without policy"])


@POLICY
def test_nothing_runs_on_pages_with_the_whole_corpus(browser: Browser, poisoned: Poisoned, policy: bool) -> None:
    """Without the policy on all of them, where a hole shows most; with it on the last page of each list."""
    lists = {re.sub(r"(?<=[?&]page=)\d+", "", address): address for address in poisoned.shown}
    with reading(browser, poisoned, policy=policy) as reader:
        for address in lists.values() if policy else poisoned.shown:
            reader.open(address)
        assert reader.faults == []


def test_nothing_could_run_on_the_page_of_any_item(browser: Browser, poisoned: Poisoned) -> None:
    with reading(browser, poisoned, policy=False) as reader:
        reader.read(reader.texts([*poisoned.single, *poisoned.answers]))
        assert reader.faults == []


@POLICY
def test_nothing_runs_on_pages_of_every_kind(browser: Browser, poisoned: Poisoned, policy: bool) -> None:
    """A policy that has to stop something says so on the console."""
    kinds: dict[tuple[str, ...], str] = {}
    for address in (*poisoned.single, *poisoned.answers):
        status = poisoned.answers[address].status_code if address in poisoned.answers else 200
        path = urlsplit(address).path.split("/")
        kinds[str(status), str(len(path)), *(sorted(set(path) & WORDS))] = address
    assert len(kinds) > 20
    with reading(browser, poisoned, policy=policy) as reader:
        for address in kinds.values():
            reader.open(address)
        assert reader.faults == []


@POLICY
def test_nothing_runs_in_a_preview(browser: Browser, poisoned: Poisoned, policy: bool) -> None:
    """A few are typed; the others go the same way, without the wait for more letters."""
    with reading(browser, poisoned, policy=policy) as reader:
        reader.open("/comparison/work/claim/add")
        page = reader.page
        for text in PAYLOADS[4::24]:
            with page.expect_response("**/work/preview/claim") as shown:
                page.locator("#f-text").fill(text)
            shown.value.finished()
            reader.look()
        assert page.evaluate(PREVIEWS, list(PAYLOADS)) == len(PAYLOADS)
        reader.look()
        assert page.locator("#preview p").count() == len(PAYLOADS)
        assert reader.faults == []


def test_the_comparison_keeps_its_shape(browser: Browser, poisoned: Poisoned) -> None:
    """No text swallows what comes after it, and each stands where it belongs: the tests above have seen them all."""
    with reading(browser, poisoned, policy=True) as reader:
        reader.open("/comparison/work/")
        added = poisoned.keys[Kind.FRAMEWORK]
        chosen = [added[start : start + COLUMNS] for start in range(0, len(added), COLUMNS)]
        tables = reader.texts([f"/comparison/?{urlencode({'f': keys}, doseq=True)}" for keys in chosen])
        [(_, article)] = reader.texts(["/article/all"])
        shapes = [reader.page.evaluate(SHAPE, text) for _, text in tables]
        short = reader.page.evaluate(SHAPE, article)
    assert set(poisoned.keys[Kind.CLAIM]) <= {key for shape in shapes for key in shape["claims"]}
    for shape, keys in zip(shapes, chosen, strict=True):
        assert set(poisoned.keys[Kind.CRITERION]) <= set(shape["criteria"])
        assert set(shape["widths"]) == {len(keys) + 1}
    kept = [" ".join(text.split()) for text in PAYLOADS if fits(text, 80)]
    assert [name for shape in shapes for name in shape["names"] if name != HARMLESS] == kept
    assert {shape["headings"] for shape in shapes} == {1} == {short["headings"]}
    assert short["balances"] == short["overview"] == len(PAYLOADS)


def test_nothing_runs_in_a_feed_reader(browser: Browser, poisoned: Poisoned) -> None:
    response = poisoned.app.test_client().get("/comparison/changes.xml")
    assert response.mimetype == "application/atom+xml"
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(response.data).findall(f"{atom}entry")
    assert len(entries) >= 50
    assert all({child.tag.removeprefix(atom) for child in entry} >= {"title", "id", "content"} for entry in entries)
    assert all(len(title) == 0 for entry in entries for title in entry.findall(f"{atom}title"))
    with reading(browser, poisoned, policy=False) as reader:
        reader.read(("feed", "<h1>Feed</h1>" + (entry.findtext(f"{atom}content") or "")) for entry in entries)
        assert reader.faults == []


def test_data_is_no_page(poisoned: Poisoned) -> None:
    visitor = poisoned.app.test_client()
    data, table = visitor.get("/comparison/data.json"), visitor.get("/comparison/data.csv")
    assert (data.content_type, table.mimetype) == ("application/json", "text/csv")
    for response in (data, table):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    headings, *lines = read_csv(table.text)
    rows = [dict(zip(headings, line, strict=True)) for line in lines]
    texts = {row["text"] for row in rows if row["kind"] == "rating"}
    assert texts >= {" ".join(text.split()) for text in PAYLOADS if fits(text, 120)}
    assert len(data.json["claims"]) >= len(PAYLOADS)


def test_an_import_takes_the_corpus_and_no_address_that_is_none(
    browser: Browser, poisoned: Poisoned, app: Flask, tmp_path: Path
) -> None:
    place = tmp_path / "edition.toml"
    export, runner = poisoned.app.test_cli_runner(), app.test_cli_runner()
    assert export.invoke(export_command, [str(place)]).exit_code == 0
    refused = runner.invoke(import_command, [str(place), "--yes"])
    assert refused.exit_code == 1
    assert refused.output.count("must begin with https:// or http://") == len(ADDRESSES)
    place.write_text(poisoned.exported)
    taken = runner.invoke(import_command, [str(place), "--yes", "--note", PAYLOADS[0]])
    assert taken.exit_code == 0, taken.output
    place.unlink()
    assert runner.invoke(export_command, [str(place)]).exit_code == 0
    assert place.read_text() == poisoned.exported
    visitor = app.test_client()
    with reading(browser, poisoned, policy=False) as reader:
        reader.read((address, visitor.get(address).text) for address in ("/comparison/", "/comparison/changes"))
        assert reader.faults == []


def test_what_would_run_is_seen(browser: Browser, poisoned: Poisoned, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above can fail: a page that cleans nothing is caught, without the policy and with it."""
    evil = "<h1>x</h1><img src=x onerror=alert(1)><a href='java&#9;script:alert(1)'>x</a><script>alert(2)</script>"
    monkeypatch.setitem(poisoned.app.view_functions, "article.index", lambda: evil)
    faults = ("attribute <img", "address <a", "script <script")
    with reading(browser, poisoned, policy=False) as reader:
        reader.open("/article/")
        told = "\n".join(reader.faults)
        assert all(fault in told for fault in ("dialog: 2", "asks for http://localhost/article/x", *faults)), told
    with reading(browser, poisoned, policy=False) as reader:
        with reader.page.expect_event("dialog"):
            reader.read([("evil", evil)])
        told = "\n".join(reader.faults)
        assert all(fault in told for fault in ("dialog: 1", *faults)), told
    with reading(browser, poisoned, policy=True) as reader:
        reader.open("/article/")
        told = "\n".join(reader.faults)
        assert "dialog" not in told
        assert all(fault in told for fault in ("Content Security Policy", *faults)), told
