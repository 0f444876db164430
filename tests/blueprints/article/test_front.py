"""The first screen of the home page: the question, a short answer, buttons, and what was measured."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison.front import WITH_ORM, finding
from fwsite.blueprints.comparison.measured.charts import chart_of
from fwsite.domain.measurement import read_run
from tests.blueprints.article.pages import LEAD, QUESTION, TITLE, Articles, page
from tests.support.paths import ROOT

Apps = Callable[..., Flask]


def front(client: FlaskClient) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.text.partition('<section class="front"')[2].partition("</section>")[0]


def links(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<a (?:class="[^"]+" )?href="([^"]+)">([^<]+)</a>', html)


def test_it_answers_in_four_lines_and_leads_on(client: FlaskClient) -> None:
    shown = front(client)
    assert f'<h1 id="question">{QUESTION}</h1>' in shown
    assert links(shown) == [
        ("/comparison/django", "Django"),
        ("/comparison/flask", "Flask"),
        ("/comparison/fastapi", "FastAPI"),
        ("/comparison/none", "No framework"),
        ("/questionnaire/", "Answer twelve questions (a few minutes)"),
        ("/comparison/", "See them side by side"),
        ("/comparison/django-or-flask", "Django or Flask"),
        ("/comparison/django-or-fastapi", "Django or FastAPI"),
        ("/comparison/flask-or-fastapi", "Flask or FastAPI"),
        ("/comparison/changes", "What has changed"),
        ("/about/", "Why believe this?"),
        ("/comparison/measured/reference", "Run of 30 November 2026"),
    ]
    assert "Many records, staff who work with them, and one application kept for years." in shown
    assert "Our measurement: with an ORM, Django takes the least memory." in shown
    for address, _ in links(shown):
        assert client.get(address).status_code == 200


def test_it_is_one_document_outline_with_the_article_below(client: FlaskClient) -> None:
    parts = page(client, "/")
    assert parts.texts["h1"] == [QUESTION]
    assert parts.texts["h2"][0] == TITLE
    assert parts.texts["title"] == [f"{QUESTION} – Backend Ledger"]
    assert parts.meta("og:title") == QUESTION
    ids = [attributes["id"] for _, attributes in parts.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_each_bar_is_drawn_by_attributes_beside_its_number(client: FlaskClient) -> None:
    shown = front(client)
    assert "style=" not in shown
    row = r'<th scope="row">([^<]+)</th><td class="b"><svg.*?width="([0-9.]+)%".*?<td class="n">([^<]+)'
    rows = re.findall(row, shown)
    assert [name for name, _, _ in rows][:3] == ["No framework", "Flask", "Django"]
    one = next(float(width) for name, width, _ in rows if name == "Django")
    for _, width, ratio in rows:
        assert float(width) / one == pytest.approx(float(ratio), abs=0.02)


@pytest.mark.parametrize(
    ("off", "there", "gone"),
    [
        ("comparison", ["Answer twelve questions", "Many records"], ["side by side", "Our measurement", "/comparison"]),
        (
            "questionnaire",
            ["See them side by side", "Our measurement"],
            ["questions</a>", "Many records", "no account"],
        ),
    ],
)
def test_with_a_part_switched_off_it_shrinks(make_app: Apps, off: str, there: list[str], gone: list[str]) -> None:
    shown = front(make_app(EXTENSIONS_DISABLED=(off,)).test_client())
    assert [text for text in there if text not in shown] == []
    assert [text for text in gone if text in shown] == []


def test_with_nothing_to_show_home_is_the_article(make_app: Apps) -> None:
    client = make_app(EXTENSIONS_DISABLED=("comparison", "questionnaire")).test_client()
    assert front(client) == ""
    assert page(client, "/").texts["h1"] == [TITLE]


def test_a_host_asks_another_question(make_app: Apps, write: Articles) -> None:
    write("mine", "---\ntitle: Mine\n---\n")
    client = make_app(ARTICLE_QUESTION="Which <queue>?", ARTICLE_LEAD="mine").test_client()
    assert '<h1 id="question">Which &lt;queue&gt;?</h1>' in front(client)
    assert "Answer twelve questions" in front(client)
    assert "Mine" in page(client, "/").texts["h2"]


def test_the_list_in_place_of_a_lead_has_no_question(make_app: Apps) -> None:
    client = make_app(ARTICLE_LEAD="nowhere").test_client()
    assert page(client, "/").texts["h1"] == ["All articles"]


def test_an_article_at_its_own_address_has_none(client: FlaskClient) -> None:
    text = client.get(f"/article/{LEAD}").text
    assert 'class="front"' not in text
    assert "Answer twelve questions" not in text


def test_without_a_run_there_is_no_chart(make_app: Apps, without_run: None) -> None:
    shown = front(make_app().test_client())
    assert "See them side by side" in shown
    assert "<svg" not in shown


class TestTheFinding:
    @pytest.fixture
    def document(self) -> dict[str, object]:
        text = (ROOT / "fwsite" / "content" / "measured_run.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def test_names_the_least_of_those_with_an_orm(self, document: dict[str, object]) -> None:
        run = read_run(document)
        assert finding(run, chart_of(run, "memory", "resident")) == "with an ORM, Django takes the least memory"

    def test_is_left_out_where_two_take_as_much(self, document: dict[str, object]) -> None:
        run = read_run(document)
        chart = chart_of(run, "memory", "resident")
        alike = next(bar for bar in chart.bars if bar.figure.cell.entry == "django")
        twice = chart._replace(bars=(alike, alike))
        assert finding(run, twice) == ""

    def test_needs_two(self, document: dict[str, object]) -> None:
        run = read_run(document)
        chart = chart_of(run, "memory", "resident").only(["plain"])
        assert [bar.figure.cell.entry in WITH_ORM for bar in chart.bars] == [False, True]
        assert finding(run, chart) == ""


def test_a_page_loads_the_second_style_sheet_where_a_directive_needs_it(instance: Path, make_app: Apps) -> None:
    (instance / "articles" / "balance.md").write_text("---\ntitle: B\n---\n\n::balance[django]\n")
    client = make_app().test_client()
    sheets = [re.findall(r'href="/static/(\w+)\.css', client.get(path).text) for path in ("/", "/article/balance")]
    assert sheets == [["site"], ["site", "tools"]]


FILLED = """
from markupsafe import Markup

from fwsite.extend import Extension

PLACES = (
    "article.front",
    "article.front_button",
    "article.front_buttons",
    "article.front_links",
    "article.front_figure",
)

extension = Extension(
    name="filler",
    title="Filler",
    slots={place: lambda context: Markup("<i>{}</i>").format(context.name) for place in PLACES},
)
"""


def test_an_extension_fills_each_place_in_order(instance: Path, make_app: Apps) -> None:
    (instance / "extensions").mkdir(exist_ok=True)
    (instance / "extensions" / "filler.py").write_text(FILLED)
    client = make_app(EXTENSIONS_DISABLED=("comparison", "questionnaire")).test_client()
    assert re.findall(r"<i>([^<]+)</i>", front(client)) == [
        "article.front",
        "article.front_button",
        "article.front_buttons",
        "article.front_links",
        "article.front_figure",
    ]
