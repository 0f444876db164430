"""Decision record of a team in Markdown, after MADR 4 (adr.github.io/madr), to be kept beside the code."""

from __future__ import annotations

from collections.abc import Iterator

from fwsite.blueprints.team.team_page import TeamPage
from fwsite.domain.markdown_text import document, plain
from fwsite.domain.recommendation import Verdict
from fwsite.domain.scoring import Standing


def record(page: TeamPage, link: str) -> str:
    """The whole record; ``link`` is the team's."""
    sections = (
        ("## Context and Problem Statement", _context(page)),
        ("## Decision Drivers", _drivers(page)),
        ("## Considered Options", _options(page)),
        ("## Decision Outcome", _outcome(page)),
        ("### Confirmation", _confirmation(page, link)),
        ("## More Information", _more(page)),
    )
    day = (page.round.closed_at or page.round.begun_at).date().isoformat()
    title = plain(f"Which backend framework: {page.headline}")
    return document(["---", "status: proposed", f"date: {day}", "---", "", f"# {title}"], sections)


def _name(page: TeamPage, key: str) -> str:
    return plain(page.definition.names[key])


def _context(page: TeamPage) -> Iterator[str]:
    yield "Which backend framework should the project be built with?"
    yield (
        f"{page.number(page.report.people).capitalize()} people answered {page.report.result.asked} questions, each "
        "alone, and are counted alike. What already runs, who can be hired and what the company allows were not asked, "
        "and may well decide it."
    )


def _drivers(page: TeamPage) -> Iterator[str]:
    """How many gave each answer."""
    for divide in sorted(page.report.divides, key=lambda each: list(page.definition.by_key).index(each.question)):
        question = page.definition.by_key[divide.question]
        yield f"* {plain(question.text)} {plain(page.wording.counts(question, divide))}"


def _options(page: TeamPage) -> Iterator[str]:
    for place in page.places:
        ruled_out = " (ruled out by the must-haves)" if place.misses else ""
        yield f"* {_name(page, place.alternative)}{ruled_out}"


def _outcome(page: TeamPage) -> Iterator[str]:
    names = [f"“{_name(page, key)}”" for key in page.named]
    verdict, lead = page.report.recommendation.verdict, plain(page.lead)
    if verdict is Verdict.NONE:
        yield f"No option is chosen. {plain(page.headline)}. {lead}"
    elif verdict is Verdict.OPEN:
        tied = page.report.result.ranking[0].tied
        yield f"{'A tie:' if tied else 'Open between'} {' and '.join(names)}. {lead}"
    else:
        margin = {Verdict.CLEAR: ", by a clear margin", Verdict.NARROW: ", narrowly"}.get(verdict, "")
        yield f"Chosen option: {names[0]}{margin}. {lead}"
    if page.report.result.standing is Standing.PROVISIONAL and page.report.result.ranking:
        yield "This is provisional: few questions were answered."
    yield from _places(page)
    yield from _musts(page)
    yield from _stacks(page)


def _places(page: TeamPage) -> Iterator[str]:
    yield "| Alternative | First for | Mean | Lowest | Highest | Acceptable |"
    yield "| :--- | ---: | ---: | ---: | ---: | :--- |"
    for place in page.places:
        cells = (place.first_for, place.points, place.lowest, place.highest)
        acceptable = page.wording.acceptable(place, page.report.people)
        yield f"| {_name(page, place.alternative)} | {' | '.join(map(str, cells))} | {acceptable} |"


def _musts(page: TeamPage) -> Iterator[str]:
    if page.musts:
        yield "The must-haves, each with how many people have it:"
        yield f"| Must-have | {' | '.join(_name(page, place.alternative) for place in page.places)} |"
        yield f"| :--- |{' :--- |' * len(page.places)}"
    for row in page.musts:
        cells = (plain(cell.words) if cell.passes else f"{plain(cell.words)}: not met" for cell in row.cells)
        yield f"| {plain(row.label)} ({row.people}) | {' | '.join(cells)} |"


def _stacks(page: TeamPage) -> Iterator[str]:
    for box in page.stacks:
        if box.commands:
            yield f"To begin{f' for {_name(page, box.alternative)}' if len(page.stacks) > 1 else ''}:"
            commands = "\n".join(box.commands)
            yield f"```sh\n{commands}\n```"


def _confirmation(page: TeamPage, link: str) -> Iterator[str]:
    yield "Build the riskiest part first, and have the team answer again when an answer has changed."
    yield f"The team’s result, until {page.round.deleted_on.isoformat()}: <{link}>"


def _more(page: TeamPage) -> Iterator[str]:
    for sentence in page.withdrawals:
        yield f"* {plain(sentence)}"
    for each in page.report.settlements:
        option = page.definition.by_key[each.question].by_key[each.option].label
        says = f"If all answer “{plain(option)}” (today {each.today} of {page.report.people})"
        yield f"* {says}: {plain(page.wording.outcome(page.definition, each))}."
    for sentence in page.wording.others(page.report):
        yield f"* {sentence}"
    reviewed = page.definition.reviewed_on.isoformat()
    yield f"* Fits reviewed: {reviewed}; version of the questionnaire: `{page.definition.version}`"
