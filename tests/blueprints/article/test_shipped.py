"""The shipped article: its code is that of the examples, its numbers are counted, its old places still lead there."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest
from flask.testing import FlaskClient

from fwsite.blueprints.article import reading_time
from tests.blueprints.article.pages import LEAD, page
from tests.support.paths import ROOT

CONTENT = ROOT / "fwsite" / "content"
EXAMPLES = CONTENT / "examples"
PROJECT = EXAMPLES / "django_project"
FILES = {
    "Django": [path for path in PROJECT.rglob("*.py") if path.parent.name != "migrations"],
    "Flask": [EXAMPLES / "bookmarks_flask.py"],
    "FastAPI": [EXAMPLES / "bookmarks_fastapi.py"],
    "No framework": [EXAMPLES / "bookmarks_plain.py"],
}
EARLIER = (
    "a-newsrooms-scripts four-questions-for-any-backend-framework for-django easy-to-develop-with"
    " scalable-and-versatile community-and-packages against-django more-than-a-small-site-needs"
    " a-great-deal-to-learn-first one-standard-way speed memory the-orm-between-you-and-the-sql one-coupled-code-base"
    " django-against-flask-and-fastapi flask fastapi no-framework-yet which-one-and-when sources"
).split()
"""Headings of the article that stood here first; others may have linked to them."""


@lru_cache
def text() -> str:
    return (CONTENT / "articles" / f"{LEAD}.md").read_text(encoding="utf-8").split("---\n", 2)[2]


def lines_of(name: str) -> int:
    found = (line.strip() for path in FILES[name] for line in path.read_text(encoding="utf-8").splitlines())
    return sum(bool(line) and not line.startswith("#") for line in found)


def excerpts() -> dict[str, str]:
    found = re.findall(r"<summary>([^<]+)</summary>\n\n```text\n(.*?)\n```\n", text(), re.S)
    return dict(found)


def test_every_way_has_an_excerpt() -> None:
    assert set(excerpts()) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_an_excerpt_is_what_the_example_says(name: str) -> None:
    whole = "\n".join(path.read_text(encoding="utf-8") for path in FILES[name])
    for part in excerpts()[name].split("\n\n\n"):
        assert part.strip() in whole


@pytest.mark.parametrize("name", FILES)
def test_lines_are_counted(name: str) -> None:
    assert re.findall(rf"^\| {name} \| (\d+) \|", text(), re.M) == [str(lines_of(name))]


def test_the_lines_of_settings_are_counted() -> None:
    lines = (PROJECT / "settings.py").read_text(encoding="utf-8").splitlines()
    assert f"include {sum(bool(line.strip()) for line in lines)} of settings" in text()


def test_it_takes_ten_to_fourteen_minutes() -> None:
    assert 10 <= reading_time.minutes(text()) <= 14


def test_it_begins_with_five_points_in_short(client: FlaskClient) -> None:
    first = text().split("\n## ")[1]
    assert first.startswith("In short\n")
    assert len(re.findall(r"^\* \*\*", first, re.M)) == 5


@pytest.mark.parametrize("address", ["/", f"/article/{LEAD}"])
def test_places_that_were_there_before_lead_somewhere(client: FlaskClient, address: str) -> None:
    places = {attributes["id"] for _, attributes in page(client, address).elements if "id" in attributes}
    assert [name for name in EARLIER if name not in places] == []


def test_every_source_is_cited_and_every_citation_has_a_source(client: FlaskClient) -> None:
    head = (CONTENT / "articles" / f"{LEAD}.md").read_text(encoding="utf-8").split("---\n", 2)[1]
    named = set(re.findall(r"^  - id: (\S+)$", head, re.M))
    outside_code = re.sub(r"```.*?```", "", text(), flags=re.S)
    assert set(re.findall(r"\[\^([a-z0-9-]+)\]", outside_code)) == named


def test_its_measured_tables_are_there(client: FlaskClient) -> None:
    html = client.get(f"/article/{LEAD}").text
    assert (
        len(re.findall(r'<div class="scroll" role="region" aria-label="[^"]+" tabindex="0"><table>\n<caption>', html))
        == 3
    )
    assert "Not measured yet" not in html
