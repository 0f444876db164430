"""The result page: its numbers add up, its words are true, and it can be taken along."""

from __future__ import annotations

import html
import os
import random
import re
from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

import pypdfium2
import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Template
from markdown import markdown
from playwright.sync_api import Page, expect

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.questionnaire import decision, wording
from fwsite.domain import report, robustness
from fwsite.domain.answers import parse_answers
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Kind, State
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.report import Report, make_report
from fwsite.domain.robustness import Band, Robustness
from fwsite.domain.scoring import evaluate
from fwsite.domain.working import distances, evidence_counts, sums
from fwsite.extend import db
from tests.blueprints.questionnaire.test_would_change import DEFINITION, as_form, random_given
from tests.domain.test_personas import PERSONAS, Persona
from tests.support.forms import first_options, submit
from tests.support.records import replace
from tests.support.statements import statements
from tests.support.strategies import Case, cases, small_cases

CI = os.environ.get("CI") == "true"
RESULTS = 5_000 if CI else 300
PAGES = 30 if CI else 10


def answer_as(client: FlaskClient, persona: Persona) -> str:
    """The address of the result of such a person."""
    return submit(client, as_form({key: dict(entry) for key, entry in persona.answers.items()})).location


def texts(page: str) -> str:
    """What can be read on the page, blanks made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_reading_a_stored_result_scores_nothing_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = answer_as(client, PERSONAS[0])
    shared = re.search(r'id="shared" readonly value="http://localhost([^"]+)"', client.get(address).text)
    assert shared

    def again(*_arguments: object) -> None:
        raise AssertionError("worked out a second time")

    for name in ("evaluate", "robustness", "flips"):
        monkeypatch.setattr(report, name, again)
    for page in (address, shared[1]):
        for part in ("", "/result.json", "/decision.md"):
            assert client.get(page + part).status_code == 200


def test_the_page_is_given_one_value_and_what_every_page_has(app: Flask, client: FlaskClient) -> None:
    given: list[tuple[str | None, set[str]]] = []

    def keep(_app: Flask, template: Template, context: dict[str, Any]) -> None:
        given.append((template.name, set(context)))

    address = answer_as(client, PERSONAS[0])
    with template_rendered.connected_to(keep, app):
        client.get("/questionnaire/deleted")
        client.get(address)
    names = dict(given)
    assert names["questionnaire/result.html"] - names["questionnaire/deleted.html"] == {"page"}


def section(page: str, heading: str) -> str:
    """The section under the heading, as HTML."""
    found = re.search(rf'<section[^>]*aria-labelledby="{heading}".*?</section>\n', page, re.S)
    return found[0] if found else ""


# ---------------------------------------------------------------- numbers


def test_the_printed_numbers_of_random_results_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer weightings are drawn than in earnest: how shares are printed does not depend on their number."""
    monkeypatch.setattr(robustness, "DRAWS", 20)
    chance = random.Random(20261122)
    for _ in range(RESULTS):
        answers = parse_answers(DEFINITION, random_given(chance))
        result = evaluate(DEFINITION, answers)
        for entry in result.ranking:
            assert result.mean_points + sum(part.points for part in entry.contributions) == entry.points
            assert result.mean + sum(part.exact for part in entry.contributions) == entry.score
            assert 0 <= entry.points <= 100
        if len(result.ranking) > 1:
            assert result.lead == result.ranking[0].points - result.ranking[1].points
        found = robustness.robustness(DEFINITION, answers, result)
        if found is not None:
            assert sum(found.printed.values()) == 100
            assert sum(share for _, share in found.shares) == 1
        counts, unknown = evidence_counts(DEFINITION, answers)
        chosen = sum(len(answer.options) for answer in answers.values() if answer.counts)
        assert sum(counts.values()) + unknown == chosen * len(DEFINITION.names)


def test_the_numbers_on_random_pages_add_up(client: FlaskClient) -> None:
    chance = random.Random(1)
    balances = 0
    for _ in range(PAGES):
        page = client.get(submit(client, as_form(random_given(chance))).location).text
        for balance in page.split('<div class="balance">')[1:]:
            said = texts(balance.split('<div class="sum">')[1].split("</div>")[0])
            lines = [int(p.replace("−", "-")) for p in re.findall(r'class="pts">([+−]?\d+)<', balance)]
            mean = re.search(r"average (?:is )?(\d+)\.", said)
            score = re.search(r"That makes (\d+)", said)
            added, taken = re.search(r"Add (\d+)", said), re.search(r"Take (\d+)", said)
            assert mean and score
            assert int(mean[1]) + sum(lines) == int(score[1])
            assert sum(n for n in lines if n > 0) == (int(added[1]) if added else 0)
            assert sum(n for n in lines if n < 0) == -(int(taken[1]) if taken else 0)
            balances += 1
        shares = re.findall(r'<td class="n">(\d+) %</td>', section(page, "h-firm"))
        assert sum(map(int, shares)) == (100 if shares else 0)
        counted = re.search(
            r"(\d+) fits were used\. (\w+) of them rests? on a measurement of this site, (\w+) on", page
        )
        assert counted
    assert balances > PAGES


@given(cases())
def test_the_working_leads_to_the_scores_and_to_the_first_of_them(case: Case) -> None:
    result = evaluate(case.definition, case.answers)
    scores = {entry.alternative: entry for entry in (*result.ranking, *result.left_out)}
    worked = sums(case.definition, case.answers)
    assert {each.alternative: (each.score, each.points) for each in worked} == {
        key: (entry.score, entry.points) for key, entry in scores.items()
    }
    for each in worked:
        assert each.total == sum(Fraction(t.weight * sum(t.fits), 4 * len(t.fits)) for t in each.terms)
        assert each.divisor == sum(term.weight for term in each.terms)
    parts = distances(case.definition, case.answers, result)
    if result.ranking:
        assert 100 * result.mean + sum(part.exact for part in parts) == 100 * result.ranking[0].score
        assert result.mean_points + sum(part.points for part in parts) == result.ranking[0].points
        assert sum(part.share for part in parts) == 1


@given(st.fractions())
def test_decimals_are_cut_and_say_so(value: Fraction) -> None:
    said = wording.decimal(value)
    digits = Fraction(said.replace("−", "-").rstrip("…"))
    assert abs(digits) <= abs(value) < abs(digits) + Fraction(1, 1000)
    assert (digits == value) == (not said.endswith("…"))


def test_every_digit_stands_on_the_page(client: FlaskClient) -> None:
    location = answer_as(client, PERSONAS[0])
    page, document = client.get(location).text, client.get(f"{location}/result.json").json
    digits = texts(section(page, "h-digits"))
    for score in document["scores"].values():
        assert score["exact"] in digits
    for part in document["contributions"][document["ranking"][0]["alternative"]].values():
        assert wording.decimal(100 * Fraction(part["exact"])) in digits


# ---------------------------------------------------------------- how firm


def firm(shares: dict[str, int], winner: str) -> list[str]:
    """What is said of these shares, in per cent, about three alternatives of the shipped questionnaire."""
    answers = parse_answers(DEFINITION, PERSONAS[9].answers)
    report = make_report(DEFINITION, answers)
    order = sorted(shares.items(), key=lambda item: -item[1])
    exact = tuple((name, Fraction(share, 100)) for name, share in order)
    found = Robustness(exact, winner, robustness.band_of(robustness.per_cent(Fraction(shares[winner], 100))))
    return wording.firmness(DEFINITION, replace(report, robustness=found))


FIRM = [
    ({"fastapi": 100, "flask": 0}, "Clear: FastAPI comes first in every weighting consistent with your answers"),
    ({"fastapi": 98, "flask": 2}, "Clear: FastAPI comes first in nearly all weightings consistent with your answers."),
    ({"fastapi": 91, "flask": 9}, "Clear: FastAPI comes first in about 90 % of the weightings"),
    ({"fastapi": 81, "flask": 19}, "FastAPI comes first in about 8 of 10 weightings consistent with your answers."),
    ({"fastapi": 74, "flask": 26}, "FastAPI comes first in 7 to 8 of 10 weightings"),
    ({"fastapi": 55, "flask": 45}, "Too close: FastAPI comes first in only about 55 % of the weightings"),
    ({"fastapi": 1, "flask": 99}, "Too close: FastAPI comes first in hardly any of the weightings"),
]


@pytest.mark.parametrize(("shares", "words"), FIRM, ids=[str(shares["fastapi"]) for shares, _ in FIRM])
def test_firmness_is_said_in_words_by_band(shares: dict[str, int], words: str) -> None:
    assert firm(shares, "fastapi")[0].startswith(words)


def test_what_is_too_close_names_the_two_to_compare() -> None:
    assert "Compare these two: FastAPI and Flask." in firm({"fastapi": 50, "flask": 30, "django": 20}, "fastapi")


def test_who_comes_first_more_often_than_the_winner_is_named() -> None:
    said = " ".join(firm({"fastapi": 40, "flask": 60}, "fastapi"))
    assert "Another comes first more often: Flask, in about 60 %." in said


@given(small_cases())
def test_the_words_agree_with_the_band(case: Case) -> None:
    report = make_report(case.definition, case.answers)
    said = wording.firmness(case.definition, report)
    if report.robustness is None:
        assert said == []
        return
    found, name = report.robustness, case.definition.names[report.robustness.winner]
    assert name in said[0]
    assert said[0].startswith("Clear") == (found.band is Band.CLEAR)
    assert said[0].startswith("Too close") == (found.band is Band.CLOSE)
    assert any(line.startswith("Another") for line in said) == (found.favourite != found.winner)


# ---------------------------------------------------------------- what it rests on


def test_the_page_counts_what_the_fits_rest_on(client: FlaskClient) -> None:
    persona = PERSONAS[0]
    page = texts(client.get(answer_as(client, persona)).text)
    used = Counter(
        DEFINITION.by_key[key].by_key[option].fits[name].evidence
        for key, entry in persona.answers.items()
        for option in entry["options"]
        for name in DEFINITION.names
    )
    assert used[Evidence.MEASURED] == 0
    assert (
        f"{used.total()} fits were used. None of them rests on a measurement of this site, "
        f"{used[Evidence.SOURCED]} on a published source, {used[Evidence.OPINION]} on our opinion."
    ) in page


def test_each_line_opens_the_points_and_sources_behind_it(client: FlaskClient) -> None:
    page = client.get(answer_as(client, PERSONAS[0])).text
    first = re.search(r'<dl class="grounds">.*?</dl>', page, re.S)
    assert first
    assert re.search(r"<dt>Speaks (for|against) it</dt>", first[0])
    assert '<span class="ev ' in first[0]
    history = re.search(r'href="(/comparison/history/claim/[a-z-]+)"', first[0])
    assert history
    assert client.get(history[1]).status_code == 200
    assert re.search(r'<a href="https://[^"]+"[^>]*>', first[0])
    assert "Fit 4 of 4:" in page


def change_claim(app: Flask, key: str, **fields: Any) -> None:
    with app.app_context():
        item = document_mapper.find(Kind.CLAIM, key)
        assert item
        journal.save(item, {**item.document, **fields}, By("mara", "a note"))
        db.session.commit()


def test_a_retired_point_is_called_so_and_leads_to_its_history(app: Flask, client: FlaskClient) -> None:
    location = answer_as(client, PERSONAS[0])
    assert "No longer in the comparison" not in client.get(location).text
    change_claim(app, "django-admin", state=State.RETIRED)
    page = client.get(location).text
    gone = re.search(r"<dt>No longer in the comparison</dt>\s*<dd>django-admin.*?</dd>", page, re.S)
    assert gone
    history = re.search(r'href="([^"]+)"', gone[0])
    assert history
    assert client.get(history[1]).status_code == 200


def test_the_points_of_a_page_take_the_same_statements_however_many_they_are(app: Flask, client: FlaskClient) -> None:
    counts = []
    for number in (3, 10):
        location = submit(client, first_options(client, number)).location
        client.get(location)
        with statements(app) as sent:
            client.get(location)
        counts.append(len(sent))
    assert counts[0] == counts[1]


# ---------------------------------------------------------------- decision record


def record_of(client: FlaskClient, location: str) -> str:
    response = client.get(f"{location}/decision.md")
    assert response.status_code == 200
    assert response.mimetype == "text/markdown"
    assert re.fullmatch(r'attachment; filename="decision-\d{4}-\d\d-\d\d\.md"', response.headers["Content-Disposition"])
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    return response.text


@pytest.mark.parametrize("persona", PERSONAS[:8], ids=lambda persona: persona.name)
def test_the_decision_record_says_what_the_page_says(client: FlaskClient, persona: Persona) -> None:
    location = answer_as(client, persona)
    text, document = record_of(client, location), client.get(f"{location}/result.json").json
    read = texts(markdown(text, extensions=["tables"]))
    assert f"Which backend framework: {texts(re.findall('<h1>(.*?)</h1>', client.get(location).text)[0])}" in read
    assert "Status: proposed" in read
    for entry in document["ranking"]:
        assert f"{entry['place']} {entry['name']} {entry['points']}" in read.replace(" (tied)", "")
    for key, entry in persona.answers.items():
        question = DEFINITION.by_key[key]
        assert question.text in read
        assert all(question.by_key[option].label in read for option in entry["options"])
    for out in document["left_out"]:
        assert f"{out['name']}: misses" in read
    assert document["definition"] in read


def test_the_record_names_the_shared_address_and_never_the_owners(client: FlaskClient) -> None:
    location = answer_as(client, PERSONAS[0])
    text = record_of(client, location)
    assert location.rpartition("/")[2] not in text
    address = re.search(r"<http://localhost(/questionnaire/view/[\w-]{22})>", text)
    assert address
    assert client.get(address[1]).status_code == 200
    assert record_of(client, address[1]) == text


@pytest.mark.parametrize("token", ["x", "x" * 22])
def test_a_record_that_nobody_has_is_a_404_page(client: FlaskClient, token: str) -> None:
    assert client.get(f"/questionnaire/{token}/decision.md").status_code == 404
    assert client.get(f"/questionnaire/view/{token}/decision.md").status_code == 404


PIECES = (*"\\`*_{}[]()#+-.!|<>&~\"'=:/@ \nab1", "https://x.org ", "<script>", "&amp;", "\\|", "1. ", "{: #x}")
AWKWARD = st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map("".join).filter(str.strip)


def retold(definition: Definition, text: str) -> Definition:
    """The same with every text, reason and name replaced."""

    def question(old: Question) -> Question:
        options = tuple(
            replace(
                option,
                label=text,
                fits={key: replace(fit, reason=text) for key, fit in option.fits.items()},
            )
            for option in old.options
        )
        return replace(old, text=text, options=options)

    return replace(
        definition,
        alternatives=tuple(replace(alternative, name=text) for alternative in definition.alternatives),
        questions=tuple(question(old) for old in definition.questions),
    )


@settings(max_examples=200)
@given(small_cases(), AWKWARD)
def test_the_record_is_the_same_markdown_whatever_the_texts_hold(case: Case, text: str) -> None:
    """Tags of the rendered record are those with harmless texts, and every text can be read in it as it is."""

    def rendered(definition: Definition, report: Report) -> str:
        made = decision.Decision(definition, case.answers, report, date(2026, 11, 22), "https://example.org/view/x")
        return markdown(decision.record(made), extensions=["tables", "sane_lists"])

    report = make_report(case.definition, case.answers)
    odd, harmless = (rendered(retold(case.definition, each), report) for each in (text, "word"))
    assert re.findall(r"<[^>]+>", odd) == re.findall(r"<[^>]+>", harmless)
    assert " ".join(text.split()) in texts(odd)


# ---------------------------------------------------------------- on paper


@pytest.mark.parametrize("persona", PERSONAS[::3], ids=lambda persona: persona.name)
def test_a_result_prints_on_two_sheets_with_its_shared_address(page: Page, persona: Persona) -> None:
    page.goto("/questionnaire/")
    for key, entry in persona.answers.items():
        for option in entry["options"]:
            page.check(f'[name="q-{key}"][value="{option}"]')
        page.check(f'[name="w-{key}"][value="{entry["weight"]}"]')
    page.get_by_role("button", name="See the result").click()
    expect(page.get_by_role("heading", level=2, name="Scores")).to_be_visible()
    page.wait_for_load_state()
    sheets = pypdfium2.PdfDocument(page.pdf(format="A4"))
    printed = " ".join(sheet.get_textpage().get_text_range() for sheet in sheets)
    assert len(sheets) <= 2
    assert re.search(r"/questionnaire/view/[\w-]{22}", printed)
    assert page.url.rpartition("/")[2] not in printed
    assert "What this rests on" not in printed
    assert "Show the arithmetic" not in printed
    assert "Delete my answers" not in printed
