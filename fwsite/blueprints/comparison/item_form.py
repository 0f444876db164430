"""Item form: what a document looks like while somebody fills it in, and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.domain.evidence import Evidence
from fwsite.domain.items import (
    CITING,
    FIELDS,
    NOTE_LENGTH,
    Document,
    Field,
    Kind,
    Known,
    State,
    Value,
    canonical,
    check,
    new_key,
    unusable,
)
from fwsite.domain.questionnaire import Fault

SOURCE_ROWS = 20
"""So many sources fit into one form."""
_NUMBERS = frozenset({Value.YEAR, Value.SCORE})
CITING_BY_HAND: Mapping[Kind, str] = {kind: name for kind, name in CITING.items() if kind is not Kind.RATING}
"""The field of each kind in which people name sources: what they say of a rating is a judgement."""
_NAMING = {Kind.FRAMEWORK: "name", Kind.CRITERION: "name", Kind.SOURCE: "title", Kind.CLAIM: "text"}


class SourceRow(NamedTuple):
    """One source in a form: ``key`` of one that is known, or title, address and day of a new one."""

    key: str = ""
    title: str = ""
    url: str = ""
    read_on: str = ""
    words: str = ""
    voice: str = ""
    archive: str = ""
    sha256: str = ""
    file: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in; the day may be there from the start."""
        return not any(self._replace(read_on=""))

    @property
    def has_more(self) -> bool:
        """Whether it says what a form folds in."""
        return bool(self.voice or self.archive or self.sha256 or self.file)

    @property
    def document(self) -> dict[str, Any]:
        """The new source that it says, without a key."""
        given = {name: text for name, text in self._asdict().items() if name not in ("key", "words")}
        return {**given, "read_on": self.read_on or None}


_ROW = re.compile(rf"source-(\d{{1,2}})-(?:{'|'.join(SourceRow._fields)})")
_ROW_LABELS = {"title": "title", "url": "link", "read_on": "date read", "sha256": "SHA-256"}
"""What a message calls a field of a new source, where that is not its name."""


class Filled(NamedTuple):
    """A form as it is filled in: texts by field, and its sources."""

    kind: Kind
    values: Mapping[str, str]
    sources: tuple[SourceRow, ...] = ()
    note: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that people fill in themselves; a save is a review, and sources have rows."""
        left_out = {CITING.get(self.kind), "reviewed_on", "evidence" if self.kind is Kind.RATING else None}
        return tuple(item for item in FIELDS[self.kind] if item.name not in left_out)

    def with_empty_row(self, today: str) -> Filled:
        """The form with one more row for a source."""
        if self.kind not in CITING_BY_HAND or len(self.sources) >= SOURCE_ROWS:
            return self
        return self._replace(sources=(*self.sources, SourceRow(read_on=today)))

    def without_row(self, number: int) -> Filled:
        """The form without one of its sources, counted from 0."""
        return self._replace(sources=(*self.sources[:number], *self.sources[number + 1 :]))


class Read(NamedTuple):
    """What a filled form says: the document, the sources it brings along, and what is wrong with it."""

    document: dict[str, Any]
    new_sources: tuple[dict[str, Any], ...] = ()
    faults: tuple[Fault, ...] = ()


def filled_from_document(kind: Kind, document: Document, note: str = "") -> Filled:
    """The form that shows ``document``."""
    values = {item.name: _shown(document.get(item.name)) for item in FIELDS[kind]}
    values["state"] = document.get("state", State.PUBLISHED.value)
    rows = tuple(
        SourceRow(key=entry) if isinstance(entry, str) else SourceRow(key=entry["source"], words=entry["words"])
        for entry in document.get(CITING_BY_HAND.get(kind, ""), ())
    )
    return Filled(kind, values, rows, note)


def filled_from_request(kind: Kind, sent: MultiDict[str, str]) -> Filled:
    """The form as it was sent."""
    values = {item.name: sent.get(item.name, "") for item in FIELDS[kind]}
    values["state"] = sent.get("state", State.PUBLISHED.value)
    numbers = sorted({int(match[1]) for name in sent if (match := _ROW.fullmatch(name))})[:SOURCE_ROWS]
    rows = [
        SourceRow(**{name: sent.get(f"source-{number}-{name}", "").strip() for name in SourceRow._fields})
        for number in numbers
    ]
    return Filled(kind, values, tuple(row for row in rows if not row.is_empty), sent.get("why", ""))


def with_rows(filled: Filled, asked: str, today: str) -> Filled:
    """The form with a row more, or without one, where a button asked for it."""
    if asked == "more":
        return filled.with_empty_row(today)
    number = asked.removeprefix("drop-")
    return filled.without_row(int(number)) if number.isdecimal() and len(number) < 3 else filled


def _shown(value: Any) -> str:
    return "" if value is None or isinstance(value, list) else str(value)


def read_form(
    filled: Filled,
    known: Known,
    addresses: Mapping[str, str],
    today: str,
    *,
    key: str | None = None,
    taken: Collection[str] = (),
) -> Read:
    """The document that a form says. ``key`` is the item's; a new one's is made of its words, and not ``taken``.

    ``addresses`` gives the key of the source behind each address that is known.
    """
    kind = filled.kind
    given: dict[str, Any] = {name: _typed(kind, name, value) for name, value in filled.values.items()}
    if key is None and kind in _NAMING:
        text = f"{given.get('framework', '')} {given[_NAMING[kind]]}" if kind is Kind.CLAIM else given[_NAMING[kind]]
        key = new_key(text, taken)
    given |= {"key": key, "reviewed_on": today}
    if kind is Kind.RATING:
        given["evidence"] = Evidence.OPINION.value
    sources = _Sources(known, addresses)
    if kind in CITING_BY_HAND:
        keys = [sources.key_of(row, number) for number, row in enumerate(filled.sources)]
        words = [row.words for row in filled.sources]
        cited = [{"source": source, "words": text} for source, text in zip(keys, words, strict=True)]
        given[CITING_BY_HAND[kind]] = cited if kind is Kind.CLAIM else keys
    document = canonical(kind, given)
    everything = with_sources(known, sources.new)
    faults = [
        fault
        for fault in check(kind, document, everything)
        if fault.place != CITING_BY_HAND.get(kind) or not sources.faults
    ]
    return Read(document, tuple(sources.new), (*faults, *sources.faults, *note_faults(filled.note)))


def with_sources(known: Known, new: Sequence[Document]) -> Known:
    """What is known, with these sources."""
    releases = {source["key"] for source in new if source["archive"]}
    keys = {source["key"] for source in new}
    return replace(known, sources={*known.sources, *keys}, releases={*known.releases, *releases})


def note_faults(note: str) -> Iterator[Fault]:
    """What is wrong with a note that says why."""
    if len(note) > NOTE_LENGTH:
        yield Fault("why", f"has {len(note)} characters; at most {NOTE_LENGTH} fit")
    if unusable(" ".join(note.split())):
        yield Fault("why", "has a character that cannot be stored; remove it")


def _typed(kind: Kind, name: str, text: str) -> Any:
    wanted = next((item.value for item in FIELDS[kind] if item.name == name), Value.LINE)
    if wanted in _NUMBERS:
        return int(text) if re.fullmatch(r"\s*[0-9]{1,6}\s*", text) else text.strip() or None
    return text.strip() if wanted is not Value.DAY else text.strip() or None


@dataclass
class _Sources:
    """Finds or makes the sources that the rows of a form name."""

    known: Known
    addresses: Mapping[str, str]
    new: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def key_of(self, row: SourceRow, number: int) -> str:
        return row.key or self.addresses.get(row.url) or self._made(row, number)

    def _made(self, row: SourceRow, number: int) -> str:
        for source in self.new:
            if source["url"] == row.url:
                return str(source["key"])
        taken = {*self.known.sources, *(source["key"] for source in self.new)}
        source = canonical(Kind.SOURCE, {**row.document, "key": new_key(row.title or "source", taken)})
        for fault in check(Kind.SOURCE, source, self.known):
            message = f"Its {_ROW_LABELS.get(fault.place, fault.place)} {fault.message}"
            self.faults.append(Fault(f"source-{number}-{fault.place}", message))
        self.new.append(source)
        return str(source["key"])


def in_words(fault: Fault, labels: Mapping[str, str]) -> Fault:
    """The fault as a sentence that can be read without its field beside it."""
    row = re.match(r"source-(\d+)-", fault.place)
    if row:
        return Fault(fault.place, f"Source {int(row[1]) + 1}: {fault.message}.")
    return Fault(fault.place, f"{labels.get(fault.place, fault.place)} {fault.message}.")


def labels_of(kind: Kind) -> dict[str, str]:
    """What each field is called on the page."""
    return {item.name: item.label for item in FIELDS[kind]} | {
        "why": "The note",
        "state": "The state",
        "key": "The key",
    }


def chosen_in_conflict(
    sent: Mapping[str, str], names: Sequence[str], mine: Document, theirs: Document
) -> dict[str, Any]:
    """``mine`` with the fields in which the other text was chosen."""
    return {
        **mine,
        **{name: theirs[name] for name in names if sent.get(f"choose-{name}") == "theirs" and name in theirs},
    }
