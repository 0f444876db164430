"""Law 15: no two sentences of a result contradict each other, and every form of it says the same verdict.

What is read here is what a person reads: the page, its preview, the record, and beside them the JSON. Each is taken
apart by its own words, and nothing is compared with how the code made it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from flask import Flask, render_template

from fwsite.blueprints.questionnaire import decision, result_page
from fwsite.blueprints.questionnaire.responses import Response
from fwsite.domain import robustness
from fwsite.domain.questionnaire import FIT_ADD_ON
from fwsite.domain.report import as_json, make_report, report_from_document, result_document
from tests.support.paths import CI
from tests.support.strategies import Case, law

NAMES = r"(?P<names>.+?)"
HEADLINES = {
    "clear": rf"{NAMES}, by a clear margin",
    "narrow": rf"{NAMES}, narrowly",
    "tie": rf"A tie: {NAMES}",
    "open": rf"Open between {NAMES}",
    "only": rf"One alone (?:may meet|meets) your must-haves?: {NAMES}",
    "none": r"Nothing meets (?:all of )?your must-haves?",
}
OUTCOMES = {
    "clear": rf"Chosen option: {NAMES}, by a clear margin\.",
    "narrow": rf"Chosen option: {NAMES}, narrowly\.",
    "tie": rf"A tie: {NAMES}\.",
    "open": rf"Open between {NAMES}\.",
    "only": rf"Chosen option: {NAMES}\.",
    "none": r"No option is chosen\.",
}
OWN_WORDS = {
    "clear": ("by a clear margin",),
    "narrow": (", narrowly",),
    "tie": ("A tie: ", "have the same points", " both have ", " all have "),
    "open": ("Open between ", "too close to call", "comes first more often"),
    "only": ("One alone ",),
    "none": ("Nothing meets ", "No option is chosen"),
}
"""What nobody may read on the page, or in the record, of another verdict."""


class Verdict(NamedTuple):
    """What somebody reads: the verdict in a word, and who is named."""

    word: str
    names: tuple[str, ...]


def split(names: str) -> tuple[str, ...]:
    return tuple(name.strip("“”") for name in re.split(r", | and ", names))


def read(text: str, sentences: dict[str, str]) -> Verdict:
    """The one of these sentences that the text begins with."""
    for word, sentence in sentences.items():
        found = re.match(sentence + ("$" if sentences is HEADLINES else ""), text)
        if found:
            return Verdict(word, split(found["names"]) if "names" in found.re.groupindex else ())
    raise AssertionError(f"says no verdict: {text!r}")


def words_of(markup: str) -> str:
    """What can be read of it, blanks made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def one(pattern: str, text: str) -> str:
    (found,) = re.findall(pattern, text, re.S)
    return html.unescape(str(found))


class Told(NamedTuple):
    """A result in every form that leaves the site."""

    document: dict[str, Any]
    page: str
    record: str

    @property
    def headline(self) -> str:
        return one("<h1>(.*?)</h1>", self.page)

    @property
    def lead(self) -> str:
        return one('<p class="lead">(.*?)</p>', self.page)

    @property
    def verdict(self) -> Verdict:
        return read(self.headline.removesuffix(" (provisional)"), HEADLINES)

    @property
    def firsts(self) -> tuple[str, ...]:
        return tuple(entry["name"] for entry in self.document["ranking"] if entry["place"] == 1)


def told(app: Flask, case: Case) -> Told:
    """Everything of a result, the page as whoever it was shared with sees it."""
    report = make_report(case.definition, case.answers)
    document = json.loads(as_json(result_document(case.definition, case.answers, report)))
    stored = report_from_document(document)
    with app.test_request_context("/questionnaire/view/" + "x" * 22):
        found = Response(case.definition, case.answers, stored, date(2026, 11, 30), True)
        page = render_template("questionnaire/result.html", page=result_page.result_page(found, "x" * 22, None))
    assert stored.advice is not None
    values = case.definition, case.answers, stored, stored.advice, date(2026, 11, 30), "https://example.org/view/x"
    return Told(document, page, decision.record(decision.Decision(*values)))


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences have to agree whatever the shares are; few draws give every one of them."""
    monkeypatch.setattr(robustness, "DRAWS", 10)


def every_form_says_the_same_verdict_and_the_same_names(case: Case, each: Told) -> None:
    verdict, document, names = each.verdict, each.document, case.definition.names
    assert {"tie": "open"}.get(verdict.word, verdict.word) == document["verdict"]
    assert verdict.names == tuple(names[key] for key in document["named"])
    assert (verdict.word == "tie") == (len(each.firsts) > 1)
    if verdict.names:
        assert verdict.names[: len(each.firsts)] == each.firsts

    outcome = one(r"## Decision Outcome\n\n(.*?)\n", each.record)
    assert read(outcome, OUTCOMES) == verdict
    assert each.lead in outcome
    assert each.headline in one(r"\n# (.*?)\n", each.record)
    assert one('property="og:title" content="(.*?)"', each.page) == each.headline
    for name in ('name="description"', 'property="og:description"'):
        assert one(f'{name} content="(.*?)"', each.page) == each.lead
    assert one("<title>(.*?)</title>", each.page).startswith(f"Shared result: {each.headline}")
    assert ("(provisional)" in each.headline) == ("This is provisional" in each.record)


def no_sentence_is_one_of_another_verdict(case: Case, each: Told) -> None:
    for text in (words_of(each.page), each.record):
        for word, own in OWN_WORDS.items():
            if word != each.verdict.word:
                assert not [phrase for phrase in own if phrase in text]


def the_sentence_under_the_headline_is_true(case: Case, each: Told) -> None:
    lead, document, word = each.lead, each.document, each.verdict.word
    ranking, names = document["ranking"], case.definition.names
    if word in ("clear", "narrow"):
        seconds = tuple(entry["name"] for entry in ranking if entry["place"] == 2)
        said = re.search(rf"{NAMES} (comes second|tie for second), (\d+) points? behind\.", lead.split("must-have")[-1])
        assert said
        assert split(re.sub(r"^.*\. ", "", said["names"])) == seconds
        assert (said[2] == "tie for second") == (len(seconds) > 1)
        assert int(said[3]) == ranking[0]["points"] - ranking[1]["points"]
        assert (f"{ranking[0]['name']} is first in " in lead) == (document["answered"] > 1)
    if word in ("tie", "open"):
        said_of = {gain["question"]: gain for gain in document["tells_apart"]}
        assert lead.count("speaks most for") == len(said_of)
        assert ("None of your answers tells" in lead) == (not said_of)
    if word == "open":
        for key in document["named"]:
            assert f"{names[key]} " in lead
            assert str(document["scores"][key]["points"]) in lead
    if word in ("clear", "narrow", "only"):
        cells = [must["alternatives"][document["named"][0]]["met"] for must in document["musts"]]
        assert ("not verified" in lead) == ("unverified" in cells)
        assert ("may meet" in each.headline) == ("unverified" in cells and word == "only")
        assert ("add-on" not in lead) or set(cells) == {"package"}
        assert ("a little help" not in lead) or set(cells) == {"help"}
        assert ("all of them built in" in lead) == (len(cells) > 1 and set(cells) == {"built_in"})


def balances(page: str) -> Iterator[tuple[list[int], int]]:
    """The costs of each account, and the score under them."""
    for balance in page.split('<div class="balance">')[1:]:
        costs = [int(points) for points in re.findall(r'class="pts">(\d+) points?<', balance)]
        said = words_of(balance.split('<div class="sum">')[1].split("</div>")[0])
        lost = re.search(r"minus (\d+) that these answers cost", said)
        score = re.search(r": (\d+) ?\.$", said)
        assert score
        assert sum(costs) == (int(lost[1]) if lost else 0)
        yield costs, int(score[1])


def costs_and_score_are_100_and_the_lead_adds_up(case: Case, each: Told) -> None:
    document = each.document
    found = list(balances(each.page))
    assert all(100 - sum(costs) == score for costs, score in found)
    assert sorted(score for _, score in found) == sorted(entry["points"] for entry in document["ranking"])
    scores = {entry["alternative"]: entry["points"] for entry in document["ranking"]}
    named = [*document["named"], *(key for key in scores if key not in document["named"])]
    if len(scores) > 1:
        chart = one('<section aria-labelledby="h-second">(.*?)</section>', each.page)
        points = [int(n.replace("−", "-")) for n in re.findall(r'<td class="n">([+−]?\d+)</td>', chart)]
        lead = scores[named[0]] - scores[named[1]]
        assert points[-1:] == ([lead] if points else [])
        assert sum(points[:-1]) == lead
    else:
        assert 'id="h-second"' not in each.page


def what_would_change_it_changes_it(case: Case, each: Told) -> None:
    document = each.document
    flips = [tuple(case.definition.names[key] for key in flip["first"]) for flip in document["would_change"]]
    groups = re.findall(r"<h3>First would be: (.*?)</h3>", each.page)
    assert {(*split(group.removesuffix(", tied")),) for group in groups} == set(flips)
    assert all(("tied" in group) == (len(split(group.removesuffix(", tied"))) > 1) for group in groups)
    assert each.firsts not in flips
    for text in (each.page, each.record):
        assert ("Nothing close" in text) == (bool(document["ranking"]) and not flips)
    assert ("What would change it" in each.page) == bool(document["ranking"])


def a_tie_is_called_a_tie_wherever_places_are_told(case: Case, each: Told) -> None:
    tied = {entry["name"]: entry["place"] for entry in each.document["ranking"] if entry["tied"]}
    for cells in re.findall(r"<tfoot>(.*?)</tfoot>", each.page, re.S)[:1] if each.document["musts"] else ():
        assert cells.count(", tied, ") == len(tied)
    if each.document["ranking"]:
        scores = one('<table class="bars"><caption>Score(.*?)</table>', each.page)
        assert scores.count('<span class="hint">tied ') == len(tied)


def whoever_passes_a_must_about_a_part_has_it_or_names_a_package(case: Case, each: Told) -> None:
    passed = 0
    for must in each.document["musts"]:
        for name, cell in must["alternatives"].items():
            fit = case.definition.by_key[must["question"]].by_key[must["option"]].fits.get(name)
            passed += cell["met"] not in ("by_hand", "no")
            if fit is not None and fit.value == FIT_ADD_ON:
                assert tuple(cell["packages"]) == fit.via
                assert f'<span class="met">{" and ".join(fit.via) or "with a little help"}</span>' in each.page
    assert each.page.count('<span class="met">') == passed


LAWS = (
    every_form_says_the_same_verdict_and_the_same_names,
    no_sentence_is_one_of_another_verdict,
    the_sentence_under_the_headline_is_true,
    costs_and_score_are_100_and_the_lead_adds_up,
    what_would_change_it_changes_it,
    a_tie_is_called_a_tie_wherever_places_are_told,
    whoever_passes_a_must_about_a_part_has_it_or_names_a_package,
)


def test_laws_15_to_17_of_every_sentence(shared_app: Flask) -> None:
    seen = set()

    @law()
    def holds(case: Case) -> None:
        each = told(shared_app, case)
        seen.add(each.verdict.word)
        for rule in LAWS:
            rule(case, each)

    holds()
    assert seen == set(HEADLINES) or not CI
