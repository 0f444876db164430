"""Decision record of a result in Markdown, after MADR 4 (adr.github.io/madr), to be kept beside the code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from fwsite.blueprints.questionnaire import changes, wording
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.domain.answers import Answers, Weight
from fwsite.domain.evidence import Evidence
from fwsite.domain.markdown_text import document, plain
from fwsite.domain.musts import Met, Must
from fwsite.domain.questionnaire import FIT_MAX, Definition, Fit, Option
from fwsite.domain.recommendation import Verdict
from fwsite.domain.report import Advice, Report
from fwsite.domain.robustness import DRAWS
from fwsite.domain.scoring import Ranked, Standing
from fwsite.domain.working import evidence_counts

TITLE_MOST = 120
"""Characters of a title."""
FLIPS_SHOWN = 5


class Decision(NamedTuple):
    """What a record says. ``address`` is where the result can be read; empty where it cannot be shared."""

    definition: Definition
    answers: Answers
    report: Report
    advice: Advice
    created_on: date
    address: str
    title: str = ""
    """The heading, where its reader gave one."""


def record(decision: Decision) -> str:
    """The whole record."""
    sections = (
        ("## Context and Problem Statement", _context(decision)),
        ("## Decision Drivers", _drivers(decision)),
        ("## Considered Options", _options(decision)),
        ("## Decision Outcome", _outcome(decision)),
        ("### Consequences", _consequences(decision)),
        ("### Confirmation", _confirmation(decision)),
        ("## Pros and Cons of the Options", _pros_and_cons(decision)),
        ("## More Information", _more(decision)),
    )
    front = ["---", "status: proposed", f"date: {decision.created_on.isoformat()}", "---", ""]
    given = "".join(letter for letter in decision.title if letter.isprintable() or letter.isspace())
    title = plain(given.strip()[:TITLE_MOST]) or plain(_heading(decision))
    return document([*front, f"# {title}"], sections)


def _heading(decision: Decision) -> str:
    return f"Which backend framework: {wording.headline(decision.definition, decision.report)}"


def _names(decision: Decision) -> list[str]:
    return [plain(decision.definition.names[key]) for key in decision.advice.recommendation.named]


def _context(decision: Decision) -> Iterator[str]:
    result = decision.report.result
    yield "Which backend framework should the project be built with?"
    yield (
        f"{result.answered} of {result.asked} questions about the project were answered; what they say is below. What "
        "already runs, who can be hired and what the company allows were not asked, and may well decide it."
    )


def _drivers(decision: Decision) -> Iterator[str]:
    """The musts first, then by weight."""
    order = [Weight.MUST, Weight.LOT, Weight.NORMAL, Weight.LITTLE]
    counted = [each for each in decision.definition.questions if decision.answers[each.key].counts]
    for asked in sorted(counted, key=lambda each: order.index(decision.answers[each.key].weight)):
        answer = decision.answers[asked.key]
        weight = WEIGHT_LABELS[answer.weight].lower()
        yield f"* {plain(asked.text)} {plain(wording.answer_text(asked, answer))} ({weight})"


def _options(decision: Decision) -> Iterator[str]:
    for entry in decision.report.result.ranking:
        yield f"* {plain(decision.definition.names[entry.alternative])}"
    for out in decision.report.result.left_out:
        yield f"* {plain(decision.definition.names[out.alternative])} (ruled out by the must-haves)"


def _outcome(decision: Decision) -> Iterator[str]:
    names = _names(decision)
    lead = plain(wording.lead(decision.definition, decision.answers, decision.report))
    verdict = decision.advice.recommendation.verdict
    if verdict is Verdict.NONE:
        yield f"No option is chosen. {plain(wording.headline(decision.definition, decision.report))}. {lead}"
    elif verdict is Verdict.OPEN:
        quoted = wording.joined([f"“{name}”" for name in names])
        yield f"{'A tie:' if decision.report.result.ranking[0].tied else 'Open between'} {quoted}. {lead}"
    else:
        margin = {Verdict.CLEAR: ", by a clear margin", Verdict.NARROW: ", narrowly"}.get(verdict, "")
        yield f"Chosen option: “{names[0]}”{margin}. {lead}"
    if decision.report.result.standing is Standing.PROVISIONAL and decision.report.result.ranking:
        yield "This is provisional: few questions were answered."
    yield from _musts(decision)
    yield from _stacks(decision)


def _musts(decision: Decision) -> Iterator[str]:
    definition, advice = decision.definition, decision.advice
    if not advice.musts:
        return
    everyone: list[str] = [entry.alternative for entry in decision.report.result.ranking]
    everyone += [out.alternative for out in decision.report.result.left_out]
    yield f"| Must-have | {' | '.join(plain(definition.names[key]) for key in everyone)} |"
    yield f"| :--- |{' :--- |' * len(everyone)}"
    for must in advice.musts:
        cells = (_cell(decision, must, key) for key in everyone)
        yield f"| {plain(definition.by_key[must.question].by_key[must.option].label)} | {' | '.join(cells)} |"


def _cell(decision: Decision, must: Must, alternative: str) -> str:
    words = plain(wording.must_words(decision.definition, must, alternative, decision.advice.releases))
    return f"{words}: not met" if must.cells[alternative].met is Met.BY_HAND else words


def _stacks(decision: Decision) -> Iterator[str]:
    for found in decision.advice.stacks:
        commands = "\n".join(filter(None, (found.install, found.start)))
        if commands:
            of = (
                f" for {plain(decision.definition.names[found.alternative])}" if len(decision.advice.stacks) > 1 else ""
            )
            yield f"To begin{of}:"
            yield f"```sh\n{commands}\n```"


def _consequences(decision: Decision) -> Iterator[str]:
    for entry in _named(decision):
        name = f"{plain(decision.definition.names[entry.alternative])}: " if len(_names(decision)) > 1 else ""
        told: set[str] = set()
        for question, option in _chosen(decision):
            fit = option.fits.get(entry.alternative)
            if fit is not None and fit.value == FIT_MAX:
                yield f"* Good, because {name}{_told(option, fit)}"
            elif fit is None:
                yield f"* Neutral, because {name}“{plain(option.label)}” has not been judged"
            else:
                lost = next(loss.points for loss in entry.losses if loss.question == question)
                cost = f"; the question costs {lost} point{'' if lost == 1 else 's'} of 100"
                yield f"* {_judged(fit)}, because {name}{_told(option, fit)}{'' if question in told else cost}"
                told.add(question)


def _named(decision: Decision) -> list[Ranked]:
    named = decision.advice.recommendation.named
    return [entry for entry in decision.report.result.ranking if entry.alternative in named]


def _chosen(decision: Decision) -> Iterator[tuple[str, Option]]:
    for question in decision.definition.questions:
        for key in decision.answers[question.key].options:
            yield question.key, question.by_key[key]


def _told(option: Option, fit: Fit) -> str:
    return f"“{plain(option.label)}”: {plain(fit.reason)} ({fit.value} of {FIT_MAX}, {fit.evidence})"


def _confirmation(decision: Decision) -> Iterator[str]:
    first = "Build the riskiest part first with the stack above, and answer" if decision.advice.stacks else "Answer"
    yield f"{first} the questions again when an answer has changed: the result is worked out from them alone."
    if decision.address:
        yield f"The result, with every number: <{decision.address}>"


def _pros_and_cons(decision: Decision) -> Iterator[str]:
    ranking = decision.report.result.ranking
    for entry in ranking:
        yield f"### {plain(decision.definition.names[entry.alternative])}: {entry.points} of 100 points"
        for _, option in _chosen(decision):
            fit = option.fits.get(entry.alternative)
            if fit is not None:
                yield f"* {_judged(fit)}, because {_told(option, fit)}"
    for out in decision.report.result.left_out:
        yield f"### {plain(decision.definition.names[out.alternative])}: ruled out"
        for key in out.needs:
            asked = decision.definition.by_key[key]
            answer = wording.answer_text(asked, decision.answers[key])
            yield f"* Bad, because it does not meet “{plain(asked.text)} {plain(answer)}”"


def _judged(fit: Fit) -> str:
    return "Good" if fit.value == FIT_MAX else "Neutral" if fit.value == FIT_MAX - 1 else "Bad"


def _more(decision: Decision) -> Iterator[str]:
    definition, report = decision.definition, decision.report
    for note in decision.advice.notes:
        yield f"* {plain(note.text)} ({note.evidence})"
    for flip in report.flips[:FLIPS_SHOWN]:
        yield f"* {plain(changes.sentence(definition, decision.answers, flip))}"
    if len(report.flips) > FLIPS_SHOWN:
        more = len(report.flips) - FLIPS_SHOWN
        yield f"* {more} more changes would put another alternative first; the result lists them."
    if report.result.ranking and not report.flips:
        yield "* Nothing close: no one or two changed answers put another alternative first."
    counts, unknown = evidence_counts(definition, decision.answers)
    told = [f"{counts[kind]} {kind}" for kind in Evidence] + [f"{unknown} unknown"]
    yield f"* The fits used: {wording.joined(told)}; weightings tried: {DRAWS:,}."
    for release in decision.advice.releases.values():
        if release.is_stale:
            yield f"* {plain(release.name)} {release.version} has had no release for two years."
    yield f"* Fits reviewed: {definition.reviewed_on.isoformat()}; version of the questionnaire: `{definition.version}`"
