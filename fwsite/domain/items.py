"""Schema of items: frameworks, criteria, sources, ratings and claims, each as one document.

A document is JSON-ready data. Forms, the content file, history and suggestions all speak in documents: :data:`FIELDS`
defines once what they are made of, :func:`canonical` gives any of them that shape, also one that was kept before a
field was added, and :func:`check` is the one place that says what a document must be.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from fwsite.domain.comparison import RATING_MAX, Side
from fwsite.domain.evidence import Evidence, Release, Voice
from fwsite.domain.naming import without_support
from fwsite.domain.questionnaire import Fault

Document = Mapping[str, Any]
KEY_LENGTH = 60
FIRST_YEAR, LAST_YEAR = 1990, 2100
_KEY = re.compile(rf"[a-z][a-z0-9-]{{0,{KEY_LENGTH - 1}}}")
_SLUG_LENGTH = 48
"""Room is left for a number behind it."""


class Kind(StrEnum):
    """The kinds of items, in the order in which they refer to each other."""

    CRITERION = "criterion"
    SOURCE = "source"
    FRAMEWORK = "framework"
    RATING = "rating"
    CLAIM = "claim"


class State(StrEnum):
    """Where an item stands: a draft is seen by maintainers alone, a retired item by nobody but its history."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Value(StrEnum):
    """What a field holds."""

    LINE = "line"
    """A text."""
    MARKDOWN = "markdown"
    """A text with inline Markdown."""
    ADDRESS = "address"
    DAY = "day"
    YEAR = "year"
    SCORE = "score"
    FRAMEWORK = "framework"
    CRITERION = "criterion"
    SIDE = "side"
    EVIDENCE = "evidence"
    VOICE = "voice"
    SOURCES = "sources"
    """A list of keys."""
    CITATIONS = "citations"
    """A list of ``{"source": key, "words": text}``."""


class Field(NamedTuple):
    """One part of a document; ``longest`` counts the characters of a text.

    Digests outlive a field that is added later: an optional one counts only where it says something. Those that were
    there before any digest was stored are ``first``, and count where they are empty, too.
    """

    name: str
    label: str
    value: Value
    longest: int = 0
    required: bool = True
    first: bool = False


_EVIDENCE = Field("evidence", "Evidence", Value.EVIDENCE)
_REVIEWED = Field("reviewed_on", "Reviewed on", Value.DAY)
FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.CRITERION: (
        Field("name", "Name", Value.LINE, 80),
        Field("group", "Group of facts", Value.LINE, 40, required=False),
        Field("question", "Question", Value.LINE, 280),
        Field("finding", "Finding", Value.MARKDOWN, 400, required=False, first=True),
    ),
    Kind.SOURCE: (
        Field("title", "Title", Value.LINE, 280),
        Field("url", "Address", Value.ADDRESS, 500),
        Field("read_on", "Read on", Value.DAY),
        Field("publisher", "Publisher", Value.LINE, 120, required=False, first=True),
        Field("author", "Author", Value.LINE, 120, required=False, first=True),
        Field("published", "Published on", Value.DAY, required=False, first=True),
        Field("voice", "Whose words", Value.VOICE, required=False),
        Field("archive", "Archive", Value.LINE, 120, required=False),
        Field("sha256", "SHA-256 of the archive", Value.LINE, 64, required=False),
        Field("file", "File in the archive", Value.LINE, 240, required=False),
    ),
    Kind.FRAMEWORK: (
        Field("name", "Name", Value.LINE, 80),
        Field("first_release", "First release", Value.YEAR, required=False, first=True),
        Field("summary", "For it, in a sentence", Value.MARKDOWN, 280),
        Field("drawback", "Against it, in a sentence", Value.MARKDOWN, 280),
        Field("example", "Typical example", Value.MARKDOWN, 280),
        Field("example_sources", "Sources of the example", Value.SOURCES, required=False, first=True),
        Field("on_balance", "On balance", Value.MARKDOWN, 400),
    ),
    Kind.RATING: (
        Field("framework", "Framework", Value.FRAMEWORK),
        Field("criterion", "Criterion", Value.CRITERION),
        Field("score", "Rating", Value.SCORE),
        Field("reason", "Reason", Value.MARKDOWN, 120),
        _EVIDENCE,
        Field("sources", "Sources", Value.SOURCES, required=False, first=True),
        _REVIEWED,
    ),
    Kind.CLAIM: (
        Field("framework", "Framework", Value.FRAMEWORK),
        Field("criterion", "Criterion", Value.CRITERION),
        Field("side", "For or against", Value.SIDE),
        Field("answer", "Answer in the table", Value.LINE, 40, required=False),
        Field("text", "Text", Value.MARKDOWN, 280),
        _EVIDENCE,
        Field("sources", "Sources", Value.CITATIONS, required=False, first=True),
        _REVIEWED,
    ),
}
"""Every kind's fields in the order of forms and files. ``key`` and ``state`` belong to each document besides."""
SOURCE_LISTS = frozenset({Value.SOURCES, Value.CITATIONS})
"""What a field that names sources may hold."""
CITING: Mapping[Kind, str] = {
    kind: field.name for kind, fields in FIELDS.items() for field in fields if field.value in SOURCE_LISTS
}
"""The field of each kind that names sources."""
WORDS_LENGTH = 280
"""Characters of a source's words that a claim rests on."""
NOTE_LENGTH = 280
"""Characters of the note that says why something was changed."""
TAKEN_KEYS = frozenset({"changes", "data", "evidence", "history", "measured", "suggest", "suggestions", "work"})
"""Keys that no framework can have: the site's own addresses begin with them."""
PLACED = frozenset({Kind.CRITERION, Kind.FRAMEWORK, Kind.CLAIM})
"""The kinds whose order people choose."""


@dataclass(frozen=True)
class Known:
    """The keys that a document may refer to.

    ``releases`` are those of the sources that are files of a release, ``packages`` the names of packages that texts
    may name, ``free`` the names of what is compared, which evidence need not name; and its keys, as names change.
    ``rows`` are the criteria that are rows of facts, ``answered`` those that claims answer, ``rated`` those that have
    ratings.
    """

    frameworks: Collection[str] = field(default_factory=tuple)
    criteria: Collection[str] = field(default_factory=tuple)
    sources: Collection[str] = field(default_factory=tuple)
    releases: Collection[str] = field(default_factory=tuple)
    packages: Collection[str] = field(default_factory=tuple)
    free: Collection[str] = field(default_factory=tuple)
    rows: Collection[str] = field(default_factory=tuple)
    answered: Collection[str] = field(default_factory=tuple)
    rated: Collection[str] = field(default_factory=tuple)

    @classmethod
    def of(cls, items: Iterable[Item], packages: Collection[str]) -> Known:
        """What can be referred to where these items are all there is: ratings and claims say what they cannot be on."""
        by_kind: dict[Kind, list[Item]] = {kind: [] for kind in Kind}
        for item in items:
            by_kind[item.kind].append(item)
        return cls(
            frameworks=[item.key for item in by_kind[Kind.FRAMEWORK]],
            criteria=[item.key for item in by_kind[Kind.CRITERION]],
            sources=[item.key for item in by_kind[Kind.SOURCE]],
            releases=[item.key for item in by_kind[Kind.SOURCE] if item.document["archive"]],
            packages=packages,
            free=[called for item in by_kind[Kind.FRAMEWORK] for called in (item.key, str(item.document["name"]))],
            rows=[item.key for item in by_kind[Kind.CRITERION] if item.document["group"]],
        )


class Item(NamedTuple):
    """An item as one value: what it is, its key, and its document. ``version`` is 0 where it is not stored."""

    kind: Kind
    key: str
    document: dict[str, Any]
    version: int = 0

    @classmethod
    def of(cls, kind: Kind, given: Document, version: int = 0) -> Item:
        """The item that ``given`` describes, be that from a form, a file, or a time with fewer fields."""
        document = canonical(kind, given)
        return cls(kind, key_of(kind, document), document, version)


def key_of(kind: Kind, document: Document) -> str:
    """An item's key; a rating's is made of the two things it joins."""
    if kind is Kind.RATING:
        return f"{document['framework']}.{document['criterion']}"
    return str(document["key"])


def title_of(kind: Kind, document: Document) -> str:
    """What people call the item."""
    if kind is Kind.RATING:
        return f"{document['framework']} on {document['criterion']}"
    return str(document[{Kind.CLAIM: "text", Kind.SOURCE: "title"}.get(kind, "name")])


def rests_on(kind: Kind, document: Document) -> tuple[str, ...]:
    """The keys of the sources that the item names."""
    keys: list[str] = []
    for item in FIELDS[kind]:
        if item.value is Value.SOURCES:
            keys += document[item.name]
        elif item.value is Value.CITATIONS:
            keys += [entry["source"] for entry in document[item.name]]
    return tuple(keys)


def digest_of(kind: Kind, document: Document) -> str:
    """SHA-256 of the document, 64 hexadecimal digits: equal content, equal digest, also in a shape that grew."""
    later = {field.name for field in FIELDS[kind] if not field.required and not field.first}
    said = {name: value for name, value in document.items() if value or name not in later}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(kind: Kind, given: Document) -> dict[str, Any]:
    """The document with every field in its place: texts without surrounding blanks, empty ones as ``""`` or none."""
    document: dict[str, Any] = {} if kind is Kind.RATING else {"key": given.get("key", "")}
    for item in FIELDS[kind]:
        document[item.name] = _canonical_value(item, given.get(item.name))
    document["state"] = given.get("state", State.PUBLISHED.value)
    if kind is Kind.RATING:
        document = _judgement(document)
    return document


def _judgement(rating: dict[str, Any]) -> dict[str, Any]:
    """The rating as an opinion that names no source, unless it is measured; ratings of old were called sourced."""
    if rating["evidence"] == Evidence.MEASURED:
        return rating
    evidence = Evidence.OPINION.value if rating["evidence"] == Evidence.SOURCED else rating["evidence"]
    return {**rating, "evidence": evidence, "sources": []}


def _canonical_value(item: Field, value: Any) -> Any:
    if item.value in (Value.LINE, Value.MARKDOWN, Value.ADDRESS, Value.VOICE):
        return " ".join(value.split()) if isinstance(value, str) else "" if value is None else value
    if isinstance(value, date):
        return value.isoformat()
    if item.value in SOURCE_LISTS and (value is None or value == ""):
        return []
    if item.value is Value.SOURCES and isinstance(value, list) and all(isinstance(key, str) for key in value):
        return sorted(set(value))
    if item.value is Value.CITATIONS and isinstance(value, list):
        return [_citation(entry) for entry in value]
    return None if value == "" else value


def _citation(entry: Any) -> Any:
    if isinstance(entry, str):
        return {"source": entry, "words": ""}
    if isinstance(entry, Mapping) and isinstance(entry.get("words", ""), str):
        return {**entry, "words": " ".join(entry.get("words", "").split())}
    return entry


def check(kind: Kind, document: Document, known: Known) -> list[Fault]:
    """Everything that is wrong with a canonical document; each message follows the name of its field."""
    faults: list[Fault] = []
    if kind is not Kind.RATING and not (isinstance(document["key"], str) and _KEY.fullmatch(document["key"])):
        faults.append(Fault("key", f"is {document['key']!r}; it must be lower-case letters, digits and hyphens"))
    elif kind is Kind.FRAMEWORK and document["key"] in TAKEN_KEYS:
        faults.append(Fault("key", f"is {document['key']!r}, which URLs of this site begin with; choose another"))
    if document["state"] not in list(State):
        faults.append(Fault("state", f"is {document['state']!r}; it must be one of {', '.join(State)}"))
    for item in FIELDS[kind]:
        faults += [Fault(item.name, message) for message in _wrong(item, document[item.name], known)]
    if kind in _RULES and not any(fault.place in _RULED for fault in faults):
        faults += _RULES[kind](document, known)
    return faults


_RULED = frozenset({"answer", "text", "evidence", "sources", "archive", "sha256", "file"})
"""The fields that rules between fields are about: each has to be right by itself before."""


def _wrong_criterion(criterion: Document, known: Known) -> Iterator[Fault]:
    """With a group it is a row of facts, without one it is rated; it stays what ratings and answers are given on."""
    if criterion["group"]:
        if criterion["key"] in known.rated:
            yield Fault("group", "makes a row of facts of a criterion that has ratings; leave it empty")
        return
    if criterion["key"] in known.answered:
        yield Fault("group", "is empty, but claims answer this row of facts; keep it, or empty their answers first")
    if criterion["finding"] == "":
        yield Fault("finding", "is missing or empty; only a row of facts, which has a group, needs none")


def _wrong_source(source: Document, _known: Known) -> Iterator[Fault]:
    """A file of a release is named by archive and file together."""
    if source["archive"] and Release.of_archive(source["archive"]) is None:
        yield Fault("archive", f"is {source['archive']!r}; write a file name such as django-6.1.3.tar.gz")
    if source["archive"] and not source["file"]:
        yield Fault("file", "is missing; name the file in the archive that has the words, such as docs/index.txt")
    for name in ("file", "sha256"):
        if source[name] and not source["archive"]:
            yield Fault("archive", f"is missing; {name} is about a release's archive, such as django-6.1.3.tar.gz")
    if source["file"] and not _is_inner_path(source["file"]):
        yield Fault("file", f"is {source['file']!r}; write its path below the archive's own folder")
    if source["sha256"] and not re.fullmatch(r"[0-9a-f]{64}", source["sha256"]):
        yield Fault("sha256", "must be 64 hexadecimal digits in lower case")


def _is_inner_path(path: str) -> bool:
    return not path.startswith("/") and all(part not in ("", ".", "..") for part in path.split("/"))


def _wrong_rating(rating: Document, known: Known) -> Iterator[Fault]:
    if rating["criterion"] in known.rows:
        yield Fault("criterion", f"is {rating['criterion']!r}, a row of facts, which is not rated; choose another")
    if rating["evidence"] == Evidence.MEASURED and not rating["sources"]:
        yield Fault("sources", "is empty; what is measured names where it comes from")


def _wrong_claim(claim: Document, known: Known) -> Iterator[Fault]:
    """What is sourced quotes words that name what it names; the words of a release can be looked for.

    An answer stands in a row of the table of facts.
    """
    criterion = claim["criterion"]
    if claim["answer"] and criterion in known.criteria and criterion not in known.rows:
        message = f"is given, but {criterion!r} is rated and no row of facts; leave it empty, or choose a row"
        yield Fault("answer", message)
    if claim["evidence"] != Evidence.OPINION and not claim["sources"]:
        yield Fault("sources", f"is empty; what is {claim['evidence']} names where it comes from")
    for entry in claim["sources"]:
        if entry["source"] in known.releases and not entry["words"]:
            yield Fault("sources", f"quotes no words of {entry['source']!r}; copy them from the file in the archive")
    if claim["evidence"] == Evidence.SOURCED:
        words = [entry["words"] for entry in claim["sources"]]
        for name in without_support(claim["text"], words, known.packages, known.free):
            yield Fault("text", unsupported(name))


JUDGEMENT = "is a judgement, which no source can make for you: call it opinion, and quote sources in pros and cons"
"""What is wrong with a rating that is called sourced."""


def unsupported(name: str) -> str:
    """What is wrong with a sourced text that names something."""
    return f"names “{name}”, which the quoted words do not; quote words that name it, or call it opinion"


_RULES: Mapping[Kind, Callable[[Document, Known], Iterator[Fault]]] = {
    Kind.CRITERION: _wrong_criterion,
    Kind.SOURCE: _wrong_source,
    Kind.RATING: _wrong_rating,
    Kind.CLAIM: _wrong_claim,
}
"""What must hold between the fields of a document, each of which is right by itself."""


def _wrong(item: Field, value: Any, known: Known) -> Iterator[str]:
    if value in (None, "", []):
        if item.required:
            yield "is missing or empty"
    elif item.longest:
        yield from _wrong_text(value, item.longest)
        if item.value is Value.ADDRESS and isinstance(value, str) and not is_address(value):
            yield f"is {value!r}; it must begin with https:// or http://"
    elif item.value is Value.SOURCES:
        yield from _wrong_sources(value, known.sources)
    elif item.value is Value.CITATIONS:
        yield from _wrong_citations(value, known.sources)
    elif item.value in _CHOICES:
        choices = [str(choice) for choice in _CHOICES[item.value](known)]
        if not isinstance(value, str) or value not in choices:
            yield f"is {value!r}; known are {', '.join(choices)}"
    else:
        yield from _wrong_number_or_day(item, value)


_CHOICES: Mapping[Value, Callable[[Known], Collection[str]]] = {
    Value.FRAMEWORK: lambda known: known.frameworks,
    Value.CRITERION: lambda known: known.criteria,
    Value.SIDE: lambda _known: list(Side),
    Value.EVIDENCE: lambda _known: list(Evidence),
    Value.VOICE: lambda _known: list(Voice),
}


def _wrong_text(value: Any, longest: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield "must be a text in quotes"
        return
    if len(value) > longest:
        yield f"has {len(value)} characters; at most {longest} fit"
    odd = unusable(value)
    if odd:
        yield f"has the character {odd}, which cannot be stored; remove it"


def unusable(text: str) -> str | None:
    """The first character that no database or reader can be trusted with, by its code, or ``None``.

    Control characters, lone surrogates, what XML cannot hold, and the marks that make a text read in another
    direction than it is written in, which could disguise a claim or an address.
    """
    odd = (character for character in text if character in _UNUSABLE or unicodedata.category(character) in ("Cc", "Cs"))
    return next((f"U+{ord(character):04X}" for character in odd), None)


_UNUSABLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


def _wrong_sources(value: Any, known: Collection[str]) -> Iterator[str]:
    if not isinstance(value, list):
        yield "must be a list"
        return
    yield from (f"{key!r} names no source" for key in value if not isinstance(key, str) or key not in known)


def _wrong_citations(value: Any, known: Collection[str]) -> Iterator[str]:
    if not isinstance(value, list):
        yield "must be a list"
        return
    for entry in value:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("source"), str) or entry["source"] not in known:
            yield f"{entry.get('source') if isinstance(entry, Mapping) else entry!r} names no source"
        elif set(entry) - {"source", "words"}:
            yield f"unknown key {min(set(entry) - {'source', 'words'})!r}; known are source, words"
        else:
            yield from _wrong_text(entry["words"], WORDS_LENGTH)


def _wrong_number_or_day(item: Field, value: Any) -> Iterator[str]:
    if item.value is Value.DAY:
        if not _is_day(value):
            yield f"is {value!r}; write a date such as 2026-11-22"
        return
    low, high = (1, RATING_MAX) if item.value is Value.SCORE else (FIRST_YEAR, LAST_YEAR)
    if type(value) is not int or not low <= value <= high:
        yield f"is {value!r}; it must be a whole number from {low} to {high}"


def _is_day(value: Any) -> bool:
    """Whether it is a day in the one way of writing it; Python reads others, too, such as ``2026-W47-7``."""
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def is_address(text: str) -> bool:
    """Whether ``text`` is a complete http or https address."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\\<>\"]", text)
    except ValueError:
        return False


def new_key(text: str, taken: Collection[str]) -> str:
    """A key made of the text's words that nobody has yet."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    while len(words) > 1 and len("-".join(words)) > _SLUG_LENGTH:
        words.pop()
    base = "-".join(words)[:_SLUG_LENGTH].strip("-")
    if not base or not base[0].isalpha():
        base = f"item-{base}".strip("-")
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
