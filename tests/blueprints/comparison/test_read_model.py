"""What others get of the comparison: slots behind each claim and rating, and the published ones to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.domain.comparison import BALANCE_LENGTH
from fwsite.domain.matrix import make_matrix
from fwsite.extend import (
    Claim,
    Rating,
    Side,
    SlotContext,
    claim_path,
    criterion_names,
    find_claim,
    framework_names,
    is_slot_filled,
    published_claims,
    published_ratings,
)
from fwsite.plugins.registry import Registry, registry_of
from tests.site.test_drafts_stay_inside import WORD, everything_as_a_draft
from tests.support.forms import first_options, submit
from tests.support.people import signed_in
from tests.support.statements import statements

pytestmark = pytest.mark.new_app


@pytest.fixture
def reading(app: Flask) -> Iterator[Flask]:
    with app.test_request_context():
        yield app


class Filled:
    """Both slots, filled with a word of each key; ``got`` is what they were filled for."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.got: list[Any] = []
        [article] = [each for each in registry_of(app).extensions if each.name == "article"]
        monkeypatch.setitem(article.slots, "comparison.claim", self.claim)  # type: ignore[arg-type]
        monkeypatch.setitem(article.slots, "comparison.rating", self.rating)  # type: ignore[arg-type]

    def claim(self, context: SlotContext) -> Markup:
        self.got.append(context.values["claim"])
        return Markup("<i>[{}]</i>").format(context.values["claim"].key)

    def rating(self, context: SlotContext) -> Markup:
        rating = context.values["rating"]
        self.got.append(rating)
        return Markup("<i>[{}.{}]</i>").format(rating.framework, rating.criterion)

    def on(self, client: FlaskClient, path: str) -> list[Any]:
        """What the page asked for; each stands on it."""
        self.got.clear()
        page = client.get(path).text
        for each in self.got:
            key = each.key if isinstance(each, Claim) else f"{each.framework}.{each.criterion}"
            assert f"<i>[{key}]</i>" in page
        return self.got.copy()


@pytest.fixture
def filled(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Filled:
    return Filled(app, monkeypatch)


class TestSlots:
    def test_each_that_is_shown_is_asked_for_once(self, app: Flask, client: FlaskClient, filled: Filled) -> None:
        with app.test_request_context():
            comparison, ratings = whole_comparison(BALANCE_LENGTH), published_ratings()
        everything = (*comparison.claims, *comparison.facts, *ratings)
        django = [each for each in everything if each.framework == "django"]
        cells = [cell for row in make_matrix(comparison, (), {}).rows for cell in row.cells]
        opened = [each for cell in cells for each in (cell.fact, cell.rating, *cell.pros, *cell.cons) if each]

        assert sorted(map(repr, filled.on(client, "/comparison/"))) == sorted(map(repr, opened))
        assert sorted(map(repr, filled.on(client, "/comparison/django"))) == sorted(map(repr, django))
        cell = [each for each in django if each.criterion == "memory"]
        assert cell
        assert sorted(map(repr, filled.on(client, "/comparison/django/memory"))) == sorted(map(repr, cell))

    def test_so_is_one_on_its_own_page(self, app: Flask, client: FlaskClient, filled: Filled) -> None:
        with app.test_request_context():
            claim, rating = published_claims()[0], published_ratings()[0]
        assert filled.on(client, f"/comparison/history/claim/{claim.key}") == [claim]
        assert filled.on(client, f"/comparison/history/rating/{rating.framework}.{rating.criterion}") == [rating]
        assert filled.on(client, "/comparison/history/framework/django") == []

    def test_articles_and_results_have_those_that_they_show(
        self, app: Flask, client: FlaskClient, filled: Filled
    ) -> None:
        article = Path(app.instance_path) / "articles" / "balance.md"
        article.write_text("---\ntitle: A balance\n---\n::balance[flask]\n")
        assert {each.framework for each in filled.on(client, "/article/balance")} == {"flask"}
        result = submit(client, first_options(client, 12)).location
        assert any(isinstance(each, Claim) for each in filled.on(client, result))

    def test_those_of_a_framework_stand_at_its_head_and_its_foot_and_have_its_name(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        [article] = [each for each in registry_of(app).extensions if each.name == "article"]
        for slot in ("comparison.framework", "comparison.framework_footer"):

            def show(context: SlotContext) -> Markup:
                return Markup("<i>{} {framework} {name}</i>").format(context.name, **context.values)

            monkeypatch.setitem(article.slots, slot, show)  # type: ignore[arg-type]
        top, _, rest = client.get("/comparison/none").text.partition("</header>\n<table")
        assert "<i>comparison.framework none No framework</i>" in top
        assert "<i>comparison.framework_footer none No framework</i>" in rest.partition('id="changes"')[2]

    def test_one_that_fails_leaves_its_page_as_it_was(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = client.get("/comparison/django").data
        [article] = [each for each in registry_of(app).extensions if each.name == "article"]
        for slot in ("comparison.claim", "comparison.rating"):
            monkeypatch.setitem(article.slots, slot, lambda _context: 1 / 0)  # type: ignore[arg-type]
        with app.app_context():
            app.extensions["fwsite.page_cache"].pages.clear()
        assert client.get("/comparison/django").data == whole

    def test_where_nobody_fills_them_nobody_is_asked(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        slot = Registry.slot

        def noted(registry: Registry, context: SlotContext) -> Markup:
            asked.append(context.name)
            return slot(registry, context)

        monkeypatch.setattr(Registry, "slot", noted)
        with app.test_request_context():
            [claim] = published_claims("django", "memory")[:1]
            assert not is_slot_filled("comparison.claim") and is_slot_filled("article.footer")
        for path in ("/comparison/", "/comparison/django", "/"):
            client.get(path)
        with statements(app) as sent:
            client.get(f"/comparison/history/claim/{claim.key}")
        without = len(sent)
        assert "article.footer" in asked and not {"comparison.claim", "comparison.rating"} & set(asked)
        Filled(app, monkeypatch)
        app.extensions["fwsite.page_cache"].pages.clear()
        with statements(app) as sent:
            client.get(f"/comparison/history/claim/{claim.key}")
        assert len(sent) == without + 3


class TestReadModel:
    def test_it_is_what_is_published_in_the_sites_order(self, reading: Flask) -> None:
        whole = whole_comparison()
        claims, ratings = published_claims(), published_ratings()
        said = (*whole.claims, *whole.facts)
        assert set(claims) == set(said) and len(claims) == len(said)
        assert set(ratings) == set(whole.ratings) and len(ratings) == len(whole.ratings)
        places = [each.key for each in whole.frameworks], [each.key for each in (*whole.criteria, *whole.rows)]

        def place(each: Claim | Rating) -> tuple[int, int, bool]:
            of, on = places[0].index(each.framework), places[1].index(each.criterion)
            return of, on, isinstance(each, Claim) and each.side is Side.CON

        assert list(claims) == sorted(claims, key=place)
        assert list(ratings) == sorted(ratings, key=place)
        assert any(claim.citations for claim in claims)

    def test_a_part_of_it_is_that_part(self, reading: Flask) -> None:
        for read in (published_claims, published_ratings):
            everything: tuple[Any, ...] = read()
            for of, on in [("django", None), (None, "memory"), ("django", "memory"), ("nobody", None)]:
                wanted = [each for each in everything if of in (None, each.framework) and on in (None, each.criterion)]
                assert list(read(of, on)) == wanted
                assert bool(wanted) == (of != "nobody")

    def test_one_is_found_by_its_key(self, reading: Flask) -> None:
        for claim in published_claims()[::7]:
            assert find_claim(claim.key) == claim
        for key in ("", "no-such", "x" * 1000, "' OR 1=1"):
            assert find_claim(key) is None

    def test_drafts_and_what_is_said_of_drafts_are_none_of_it(self, app: Flask) -> None:
        with app.test_request_context():
            before = published_claims(), published_ratings()
        made = everything_as_a_draft(signed_in(app))
        drafts = {name: address.rpartition("/")[2] for name, address in made.items()}
        with app.test_request_context():
            assert (published_claims(), published_ratings()) == before
            assert not WORD.search(repr((published_claims(), published_ratings())))
            for name in ("claim", "claimon", "claimat"):
                assert find_claim(drafts[name]) is None
            assert published_claims(drafts["fw"]) == published_ratings(criterion=drafts["crit"]) == ()

    def test_it_takes_three_statements_however_many_there_are(self, app: Flask) -> None:
        reads: list[Callable[[], object]] = [published_claims, published_ratings, lambda: published_claims("django")]
        for read in reads:
            with app.test_request_context():
                read()  # what is kept for a content version is known from here on
            with statements(app) as sent, app.test_request_context():
                read()
            assert len([each for each in sent if each != "BEGIN"]) == 3


def test_names_are_those_that_are_published_in_the_sites_order(app: Flask) -> None:
    everything_as_a_draft(signed_in(app))
    with app.test_request_context():
        comparison = whole_comparison()
        frameworks, criteria = framework_names(), criterion_names()
    assert list(frameworks.items()) == [(each.key, each.name) for each in comparison.frameworks]
    assert list(criteria.items()) == [(each.key, each.name) for each in (*comparison.criteria, *comparison.rows)]
    assert not WORD.search(repr((frameworks, criteria)))


def test_the_path_of_a_claim_leads_to_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():  # a command has no request
        claims = published_claims()
        paths = [claim_path(claim) for claim in claims]
    for claim, path in zip(claims, paths, strict=True):
        page, _, anchor = path.partition("#")
        assert anchor == claim.key
        assert f'<{"p" if claim.answer else "li"} id="{claim.key}">' in client.get(page).text
