"""Workspace form: items of a framework as rows of one form, each with what it was opened with, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.comparison import item_form
from fwsite.blueprints.comparison.item_form import Filled
from fwsite.blueprints.comparison.ledger.framework_work import Entry, Standing
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import CITING, FIELDS, Document, Kind, Known, State, Value
from fwsite.domain.questionnaire import Fault

_FIXED = frozenset({Value.FRAMEWORK, Value.CRITERION, Value.EVIDENCE})
"""What a row does not ask for."""
_CHOOSE = "Choose which of the two texts stays"


class Row(NamedTuple):
    """One item in a form whose fields begin with ``prefix``. ``was`` tells what it was opened with, by :func:`said`.

    ``document`` is what it says where that is new. ``both`` are the fields of which two texts stand, the row's own and
    that of ``theirs``: what somebody else has made of it meanwhile, or what is published. ``chosen`` says whose stays.
    """

    entry: Entry
    prefix: str
    filled: Filled
    was: str
    document: Document | None = None
    new_sources: tuple[dict[str, Any], ...] = ()
    faults: tuple[Fault, ...] = ()
    both: tuple[str, ...] = ()
    theirs: Document | None = None
    chosen: Mapping[str, str] = MappingProxyType({})

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that read otherwise than what is published."""
        item = self.entry.item
        is_changed = self.entry.standing is Standing.CHANGED and item is not None
        return _unlike(self.entry.kind, self.entry.document, item.document) if item and is_changed else ()


@dataclass
class SourceBook:
    """The sources that rows may name, with those that rows before have brought along."""

    known: Known
    addresses: dict[str, str]

    def add(self, sources: Iterable[Document]) -> None:
        """Let later rows name these, too."""
        new = tuple(sources)
        self.known = item_form.with_sources(self.known, new)
        self.addresses |= {source["url"]: source["key"] for source in new}


def prefix_of(entry: Entry) -> str:
    """How the fields of a row begin."""
    return f"rating.{entry.document['criterion']}." if entry.kind is Kind.RATING else "summary."


def part(form: MultiDict[str, str], prefix: str) -> MultiDict[str, str]:
    """The fields of a form that begin so, without it."""
    names = [(name, text) for name, text in form.items(multi=True) if name.startswith(prefix)]
    return MultiDict([(name.removeprefix(prefix), text) for name, text in names])


def _asked(kind: Kind) -> tuple[str, ...]:
    return tuple(item.name for item in FIELDS[kind] if item.value not in _FIXED and item.name != "reviewed_on")


def _unlike(kind: Kind, one: Document, other: Document) -> tuple[str, ...]:
    return tuple(name for name in _asked(kind) if one[name] != other[name])


def said(kind: Kind, document: Document) -> str:
    """Equal for documents that say the same in what a row asks for."""
    return hashlib.sha256(repr([document[name] for name in _asked(kind)]).encode()).hexdigest()[:16]


def opened(entry: Entry, today: str) -> Row:
    """The row as it opens, with room for one more source; two texts where the draft meets what was published since."""
    filled = item_form.filled_from_document(entry.kind, entry.document).with_empty_row(today)
    row = Row(entry, prefix_of(entry), filled, said(entry.kind, entry.document))
    both = tuple(name for name in _asked(entry.kind) if name in entry.conflicts)
    return row._replace(both=both, theirs=entry.item.document) if both and entry.item else row


def read(entry: Entry, form: MultiDict[str, str], book: SourceBook, today: str) -> Row:
    """The row as it was sent; nothing new where it says what it was opened with."""
    prefix = prefix_of(entry)
    sent = part(form, prefix)
    if "was" not in sent or _is_blank(entry, sent):
        return opened(entry, today)
    filled = _filled(entry, sent)
    found = item_form.read_form(filled, book.known, book.addresses, today, key=entry.key)
    now, typed = said(entry.kind, entry.document), said(entry.kind, found.document)
    given = {name: sent.get(f"choose-{name}", "") for name in _asked(entry.kind)}
    chosen = {name: whose for name, whose in given.items() if whose in ("mine", "theirs")}
    if typed in (sent["was"], now) and not chosen and "settle" not in sent:
        return opened(entry, today)
    row = Row(entry, prefix, filled.with_empty_row(today), now, chosen=chosen)
    if sent["was"] != now and typed != now:
        moved = row._replace(chosen={})
        return _two_texts(moved, _unlike(entry.kind, found.document, entry.document), entry.document)
    other = entry.item.document if entry.conflicts and entry.item else entry.document
    open_ones = {*sent.get("both", "").split(","), *entry.conflicts}
    both = tuple(name for name in _asked(entry.kind) if name in open_ones)
    if set(both) - set(chosen):
        return _two_texts(row, both, other)
    labels = item_form.labels_of(entry.kind)
    faults = [item_form.in_words(fault, labels) for fault in found.faults]
    if faults:
        faults = [Fault(prefix + each.place, each.message) for each in faults]
        return row._replace(both=both, theirs=other if both else None, faults=tuple(faults))
    kept = {name: other[name] for name in both if chosen[name] == "theirs"}
    if not entry.conflicts and said(entry.kind, {**found.document, **kept}) == now:
        return opened(entry, today)
    new = () if CITING[entry.kind] in kept else found.new_sources
    book.add(new)
    return row._replace(document={**found.document, **kept}, new_sources=new)


def _two_texts(row: Row, both: tuple[str, ...], theirs: Document) -> Row:
    """The row with two texts in some fields, and what has to be chosen."""
    labels = item_form.labels_of(row.entry.kind)
    open_ = [name for name in both if row.chosen.get(name) not in ("mine", "theirs")]
    faults = [Fault(f"{row.prefix}choose-{name}", f"{labels[name]}: {_CHOOSE}.") for name in open_]
    return row._replace(both=both, theirs=theirs, faults=tuple(faults))


def _is_blank(entry: Entry, sent: MultiDict[str, str]) -> bool:
    """Whether nobody has begun to rate what is not rated."""
    if entry.kind is not Kind.RATING or entry.document["score"] is not None:
        return False
    return not any(text.strip() for name, text in sent.items() if name != "was" and not name.endswith("-read_on"))


def _filled(entry: Entry, sent: MultiDict[str, str]) -> Filled:
    filled = item_form.filled_from_request(entry.kind, sent)
    values = {**filled.values, "state": State.PUBLISHED.value}
    if entry.kind is Kind.RATING:
        given = entry.document
        before = {"score": str(given["score"] or ""), "reason": given["reason"]}
        is_other = any(" ".join(values[name].split()) != text for name, text in before.items())
        values |= {name: given[name] for name in ("framework", "criterion", "evidence")}
        if is_other:  # whoever rates by hand, judges
            values["evidence"] = Evidence.OPINION.value
    return filled._replace(values=values)
