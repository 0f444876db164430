"""How the recommendation works: everything that the page says is what the code does."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.domain import robustness, scoring, sensitivity
from fwsite.domain.answers import WEIGHTS
from fwsite.domain.questionnaire import FIT_RUBRIC, MODEL
from fwsite.domain.working import example_answers, sums
from tests.blueprints.questionnaire.test_result import texts
from tests.blueprints.questionnaire.test_would_change import DEFINITION
from tests.support.forms import first_options, submit
from tests.support.statements import statements


@pytest.fixture
def page(client: FlaskClient) -> str:
    return client.get("/questionnaire/how").text


def cells(page: str) -> list[list[str]]:
    """Every row of every table, as texts."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    return [[texts(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def test_every_constant_of_the_code_stands_on_it(page: str) -> None:
    said = texts(page)
    labels = {"little": "a little", "normal": "normal", "lot": "a lot", "must": "must have"}
    assert ", ".join(f"{labels[weight]} {number}" for weight, number in WEIGHTS.items()) in said
    assert ", ".join(f"{value} {meaning}" for value, meaning in FIT_RUBRIC.items()) in said
    assert f"a fit below {scoring.RULES[MODEL].must_fit}" in said
    assert f"With fewer than {scoring.ANSWERS_FIRM} answers a result is called provisional" in said
    assert (
        f"By a clear margin : a lead of {scoring.CLEAR_LEAD} points or more, and first in {robustness.FIRM_SHARE} %"
    ) in said
    assert f"it leads by {scoring.LEAN_LEAD} points or is first in {robustness.USUAL_SHARE} % of them" in said
    assert f"we try {robustness.DRAWS:,} sets of weights" in said
    assert f"printed to {robustness.STEP} per cent" in said


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        (scoring, "CLEAR_LEAD", "a lead of 77 points or more"),
        (scoring, "LEAN_LEAD", "it leads by 77 points"),
        (scoring, "RULES", "a fit below 77"),
        (scoring, "ANSWERS_FIRM", "fewer than 77 answers a result is called provisional"),
        (robustness, "DRAWS", "we try 77 sets"),
        (robustness, "FIRM_SHARE", "first in 77 % of the weightings or more"),
        (robustness, "USUAL_SHARE", "is first in 77 % of them"),
        (sensitivity, "MOST_PAIRS", "the 77 smallest pairs"),
    ],
)
def test_no_number_on_it_is_written_by_hand(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, module: object, name: str, words: str
) -> None:
    rules = {MODEL: scoring.RULES[MODEL]._replace(must_fit=77)}
    monkeypatch.setattr(module, name, rules if name == "RULES" else 77)
    assert words in texts(client.get("/questionnaire/how").text)


def test_the_whole_fit_table_stands_on_it(page: str) -> None:
    rows = cells(page)
    for question in DEFINITION.questions:
        assert f"<caption>{html.escape(question.text)}</caption>" in page
        for option in question.options:
            [row] = [row for row in rows if row[0] == option.label and "Fit" not in row and len(row) == 5]
            for name, cell in zip(DEFINITION.names, row[1:], strict=True):
                fit = option.fits[name]
                assert cell.startswith(f"{fit.value} ")
                assert cell.endswith(fit.evidence.capitalize())
                assert " ".join(texts(fit.reason).replace("`", "").split()[:3]) in cell


def test_the_example_is_worked_out_to_the_points(page: str) -> None:
    rows = cells(page)
    worked = sums(DEFINITION, example_answers(DEFINITION))
    assert ["Sum", str(worked[0].divisor), *(str(each.total) for each in worked)] in rows
    assert ["Rounded, half up", "", *(str(each.points) for each in worked)] in rows
    assert len(worked[0].terms) >= scoring.ANSWERS_FIRM
    assert {term.weight for term in worked[0].terms} == set(WEIGHTS.values())


def test_it_is_for_everybody_and_caches_may_keep_it(app: Flask, client: FlaskClient) -> None:
    response = client.get("/questionnaire/how")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "no-store" not in response.headers["Cache-Control"]
    assert "X-Robots-Tag" not in response.headers
    again = client.get("/questionnaire/how", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    with statements(app) as sent:
        client.get("/questionnaire/how")
    assert sent == []


def test_it_is_in_the_sitemap_and_linked_from_a_result(client: FlaskClient) -> None:
    assert "/questionnaire/how</loc>" in client.get("/sitemap.xml").text
    assert 'href="/questionnaire/how' in client.get(submit(client, first_options(client, 5)).location).text
