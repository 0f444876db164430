"""Probes of the page cache by two visitors: nothing that was made for one of them reaches the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Blueprint, Flask, Response, abort, make_response, request
from flask.testing import FlaskClient
from markupsafe import Markup

from fwsite.extend import SlotContext, csrf_token, kept_around, whole_page
from fwsite.plugins.registry import registry_of

pytestmark = pytest.mark.new_app

Look = Callable[[], object]
LOOKS: dict[str, Look] = {
    "a cookie": lambda: request.cookies.get("name"),
    "a header": lambda: request.headers.get("X-Name"),
    "the credentials": lambda: request.authorization and request.authorization.username,
    "the browser": lambda: request.user_agent.string,
    "the languages": lambda: str(request.accept_languages),
    "the address": lambda: request.remote_addr,
    "the way through proxies": lambda: list(request.access_route),
    "the page before": lambda: request.referrer,
}
"""What a page may look at, each other for Ann and Ben."""


class Visitor:
    """Somebody whom everything about a request tells from others."""

    def __init__(self, app: Flask, name: str, address: str) -> None:
        self.name, self.address = name, address
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("name", name)

    def get(self, path: str, **headers: str) -> Response:
        given = {
            "X-Name": self.name,
            "User-Agent": f"Browser of {self.name}",
            "Accept-Language": {"Ann": "en", "Ben": "de"}[self.name],
            "Referer": f"https://{self.name}.example/",
            **headers,
        }
        auth = (self.name, "password")
        return self.client.get(path, headers=given, auth=auth, environ_overrides={"REMOTE_ADDR": self.address})  # type: ignore[return-value]


@pytest.fixture
def bp(app: Flask) -> Iterator[Blueprint]:
    """A blueprint for the pages of a test; it is mounted by :func:`visitors`."""
    return Blueprint("probe", __name__, url_prefix="/probe")  # type: ignore[return-value]


@pytest.fixture
def visitors(app: Flask, bp: Blueprint) -> Callable[[], tuple[Visitor, Visitor]]:
    """Ann and Ben, once the pages are there."""

    def come() -> tuple[Visitor, Visitor]:
        app.register_blueprint(bp)
        return Visitor(app, "Ann", "192.0.2.1"), Visitor(app, "Ben", "192.0.2.2")

    return come


Come = Callable[[], tuple[Visitor, Visitor]]


def test_a_page_without_anything_personal_is_kept(bp: Blueprint, visitors: Come) -> None:
    """Or the probes below would find nothing."""
    numbers = count(1)

    @bp.get("/")
    @whole_page
    def page() -> str:
        return f"page {next(numbers)}"

    ann, ben = visitors()
    assert [each.get("/probe/").text for each in (ann, ben, ann)] == ["page 1"] * 3


@pytest.mark.parametrize("by", ["authorization", "environ"])
def test_a_guard_is_asked_each_time(bp: Blueprint, visitors: Come, by: str) -> None:
    @bp.before_request
    def guard() -> None:
        sent = request.headers.get("X-Password") if by == "authorization" else request.environ.get("HTTP_X_PASSWORD")
        if sent != "sesame":
            abort(401)

    @bp.get("/")
    @whole_page
    def page() -> str:
        return "secret"

    ann, ben = visitors()
    assert ben.get("/probe/").status_code == 401
    assert ann.get("/probe/", **{"X-Password": "sesame"}).text == "secret"
    assert ben.get("/probe/").status_code == 401


def test_a_cookie_is_set_for_one_alone(bp: Blueprint, visitors: Come) -> None:
    numbers = count(1)

    @bp.get("/")
    @whole_page
    def page() -> Response:
        response = make_response("page")
        response.set_cookie("number", str(next(numbers)))
        return response

    ann, ben = visitors()
    cookies = [each.get("/probe/").headers["Set-Cookie"].partition(";")[0] for each in (ann, ben, ann)]
    assert cookies == ["number=1", "number=2", "number=3"]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_page_is_made_for_whoever_it_looked_at(bp: Blueprint, visitors: Come, look: Look) -> None:
    @bp.get("/")
    @whole_page
    def page() -> str:
        return f"page for {look()}"

    ann, ben = visitors()
    texts = [each.get("/probe/") for each in (ann, ben, ann, ben)]
    assert texts[0].text == texts[2].text != texts[1].text == texts[3].text
    assert {each.headers["Cache-Control"] for each in texts} == {"no-store"}  # for caches in front, nginx among them


@pytest.mark.parametrize("path", ["/", "/docs/", "/comparison/", "/comparison/django", "/questionnaire/"])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_slot_makes_its_page_personal(
    app: Flask, visitors: Come, monkeypatch: pytest.MonkeyPatch, path: str, look: Look
) -> None:
    def fill(_context: SlotContext) -> Markup:
        return Markup("<i>for {}</i>").format(look())

    [article] = [each for each in registry_of(app).extensions if each.name == "article"]
    monkeypatch.setitem(article.slots, "site.header", fill)  # type: ignore[arg-type]
    ann, ben = visitors()
    said = [each.get(path).text.partition("<i>for ")[2].partition("</i>")[0] for each in (ann, ben, ann)]
    assert said[0] == said[2] != said[1]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_page_with_holes_is_kept_only_without_what_is_personal(bp: Blueprint, visitors: Come, look: Look) -> None:
    @bp.get("/around")
    def around() -> str | Response:
        return kept_around(lambda token: f"for {look()}: {token}", csrf_token)

    @bp.get("/inside")
    def inside() -> str | Response:
        return kept_around(lambda token, name: f"for {name}: {token}", csrf_token, lambda: f"<{look()}>")

    ann, ben = visitors()
    for path in ("/probe/around", "/probe/inside"):
        said = [each.get(path).text.rpartition(": ")[0] for each in (ann, ben, ann, ben)]
        assert said[0] == said[2] != said[1] == said[3]


def test_a_cookie_on_a_page_with_holes_is_set_for_one_alone(bp: Blueprint, visitors: Come) -> None:
    numbers = count(1)

    @bp.get("/")
    def page() -> Response:
        response = make_response(kept_around(lambda token: f"page {token}", csrf_token))
        response.set_cookie("number", str(next(numbers)))
        return response

    ann, ben = visitors()
    sets = [" ".join(each.get("/probe/").headers.getlist("Set-Cookie")) for each in (ann, ben)]
    assert "number=1" in sets[0] and "number=2" in sets[1]


@pytest.mark.parametrize("kind", ["whole", "holes"])
@pytest.mark.parametrize("hook", ["before_request", "after_request", "teardown_request", "url_value_preprocessor"])
def test_hooks_of_the_blueprint_run_for_everybody(bp: Blueprint, visitors: Come, hook: str, kind: str) -> None:
    ran: list[str] = []

    def note(*given: object) -> object:
        ran.append(request.environ["REMOTE_ADDR"])
        return given[0] if hook == "after_request" else None

    getattr(bp, hook)(note)

    if kind == "whole":
        bp.get("/")(whole_page(lambda: "page"))
    else:
        bp.get("/")(lambda: kept_around(lambda token: f"page {token}", csrf_token))

    ann, ben = visitors()
    for each in (ann, ben, ann):
        each.get("/probe/")
    assert ran == ["192.0.2.1", "192.0.2.2", "192.0.2.1"]


def test_hooks_that_look_at_nobody_can_be_said_to_do_so(bp: Blueprint, visitors: Come) -> None:
    made = count(1)
    bp.after_request(lambda response: response)
    bp.get("/")(whole_page(despite_hooks=True)(lambda: f"page {next(made)}"))
    ann, ben = visitors()
    assert ann.get("/probe/").text == ben.get("/probe/").text == "page 1"


def test_even_then_hooks_that_look_at_somebody_keep_the_page_out(bp: Blueprint, visitors: Come) -> None:
    def sign(response: Response) -> Response:
        response.headers["X-For"] = request.cookies["name"]
        return response

    bp.after_request(sign)
    bp.get("/")(whole_page(despite_hooks=True)(lambda: "page"))
    ann, ben = visitors()
    assert [each.get("/probe/").headers["X-For"] for each in (ann, ben)] == ["Ann", "Ben"]


def test_hooks_of_a_blueprint_around_it_count_too(app: Flask) -> None:
    ran: list[str] = []
    outer, inner = Blueprint("outer", __name__, url_prefix="/outer"), Blueprint("inner", __name__)
    outer.before_request(lambda: ran.append("outer"))
    inner.get("/page")(whole_page(lambda: "page"))
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    for _ in range(2):
        assert app.test_client().get("/outer/page").text == "page"
    assert ran == ["outer"] * 2
