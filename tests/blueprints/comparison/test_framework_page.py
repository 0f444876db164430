"""The page of one framework, and the page of all points in one cell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH
from fwsite.blueprints.comparison.public.views import LATEST_CHANGES
from fwsite.domain.comparison import BALANCE_LENGTH
from fwsite.domain.items import Kind
from fwsite.domain.matrix import POINTS_IN_CELL
from fwsite.extend import db
from fwsite.markup import inline
from tests.blueprints.comparison.test_public import DATA, FRAMEWORKS
from tests.support.shown_points import shown

JO = By("jo", "For the test")
ADDRESS = "/comparison/django"
CELL = f"{ADDRESS}/memory"


def change(app: Flask, kind: Kind, key: str, **fields: Any) -> None:
    """Change an item as a maintainer does."""
    with app.app_context():
        item = document_mapper.find(kind, key)
        assert item is not None
        journal.save(item, {**item.document, **fields}, JO)
        db.session.commit()


def add_points(app: Flask, count: int, **fields: Any) -> None:
    """So many points against Django's memory, each of its own."""
    with app.app_context():
        item = document_mapper.find(Kind.CLAIM, "django-parts")
        assert item is not None
        for number in range(count):
            own = {"key": f"more-{number}", "criterion": "memory", "side": "con", "text": f"More of it, {number}"}
            journal.add(Kind.CLAIM, {**item.document, **own, **fields}, JO)
        db.session.commit()


@pytest.fixture
def page(client: FlaskClient) -> str:
    return client.get(ADDRESS).text


@pytest.fixture
def data(client: FlaskClient) -> Any:
    return client.get("/comparison/data.json?f=django").json


class TestTheFramework:
    def test_is_shown_in_short(self, page: str, data: Any) -> None:
        [framework] = data["frameworks"]
        sources = {source["key"]: source for source in data["sources"]}
        assert re.search(r"<h1>Django .*since 2005", page)
        for name in ("summary", "drawback", "on_balance", "example"):
            assert inline(framework[name]) in page
        for key in framework["example_sources"]:
            assert f'href="{escape(sources[key]["url"])}"' in page

    def test_has_each_rating_with_reason_evidence_and_sources(self, page: str, data: Any) -> None:
        table = page.partition('<table class="ratings">')[2].partition("</table>")[0]
        found = dict(re.findall(r'<tr><th scope="row"><a href="#([a-z-]+)">.*?<td>(.*?)</td>', table, re.DOTALL))
        sources = {source["key"]: source for source in data["sources"]}
        assert list(found) == [criterion["key"] for criterion in data["criteria"]]
        for rating in data["ratings"]:
            cell = found[rating["criterion"]]
            assert f'<span class="rate">{rating["score"]}<small>/5</small></span>' in cell
            assert cell.count('class="seg on"') == rating["score"]
            assert inline(rating["reason"]) in cell
            assert f'<span class="ev {rating["evidence"]}">' in cell
            assert all(f'href="{escape(sources[key]["url"])}"' in cell for key in rating["sources"])

    def test_says_what_nobody_has_rated(self, app: Flask, client: FlaskClient) -> None:
        change(app, Kind.RATING, "django.memory", state="retired")
        assert client.get(ADDRESS).text.count("not rated") == 1
        assert "not rated" in client.get(CELL).text

    def test_has_each_point_under_its_criterion_and_on_its_side(
        self, client: FlaskClient, page: str, data: Any
    ) -> None:
        for claim in shown(data["claims"]):
            section = page.partition(f'<h2 id="{claim["criterion"]}">')[2].partition('<section class="crit">')[0]
            sides = dict(zip(("pro", "con"), section.split('<section class="card against">'), strict=True))
            [item] = re.findall(rf'<li id="{claim["key"]}">(.*?)</li>', sides[claim["side"]], re.DOTALL)
            assert f'href="/comparison/history/claim/{claim["key"]}">{inline(claim["text"], links=False)}' in item
            own_page = client.get(f"/comparison/history/claim/{claim['key']}").text
            assert f'href="/comparison/suggest?claim={claim["key"]}">This is wrong</a>' in own_page

    def test_leads_to_the_points_that_it_leaves_out(self, page: str, data: Any) -> None:
        left = {claim["key"] for claim in data["claims"]} - {claim["key"] for claim in shown(data["claims"])}
        assert left
        assert not [key for key in left if f'<li id="{key}">' in page]
        for criterion in {claim["criterion"] for claim in data["claims"] if claim["key"] in left}:
            number = sum(claim["criterion"] == criterion for claim in data["claims"])
            assert f'<a href="{ADDRESS}/{criterion}">All {number} points on ' in page

    def test_lists_each_source_once(self, page: str, data: Any) -> None:
        listed = page.partition('<ol class="src">')[2].partition("</ol>")[0]
        cited = {entry["key"] for claim in (*shown(data["claims"]), *data["facts"]) for entry in claim["sources"]}
        cited |= {key for rating in data["ratings"] for key in rating["sources"]}
        cited |= {key for framework in data["frameworks"] for key in framework["example_sources"]}
        expected = [str(escape(source["url"])) for source in data["sources"] if source["key"] in cited]
        assert re.findall(r'href="([^"]+)"', listed) == expected

    def test_ends_with_its_latest_changes(self, app: Flask, client: FlaskClient) -> None:
        def changes() -> str:
            return client.get(ADDRESS).text.partition('id="changes"')[2].partition("</section>")[0]

        change(app, Kind.CLAIM, "django-parts", text="One tested package")
        change(app, Kind.FRAMEWORK, "flask", name="Flask 3")
        latest = changes()
        assert latest.count("<li>") == 2
        assert "One tested package" in latest
        assert "Flask 3" not in latest
        assert '<a href="/comparison/changes?framework=django">' in latest
        for number in range(LATEST_CHANGES):
            change(app, Kind.CLAIM, "django-parts", text=f"Text {number}")
        assert changes().count("<li>") == LATEST_CHANGES

    def test_has_an_address_a_description_and_a_place_in_the_sitemap(self, client: FlaskClient, page: str) -> None:
        assert f'<link rel="canonical" href="http://localhost{ADDRESS}">' in page
        assert '<meta name="description" content="Django by ' in page
        sitemap = client.get("/sitemap.xml").text
        days = {
            key: max(row.get("reviewed_on", DATA["reviewed_on"]) for row in (*of["ratings"], *of["claims"]))
            for key, of in FRAMEWORKS.items()
        }
        for key, day in {**days, "": max(days.values())}.items():
            assert f"<loc>http://localhost/comparison/{key}</loc><lastmod>{day}</lastmod>" in sitemap

    def test_is_linked_from_matrix_pair_article_and_home_page(self, client: FlaskClient, instance: Path) -> None:
        (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\n::comparison[django]\n")
        for address in ("/comparison/", "/comparison/django-or-flask"):
            assert f'<th scope="col"><a href="{ADDRESS}">Django</a>' in client.get(address).text
        for page in ("/", "/article/mine"):
            assert f'<th scope="row"><a href="{ADDRESS}">Django</a></th>' in client.get(page).text

    @pytest.mark.parametrize("state", ["draft", "retired"])
    def test_that_is_not_published_has_no_page(self, app: Flask, client: FlaskClient, state: str) -> None:
        change(app, Kind.FRAMEWORK, "django", state=state)
        assert client.get(ADDRESS).status_code == 404
        assert client.get(CELL).status_code == 404
        assert ADDRESS not in client.get("/sitemap.xml").text
        assert client.get("/comparison/?f=django").status_code == 200

    @pytest.mark.parametrize(
        "address", ["rails", "%00", "Django", "x" * 3000, "django/rails", "rails/memory", "django/"]
    )
    def test_that_there_is_not_is_404(self, client: FlaskClient, address: str) -> None:
        assert client.get(f"/comparison/{address}").status_code == 404

    def test_without_anything_said_of_it_has_a_page(self, app: Flask, client: FlaskClient) -> None:
        with app.app_context():
            item = document_mapper.find(Kind.FRAMEWORK, "flask")
            assert item is not None
            journal.add(Kind.FRAMEWORK, {**item.document, "key": "rocket", "name": "Rocket", "first_release": None}, JO)
            db.session.commit()
        page = client.get("/comparison/rocket")
        assert page.status_code == 200
        assert page.text.count("not rated") == 8
        assert "<loc>http://localhost/comparison/rocket</loc></url>" in client.get("/sitemap.xml").text


class TestACell:
    def test_shows_its_rating_and_points(self, client: FlaskClient, data: Any) -> None:
        page = client.get(CELL).text
        [rating] = [item for item in data["ratings"] if item["criterion"] == "memory"]
        assert f'<span class="rate">{rating["score"]}<small>/5</small></span>' in page
        meant = {item["key"] for item in data["claims"] if item["criterion"] == "memory"}
        assert set(re.findall(r'<li id="([^"]+)">', page)) == meant
        assert f'<link rel="canonical" href="http://localhost{CELL}">' in page

    def test_with_more_points_than_a_balance_is_linked(self, app: Flask, client: FlaskClient) -> None:
        assert f'href="{CELL}"' not in client.get(ADDRESS).text
        add_points(app, BALANCE_LENGTH + 3)
        total = len(re.findall(r'<li id="', client.get(CELL).text))
        page = client.get(ADDRESS).text
        assert f'<a href="{CELL}">All {total} points on Memory<' in page
        assert page.count('<li id="more-') == BALANCE_LENGTH - 1
        for address in ("/comparison/", "/comparison/?f=django"):
            page = client.get(address).text
            assert f'<a href="{CELL}">All {total} points, with sources<' in page
            assert page.count('<li id="more-') == POINTS_IN_CELL - 1
        data = client.get("/comparison/data.json").json
        assert len([claim for claim in data["claims"] if claim["key"].startswith("more-")]) == BALANCE_LENGTH + 3

    def test_comes_fifty_to_a_page_pros_first(self, app: Flask, client: FlaskClient) -> None:
        add_points(app, PAGE_LENGTH)
        first, second = (client.get(f"{CELL}?page={number}").text for number in (1, 2))
        keys = [re.findall(r'<li id="([^"]+)">', page) for page in (first, second)]
        assert len(keys[0]) == PAGE_LENGTH
        assert len({*keys[0], *keys[1]}) == PAGE_LENGTH + 2
        assert keys[0][0] == "django-memory-orm"
        assert f'href="{CELL}?page=2"' in first
        assert f'<link rel="canonical" href="http://localhost{CELL}?page=2">' in second
        assert client.get(f"{CELL}?page=nonsense").text == first


def test_the_balance_in_an_article_leads_to_all_points(client: FlaskClient, app: Flask, instance: Path) -> None:
    (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\n::balance[django]\n")

    def balance() -> str:
        return (
            client.get("/article/mine").text.partition('aria-label="Django: the balance')[2].partition("</section>")[0]
        )

    total = len([1 for claim in client.get("/comparison/data.json?f=django").json["claims"] if claim["side"] == "con"])
    assert f'<a href="{ADDRESS}">All {total} points against Django</a>' in balance()
    add_points(app, 30)
    assert f'<a href="{ADDRESS}">All {total + 30} points against Django</a>' in balance()
    against = balance().partition('<div class="against">')[2]
    assert against.count("<li>") == BALANCE_LENGTH


@pytest.mark.usefixtures("without_run")
def test_what_is_measured_or_reviewed_beyond_the_shown_counts(app: Flask, client: FlaskClient) -> None:
    add_points(app, BALANCE_LENGTH)
    assert "Nothing here is measured yet." in client.get("/comparison/").text
    add_points(app, 1, key="last", evidence="measured", reviewed_on="2027-01-02")
    page = client.get("/comparison/").text
    assert 'id="last"' not in page
    assert "Nothing here is measured yet." not in page
    assert "Reviewed 2 January 2027." in page
    assert "Nothing here is measured yet." in client.get("/comparison/?f=flask").text
