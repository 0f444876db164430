"""Search texts of the comparison, for whoever looks for a word."""

from __future__ import annotations

from collections.abc import Iterator

from fwsite.blueprints.comparison import editorial_file
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH
from fwsite.blueprints.comparison.measured import judgements
from fwsite.blueprints.comparison.queries import (
    frameworks_of_claims,
    places_in_cells,
    points,
    published_claims,
    whole_comparison,
)
from fwsite.domain.comparison import RATING_MAX, Claim, Comparison, Rating
from fwsite.domain.facts import Availability, availability_of
from fwsite.domain.items import Kind
from fwsite.domain.readable import SIDES
from fwsite.extend import Ground, Text, TextsContext, claim_path, known_packages, path_for
from fwsite.markup import plain_line


def text_key(kind: Kind, key: str) -> str:
    """The key of an item's text."""
    return f"{kind}.{key}"


def texts(context: TextsContext) -> Iterator[Text]:
    """Every framework, criterion, rating and claim that is published, as plain text."""
    everything = whole_comparison(most=0)
    for framework in everything.frameworks:
        key = text_key(Kind.FRAMEWORK, framework.key)
        if context.wants(key):
            parts = (framework.summary, framework.drawback, framework.example, framework.on_balance)
            body = " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in map(plain_line, parts))
            path = path_for("comparison.framework", framework=framework.key)
            yield Text(key=key, kind="Framework", title=framework.name, body=body, path=path)
    for criterion in (*everything.criteria, *everything.rows):
        key = text_key(Kind.CRITERION, criterion.key)
        if context.wants(key):
            path = f"{path_for('comparison.index')}#{criterion.key}"
            body = f"{criterion.question} {plain_line(criterion.finding)}".strip()
            yield Text(key=key, kind="Criterion", title=criterion.name, body=body, path=path)
    for rating in everything.ratings:
        key = text_key(Kind.RATING, f"{rating.framework}.{rating.criterion}")
        if context.wants(key):
            cell = path_for("comparison.cell", framework=rating.framework, criterion=rating.criterion)
            path = f"{cell}#{rating.framework}.{rating.criterion}"
            body = f"{rating.score}/{RATING_MAX} {plain_line(rating.reason)}"
            yield Text(key=key, kind="Rating", title=_cell_name(everything, rating), body=body, path=path)
    yield from _claims(context, everything)
    yield from _pages(context)


def _pages(context: TextsContext) -> Iterator[Text]:
    """What is about the comparison itself."""
    notes = " ".join(plain_line(note.text) for note in editorial_file.notes())
    for name, title, body in (
        ("changes", "What has changed", f"Every change to the comparison, newest first. {notes}"),
        (
            "evidence",
            "What the claims rest on",
            "Trust: how many claims were measured, how many rest on verified words of "
            "a source, and how many are opinion; how to verify them yourself.",
        ),
        (
            "measured",
            "Measured",
            "The runs of this site’s own benchmark: memory in MB, processor time and waiting, as "
            "ratios; and how to read them.",
        ),
    ):
        if context.wants(f"page.{name}"):
            yield Text(key=f"page.{name}", kind="Page", title=title, body=body, path=path_for(f"comparison.{name}"))


def _claims(context: TextsContext, everything: Comparison) -> Iterator[Text]:
    further = places_in_cells(behind=PAGE_LENGTH)
    for claim in published_claims(_claim_keys(context)):
        cited = dict.fromkeys(each.source.title for each in claim.citations)
        said = filter(None, (_answer(claim), plain_line(claim.text).removesuffix(".")))
        body = ". ".join((*said, *cited))
        path, anchor, key = claim_path(claim).partition("#")
        if claim.key in further:
            path += f"?page={-(-further[claim.key] // PAGE_LENGTH)}"
        yield Text(
            key=text_key(Kind.CLAIM, claim.key),
            kind="Fact" if claim.answer else claim.side.capitalize(),
            title=_cell_name(everything, claim),
            body=body,
            path=f"{path}{anchor}{key}",
        )


def _answer(claim: Claim) -> str:
    """What a fact answers, as its page has it; nothing for another claim."""
    packages = {package.name for package in known_packages().values()}
    is_package = claim.answer and availability_of(claim.answer, packages) is Availability.PACKAGE
    return f"Not built in; by the package {claim.answer}" if is_package else claim.answer


def _cell_name(everything: Comparison, of: Claim | Rating) -> str:
    framework, criterion = everything.framework(of.framework), everything.criterion(of.criterion)
    return f"{framework.name if framework else of.framework}: {criterion.name if criterion else of.criterion}"


def grounds() -> Iterator[Ground]:
    """Every pro and con, those for a framework first, as what fits of the questionnaire may rest on, drafts too.

    Of what is retired there is the key: fits that were published before may rest on it.
    """
    known, judged = set(), judgements.in_force()
    for point in points():
        measured = judgements.on(judged, point.claim.key, point.claim.text)
        known.add(point.claim.key)
        yield Ground(
            key=point.claim.key,
            about=point.claim.framework,
            text=f"{SIDES[point.claim.side]}: {point.claim.text}",
            words=point.words,
            is_published=point.is_published,
            is_measured=measured is not None and not measured.is_contradicted,
            is_against=point.claim.side == "con",
        )
    for key, framework in frameworks_of_claims().items():
        if key not in known:
            yield Ground(key=key, about=framework, text="", is_published=False)


def _claim_keys(context: TextsContext) -> list[str] | None:
    if context.keys is None:
        return None
    prefix = text_key(Kind.CLAIM, "")
    return [key.removeprefix(prefix) for key in context.keys if key.startswith(prefix)]
