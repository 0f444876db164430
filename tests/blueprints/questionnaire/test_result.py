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
from sqlalchemy import select

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.questionnaire import decision, wording
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain import report, robustness
from fwsite.domain.answers import parse_answers
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Kind, State
from fwsite.domain.questionnaire import NOT_SURE, Definition, Question
from fwsite.domain.recommendation import Verdict
from fwsite.domain.report import Report, make_report
from fwsite.domain.scoring import evaluate
from fwsite.domain.working import costs, evidence_counts, sums
from fwsite.extend import db
from tests.blueprints.questionnaire.test_one_verdict import balances, one
from tests.blueprints.questionnaire.test_would_change import DEFINITION, as_form, random_given
from tests.domain.test_personas import PERSONAS, Persona
from tests.support.barriers import barriers
from tests.support.forms import first_options, inputs, submit
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
            assert 100 - sum(loss.points for loss in entry.losses) == entry.points
            assert 1 - sum(loss.exact for loss in entry.losses) == entry.score
            assert all(loss.points >= 0 <= loss.exact for loss in entry.losses)
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
    accounts = 0
    for _ in range(PAGES):
        page = client.get(submit(client, as_form(random_given(chance))).location).text
        found = list(balances(page))
        assert all(100 - sum(costs) == score for costs, score in found)
        accounts += len(found)
        shares = re.findall(r'<td class="n">(\d+) %</td>', section(page, "h-numbers"))
        assert sum(map(int, shares)) == (100 if shares else 0)
        assert re.search(r"(\d+) fits were used\. (\w+) of them rests? on this site’s own measurement, (\w+) on", page)
    assert accounts > PAGES


@given(cases())
def test_the_working_leads_to_the_scores_and_from_100_to_the_first_of_them(case: Case) -> None:
    result = evaluate(case.definition, case.answers)
    scores = {entry.alternative: entry for entry in (*result.ranking, *result.left_out)}
    worked = sums(case.definition, case.answers)
    assert {each.alternative: (each.score, each.points) for each in worked} == {
        key: (entry.score, entry.points) for key, entry in scores.items()
    }
    for each in worked:
        assert each.total == sum(Fraction(t.weight * sum(t.fits), 4 * len(t.fits)) for t in each.terms)
        assert each.divisor == sum(term.weight for term in each.terms)
    parts = costs(case.definition, case.answers, result)
    if result.ranking:
        assert 100 - sum(part.exact for part in parts) == 100 * result.ranking[0].score
        assert 100 - sum(part.points for part in parts) == result.ranking[0].points
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
    digits = texts(one('id="digits">(.*?)</details>', page))
    for score in document["scores"].values():
        assert score["exact"] in digits
    for part in document["losses"][document["ranking"][0]["alternative"]]:
        assert wording.decimal(100 * Fraction(part["exact"])) in digits


# ---------------------------------------------------------------- the decision

MUSTS = {
    "q-work": "live",
    "q-waiting": "open-connections",
    "w-waiting": "must",
    "q-parts": ["admin", "forms"],
    "w-parts": "must",
    "q-size": "medium",
    "q-signin": "nobody",
    "q-hosting": "ordinary",
}


def test_the_sections_stand_in_the_order_of_a_decision(client: FlaskClient) -> None:
    page = client.get(answer_as(client, PERSONAS[0])).text
    order = re.findall(r'<h2 id="(h-[a-z]+)', page)
    assert order == [
        *("h-musts", "h-stack", "h-notes", "h-account", "h-second", "h-change", "h-numbers", "h-answers", "h-keep")
    ]


def test_each_must_says_of_each_alternative_how_it_is_met_and_who_is_ruled_out(client: FlaskClient) -> None:
    location = submit(client, MUSTS).location
    page, document = client.get(location).text, client.get(f"{location}/result.json").json
    assert document["verdict"] == "only"
    table = section(page, "h-musts")
    rows = [[texts(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in table.split("<tr>")[1:]]
    assert rows[0] == ["Must-have", "Django", "FastAPI", "Flask", "No framework"]
    assert [row[0] for row in rows[1:-1]] == [
        DEFINITION.by_key[must["question"]].by_key[must["option"]].label for must in document["musts"]
    ]
    channels = document["packages"]["channels"]
    assert rows[1][4] == "no"
    assert rows[2][2] == "by hand", "a part that has to be written"
    assert rows[3][1] == f"{channels['name']} {channels['version']}"
    assert rows[3][3] == "not well enough", "no part, and not good enough"
    assert rows[-1][:2] == ["Outcome", f"first, {document['ranking'][0]['points']}"]
    scores = {key: Fraction(score["exact"]) for key, score in document["scores"].items()}
    for cell, out in zip(rows[-1][2:], document["left_out"], strict=True):
        place = 1 + sum(score > scores[out["alternative"]] for score in scores.values())
        points = document["scores"][out["alternative"]]["points"]
        assert cell == f"ruled out otherwise {wording.ordinal(place)}, {points}"
    why = texts(table.partition("<details>")[2])
    assert why.startswith("Why three are ruled out FastAPI: Web forms with error messages: ")
    connections = DEFINITION.by_key["waiting"].by_key["open-connections"]
    assert f"Flask: {connections.label}: {connections.fits['flask'].reason} Sourced" in why


def test_without_a_must_there_is_no_table_of_them(client: FlaskClient) -> None:
    page = client.get(submit(client, {"q-work": "api", "q-size": "small"}).location).text
    assert 'id="h-musts"' not in page
    assert 'id="h-stack"' in page


def test_the_stack_is_one_line_to_install_and_what_brings_what(client: FlaskClient) -> None:
    location = submit(client, MUSTS).location
    stack, document = section(client.get(location).text, "h-stack"), client.get(f"{location}/result.json").json
    found = document["stack"][0]
    assert texts(stack).startswith(f"The stack {found['install']} {found['start']} ")
    for part in found["parts"]:
        label = DEFINITION.by_key[part["question"]].by_key[part["option"]].label
        everybody = {fit.value for fit in DEFINITION.by_key[part["question"]].by_key[part["option"]].fits.values()}
        assert (label in texts(stack)) == (everybody != {4}), "what every alternative has is no part of a stack"
    for package in document["packages"].values():
        if package["key"] in {name.partition("[")[0] for name in found["packages"]}:
            assert f"{package['name']} {package['version']}" in texts(stack)


def test_a_package_without_a_release_for_two_years_says_so(client: FlaskClient) -> None:
    answers = {
        **MUSTS,
        "q-work": "pages",
        "w-parts": "normal",
        "w-waiting": "normal",
        "q-database": "other-orm",
        "w-database": "must",
    }
    location = submit(client, {**answers, "q-code": "sqlalchemy-models", "q-parts": "templates"}).location
    page, document = client.get(location).text, client.get(f"{location}/result.json").json
    used = {name.partition("[")[0] for found in document["stack"] for name in found["packages"]}
    stale = [key for key, package in document["packages"].items() if package["is_stale"] and key in used]
    assert stale
    assert section(page, "h-stack").count("no release for two years") == len(stale)


def test_what_every_alternative_has_is_one_line_and_no_advantage(client: FlaskClient) -> None:
    account = section(client.get(submit(client, MUSTS).location).text, "h-account-django")
    assert "Every alternative fits equally well here: Not at all." in texts(account)
    assert "<span>Not at all" not in account


def test_an_open_verdict_names_two_and_shows_the_account_of_both(client: FlaskClient) -> None:
    chance = random.Random(5)
    while True:
        given = random_given(chance)
        found = make_report(DEFINITION, parse_answers(DEFINITION, given))
        if found.advice and found.advice.recommendation.verdict is Verdict.OPEN:
            break
    page = client.get(submit(client, as_form(given)).location).text
    named = found.advice.recommendation.named
    for key in named:
        assert f'id="h-account-{key}"' in page
    first, second = (DEFINITION.names[key] for key in named[:2])
    assert f">{first} or {second}?</h2>" in page
    assert "The stacks" in page


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
    measured = used[Evidence.MEASURED]
    assert (
        f"{used.total()} fits were used. {measured or 'None'} of them rest{'s' if measured < 2 else ''} "
        "on this site’s own measurement, "
        f"{used[Evidence.SOURCED]} on a published source, {used[Evidence.OPINION]} on our opinion."
    ) in page


def test_each_line_opens_the_points_and_sources_behind_it(client: FlaskClient) -> None:
    page = client.get(answer_as(client, PERSONAS[0])).text
    first = re.search(r'<dl class="grounds">.*?</dl>', page, re.S)
    assert first
    assert re.search(r"<dt>Speaks (for|against) (Django|Flask|FastAPI|No framework)</dt>", first[0])
    assert '<span class="ev ' in first[0]
    history = re.search(r'href="(/comparison/history/claim/[a-z-]+)"', first[0])
    assert history
    assert client.get(history[1]).status_code == 200
    assert re.search(r'<a href="https://[^"]+"[^>]*>', page)
    assert ": 4 of 4." in page


def test_every_fit_of_an_account_wears_its_mark_and_each_column_says_once_what_it_rests_on(client: FlaskClient) -> None:
    page = client.get(answer_as(client, PERSONAS[0])).text
    for balance in page.split('<div class="balance">')[1:]:
        for column in re.findall(r'<section class="(?:for|against)">.*?</section>', balance, re.S):
            reasons = re.findall(r"<small>(.*?)</small>", column, re.S)
            assert all('<span class="ev ' in reason for reason in reasons)
            assert column.count('<details class="rests">') <= 1
            assert not reasons or "What this rests on" in column or 'class="ev opinion"' in column


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
    assert text.startswith(f"---\nstatus: proposed\ndate: {date.today().isoformat()}\n---\n\n# ")
    assert f"Which backend framework: {texts(re.findall('<h1>(.*?)</h1>', client.get(location).text)[0])}" in read
    for entry in document["ranking"]:
        assert f"{entry['name']}: {entry['points']} of 100 points" in read
    for key, entry in persona.answers.items():
        question = DEFINITION.by_key[key]
        assert (question.text in read) == (entry["options"] != [NOT_SURE])
        assert all(question.by_key[option].label in read for option in entry["options"] if option != NOT_SURE)
    for out in document["left_out"]:
        assert f"{out['name']}: ruled out" in read
    for found in document["stack"]:
        assert found["install"] in html.unescape(read)
    assert document["definition"] in read


def test_the_record_has_the_sections_of_madr_in_their_order(client: FlaskClient) -> None:
    text = record_of(client, submit(client, MUSTS).location)
    assert re.findall(r"^##+ (.*)$", text.partition("## Pros and Cons")[0], re.M) == [
        *("Context and Problem Statement", "Decision Drivers", "Considered Options", "Decision Outcome"),
        *("Consequences", "Confirmation"),
    ]
    assert text.index("## Pros and Cons of the Options") < text.index("## More Information")


def test_one_fit_is_judged_alike_wherever_the_record_names_it(client: FlaskClient) -> None:
    for persona in PERSONAS[:8]:
        text = record_of(client, answer_as(client, persona))
        judged: dict[str, set[str]] = {}
        for word, fit in re.findall(r"^\* (Good|Neutral|Bad), because (“.*?\))", text, re.M):
            judged.setdefault(fit, set()).add(word)
        assert judged
        assert all(len(words) == 1 for words in judged.values())


def test_the_title_that_a_link_gives_is_the_records_and_is_not_stored(app: Flask, client: FlaskClient) -> None:
    location = submit(client, MUSTS).location
    titled = client.get(f"{location}/decision.md", query_string={"title": "Zebra *crossing*\n## no"}).text
    assert re.search(r"^# Zebra .*crossing.* no$", titled, re.M)
    assert "Zebra" not in record_of(client, location)
    with app.app_context():
        dump = str([dict(row._mapping) for row in db.session.execute(select(StoredResponse.__table__))])
    assert "Zebra" not in dump


def test_a_title_for_the_record_is_one_line_of_what_can_be_read(client: FlaskClient) -> None:
    location = answer_as(client, PERSONAS[0])
    for asked, title in (("a%00b%0A%23 c", "ab \\# c"), ("x" * 5_000, "x" * 120), ("%00", "Which backend framework: ")):
        heading = client.get(f"{location}/decision.md?title={asked}").text.splitlines()[5]
        assert heading.startswith(f"# {title}")
        assert len(heading) <= 122
    assert "\0" not in client.get(f"{location}/decision.md?title=%00").text


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
        assert report.advice
        values = definition, case.answers, report, report.advice, date(2026, 11, 22), "https://example.org/view/x"
        made = decision.Decision(*values)
        return markdown(decision.record(made), extensions=["tables", "sane_lists"])

    report = make_report(case.definition, case.answers)
    odd, harmless = (rendered(retold(case.definition, each), report) for each in (text, "word"))
    assert re.findall(r"<[^>]+>", odd) == re.findall(r"<[^>]+>", harmless)
    assert " ".join(text.split()) in texts(odd)


# ---------------------------------------------------------------- on paper


@pytest.mark.parametrize("persona", PERSONAS[:: 8 if CI else 20], ids=lambda persona: persona.name)
def test_a_result_prints_on_one_sheet_and_its_numbers_and_answers_on_a_second(page: Page, persona: Persona) -> None:
    open_result(page, persona)
    sheets = [sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(page.pdf(format="A4"))]
    assert len(sheets) == 2
    decision, numbers = sheets
    has_musts = any(entry["weight"] == "must" for entry in persona.answers.values())
    for heading in ("Your must-haves" if has_musts else "The stack", "The stack", "What it gives, and what it costs"):
        assert heading in decision
    assert "What would change it" in decision
    assert ("Why not " in decision) == (page.locator("#h-second").count() == 1)
    assert "Your answers" in numbers
    assert "Score: 100 minus what your answers cost" in numbers
    printed = " ".join(sheets)
    assert re.search(r"/questionnaire/view/[\w-]{22}", printed)
    assert page.url.rpartition("/")[2] not in printed
    assert "What this rests on" not in printed
    assert "Every digit of it" not in printed
    assert "Delete my answers" not in printed


# ---------------------------------------------------------------- on a screen

SIX = [PERSONAS[number] for number in (0, 5, 6, 12, 20, 38)]


def open_result(page: Page, persona: Persona) -> None:
    """Answer as this person does, and wait for the result."""
    page.goto("/questionnaire/")
    for key, entry in persona.answers.items():
        for option in entry["options"]:
            page.check(f'[name="q-{key}"][value="{option}"]')
        page.check(f'[name="w-{key}"][value="{entry["weight"]}"]')
    page.get_by_role("button", name="See the result").click()
    expect(page.get_by_role("heading", level=2, name="The numbers")).to_be_visible()
    page.wait_for_load_state()


@pytest.mark.parametrize("persona", SIX, ids=lambda persona: persona.name)
def test_verdict_musts_and_stack_stand_in_the_first_two_screens_of_a_phone(page: Page, persona: Persona) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_result(page, persona)
    has_musts = any(entry["weight"] == "must" for entry in persona.answers.values())
    for heading in ("h-musts", "h-stack")[0 if has_musts else 1 :]:
        box = page.locator(f"section[aria-labelledby={heading}]").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 2 * 844


def test_a_result_has_no_barriers_and_scrolls_down_only(page: Page) -> None:
    open_result(page, SIX[1])
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert barriers(page, "light", "dark") == ""
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# ---------------------------------------------------------------- deleting


def test_a_person_deletes_from_the_page_and_is_asked_first(page: Page) -> None:
    open_result(page, SIX[3])
    address = page.url
    page.get_by_role("link", name="Delete my answers").click()
    expect(page.get_by_role("heading", level=1, name="Delete these answers?")).to_be_visible()
    assert barriers(page) == ""
    page.get_by_role("link", name="Keep them").click()
    expect(page).to_have_url(address)
    page.get_by_role("link", name="Delete my answers").click()
    page.get_by_role("button", name="Delete my answers").click()
    expect(page).to_have_url(re.compile("/questionnaire/deleted$"))
    response = page.goto(address)
    assert response
    assert response.status == 404


@pytest.mark.parametrize("token", ["x", "x" * 22])
def test_nobody_is_asked_about_answers_that_are_not_there(client: FlaskClient, token: str) -> None:
    assert client.get(f"/questionnaire/{token}/delete").status_code == 404


def test_asking_deletes_nothing_and_is_as_private_as_the_result(client: FlaskClient) -> None:
    location = submit(client, MUSTS).location
    asked = client.get(f"{location}/delete")
    assert asked.status_code == 200
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["X-Robots-Tag"] == "noindex"
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(location).status_code == 200


def test_whoever_was_shared_a_result_has_no_way_to_delete_it(client: FlaskClient) -> None:
    own = client.get(submit(client, MUSTS).location).text
    shared = re.search(r"/questionnaire/view/[\w-]{22}", own)
    assert shared
    assert "/delete" not in client.get(shared[0]).text
    assert client.get(f"{shared[0]}/delete").status_code == 404


def test_without_a_session_cookie_nothing_is_deleted_and_the_page_says_so(app: Flask, client: FlaskClient) -> None:
    location = submit(client, MUSTS).location
    token = inputs(client.get(f"{location}/delete").text)["csrf_token"]
    stranger = app.test_client(use_cookies=False)
    refused = stranger.post(f"{location}/delete", data={"csrf_token": token})
    assert refused.status_code == 400
    assert "Nothing was deleted" in refused.text
    assert client.get(location).status_code == 200
