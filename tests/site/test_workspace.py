"""A framework from nothing to recommended, through forms alone: how many pages that takes, and that nothing leaks."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.forms import submit
from tests.support.page_forms import Form, Page
from tests.support.people import signed_in

HOME = "/comparison/work/"
MOST_LOADS, MOST_POSTS = 12, 8
"""So many pages and forms a fifth framework takes at most."""


class Desk:
    """A maintainer's browser that counts what it opens and sends."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.loads = self.posts = 0
        self.page = Page("", HOME)

    def open(self, address: str) -> Page:
        """Follow a link, or go there."""
        self.loads += 1
        response = self.client.get(address)
        assert response.status_code == 200, response.text
        self.page = Page(response.text, address.partition("#")[0])
        return self.page

    def follow(self, words: str) -> Page:
        """The link with these words at its end."""
        return self.open(next(link for link in self.page.links if link.endswith(words)))

    def form(self, ending: str) -> Form:
        """The form of the page that sends there."""
        return next(form for form in self.page.forms if form.method == "post" and form.action.endswith(ending))

    def send(self, ending: str, fields: dict[str, Any]) -> TestResponse:
        """Fill in these fields of a form, leave the others as they are, and send it."""
        form = self.form(ending)
        sent = {name: control.values for name, control in form.controls.items() if control.values}
        unknown = {name for name in fields if name not in form.controls and name != "do"}
        assert not unknown, f"the page has no {unknown}"
        self.posts += 1
        return self.client.post(form.action, data={**sent, "do": "save", **fields})

    def save(self, ending: str, **fields: Any) -> str:
        """Send it, open the page behind, and return what is said there."""
        done = self.send(ending, fields)
        assert done.status_code == 303, Page(done.text, "").notices("alert")
        self.open(done.location)
        return " ".join(self.page.notices("status"))


def test_a_framework_from_nothing_to_recommended(app_on_each_database: Flask) -> None:
    app = app_on_each_database
    desk, visitor = Desk(signed_in(app, "ada")), app.test_client()
    desk.open(HOME)
    desk.follow("/work/framework/add?state=draft")
    texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "Made for rockets.")
    said = desk.save("/work/framework/add", name="Rocket", **texts)
    assert "“Rocket” is a draft that only maintainers see" in said
    assert desk.page.address.startswith("/comparison/work/workspace/rocket")
    assert "0 of 2 sides with a point. no pro yet no con yet 0 of 8 ratings." in desk.page.words
    assert "0 of 42 fits." in desk.page.words

    source = {"title": "Rocket, the manual", "url": "https://rocket.example.org/", "words": "Fast"}
    new = {f"point.source-0-{name}": text for name, text in source.items()}
    pro = {"point.side": "pro", "point.criterion": "memory", "point.text": "Is small.", "point.evidence": "sourced"}
    desk.save("/point", **pro, **new)
    desk.save("/point", **{**pro, "point.side": "con", "point.text": "Is new.", "point.evidence": "opinion"})
    assert "no pro yet" not in desk.page.words

    ratings = {name: "5" for name in desk.form("/ratings").controls if name.endswith(".score")}
    ratings |= {name.replace(".score", ".reason"): "Made for it" for name in ratings}
    assert "8 ratings are in the draft" in desk.save("/ratings", **ratings)

    fits: dict[str, Any] = {name: "4" for name in desk.form("/work/framework/rocket").controls if "value." in name}
    fits |= {name.replace("value.", "reason."): "Made for it" for name in fits}
    fits |= {"evidence.work.pages": "sourced", "claims.work.pages": ["rocket-is-small"]}
    assert "42 fits are in the draft" in desk.save("/work/framework/rocket", **fits)
    assert "Nothing: it has pros and cons, and 8 ratings and 42 fits." in desk.page.words
    assert desk.page.address.startswith("/comparison/work/workspace/rocket")

    assert "Rocket" not in visitor.get("/comparison/").text + visitor.get("/questionnaire/definition.json").text
    desk.follow("/workspace/rocket/publish")
    assert "2 points" in desk.page.words and "8 ratings" in desk.page.words and "42 fits" in desk.page.words
    assert "What stands in the way" not in desk.page.words
    said = desk.save("/publish", note="A fifth one")
    assert "Visitors have Rocket now: 2 points, 8 ratings, 42 fits." in said
    assert "Several items at once" in said

    print(f"\n{desk.loads} pages opened, {desk.posts} forms sent")
    assert (desk.loads <= MOST_LOADS, desk.posts <= MOST_POSTS) == (True, True), (desk.loads, desk.posts)
    assert "Rocket" in visitor.get("/comparison/").text
    asked = visitor.get("/questionnaire/definition.json").json["questions"]
    answers = {f"q-{question['key']}": question["options"][-1]["key"] for question in asked}
    result = visitor.get(submit(visitor, answers).location)
    heading = Page(result.text, "").heading
    assert "Rocket" in heading, heading
    assert "rocket" in unescape(visitor.get("/comparison/data.json").text)
