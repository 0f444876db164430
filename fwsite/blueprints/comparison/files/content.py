"""Content synchronisation: what was shipped, what people made of it, and all of it in and out of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import and_, delete, or_, select

from fwsite.blueprints.comparison import editorial_file, models
from fwsite.blueprints.comparison.files.edition import Edition, read_edition
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import Action, By, InUse
from fwsite.blueprints.comparison.measured import judgements, runs
from fwsite.domain.changes import Key, Plan, import_plan, shipped_plan
from fwsite.domain.items import PLACED, Document, Item, Kind, State, digest_of
from fwsite.extend import ContentError, ContentProblem, current_instance, db, package_names

FILE = "frameworks.toml"
ORDERED = tuple(kind for kind in Kind if kind in PLACED)


def load() -> str:
    """Take in what is new in the content file. What people changed in the browser stays as it is.

    Raises :class:`ContentError` and changes nothing where the file has a fault.
    """
    path = current_instance().content_file(FILE)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if db.session.scalar(select(models.Edition.digest)) == digest:
        return f"{path} is loaded already"
    edition = read_edition(path, package_names())
    mine, theirs = documents(), by_key(edition)
    _take_stock(mine)
    plan = shipped_plan(_shipped(), mine, theirs)
    kinds = [kind for kind in ORDERED if not _was_arranged(kind)]
    if not plan.is_empty or set(kinds).intersection(reordered(mine, theirs)):
        by = By("", "Loaded from the content file")
        batch = journal.begin_batch(by, Action.SHIPPED, {"counts": counts(plan)})
        _carry_out(plan, theirs, by, Action.SHIPPED, batch.id)
        _arrange(theirs, kinds, batch)
    now = documents()
    remember_shipped({**{place: now[place] for place in plan.retired}, **theirs})
    db.session.execute(delete(models.Edition))
    db.session.add(models.Edition(digest=digest, loaded_on=datetime.now(UTC).date()))
    journal.commit()
    return f"loaded {path}: {in_words(plan)}"


def check() -> Iterator[ContentProblem]:
    """Every fault of the content file."""
    try:
        read_edition(current_instance().content_file(FILE), package_names())
    except ContentError as error:
        yield from error.problems
    yield from editorial_file.check()
    yield from runs.check()
    yield from judgements.check(known_to_rules())


def known_to_rules() -> dict[str, str]:
    """What rules of measured runs may be about: texts of claims by key, reasons by ``framework.criterion``."""
    fields = {Kind.CLAIM: "text", Kind.RATING: "reason"}
    return {key: str(document[fields[kind]]) for (kind, key), document in documents().items() if kind in fields}


def whole_edition() -> Edition:
    """Everything that maintainers can edit, drafts and retired items too."""
    items = document_mapper.everything()
    return Edition({kind: tuple(item.document for item in items.values() if item.kind is kind) for kind in Kind})


def documents() -> dict[Key, Document]:
    """Every item's document."""
    return {key: item.document for key, item in document_mapper.everything().items()}


def reordered(mine: Mapping[Key, Document], theirs: Mapping[Key, Document]) -> list[Kind]:
    """The kinds of which items that both have stand in another order."""
    return [kind for kind in ORDERED if _sequence(kind, mine, theirs) != _sequence(kind, theirs, mine)]


def _sequence(kind: Kind, found: Mapping[Key, Document], other: Mapping[Key, Document]) -> list[str]:
    """The keys of one kind that ``other`` has too, in order; claims by framework, as files have them."""
    places = [place for place in found if place[0] is kind and place in other]
    if kind is Kind.CLAIM:
        places.sort(key=lambda place: str(other[place]["framework"]))
    return [key for _, key in places]


def by_key(edition: Edition) -> dict[Key, Document]:
    """The edition's documents."""
    return {(kind, key): document for kind, key, document in edition}


def take_in(edition: Edition, by: By) -> models.Change:
    """Make the comparison say what ``edition`` says, in one change that can be undone as one.

    Does not commit. What the edition does not have is retired. Where there is nothing yet, what is shipped counts
    as seen, so that it does not come in later on top of the edition. Raises :class:`ContentError` where there is
    nothing yet and the content file has a fault.
    """
    mine, theirs = documents(), by_key(edition)
    _take_stock(mine)
    if not mine:
        remember_shipped(by_key(read_edition(current_instance().content_file(FILE), package_names())))
    plan = import_plan(mine, theirs)
    batch = journal.begin_batch(by, Action.IMPORTED, {"counts": counts(plan)})
    _carry_out(plan, theirs, by, Action.IMPORTED, batch.id)
    _arrange(theirs, ORDERED, batch)
    return batch


def remember_shipped(seen: Mapping[Key, Document]) -> None:
    """Keep how the content file left these items, to tell at its next version what people changed since."""
    digests = _shipped() | {place: digest_of(place[0], document) for place, document in seen.items()}
    db.session.execute(delete(models.Shipped))
    db.session.add_all(
        models.Shipped(kind=kind.value, item_key=key, digest=digest) for (kind, key), digest in digests.items()
    )


def counts(plan: Plan) -> dict[str, int]:
    """How much a plan does, by the word for it; nothing that it does not do."""
    found = {"added": plan.added, "changed": plan.changed, "retired": plan.retired, "kept": plan.kept}
    return {word: len(keys) for word, keys in found.items() if keys}


def in_words(plan: Plan) -> str:
    """``3 added, 1 changed``; what was kept is said in full."""
    parts = [f"{number} {word}" for word, number in counts(plan).items() if word != "kept"]
    text = ", ".join(parts) or "nothing new"
    return f"{text}; {len(plan.kept)} kept as maintainers left them" if plan.kept else text


def _shipped() -> dict[Key, str]:
    found = db.session.scalars(select(models.Shipped))
    return {(Kind(row.kind), row.item_key): row.digest for row in found}


def _take_stock(mine: Mapping[Key, Document]) -> None:
    """A database from before there was a history: it begins with what is there, all of it shipped."""
    if not mine or db.session.scalar(select(models.Change.id).limit(1)):
        return
    by = By("", "Here before there was a history")
    batch = journal.begin_batch(by, Action.SHIPPED, {"counts": {Action.ADDED.value: len(mine)}})
    for (kind, _), document in mine.items():
        journal.note_down(Item.of(kind, document, version=1), by, Action.SHIPPED, batch=batch.id)
    remember_shipped(mine)
    db.session.flush()


def _was_arranged(kind: Kind) -> bool:
    """Whether people ever put the items of the kind into an order of their own, in the browser or by an import."""
    change = models.Change
    moved = and_(change.kind == kind.value, change.moved_to.is_not(None))
    arranged = select(change.id).where(or_(moved, change.action == Action.IMPORTED.value))
    return db.session.scalar(arranged.limit(1)) is not None


def _arrange(theirs: Mapping[Key, Document], kinds: Iterable[Kind], batch: models.Change) -> None:
    orders = {kind: [key for other, key in theirs if other is kind] for kind in kinds}
    batch.stored = {**batch.stored, "order_before": journal.arrange_all(orders)}


def _carry_out(plan: Plan, theirs: Mapping[Key, Document], by: By, action: Action, batch: int) -> None:
    for kind in Kind:
        journal.add_all(kind, [theirs[place] for place in plan.added if place[0] is kind], by, action, batch)
    items = document_mapper.everything()
    wanted = {place: theirs[place] for place in plan.changed}
    wanted |= {place: {**items[place].document, "state": State.RETIRED.value} for place in plan.retired}
    retiring = [place for place in items if place in wanted and wanted[place]["state"] == State.RETIRED]
    for place in wanted:
        if place not in retiring:
            journal.save(items[place], wanted[place], by, action, batch=batch)
    for place in reversed(retiring):  # claims before the sources they rest on
        try:
            journal.save(items[place], wanted[place], by, action, batch=batch)
        except InUse:
            if action is not Action.SHIPPED:
                raise
            # in use by what people changed, and that stays
