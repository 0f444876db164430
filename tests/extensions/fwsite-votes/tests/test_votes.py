"""Votes: the contract, what is counted and shown, and that a vote leaves the pages alone that show none."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from fwsite_votes import queries
from fwsite_votes.queries import Tally, Vote

from fwsite.extend import published_claims
from fwsite.testing import ExtensionContract


class TestContract(ExtensionContract):
    """Everything that the site asks of any extension."""

    name = "votes"


@pytest.fixture
def claim(fwsite_app: Flask) -> str:
    """The first point of the comparison."""
    with fwsite_app.test_request_context():
        return published_claims(framework="django")[0].key


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def vote(client: FlaskClient, claim: str, choice: str) -> str:
    """Send the form as a browser does, and go where it leads; gives the page."""
    page = client.get(f"/votes/{claim}").text
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    form = {"csrf_token": found[1], "vote": choice}
    return client.post(f"/votes/{claim}", data=form, follow_redirects=True).text


def counted(app: Flask, claim: str) -> Tally:
    with app.app_context():
        return queries.tallies().of_claims.get(claim, Tally())


def test_a_vote_is_counted_and_shown_wherever_the_claim_is(
    fwsite_app: Flask, fwsite_client: FlaskClient, claim: str
) -> None:
    before = fwsite_client.get("/comparison/").text
    assert f'href="/votes/{claim}"' in before and "agree ·" not in before

    page = vote(fwsite_client, claim, "agree")
    assert "Counted. 1 of 1 readers agree." in text(page)
    address, anchor = re.findall(r'<a href="([^"#]+)#([^"]+)">Back to the point', page)[0]
    assert anchor == claim and f'<li id="{claim}">' in fwsite_client.get(address).text
    vote(fwsite_client, claim, "disagree")

    for path in ("/comparison/", "/comparison/django", f"/comparison/history/claim/{claim}"):
        page = fwsite_client.get(path).text
        assert "· 1 of 2 agree · Vote on this point" in text(page), path
    for path in ("/comparison/", "/comparison/django"):
        assert "Readers agree with its points: 1 of 2 votes" in text(fwsite_client.get(path).text)
    assert "1 of 2 disagree" in text(fwsite_client.get("/votes/").text)
    page = fwsite_client.get("/comparison/django").text
    assert "Votes on points of Django: 2. What readers disagree with" in text(page.partition('id="changes"')[2])
    assert "Votes on points" not in fwsite_client.get("/comparison/flask").text


def test_what_is_no_vote_counts_nothing(fwsite_app: Flask, fwsite_client: FlaskClient, claim: str) -> None:
    for choice in ("", "agree ", "AGREE", "x"):
        page = vote(fwsite_client, claim, choice)
        assert "Choose whether you agree or disagree." in text(page)
    assert counted(fwsite_app, claim) == Tally()
    assert fwsite_client.get("/votes/no-such-point").status_code == 404
    assert fwsite_client.post(f"/votes/{claim}", data={"vote": "agree"}).status_code == 400


def test_nobody_votes_on_what_is_not_published(
    fwsite_client: FlaskClient, fwsite_maintainer: FlaskClient, claim: str
) -> None:
    vote(fwsite_client, claim, "agree")
    page = fwsite_maintainer.get(f"/comparison/work/claim/{claim}").text
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    retired = {"csrf_token": found[1], "note": "Not so any more"}
    assert fwsite_maintainer.post(f"/comparison/work/claim/{claim}/retire", data=retired).status_code == 303

    assert fwsite_client.get(f"/votes/{claim}").status_code == 404
    assert f"/votes/{claim}" not in fwsite_client.get("/comparison/").text


def test_each_network_has_so_many_an_hour(fwsite_app: Flask, fwsite_client: FlaskClient, claim: str) -> None:
    for _ in range(30):
        vote(fwsite_client, claim, Vote.AGREE)
    assert "Too many attempts" in vote(fwsite_client, claim, Vote.AGREE)
    assert counted(fwsite_app, claim).agree == 30


def test_votes_are_read_once_for_a_page(
    fwsite_app: Flask, fwsite_client: FlaskClient, claim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = queries._read
    calls = []
    monkeypatch.setattr(queries, "_read", lambda: calls.append(1) or read())  # type: ignore[func-returns-value]
    assert fwsite_client.get("/comparison/").text.count("/votes/") > 20
    assert calls == [1]


def test_a_vote_leaves_the_pages_alone_that_show_none(
    fwsite_app: Flask, fwsite_client: FlaskClient, claim: str
) -> None:
    made: list[str] = []
    dispatch = fwsite_app.full_dispatch_request
    fwsite_app.full_dispatch_request = lambda *given: made.append(request.path) or dispatch(*given)  # type: ignore
    showing, others = ["/comparison/", "/comparison/django", "/votes/"], ["/", "/article/", "/docs/", "/feed.xml"]
    for path in (*showing, *others) * 2:
        assert fwsite_client.get(path).status_code == 200
    assert made == [*showing, *others]

    vote(fwsite_client, claim, "agree")
    made.clear()
    for path in (*showing, *others) * 2:
        fwsite_client.get(path)

    assert made == showing
