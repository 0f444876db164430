"""Suggestion repository: kept, decided on, and taken back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.item_form import Filled, SourceRow
from fwsite.blueprints.comparison.ledger import document_mapper
from fwsite.blueprints.comparison.ledger.journal import now
from fwsite.blueprints.comparison.ledger.listing import Listing, page_within
from fwsite.blueprints.comparison.ledger.visibility import is_live, live_claims, reach
from fwsite.blueprints.comparison.models import Change, Suggestion
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Item, Kind, State
from fwsite.domain.suggestion import Proposal
from fwsite.extend import Criterion as CriterionRow
from fwsite.extend import Framework as FrameworkRow
from fwsite.extend import db, token_hash

PAGE_LENGTH = 20
NOTE = "Suggested by a visitor"
"""Why a change was made that publishes a suggestion."""
_COLUMNS = {"framework": "framework_key", "criterion": "criterion_key", "claim": "claim_key"}


class Standing(StrEnum):
    """What has become of a suggestion."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"


class Decided(Exception):
    """Somebody else has decided meanwhile; ``current`` says what, and is none where it was withdrawn."""

    def __init__(self, current: SuggestionView | None) -> None:
        super().__init__("the suggestion is no longer waiting")
        self.current = current


class SuggestionView(NamedTuple):
    """A suggestion, with what it is about as that stands now.

    ``claim_text`` is the text that the visitor called wrong; ``claim`` the point as it is now, and none for a
    new one; ``published_key`` the key of the point that came of it. Times are UTC.
    """

    id: int
    proposal: Proposal
    framework_name: str
    criterion_name: str
    claim_text: str
    state: Standing
    made_at: datetime
    reason: str
    decided_at: datetime | None
    decided_by: str
    claim: Item | None
    published_key: str | None
    is_live: bool
    """Whether visitors get the point that is called wrong."""

    @property
    def is_stale(self) -> bool:
        """Whether the point has changed since the visitor saw it."""
        return self.claim is not None and self.claim.document["text"] != self.claim_text

    @property
    def is_withdrawn(self) -> bool:
        """Whether visitors do not get the point any more."""
        return self.claim is not None and not self.is_live

    @property
    def has_new_text(self) -> bool:
        """Whether publishing it would change the point's text, or make a point."""
        text = self.proposal.text
        return bool(text) and (self.claim is None or self.claim.document["text"] != text)


class Seen(NamedTuple):
    """A published point as a visitor saw it, and whether it is published still."""

    key: str
    version: int
    text: str
    framework: str
    criterion: str
    side: str
    is_published: bool


# What visitors do


def find_seen(key: str, version: int | None) -> Seen | None:
    """The point as it was in that version, where that is public; otherwise as it is, where visitors get it."""
    item = document_mapper.find(Kind.CLAIM, key)
    if item is None:
        return None
    shown = select(Change).where(
        Change.kind == Kind.CLAIM.value, Change.item_key == key, Change.version == version, reach().visible()
    )
    seen = db.session.scalar(shown.limit(1)) if version is not None else None
    is_published = is_live(item.document)
    if seen is None and not is_published:
        return None
    return Seen(
        key=key,
        version=(seen or item).version,
        text=str((seen or item).document["text"]),
        framework=item.document["framework"],
        criterion=item.document["criterion"],
        side=item.document["side"],
        is_published=is_published,
    )


def is_stored(token: str) -> bool:
    """Whether there is a suggestion behind the token."""
    return db.session.scalar(select(Suggestion.id).where(Suggestion.token_hash == token_hash(token))) is not None


def store(token: str, proposal: Proposal, claim_text: str) -> bool:
    """Keep a suggestion under the token; one that is there already stays as it is: false. Commits."""
    given = {_COLUMNS.get(name, name): value for name, value in vars(proposal).items()}
    row = Suggestion(**{**given, "claim_key": proposal.claim or None})
    row.token_hash, row.made_at, row.claim_text = token_hash(token), now(), claim_text
    row.state, row.reason, row.decided_by = Standing.WAITING.value, "", ""
    db.session.add(row)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if not is_stored(token):
            raise
        return False
    return True


def find(token: str) -> SuggestionView | None:
    """The suggestion behind a token."""
    return _one(Suggestion.token_hash == token_hash(token))


def withdraw(token: str) -> bool:
    """Delete the suggestion behind the token; false where it does not wait any more. Commits."""
    waiting = Suggestion.state == Standing.WAITING.value
    gone = db.session.execute(delete(Suggestion).where(Suggestion.token_hash == token_hash(token), waiting))
    db.session.commit()
    return bool(gone.rowcount)  # type: ignore[attr-defined]


# What maintainers see


def how_many_wait() -> int:
    """The number of suggestions waiting."""
    query = select(func.count()).select_from(Suggestion).where(Suggestion.state == Standing.WAITING.value)
    return db.session.scalar(query) or 0


def waiting(number: int) -> Listing:
    """A page of those that wait, oldest first; the last one where there are not so many."""
    return _page(Suggestion.state == Standing.WAITING.value, (Suggestion.made_at, Suggestion.id), number)


def decided(number: int) -> Listing:
    """A page of those that were decided, newest first; the last one where there are not so many."""
    newest = (Suggestion.decided_at.desc(), Suggestion.id.desc())
    return _page(Suggestion.state != Standing.WAITING.value, newest, number)


def place_of(suggestion: SuggestionView) -> int:
    """The number of the page that a waiting suggestion stands on."""
    before = select(func.count()).where(
        Suggestion.state == Standing.WAITING.value,
        (Suggestion.made_at < suggestion.made_at)
        | ((Suggestion.made_at == suggestion.made_at) & (Suggestion.id < suggestion.id)),
    )
    return (db.session.scalar(before) or 0) // PAGE_LENGTH + 1


def find_by_id(suggestion_id: int) -> SuggestionView | None:
    """The suggestion with this number, whatever has become of it."""
    return _one(Suggestion.id == suggestion_id)


def find_waiting(suggestion_id: int) -> SuggestionView | None:
    """The suggestion with this number, where it waits."""
    found = find_by_id(suggestion_id)
    return found if found and found.state is Standing.WAITING else None


def _page(condition: Any, order: tuple[Any, ...], number: int) -> Listing:
    total = db.session.scalar(select(func.count()).select_from(Suggestion).where(condition)) or 0
    number = page_within(number, total, PAGE_LENGTH)
    stretch = _select().where(condition).order_by(*order).offset((number - 1) * PAGE_LENGTH).limit(PAGE_LENGTH)
    return Listing(_views(stretch), total, number, PAGE_LENGTH)


def _one(condition: Any) -> SuggestionView | None:
    return next(iter(_views(_select().where(condition))), None)


def _select() -> Any:
    return (
        select(Suggestion, FrameworkRow.name, CriterionRow.name, Change.item_key)
        .join(FrameworkRow, FrameworkRow.key == Suggestion.framework_key)
        .join(CriterionRow, CriterionRow.key == Suggestion.criterion_key)
        .outerjoin(Change, Change.id == Suggestion.change_id)
    )


def _views(query: Any) -> list[SuggestionView]:
    found = db.session.execute(query.execution_options(populate_existing=True)).all()
    keys = [row.claim_key for row, *_ in found if row.claim_key]
    claims, live = document_mapper.items(Kind.CLAIM, keys), live_claims(keys)
    return [
        SuggestionView(
            id=row.id,
            proposal=_proposal(row),
            framework_name=framework,
            criterion_name=criterion,
            claim_text=row.claim_text,
            state=Standing(row.state),
            made_at=row.made_at,
            reason=row.reason,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            claim=claims.get(row.claim_key),
            published_key=published,
            is_live=row.claim_key in live,
        )
        for row, framework, criterion, published in found
    ]


def _proposal(row: Suggestion) -> Proposal:
    names = Proposal.__dataclass_fields__
    return Proposal(**{name: getattr(row, _COLUMNS.get(name, name)) or "" for name in names})


# What maintainers do. None of it commits.


def locked(suggestion_id: int) -> SuggestionView:
    """A suggestion that waits, and that nobody else can decide on before this transaction ends.

    Raises :class:`Decided`.
    """
    query = select(Suggestion.id).where(Suggestion.id == suggestion_id).with_for_update()
    found = find_by_id(suggestion_id) if db.session.scalar(query) is not None else None
    if found is None or found.state is not Standing.WAITING:
        raise Decided(found)
    return found


def reject(suggestion_id: int, who: str, reason: str) -> None:
    """Decide against it. Raises :class:`Decided`."""
    locked(suggestion_id)
    _decide(suggestion_id, Standing.REJECTED, who, reason=reason)


def mark_published(suggestion_id: int, change: Change, who: str) -> bool:
    """Keep that ``change`` has published it; false where it does not wait any more."""
    try:
        locked(suggestion_id)
    except Decided:
        return False
    _decide(suggestion_id, Standing.PUBLISHED, who, change=change)
    return True


def reopen(suggestion_id: int) -> Change | None:
    """Let it wait again; returns the change that had published it. Raises :class:`Decided` where it is gone."""
    query = select(Suggestion).where(Suggestion.id == suggestion_id).with_for_update()
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise Decided(None)
    change = db.session.get(Change, row.change_id) if row.change_id is not None else None
    row.state, row.reason, row.decided_by = Standing.WAITING.value, "", ""
    row.decided_at = row.change_id = None
    db.session.flush()
    return change


def _decide(
    suggestion_id: int, standing: Standing, who: str, *, reason: str = "", change: Change | None = None
) -> None:
    row = db.session.get_one(Suggestion, suggestion_id)
    row.state, row.reason, row.decided_by = standing.value, reason, who
    row.decided_at, row.change_id = now(), change.id if change else None
    db.session.flush()


def source_at(url: str) -> Item | None:
    """The source at an address, rather one that is not retired."""
    query = select(models.Source.key).where(models.Source.url == url)
    retired_last = models.Source.state == State.RETIRED.value
    key = db.session.scalar(query.order_by(retired_last, models.Source.key).limit(1))
    return document_mapper.find(Kind.SOURCE, key) if key is not None else None


def filled(suggestion: SuggestionView, form: Filled) -> Filled:
    """A point's form with the suggestion's words in it."""
    proposal = suggestion.proposal
    values = {**form.values, "state": State.PUBLISHED.value}
    if suggestion.claim is None:
        values |= {name: getattr(proposal, name) for name in ("framework", "criterion", "side")}
        values["evidence"] = (Evidence.SOURCED if proposal.has_source else Evidence.OPINION).value
    if proposal.text:
        values["text"] = proposal.text
    sources = tuple(row for row in form.sources if not row.is_empty)
    if proposal.has_source:
        sources = _with_source(sources, proposal)
    return form._replace(values=values, sources=sources, note=NOTE)


def _with_source(given: tuple[SourceRow, ...], proposal: Proposal) -> tuple[SourceRow, ...]:
    source, words = source_at(proposal.source_url), proposal.source_words
    if source is None or source.document["state"] == State.RETIRED:
        today = now().date().isoformat()
        return (*given, SourceRow("", proposal.source_title, proposal.source_url, today, words))
    return given if source.key in {row.key for row in given} else (*given, SourceRow(key=source.key, words=words))
