"""Workspace form: items of a framework as rows of one form, each with what it was opened with, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.comparison import item_form
from fwsite.blueprints.comparison.item_form import Filled
from fwsite.blueprints.comparison.ledger.framework_work import Entry
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import FIELDS, Document, Kind, Known, State, Value
from fwsite.domain.questionnaire import Fault

_FIXED = frozenset({Value.FRAMEWORK, Value.CRITERION, Value.EVIDENCE})
"""What a row does not ask for."""
_MOVED = "was changed meanwhile. What stands now is beside your text; save once more to keep yours"


class Row(NamedTuple):
    """One item in a form whose fields begin with ``prefix``. ``was`` tells what it was opened with, by :func:`said`.

    ``document`` is what it says where that is new; ``theirs`` what somebody else has made of it meanwhile.
    """

    entry: Entry
    prefix: str
    filled: Filled
    was: str
    document: Document | None = None
    new_sources: tuple[dict[str, Any], ...] = ()
    faults: tuple[Fault, ...] = ()
    theirs: Document | None = None


@dataclass
class SourceBook:
    """The sources that rows may name, with those that rows before have brought along."""

    known: Known
    addresses: dict[str, str]

    def add(self, sources: Iterable[Document]) -> None:
        """Let later rows name these, too."""
        for source in sources:
            self.known = replace(self.known, sources={*self.known.sources, source["key"]})
            self.addresses[source["url"]] = source["key"]


def prefix_of(entry: Entry) -> str:
    """How the fields of a row begin."""
    return f"rating.{entry.document['criterion']}." if entry.kind is Kind.RATING else "summary."


def part(form: MultiDict[str, str], prefix: str) -> MultiDict[str, str]:
    """The fields of a form that begin so, without it."""
    names = [(name, text) for name, text in form.items(multi=True) if name.startswith(prefix)]
    return MultiDict([(name.removeprefix(prefix), text) for name, text in names])


def said(kind: Kind, document: Document) -> str:
    """Equal for documents that say the same in what a row asks for."""
    asked = [item.name for item in FIELDS[kind] if item.value not in _FIXED and item.name != "reviewed_on"]
    return hashlib.sha256(repr([document[name] for name in asked]).encode()).hexdigest()[:16]


def opened(entry: Entry, today: str) -> Row:
    """The row as it opens, with room for one more source."""
    filled = item_form.filled_from_document(entry.kind, entry.document).with_empty_row(today)
    return Row(entry, prefix_of(entry), filled, said(entry.kind, entry.document))


def read(entry: Entry, form: MultiDict[str, str], book: SourceBook, today: str) -> Row:
    """The row as it was sent; nothing new where it says what it was opened with."""
    prefix = prefix_of(entry)
    sent = part(form, prefix)
    if "was" not in sent or _is_blank(entry, sent):
        return opened(entry, today)
    filled = _filled(entry, sent)
    found = item_form.read_form(filled, book.known, book.addresses, today, key=entry.key)
    now, mine = said(entry.kind, entry.document), said(entry.kind, found.document)
    if mine in (sent["was"], now) and "settle" not in sent:
        return opened(entry, today)
    row = Row(entry, prefix, filled.with_empty_row(today), now, found.document, found.new_sources)
    if sent["was"] != now and mine != now:
        first = next(item.name for item in filled.fields if item.value not in _FIXED)
        return row._replace(document=None, theirs=entry.document, faults=(Fault(prefix + first, _MOVED),))
    if not found.faults:
        book.add(found.new_sources)
        return row
    labels = item_form.labels_of(entry.kind)
    faults = [item_form.in_words(fault, labels) for fault in found.faults]
    return row._replace(document=None, faults=tuple(Fault(prefix + each.place, each.message) for each in faults))


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
