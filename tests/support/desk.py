"""A maintainer's desk without a browser: pages opened, forms filled in and sent as they stand on the page."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.page_forms import Form, Page


class Desk:
    """A maintainer's browser that counts what it opens and sends."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.loads = self.posts = 0
        self.page = Page("", "/")

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
