"""The page About: who answers for the site, how claims get on it, corrections, money."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import Action, By
from fwsite.domain.items import Kind, State
from fwsite.extend import Evidence, published_claims
from tests.support.site import create_app

Apps = Callable[..., Flask]


def test_it_says_who_answers_and_every_link_leads_somewhere(client: FlaskClient) -> None:
    assert client.get("/about").location.endswith("/about/")
    shown = client.get("/about/").text
    assert "<h1>About Backend Ledger</h1>" in shown
    assert "Backend Ledger answers for what this site says." in shown
    assert "Money" not in shown
    article = shown.partition("<article")[2].partition("</article>")[0]
    links = re.findall(r'href="([^"]+)"', article)
    assert len(links) == 7
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_it_counts_what_the_claims_rest_on(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        kinds = Counter(claim.evidence for claim in published_claims())
    assert min(kinds.values()) > 1
    assert (
        f"Of {kinds.total()} claims on this site, {kinds[Evidence.MEASURED]} are measured by us, "
        f"{kinds[Evidence.SOURCED]} quote a source, and {kinds[Evidence.OPINION]} are opinions and say so."
    ) in client.get("/about/").text


def test_it_is_there_before_the_tables_are(tmp_path: Path) -> None:
    shown = create_app(tmp_path / "instance").test_client().get("/about/")
    assert (shown.status_code, "claims on this site" in shown.text) == (200, False)


FILLED = """
from markupsafe import Markup

from fwsite.extend import Extension

extension = Extension(
    name="filler", title="Filler", slots={"about.evidence": lambda context: Markup("<p>All of it was filled in.</p>")}
)
"""


def test_another_extension_may_say_what_the_site_rests_on(instance: Path, make_app: Apps) -> None:
    (instance / "extensions").mkdir(exist_ok=True)
    (instance / "extensions" / "filler.py").write_text(FILLED)
    shown = make_app(EXTENSIONS_DISABLED=("comparison",)).test_client().get("/about/").text
    assert "<p>All of it was filled in.</p>" in shown and "claims on this site" not in shown


def test_a_draft_is_not_counted(app_on_each_database: Flask) -> None:
    client = app_on_each_database.test_client()
    before = re.search(r"Of (\d+) claims", client.get("/about/").text)
    with app_on_each_database.app_context():
        item = document_mapper.find(Kind.CLAIM, "flask-light")
        assert item and before
        journal.save(item, {**item.document, "state": State.DRAFT.value}, By("mara"), Action.EDITED)
        journal.commit()
    assert f"Of {int(before[1]) - 1} claims on this site" in client.get("/about/").text


def test_the_host_names_editors_contact_and_money(make_app: Apps) -> None:
    given = {
        "SITE_EDITORS": "The <platform> team",
        "ABOUT_CONTACT": "mailto:team@example.org",
        "ABOUT_MONEY": "The *guild* pays; nobody pays for a claim.",
    }
    shown = make_app(**given).test_client().get("/about/").text
    assert "The &lt;platform&gt; team answer for what this site says." in shown
    assert '<a href="mailto:team@example.org">Write to us</a>' in shown
    assert "<h2>Money</h2>\n<p>The <em>guild</em> pays; nobody pays for a claim.</p>" in shown


@pytest.mark.parametrize(
    ("off", "gone", "there"),
    [
        ("comparison", ["How a claim gets here", "How we measure", "/comparison"], ["How a result is worked out"]),
        ("questionnaire", ["How a result is worked out", "/questionnaire"], ["How a claim gets here"]),
        ("docs", ["The site itself", "/docs"], ["How we measure"]),
    ],
)
def test_it_is_silent_on_parts_that_are_off(make_app: Apps, off: str, gone: list[str], there: list[str]) -> None:
    shown = make_app(EXTENSIONS_DISABLED=(off,)).test_client().get("/about/").text
    assert [text for text in gone if text in shown] == []
    assert [text for text in there if text not in shown] == []


def test_the_foot_begins_with_it_and_ends_with_the_maintainers(client: FlaskClient) -> None:
    foot = client.get("/").text.partition("<footer")[2]
    labels = re.findall(r'<li><a href="[^"]+">([^<]+)</a></li>', foot)
    assert labels[:4] == ["About", "Privacy", "Feed", "Guides"]
    assert labels[-1] == "Maintainers"


def test_editors_sign_articles_without_an_author(make_app: Apps) -> None:
    client = make_app(SITE_EDITORS="Ada and Ben").test_client()
    assert re.search(r'<p class="meta">Ada and Ben · <time', client.get("/").text)
    assert "<author><name>Ada and Ben</name></author>" in client.get("/feed.xml").text


def test_it_is_in_the_sitemap(client: FlaskClient) -> None:
    assert "<loc>http://localhost/about/</loc>" in client.get("/sitemap.xml").text
