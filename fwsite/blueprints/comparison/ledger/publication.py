"""Publishing a suggestion: what it changes in the comparison, and its undo. Nothing in here commits."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from fwsite.blueprints.comparison.ledger import document_mapper, journal, suggestions
from fwsite.blueprints.comparison.ledger.journal import By, Conflict, NothingToUndo
from fwsite.blueprints.comparison.ledger.suggestions import SuggestionView
from fwsite.blueprints.comparison.ledger.visibility import is_live
from fwsite.blueprints.comparison.models import Change
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Item, Kind, State, new_key
from fwsite.domain.suggestion import Proposal


class NothingNew(Exception):
    """A correction without a text that differs from the point's own."""


def publish(suggestion_id: int, who: str, version: int | None) -> Change:
    """Make a point of it, or put its text into the point that it calls wrong.

    ``version`` is that of the point which the maintainer has seen. Raises :class:`~suggestions.Decided`,
    :class:`NothingNew`, and :class:`~ledger.Conflict` where the point has changed since or is retired.
    """
    suggestion = suggestions.locked(suggestion_id)
    by = By(who, suggestions.NOTE)
    if suggestion.claim is None:
        change = journal.add(Kind.CLAIM, new_point(suggestion.proposal, _cited(suggestion.proposal, by)), by)
    else:
        change = _correct(suggestion, suggestion.claim, version, by)
    suggestions.mark_published(suggestion_id, change, who)
    return change


def undo(suggestion_id: int, who: str) -> None:
    """Let it wait again, with what it published taken back; what others did since stays.

    Raises :class:`~ledger.UndoConflict`, and :class:`~suggestions.Decided` where it was withdrawn.
    """
    change = suggestions.reopen(suggestion_id)
    if change is not None:
        with suppress(NothingToUndo):  # somebody took the change back by itself
            journal.undo(change, By(who, "Undo of a suggestion’s publication"))


def new_point(proposal: Proposal, citations: list[dict[str, str]]) -> dict[str, Any]:
    """The point that a suggestion asks for."""
    given: dict[str, Any] = {name: getattr(proposal, name) for name in ("framework", "criterion", "side", "text")}
    given["key"] = new_key(f"{proposal.framework} {proposal.text}", document_mapper.keys(Kind.CLAIM))
    given["evidence"] = (Evidence.SOURCED if citations else Evidence.OPINION).value
    return {**given, "sources": citations, "reviewed_on": journal.now().date()}


def _correct(suggestion: SuggestionView, claim: Item, version: int | None, by: By) -> Change:
    if version != claim.version or suggestion.is_withdrawn:
        raise Conflict(claim)
    if not suggestion.has_new_text:
        raise NothingNew
    old = claim.document
    known = {entry["source"] for entry in old["sources"]}
    added = [entry for entry in _cited(suggestion.proposal, by) if entry["source"] not in known]
    changed = {
        "text": suggestion.proposal.text,
        "sources": [*old["sources"], *added],
        "reviewed_on": journal.now().date(),
    }
    change = journal.save(claim, {**old, **changed}, by)
    if change is None:
        raise NothingNew
    return change


def _cited(proposal: Proposal, by: By) -> list[dict[str, str]]:
    """What the point will cite: the source that is known by its address, or else a new one."""
    if not proposal.has_source:
        return []
    source = suggestions.source_at(proposal.source_url)
    if source is None:
        key = new_key(proposal.source_title, document_mapper.keys(Kind.SOURCE))
        given = {
            "key": key,
            "title": proposal.source_title,
            "url": proposal.source_url,
            "read_on": journal.now().date(),
        }
        about = {"state": State.PUBLISHED, "framework": proposal.framework, "criterion": proposal.criterion}
        state = State.PUBLISHED if is_live(about) else State.DRAFT
        journal.add(Kind.SOURCE, {**given, "state": state.value}, by)
        return [{"source": key, "words": proposal.source_words}]
    return [{"source": source.key, "words": proposal.source_words}]
