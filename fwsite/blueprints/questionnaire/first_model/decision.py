"""Decision record of a result of the first model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from fwsite.blueprints.questionnaire import changes, wording
from fwsite.blueprints.questionnaire.first_model import wording as first_wording
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.domain.answers import WEIGHTS, Answers
from fwsite.domain.evidence import Evidence
from fwsite.domain.markdown_text import document, plain
from fwsite.domain.questionnaire import FIT_MAX, Definition
from fwsite.domain.report import Report
from fwsite.domain.robustness import DRAWS
from fwsite.domain.scoring import Contribution, Ranked, Standing, Strength
from fwsite.domain.working import evidence_counts


class Decision(NamedTuple):
    """What a record says. ``address`` is where the result can be read; empty where it cannot be shared."""

    definition: Definition
    answers: Answers
    report: Report
    created_on: date
    address: str


def record(decision: Decision) -> str:
    """The whole record."""
    definition, report = decision.definition, decision.report
    verdict = plain(first_wording.headline(definition, report.result))
    sections = (
        ("## Context", _context(decision)),
        ("## Answers and weights", _answers(decision)),
        ("## Ranking", _ranking(decision)),
        ("## Reasons for and against", _reasons(decision)),
        ("## Ruled out by a must-have", _left_out(decision)),
        ("## How firm this is", [plain(sentence) for sentence in first_wording.firmness(definition, report)]),
        ("## What would change it", _would_change(decision)),
        ("## Risks", _risks(decision)),
        ("## Where this comes from", _origin(decision)),
    )
    front = [f"# Which backend framework: {verdict}", ""]
    front += [f"- Date: {decision.created_on.isoformat()}", "- Status: proposed"]
    return document(front, sections)


def _context(decision: Decision) -> Iterator[str]:
    names = plain(wording.joined(list(decision.definition.names.values())))
    result = decision.report.result
    yield f"A backend framework is to be chosen from: {names}."
    yield (
        f"{result.answered} of {result.asked} questions about the project were answered. "
        + plain(first_wording.lead(decision.definition, decision.answers, result))
    )


def _answers(decision: Decision) -> Iterator[str]:
    for question in decision.definition.questions:
        answer = decision.answers[question.key]
        weight = f" ({WEIGHT_LABELS[answer.weight]}, ×{WEIGHTS[answer.weight]})" if answer.counts else ""
        yield f"- “{plain(question.text)}” {plain(wording.answer_text(question, answer))}{weight}"


def _ranking(decision: Decision) -> Iterator[str]:
    if not decision.report.result.ranking:
        yield "Nobody is ranked: no alternative meets every must-have."
        return
    yield "| Place | Alternative | Points of 100 |"
    yield "| ---: | :--- | ---: |"
    for entry in decision.report.result.ranking:
        tied = " (tied)" if entry.tied else ""
        yield f"| {entry.place} | {plain(decision.definition.names[entry.alternative])}{tied} | {entry.points} |"


def _reasons(decision: Decision) -> Iterator[str]:
    result = decision.report.result
    for entry in result.contenders:
        name = plain(decision.definition.names[entry.alternative])
        yield f"### {name}: {entry.points} points"
        yield f"The ranked average is {result.mean_points}. These answers add to it or take from it:"
        for part in entry.contributions:
            if part.points:
                yield _reason(decision, entry, part)


def _reason(decision: Decision, entry: Ranked, part: Contribution) -> str:
    question = decision.definition.by_key[part.question]
    sign = "+" if part.points > 0 else "−"
    told = []
    for key in decision.answers[part.question].options:
        fit = question.by_key[key].fits.get(entry.alternative)
        label = plain(question.by_key[key].label)
        if fit is None:
            told.append(f"“{label}” is not judged yet and counts as the middle")
        else:
            told.append(f"“{label}” fits {fit.value} of {FIT_MAX}: {plain(fit.reason)} ({fit.evidence})")
    return f"- {'For' if part.points > 0 else 'Against'} ({sign}{abs(part.points)}): {'; '.join(told)}"


def _left_out(decision: Decision) -> Iterator[str]:
    result, definition = decision.report.result, decision.definition
    for out in result.left_out:
        missed = wording.joined(
            [
                f"“{definition.by_key[key].text} {wording.answer_text(definition.by_key[key], decision.answers[key])}”"
                for key in out.needs
            ]
        )
        place = f"; with {out.points} points it would be {wording.ordinal(out.would_be)}" if result.ranking else ""
        yield f"- {plain(definition.names[out.alternative])}: misses {plain(missed)}{place}."


def _would_change(decision: Decision) -> Iterator[str]:
    flips = decision.report.flips
    if decision.report.result.ranking and not flips:
        yield "Nothing close: no one or two changed answers give another winner."
    for flip in flips[: changes.SHOWN]:
        yield f"- {plain(changes.sentence(decision.definition, decision.answers, flip))}"
    if len(flips) > changes.SHOWN:
        yield f"- and {len(flips) - changes.SHOWN} more single changes, which the shared result lists."


def _risks(decision: Decision) -> Iterator[str]:
    definition, result = decision.definition, decision.report.result
    for entry in result.contenders:
        name = plain(definition.names[entry.alternative])
        against = [part for part in reversed(entry.contributions) if part.points < 0][:2]
        for part in against:
            question = definition.by_key[part.question]
            answer = plain(wording.answer_text(question, decision.answers[part.question]))
            yield f"- {name} is weaker than the average for “{answer}” (−{abs(part.points)})."
        for key in entry.unverified:
            yield f"- Whether {name} meets the must-have “{plain(definition.by_key[key].text)}” is not verified."
    if result.standing is Standing.PROVISIONAL:
        yield "- The result is provisional: few questions were answered."
    if result.strength is Strength.CLOSE:
        yield "- The first places are too close to call."
    yield ("- What already runs, who can be hired and what the company allows were not asked, and may well decide it.")


def _origin(decision: Decision) -> Iterator[str]:
    counts, unknown = evidence_counts(decision.definition, decision.answers)
    told = [f"{counts[kind]} {kind}" for kind in Evidence] + [f"{unknown} unknown"]
    yield f"- The fits used: {wording.joined(told)}."
    yield f"- Weightings tried: {DRAWS}."
    yield f"- Ratings reviewed: {decision.definition.reviewed_on.isoformat()}"
    yield f"- Version of the questionnaire: `{decision.definition.version}`"
    if decision.address:
        yield f"- The result, with every number: <{decision.address}>"
