"""The comparison as people see it: a table of facts, figures and ratings, and the pages of two frameworks."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.comparison.public.matrix_views import COLUMNS
from fwsite.domain.items import Kind
from fwsite.domain.matrix import POINTS_IN_CELL
from fwsite.extend import db
from fwsite.markup import inline
from fwsite.web.shell import slot
from tests.blueprints.comparison.test_public import (
    CLAIMS,
    CRITERIA,
    DATA,
    FACTS,
    FRAMEWORKS,
    RATINGS,
    ROWS,
    SOURCES,
    TEXT,
    load,
    put,
    rating_block,
    text_of,
    with_measured_rating,
)

pytestmark = pytest.mark.usefixtures("without_run")
ASKED = {**ROWS, **CRITERIA}
MARA = By("mara", "For the test")


@pytest.fixture
def page(client: FlaskClient) -> str:
    return client.get("/comparison/").text


def row_of(page: str, key: str) -> str:
    """One row of the table, from its name to its last cell."""
    return page.partition(f'<tr id="{key}"')[2].partition("</tr>")[0]


def cells_of(page: str, key: str) -> dict[str, str]:
    """What stands in a row, by framework."""
    cells = re.split(r"<td[^>]*>", row_of(page, key))[1:]
    return dict(zip(FRAMEWORKS, cells, strict=True))


def change(app: Flask, kind: Kind, key: str, **fields: Any) -> None:
    with app.app_context():
        item = document_mapper.find(kind, key)
        assert item is not None
        journal.save(item, {**item.document, **fields}, MARA)
        db.session.commit()


def add_framework(app: Flask, key: str, name: str) -> None:
    with app.app_context():
        item = document_mapper.find(Kind.FRAMEWORK, "flask")
        assert item is not None
        journal.add(Kind.FRAMEWORK, {**item.document, "key": key, "name": name}, MARA)
        db.session.commit()


class TestTheTable:
    @pytest.mark.parametrize("key", ASKED)
    def test_has_a_row_for_each_criterion_whose_name_opens_to_what_it_asks(self, page: str, key: str) -> None:
        name = row_of(page, key).partition("</th>")[0]
        assert f"<summary>{ASKED[key]['name']}</summary>" in name
        assert escape(ASKED[key]["question"]) in name
        assert inline(ASKED[key].get("finding", ""), links=False) in name

    def test_shows_each_rating_with_reason_and_evidence(self, page: str) -> None:
        for framework, rating in RATINGS:
            cell = cells_of(page, rating["criterion"])[framework]
            assert f'<span class="rate">{rating["score"]}</span>' in cell
            assert inline(rating["reason"], links=False) in cell.partition("</summary>")[0]
            assert f'<span class="ev {rating["evidence"]}">' in cell
            assert f'<a href="/comparison/{framework}/{rating["criterion"]}">' in cell

    def test_names_the_sources_of_a_rating_that_is_measured(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        put(instance, with_measured_rating("django-faq", "django-docs"))
        load(app)
        cell = cells_of(client.get("/comparison/").text, "scalability")["django"]
        assert '<span class="ev measured">Measured</span>' in cell
        for key in ("django-faq", "django-docs"):
            assert f"<cite>{escape(SOURCES[key]['title'])}</cite>" in cell
        [rating, *_] = client.get("/comparison/data.json").json["ratings"]
        assert (rating["evidence"], rating["sources"]) == ("measured", ["django-docs", "django-faq"])

    def test_opens_each_cell_to_the_first_points_on_either_side(self, page: str) -> None:
        for criterion in CRITERIA:
            for framework, cell in cells_of(page, criterion).items():
                meant = [claim for of, claim in CLAIMS if (of, claim["criterion"]) == (framework, criterion)]
                for side, name in (("pro", "for"), ("con", "against")):
                    listed = cell.partition(f'<ul class="pc {name}">')[2].partition("</ul>")[0]
                    first = [claim for claim in meant if claim["side"] == side][:POINTS_IN_CELL]
                    assert re.findall(r'<li id="([^"]+)">', listed) == [claim["key"] for claim in first]
                    for claim in first:
                        assert inline(claim["text"], links=False) in listed
                if len(meant) > 1:
                    assert f">All {len(meant)} points, with sources<" in cell

    def test_shows_each_answer_with_its_words_evidence_and_way_to_its_own_page(self, page: str) -> None:
        answers = [(of, claim) for of, claim in FACTS if claim.get("answer")]
        assert {(of, claim["criterion"]) for of, claim in answers} == {(of, row) for of in FRAMEWORKS for row in ROWS}
        for framework, claim in answers:
            cell = cells_of(page, claim["criterion"])[framework]
            summary, _, panel = cell.partition("</summary>")
            assert text_of(summary).replace("\xad", "").startswith(claim["answer"])
            assert inline(claim["text"], links=False) in panel
            assert f'<span class="ev {claim["evidence"]}">' in panel
            assert f'href="/comparison/history/claim/{claim["key"]}"' in panel
            for entry in claim["sources"]:
                assert f"<cite>{escape(SOURCES[entry['source']]['title'])}</cite>" in panel

    def test_marks_the_best_of_each_row_in_words(self, page: str) -> None:
        for criterion in CRITERIA:
            cells = list(cells_of(page, criterion).values())
            scores = [int(re.findall(r'"rate">(\d)<', cell)[0]) for cell in cells]
            best = {number for number, score in enumerate(scores) if score == max(scores) > min(scores)}
            assert {number for number, cell in enumerate(cells) if "best in row" in cell} == best, criterion

    def test_marks_no_best_and_says_the_same_where_all_are_equal(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        put(instance, re.sub(r"score = \d", "score = 3", TEXT))
        load(app)
        page = client.get("/comparison/").text
        assert "best in row" not in page
        assert all(f'<tr id="{key}" class="same">' in page for key in CRITERIA)
        assert not any(f'<tr id="{key}"' in client.get("/comparison/?rows=differ").text for key in CRITERIA)

    def test_shows_a_dash_where_nobody_has_rated(self, app: Flask, client: FlaskClient, instance: Path) -> None:
        put(instance, TEXT.replace(rating_block("flask", "memory"), ""))
        load(app)
        cells = cells_of(client.get("/comparison/").text, "memory")
        assert [key for key, cell in cells.items() if "not rated" in cell] == ["flask"]
        assert re.search(r'<a href="/comparison/flask/memory">\d points', cells["flask"])

    def test_says_when_it_was_reviewed(self, page: str) -> None:
        day = DATA["reviewed_on"]
        assert f"Reviewed {day.day} {day:%B %Y}." in page

    def test_says_that_nothing_is_measured_only_while_nothing_is(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        assert "Nothing here is measured yet." in client.get("/comparison/").text
        put(instance, TEXT.replace('evidence = "sourced"', 'evidence = "measured"', 1))
        load(app)
        assert "Nothing here is measured yet." not in client.get("/comparison/").text

    @pytest.mark.parametrize("address", ["/comparison/", "/comparison/?open=all", "/comparison/django-or-none"])
    def test_has_no_identifier_twice_and_no_link_to_nowhere(self, client: FlaskClient, address: str) -> None:
        page = client.get(address).text
        found = re.findall(r'\bid="([^"]+)"', page)
        assert len(found) == len(set(found))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(found)

    def test_opens_everything_by_an_address(self, client: FlaskClient, page: str) -> None:
        assert "<details open>" not in page
        opened = client.get("/comparison/?f=django&f=flask&open=all").text
        assert opened.count("<details open>") == 2 * len(ASKED)
        assert 'href="/comparison/?f=django&amp;f=flask">Close everything' in opened

    def test_shows_the_rows_that_differ_by_an_address(self, app: Flask, client: FlaskClient) -> None:
        change(app, Kind.RATING, "django.memory", score=4)
        page = client.get("/comparison/?f=django&f=flask").text
        [rows, differing] = map(int, re.findall(r"(\d+) facts, figures and ratings, of which (\d+) differ", page)[0])
        assert differing < rows
        assert page.count("<tr id=") == rows
        assert page.count('class="same"') == rows - differing
        only = client.get("/comparison/?f=django&f=flask&rows=differ").text
        assert only.count("<tr id=") == differing
        assert 'class="same"' not in only
        assert '<input type="hidden" name="rows" value="differ">' in only

    def test_of_more_than_fit_shows_the_first_and_lets_all_be_chosen(self, app: Flask, client: FlaskClient) -> None:
        for number in range(COLUMNS + 1 - len(FRAMEWORKS)):
            add_framework(app, f"other-{number}", f"Other {number}")
        page = client.get("/comparison/").text
        assert f"The first {COLUMNS} of {COLUMNS + 1} are shown." in page
        assert page.count('<th scope="col"><a ') == COLUMNS
        assert page.count('name="f"') == COLUMNS + 1
        last = client.get(f"/comparison/?f=django&f=other-{COLUMNS - len(FRAMEWORKS)}").text
        assert 'role="alert"' not in last
        assert last.count('<th scope="col"><a ') == 2

    def test_has_few_links(self, page: str) -> None:
        assert page.count("<a ") <= 120


class TestAPair:
    @pytest.mark.parametrize(
        ("address", "name"),
        [
            ("django-or-flask", "Django or Flask?"),
            ("django-or-fastapi", "Django or FastAPI?"),
            ("flask-or-none", "Flask or no framework?"),
        ],
    )
    def test_of_each_two_has_a_page_that_says_which_for_what(
        self, client: FlaskClient, address: str, name: str
    ) -> None:
        page = client.get(f"/comparison/{address}")
        assert page.status_code == 200
        assert f"<h1>{name}</h1>" in page.text
        assert f"<title>{name} – " in page.text
        assert f'<link rel="canonical" href="http://localhost/comparison/{address}">' in page.text
        first, second = address.split("-or-")
        assert f"{FRAMEWORKS[first]['name']} is rated higher for " in page.text
        for key in (first, second):
            assert inline(FRAMEWORKS[key]["on_balance"]) in page.text
        assert f"/comparison/{address}</loc>" in client.get("/sitemap.xml").text

    def test_shows_rows_that_differ_first_and_the_others_folded(self, client: FlaskClient) -> None:
        page = client.get("/comparison/django-or-flask").text
        differing, _, same = page.partition('<details class="fold">')
        scores = {(of, rating["criterion"]): rating["score"] for of, rating in RATINGS}
        for key in CRITERIA:
            differs = scores["django", key] != scores["flask", key]
            assert (f'<tr id="{key}"' in differing) is differs
            assert (f'<tr id="{key}"' in same) is not differs

    def test_has_the_question_that_tells_them_apart(self, client: FlaskClient) -> None:
        page = client.get("/comparison/django-or-fastapi").text
        rail = page.partition("The question that counts most here")[2].partition("</section>")[0]
        leads = re.findall(r'<td class="n">(\w+) (\d+)</td>', rail)
        assert {name for name, _ in leads} == {"Django", "FastAPI"}
        assert '<a class="btn" href="/questionnaire/">Answer all twelve</a>' in rail

    def test_has_one_address_for_one_pair(self, client: FlaskClient) -> None:
        moved = client.get("/comparison/flask-or-django")
        assert (moved.status_code, moved.location) == (301, "/comparison/django-or-flask")

    def test_of_one_and_itself_is_the_page_about_it(self, client: FlaskClient) -> None:
        moved = client.get("/comparison/django-or-django", follow_redirects=True)
        assert (moved.status_code, moved.request.path) == (200, "/comparison/django")

    @pytest.mark.parametrize("address", ["rails-or-rails", "django-or-rails", "rails-or-django", "-or-", "a-or-b"])
    def test_that_there_is_not_is_404(self, client: FlaskClient, address: str) -> None:
        assert client.get(f"/comparison/{address}").status_code == 404

    def test_of_a_draft_is_404(self, app: Flask, client: FlaskClient) -> None:
        change(app, Kind.FRAMEWORK, "flask", state="draft")
        assert client.get("/comparison/django-or-flask").status_code == 404
        assert "-or-flask" not in client.get("/sitemap.xml").text

    def test_of_one_that_the_questionnaire_does_not_rank_has_no_question(self, app: Flask, client: FlaskClient) -> None:
        add_framework(app, "litestar", "Litestar")
        page = client.get("/comparison/django-or-litestar")
        assert page.status_code == 200
        assert "The question that counts most here" not in page.text

    def test_leads_to_the_others_and_is_led_to(self, client: FlaskClient) -> None:
        found = set(re.findall(r'href="/comparison/([a-z]+-or-[a-z]+)"', client.get("/comparison/").text))
        keys = list(FRAMEWORKS)
        assert found == {f"{one}-or-{other}" for n, one in enumerate(keys) for other in keys[n + 1 :]}
        page = html.unescape(client.get("/comparison/flask-or-fastapi").text)
        assert 'href="/comparison/flask-or-fastapi">' not in page.partition("Other pairs")[2]
        assert 'href="/comparison/django-or-flask">' in page.partition("Other pairs")[2]

    def test_has_room_for_what_extensions_know_of_the_two(self, app: Flask) -> None:
        with app.test_request_context():
            assert "counts most here" in slot("comparison.pair", first="django", second="flask")
            assert slot("comparison.pair", first="django", second="litestar") == ""


def test_the_log_begins_with_what_the_editors_changed(app: Flask, client: FlaskClient, instance: Path) -> None:
    page = client.get("/comparison/changes").text
    assert page.index("What the editors changed") < page.index("Every change</h2>")
    assert "What the editors changed" not in client.get("/comparison/changes?framework=flask").text
    (instance / "log.toml").write_text(
        '[[entries]]\nday = 2027-01-02\ntext = "A *fifth* framework"\n\n[[entries]]\nday = "soon"\ntext = "Never"\n'
    )
    page = client.get("/comparison/changes").text
    assert "A <em>fifth</em> framework" in page and "Never" not in page
    with app.test_request_context():
        said = [str(problem) for problem in content.check() if problem.path.name == "log.toml"]
    assert said == [f"{instance / 'log.toml'}: entries.2.day: is 'soon'; write a date such as 2026-11-30"]
