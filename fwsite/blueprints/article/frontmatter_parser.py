"""Front matter parser: what each key means, in every format, and what the article is held back for.

One rule: where any of it cannot be read, the article is not published, as nobody knows what its author wanted. A key
that is not known here is no reason: other programs write many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import TypeVar

from fwsite.blueprints.article.frontmatter import ArticleSource, FrontMatter
from fwsite.blueprints.article.frontmatter_block import Block
from fwsite.blueprints.article.frontmatter_formats import FormatError, Table, Value, table_of
from fwsite.blueprints.article.publication import (
    END_KEYS,
    HOLDING_KEYS,
    OTHER_STATUS,
    PUBLIC_STATUS,
    START_KEYS,
    STATUS_KEYS,
)
from fwsite.extend import ContentProblem

KEYS = "title author date categories images imageAlts description reviewed sources draft".split()
"""What the guide for writers names."""
_KNOWN = frozenset({*(key.lower() for key in KEYS), *HOLDING_KEYS, *STATUS_KEYS, *START_KEYS, *END_KEYS, "published"})
_TEXTS = ("title", "author", "description")
_SOURCE_KEYS = frozenset("id title author publisher date url read".split())
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What an escape can say and neither HTML nor XML can hold."""
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NONE = frozenset({"", "null"})
_TO_ISO = (
    (re.compile(r"(?<=^\d{4})-(\d)(?=-)"), r"-0\1"),
    (re.compile(r"(?<=^\d{4}-\d\d)-(\d)(?!\d)"), r"-0\1"),
    (re.compile(r"\s*(?:Z|UTC|GMT)$", re.IGNORECASE), "Z"),
    (re.compile(r"(?<=:\d\d)\s*([+-])(\d)$"), r"\g<1>0\2"),
    (re.compile(r"\s+(?=[+-]\d\d(:?\d\d)?$)"), ""),
)
"""What makes ISO 8601 of dates as YAML, Jekyll and Pelican have them: 2026-1-2 10:20 -8, 2026-01-02 10:20:30 +0200."""

_T = TypeVar("_T")


class _Unreadable(ValueError):
    """A value that the article is held back for; the message says what was to be written."""


def read(block: Block, path: Path) -> FrontMatter:
    """Read the block of the file ``path``."""
    reader = _Reader(block, path)
    if block.fault:
        reader.hold_back("front matter", block.fault, block.fault_line)
    elif block.format:
        try:
            reader.read(table_of(block.text, block.format))
        except FormatError as error:
            reader.hold_back("front matter", str(error), block.line + error.line - 1)
    return reader.matter


class _Reader:
    def __init__(self, block: Block, path: Path) -> None:
        self.block = block
        self.path = path
        self.names: dict[str, str] = {}
        self.values: dict[str, Value] = {}
        self.lines: Mapping[str, int] = {}
        self.matter = FrontMatter()

    def read(self, table: Table) -> None:
        self.lines = table.lines
        for name, value in table.values.items():
            key = _key(name)
            if key in self.values and key in _KNOWN:
                self.hold_back(name, f"is there twice, as {self.names[key]} too", self.line(name))
            else:
                self.names[key], self.values[key] = name, value
                self.matter.lines[key] = self.line(key)
        self.read_what_is_shown()
        self.read_whether_it_is_shown()
        self.note_the_rest(table)

    def read_what_is_shown(self) -> None:
        matter = self.matter
        matter.title, matter.author, matter.description = (self.value(key, _text, "") for key in _TEXTS)
        reviewed = self.value("reviewed", _moment, None)
        matter.reviewed = reviewed and reviewed.date()
        matter.categories = _without_doubles(self.texts("categories"))
        matter.images, matter.image_alts = self.texts("images"), self.texts("imagealts")
        matter.sources = self.value("sources", self.sources, ())
        if len(matter.image_alts) < len(matter.images):
            line = self.line("imagealts" if "imagealts" in self.values else "images")
            self.problem("imageAlts", f"has {len(matter.image_alts)} texts for {len(matter.images)} images", line)

    def read_whether_it_is_shown(self) -> None:
        matter = self.matter
        said = [key for key in self.values if self.value(key, _SWITCHES.get(key, _nothing), None)]
        if said:
            matter.draft = f"{self.names[said[0]]}: {_text(self.values[said[0]])}"
        date = self.value("date", _moment, None)
        matter.date = date and date.date()
        starts = [date, self.value("published", _published_from, None)]
        starts += [self.value(key, _moment, None) for key in START_KEYS]
        ends = [self.value(key, _moment, None) for key in END_KEYS]
        matter.starts = max(filter(None, starts), default=None)
        matter.ends = min(filter(None, ends), default=None)

    def note_the_rest(self, table: Table) -> None:
        known = f"known are {', '.join(sorted(KEYS))}"
        for key, name in self.names.items():
            if key not in _KNOWN and any(_key(inner) in _SWITCHES for inner in _keys_in(self.values[key])):
                self.hold_back(
                    name, "has draft or a similar key in it, where it has no effect; move it up", self.line(key)
                )
            elif key not in _KNOWN:
                self.problem(name, f"unknown key, ignored; {known}", self.line(key), is_note=True)
            elif key in _TEXTS and name in table.commented:
                what = "ends before the #, which begins a comment; put it in quotes to show the rest"
                self.problem(name, what, self.line(key), is_note=True)

    def value(self, key: str, parse: Callable[[Value], _T], default: _T) -> _T:
        """What a key says; without it, and where it cannot be read, ``default``."""
        if key not in self.values:
            return default
        try:
            return parse(self.values[key])
        except _Unreadable as error:
            self.hold_back(self.names[key], str(error), self.line(key))
            return default

    def texts(self, key: str) -> tuple[str, ...]:
        none: tuple[str, ...] = ()
        return self.value(key, _texts, none)

    def line(self, name: str) -> int:
        return self.block.line + self.lines.get(self.names.get(name, name), 1) - 1

    def problem(self, key: str, message: str, line: int, *, is_note: bool = False) -> None:
        self.matter.problems.append(
            ContentProblem(path=self.path, line=line, key=key, message=message, is_note=is_note)
        )

    def hold_back(self, key: str, message: str, line: int) -> None:
        self.matter.unreadable.append(ContentProblem(path=self.path, line=line, key=key, message=message))
        format = self.block.format or "YAML"
        self.problem(key, f"{message}; held back until this {format} front matter can be read", line)

    def sources(self, value: Value) -> tuple[ArticleSource, ...]:
        if not value:
            return ()
        if not isinstance(value, list):
            raise _Unreadable("must be a list of tables with title and url")
        return tuple(self.source(item) for item in value)

    def source(self, item: Value) -> ArticleSource:
        if isinstance(item, str):
            item = {"title": item, "url": item if item.startswith("http") else ""}
        if not isinstance(item, dict) or not item.get("title"):
            raise _Unreadable("each source needs a title")
        line = self.line("sources")
        for key in item.keys() - _SOURCE_KEYS:
            known = ", ".join(sorted(_SOURCE_KEYS))
            self.problem("sources", f"unknown key {key}, ignored; known are {known}", line, is_note=True)
        try:
            said = {key: _text(item.get(key, "")) for key in _SOURCE_KEYS}
        except _Unreadable:
            wrong = next(key for key in item if not isinstance(item[key], str))
            raise _Unreadable(f"{wrong} must be a text") from None
        url, day, read = said["url"], _moment(said["date"]), _moment(said["read"])
        if url and not url.startswith(("https://", "http://")):
            self.problem("sources", f"url {url!r} must begin with https:// or http://; it is left out", line)
            url = ""
        return ArticleSource(
            title=said["title"],
            id=said["id"],
            author=said["author"],
            publisher=said["publisher"],
            date=day and day.date(),
            url=url,
            read=read and read.date(),
        )


def _key(name: str) -> str:
    """Whatever its case, and without signs that nobody sees: ``Publish_Date`` is ``publishdate``."""
    return "".join(filter(str.isalnum, name)).lower()


def _keys_in(value: Value) -> Iterable[str]:
    return value if isinstance(value, dict) else ()


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise _Unreadable("must be a text")
    return _UNPRINTABLE.sub("", value).strip()


def _texts(value: Value) -> tuple[str, ...]:
    items = [value] if value and isinstance(value, str) else value or []
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _Unreadable("must be a list of texts")
    return tuple(_text(item) for item in items)


def _without_doubles(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in filter(None, names):
        found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _moment(value: Value) -> datetime | None:
    """A day, or a moment in a day, as ISO 8601 has them; what names no zone is UTC."""
    created = value.get("created", "") if isinstance(value, dict) else value  # as MkDocs' blog has it
    written = _text(created)
    if written in _NONE:
        return None
    try:
        moment = datetime.fromisoformat(reduce(lambda text, way: way[0].sub(way[1], text), _TO_ISO, written))
    except ValueError:
        raise _Unreadable(f'is {written!r}; write a date such as "2026-11-22"') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _boolean(value: Value) -> bool:
    word = _text(value).lower()
    if word not in _BOOLEANS:
        raise _Unreadable(f"must be true or false, not {word!r}")
    return _BOOLEANS[word]


def _is_not_public(value: Value) -> bool:
    word = _text(value).lower()
    if word not in PUBLIC_STATUS and word not in OTHER_STATUS:
        raise _Unreadable(f"must be published or draft, not {word!r}")
    return word not in PUBLIC_STATUS


def _is_unpublished(value: Value) -> bool:
    return _published_from(value) is None and not _boolean(value)


def _published_from(value: Value) -> datetime | None:
    """``published`` is true or false, as Jekyll has it, or the day from which on it is, as Hugo has it."""
    try:
        return _moment(value)
    except _Unreadable:
        return None


def _nothing(value: Value) -> None:
    return None


_SWITCHES: Mapping[str, Callable[[Value], bool | None]] = {
    **dict.fromkeys(HOLDING_KEYS, _boolean),
    **dict.fromkeys(STATUS_KEYS, _is_not_public),
    "published": _is_unpublished,
}
"""What says of each of these keys that the article is not for visitors."""
