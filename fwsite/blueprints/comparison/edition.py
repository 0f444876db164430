"""The content file of the comparison, ``frameworks.toml``: read, checked, and turned into the domain's terms."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fwsite.domain.comparison import (
    RATING_MAX,
    Citation,
    Claim,
    Comparison,
    Criterion,
    Framework,
    Rating,
    Side,
    Source,
)
from fwsite.domain.evidence import Evidence
from fwsite.extend import ContentError, ContentProblem

_KEY = re.compile(r"[a-z][a-z0-9-]{0,59}")
_NO_DAY = date.min
LONGEST = {
    "key": 60,
    "name": 80,
    "question": 280,
    "finding": 400,
    "title": 280,
    "publisher": 120,
    "author": 120,
    "url": 500,
    "summary": 280,
    "drawback": 280,
    "example": 280,
    "on_balance": 400,
    "reason": 120,
    "text": 280,
    "words": 280,
}
"""Characters that fit into each text; the columns have these lengths."""
KEYS = {
    "file": "reviewed_on criteria sources frameworks",
    "criterion": "key name question finding",
    "source": "key title publisher author published url read_on",
    "framework": "key name first_release summary drawback example example_sources on_balance ratings claims",
    "rating": "criterion score reason evidence sources reviewed_on",
    "claim": "key side criterion text evidence sources reviewed_on",
    "citation": "source words",
}


class EditionError(ContentError):
    """A file that cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: list[ContentProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Edition:
    """A checked content file, and every source it lists."""

    comparison: Comparison
    sources: tuple[Source, ...]


def read_edition(path: Path) -> Edition:
    """Read and check ``path``. Raises :class:`EditionError` naming file and key of every fault."""
    reader = _Reader(path)
    edition = reader.edition()
    if reader.problems:
        raise EditionError(reader.problems)
    return edition


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[ContentProblem] = []
        self.sources: dict[str, Source] = {}
        self.criteria: dict[str, Criterion] = {}
        self.reviewed_on = _NO_DAY
        self.seen: set[tuple[str, str]] = set()

    def fault(self, key: str, message: str) -> None:
        self.problems.append(ContentProblem(path=self.path, key=key, message=message))

    def edition(self) -> Edition:
        table = self.table()
        self.known_keys("file", "file", table)
        self.reviewed_on = self.day("file", table, "reviewed_on")
        for place, row in self.rows(table, "criteria", "criterion"):
            criterion = Criterion(*(self.text(place, row, name) for name in ("key", "name", "question", "finding")))
            self.criteria[criterion.key] = criterion
        for place, row in self.rows(table, "sources", "source"):
            source = self.source(place, row)
            self.sources[source.key] = source
        frameworks, ratings, claims = [], [], []
        for place, row in self.rows(table, "frameworks", "framework"):
            frameworks.append(self.framework(place, row))
            ratings += [self.rating(row.get("key"), *item) for item in self.rows(row, "ratings", "rating", place)]
            claims += [self.claim(row.get("key"), *item) for item in self.rows(row, "claims", "claim", place)]
        for name in ("criteria", "frameworks"):
            if not table.get(name):
                self.fault(name, "is missing or empty")
        comparison = Comparison(tuple(frameworks), tuple(self.criteria.values()), tuple(ratings), tuple(claims))
        return Edition(comparison, tuple(self.sources.values()))

    def table(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise EditionError(
                [ContentProblem(path=self.path, key="file", message=f"cannot be read: {error}")]
            ) from error

    def source(self, place: str, row: Mapping[str, Any]) -> Source:
        url = self.text(place, row, "url")
        if not _is_address(url):
            self.fault(f"{place}.url", f"is {url!r}; it must begin with https:// or http://")
        return Source(
            key=self.text(place, row, "key"),
            title=self.text(place, row, "title"),
            url=url,
            read_on=self.day(place, row, "read_on"),
            publisher=self.text(place, row, "publisher", required=False),
            author=self.text(place, row, "author", required=False),
            published=self.day(place, row, "published") if "published" in row else None,
        )

    def framework(self, place: str, row: Mapping[str, Any]) -> Framework:
        year = row.get("first_release")
        if year is not None and (type(year) is not int or not 1990 <= year <= 2100):
            self.fault(f"{place}.first_release", f"is {year!r}; it must be a year")
            year = None
        texts = {name: self.text(place, row, name) for name in _FRAMEWORK_TEXTS}
        sources = _each_once(self.citations(place, row, "example_sources"))
        return Framework(**texts, first_release=year, example_sources=sources)

    def rating(self, framework: Any, place: str, row: Mapping[str, Any]) -> Rating:
        score = row.get("score")
        if type(score) is not int or not 1 <= score <= RATING_MAX:
            self.fault(f"{place}.score", f"is {score!r}; it must be a whole number from 1 to {RATING_MAX}")
            score = 1
        evidence, citations = self.evidence(place, row)
        return Rating(
            framework=str(framework),
            criterion=self.criterion(place, row),
            score=score,
            reason=self.text(place, row, "reason"),
            evidence=evidence,
            reviewed_on=self.day(place, row, "reviewed_on") if "reviewed_on" in row else self.reviewed_on,
            sources=_each_once(citations),
        )

    def claim(self, framework: Any, place: str, row: Mapping[str, Any]) -> Claim:
        side = row.get("side")
        if side not in list(Side):
            self.fault(f"{place}.side", f"is {side!r}; it must be pro or con")
            side = Side.PRO
        evidence, citations = self.evidence(place, row)
        return Claim(
            key=self.text(place, row, "key"),
            framework=str(framework),
            criterion=self.criterion(place, row),
            side=Side(side),
            text=self.text(place, row, "text"),
            evidence=evidence,
            reviewed_on=self.day(place, row, "reviewed_on") if "reviewed_on" in row else self.reviewed_on,
            citations=citations,
        )

    def evidence(self, place: str, row: Mapping[str, Any]) -> tuple[Evidence, tuple[Citation, ...]]:
        citations = self.citations(place, row, "sources")
        kind = row.get("evidence")
        if kind not in list(Evidence):
            self.fault(f"{place}.evidence", f"is {kind!r}; it must be one of {', '.join(Evidence)}")
            return Evidence.OPINION, citations
        if kind != Evidence.OPINION and not citations:
            self.fault(f"{place}.sources", f"is empty; what is {kind} names where it comes from")
        return Evidence(kind), citations

    def citations(self, place: str, row: Mapping[str, Any], name: str) -> tuple[Citation, ...]:
        value = row.get(name, [])
        if not isinstance(value, list):
            self.fault(f"{place}.{name}", "must be a list")
            return ()
        found = []
        for item in value:
            entry = {"source": item} if isinstance(item, str) else item
            if not isinstance(entry, Mapping) or entry.get("source") not in list(self.sources):
                self.fault(f"{place}.{name}", f"{item!r} names no source of this file")
                continue
            self.known_keys("citation", f"{place}.{name}", entry)
            words = self.text(f"{place}.{name}", entry, "words", required=False)
            found.append(Citation(self.sources[entry["source"]], words))
        return tuple(found)

    def criterion(self, place: str, row: Mapping[str, Any]) -> str:
        key = row.get("criterion")
        if key not in list(self.criteria):
            self.fault(f"{place}.criterion", f"is {key!r}; known are {', '.join(self.criteria)}")
        return str(key)

    def rows(
        self, table: Mapping[str, Any], name: str, noun: str, inside: str = ""
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Each row of a list of tables with its place; keys are checked to be new."""
        rows = table.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.fault(f"{inside}.{name}" if inside else name, "must be a list of tables")
            return
        for number, row in enumerate(rows, start=1):
            key = row.get("criterion" if noun == "rating" else "key", number)
            place = f"{inside}.{name}.{key}" if inside else f"{name}.{key}"
            self.known_keys(noun, place, row)
            if noun != "rating" and not (isinstance(key, str) and _KEY.fullmatch(key)):
                self.fault(place, f"key is {key!r}; it must be lower-case letters, digits and hyphens")
            identity = (noun, place if noun == "rating" else str(key))
            if identity in self.seen:
                self.fault(place, "is there more than once")
            self.seen.add(identity)
            yield place, row

    def text(self, place: str, row: Mapping[str, Any], name: str, *, required: bool = True) -> str:
        value = row.get(name, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(f"{place}.{name}", "is missing or empty")
            return ""
        if len(value) > LONGEST[name]:
            self.fault(f"{place}.{name}", f"has {len(value)} characters; at most {LONGEST[name]} fit")
        return value.strip()

    def day(self, place: str, row: Mapping[str, Any], name: str) -> date:
        value = row.get(name)
        if type(value) is not date:
            self.fault(f"{place}.{name}", f"is {value!r}; write a date such as 2026-11-22, without quotes")
            return _NO_DAY
        return value

    def known_keys(self, kind: str, place: str, row: Mapping[str, Any]) -> None:
        known = KEYS[kind].split()
        for name in sorted(set(row) - set(known)):
            self.fault(f"{place}.{name}", f"unknown key; known are {', '.join(known)}")


def _each_once(citations: tuple[Citation, ...]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(citation.source for citation in citations))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


_FRAMEWORK_TEXTS = ("key", "name", "summary", "drawback", "example", "on_balance")
