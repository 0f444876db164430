"""The comparison in Markdown: a table of ratings and facts, and a table of pros and cons for each framework."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from fwsite.domain.columns import Cell
from fwsite.domain.comparison import RATING_MAX, Claim, Comparison, Framework, Rating, Side, Source
from fwsite.extend import ExportContext
from fwsite.markup import inline

SIDES = {Side.PRO: "For", Side.CON: "Against"}
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"}
_MARKS = re.compile(r"[\\`*_\[\]{}#]|[&<>|~]")
_ADDRESS = re.compile(r"https?://[^\s/]\S*")
_KEPT = "/:?#@!$&'+,;=%"
"""What stays as it is in an address; brackets and bars would end the link, or the table's cell."""


def write(context: ExportContext) -> str:
    """The whole text."""
    comparison = context.comparison
    reviewed = f"Reviewed {comparison.reviewed_on.isoformat()}. " if comparison.reviewed_on else ""
    lines = ["# Backend frameworks compared", ""]
    lines += [f"{reviewed}Ratings go from 1, poor, to {RATING_MAX}, excellent, for that criterion alone.", ""]
    lines += _table(["Criterion", *(plain(framework.name) for framework in comparison.frameworks)], _ratings(context))
    for framework in comparison.frameworks:
        lines += ["", f"## {plain(framework.name)}", "", f"{said(framework.summary)} {said(framework.drawback)}", ""]
        claims = list(_claims(comparison, framework))
        lines += _table(["Side", "Criterion", "Point", "Evidence"], claims) if claims else ["No pros and cons yet."]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """``text`` on one line, written so that every reader shows it as it is."""
    return _MARKS.sub(lambda mark: _ENTITIES.get(mark[0]) or f"\\{mark[0]}", " ".join(text.split()))


def said(markdown: str) -> str:
    """A line of the site's Markdown in plain words: what it says, without its emphasis and its links."""
    return plain(inline(markdown, links=False).striptags())


def link(text: str, address: str) -> str:
    """``text`` as a link, where ``address`` is one of the web."""
    if not _ADDRESS.fullmatch(address):
        return plain(text)
    return f"[{plain(text)}]({quote(address, safe=_KEPT).replace('&', '&amp;')})"


def _table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for row in (head, [":---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _ratings(context: ExportContext) -> Iterator[list[str]]:
    keys = [framework.key for framework in context.comparison.frameworks]
    for criterion in context.comparison.criteria:
        yield [plain(criterion.name), *(_rating(context.comparison.rating(key, criterion.key)) for key in keys)]
    for column in context.columns:
        yield [plain(column.label), *(_fact(column.cells.get(key)) for key in keys)]


def _rating(rating: Rating | None) -> str:
    if rating is None:
        return "not rated"
    return f"{rating.score}/{RATING_MAX}: {said(rating.reason)} ({_grounds(rating.evidence, rating.sources)})"


def _fact(cell: Cell | None) -> str:
    return "not known" if cell is None else f"{plain(cell.text)} ({link(cell.evidence, cell.source)})"


def _claims(comparison: Comparison, framework: Framework) -> Iterator[list[str]]:
    names = {criterion.key: plain(criterion.name) for criterion in comparison.criteria}
    for side, label in SIDES.items():
        for claim in comparison.claims_on(framework.key, side):
            yield [label, names[claim.criterion], said(claim.text), _grounds(claim.evidence, _sources(claim))]


def _sources(claim: Claim) -> tuple[Source, ...]:
    return tuple(citation.source for citation in claim.citations)


def _grounds(evidence: str, sources: tuple[Source, ...]) -> str:
    named = ", ".join(link(source.title, source.url) for source in sources)
    return f"{evidence}: {named}" if named else str(evidence)
