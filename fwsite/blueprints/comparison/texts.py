"""Search texts of the comparison, for whoever looks for a word."""

from __future__ import annotations

from collections.abc import Iterator

from fwsite.blueprints.comparison.measured import judgements
from fwsite.blueprints.comparison.queries import frameworks_of_claims, points, published_claims, whole_comparison
from fwsite.domain.items import Kind
from fwsite.domain.readable import SIDES
from fwsite.extend import Ground, Text, TextsContext, claim_path, path_for


def text_key(kind: Kind, key: str) -> str:
    """The key of an item's text."""
    return f"{kind}.{key}"


def texts(context: TextsContext) -> Iterator[Text]:
    """Every framework, criterion and claim that is published, as plain text."""
    everything = whole_comparison(most=0)
    for framework in everything.frameworks:
        key = text_key(Kind.FRAMEWORK, framework.key)
        if context.wants(key):
            body = " ".join((framework.summary, framework.drawback, framework.example, framework.on_balance))
            path = path_for("comparison.framework", framework=framework.key)
            yield Text(key=key, kind="Framework", title=framework.name, body=body, path=path)
    for criterion in (*everything.criteria, *everything.rows):
        key = text_key(Kind.CRITERION, criterion.key)
        if context.wants(key):
            path = f"{path_for('comparison.index')}#{criterion.key}"
            body = f"{criterion.question} {criterion.finding}".strip()
            yield Text(key=key, kind="Criterion", title=criterion.name, body=body, path=path)
    names = {framework.key: framework.name for framework in everything.frameworks}
    criteria = {criterion.key: criterion.name for criterion in (*everything.criteria, *everything.rows)}
    for claim in published_claims(_claim_keys(context)):
        title = f"{SIDES[claim.side]} {names[claim.framework]}: {criteria[claim.criterion]}"
        body = ". ".join(
            (*filter(None, [claim.answer]), claim.text, *(citation.source.title for citation in claim.citations))
        )
        key = text_key(Kind.CLAIM, claim.key)
        yield Text(key=key, kind="Claim", title=title, body=body, path=claim_path(claim))


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
