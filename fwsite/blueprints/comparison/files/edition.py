"""Content format: the comparison as ``frameworks.toml``, or as a folder with a file for each framework.

Reading gives checked documents, or every fault with file, line and key. Writing gives the same bytes for the
same documents, one value a line, so that versions compare well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fwsite.domain.changes import Key
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import (
    CITING,
    FIELDS,
    JUDGEMENT,
    Document,
    Item,
    Kind,
    Known,
    State,
    Value,
    check,
    key_of,
    rests_on,
)
from fwsite.extend import ContentError, ContentProblem, TomlFile, read_toml, write_toml

LISTS: Mapping[Kind, str] = {
    Kind.CRITERION: "criteria",
    Kind.SOURCE: "sources",
    Kind.FRAMEWORK: "frameworks",
    Kind.RATING: "ratings",
    Kind.CLAIM: "claims",
}
"""The name of each kind's list in a file."""
_INSIDE = (Kind.RATING, Kind.CLAIM)
"""The kinds that stand within their framework."""
ORDER_FILE = "edition.toml"
FOLDER = "frameworks"
_Table = Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """The documents of a whole comparison, in order."""

    documents: Mapping[Kind, tuple[Document, ...]]

    def __iter__(self) -> Iterator[tuple[Kind, str, Document]]:
        for kind in Kind:
            for document in self.documents.get(kind, ()):
                yield kind, key_of(kind, document), document


class _Row(NamedTuple):
    """One table of a file, and where it stands."""

    kind: Kind
    table: _Table
    file: TomlFile
    path: tuple[str | int, ...]
    place: str

    def problem(self, name: str, message: str) -> ContentProblem:
        key = f"{self.place}.{name}" if name else self.place
        return self.file.problem(key, message, (*self.path, *([name] if name else [])))


def read_edition(path: Path, packages: Collection[str] = ()) -> Edition:
    """Read and check a file or a folder, whose texts may name ``packages``.

    Raises :class:`ContentError` with every fault.
    """
    reader = _Reader(packages)
    files = _files(path)
    for file in files:
        reader.read(file)
    if path.is_dir():
        reader.read_order(files[0], {file.path.stem for file in files[1:]})
    for name in ("criteria", "frameworks"):
        if not any(file.table.get(name) for file in files):
            reader.problems.append(files[0].problem(name, "is missing or empty"))
    edition = reader.edition()
    if reader.problems:
        raise ContentError(problems=reader.problems)
    return edition


def _files(path: Path) -> list[TomlFile]:
    """The file, or a folder's own file and those of its frameworks in its order."""
    if not path.is_dir():
        return [read_toml(path)]
    first = read_toml(path / ORDER_FILE)
    given = first.table.get("order")
    ranks = {str(name): rank for rank, name in enumerate(given if isinstance(given, list) else [])}
    found = (path / FOLDER).glob("*.toml")
    return [
        first,
        *map(read_toml, sorted(found, key=lambda file: (ranks.get(file.stem, len(ranks)), file.name))),
    ]


class _Reader:
    def __init__(self, packages: Collection[str]) -> None:
        self.packages = packages
        self.problems: list[ContentProblem] = []
        self.found: dict[Key, tuple[_Row, Item]] = {}

    def read(self, file: TomlFile) -> None:
        known = ["reviewed_on", *(LISTS[kind] for kind in Kind if kind not in _INSIDE)]
        if file.path.name == ORDER_FILE:
            known.append("order")
        for name in sorted(set(file.table) - set(known)):
            self.problems.append(file.problem(f"file.{name}", f"unknown key; known are {', '.join(known)}", (name,)))
        for kind in (Kind.CRITERION, Kind.SOURCE, Kind.FRAMEWORK):
            for row in self.rows(kind, file, file.table, (), ""):
                self.take(row, row.table)
                if kind is Kind.FRAMEWORK:
                    self.read_inside(row)

    def read_order(self, file: TomlFile, names: set[str]) -> None:
        """In a folder, ``order`` names each framework's file."""
        given = file.table.get("order", [])
        if not isinstance(given, list):
            self.problems.append(file.problem("order", "must be a list", ("order",)))
            return
        for name in given:
            if not isinstance(name, str) or name not in names:
                message = f"{name!r} names no file; there is no {FOLDER}/{name}.toml"
                self.problems.append(file.problem("order", message, ("order",)))

    def read_inside(self, framework: _Row) -> None:
        defaults = {"framework": framework.table.get("key")}
        if "reviewed_on" in framework.file.table:
            defaults["reviewed_on"] = framework.file.table["reviewed_on"]
        for kind in _INSIDE:
            for row in self.rows(kind, framework.file, framework.table, framework.path, framework.place):
                self.take(row, {**defaults, **row.table})

    def rows(
        self, kind: Kind, file: TomlFile, table: _Table, path: tuple[str | int, ...], place: str
    ) -> Iterator[_Row]:
        name = LISTS[kind]
        given = table.get(name, [])
        inside = f"{place}.{name}" if place else name
        if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
            self.problems.append(file.problem(inside, "must be a list of tables", (*path, name)))
            return
        for number, row in enumerate(given):
            key = row.get("criterion" if kind is Kind.RATING else "key", number + 1)
            yield _Row(kind, row, file, (*path, name, number), f"{inside}.{key}")

    def take(self, row: _Row, table: _Table) -> None:
        known = _row_keys(row.kind)
        self.problems += [
            row.problem(name, f"unknown key; known are {', '.join(known)}")
            for name in sorted(set(row.table) - set(known))
        ]
        if row.kind is Kind.RATING and table.get("evidence") != Evidence.MEASURED:
            said = (
                "evidence" if table.get("evidence") == Evidence.SOURCED else "sources" if table.get("sources") else ""
            )
            self.problems += [row.problem(said, JUDGEMENT)] if said else []
        item = Item.of(row.kind, table)
        if (item.kind, item.key) in self.found:
            self.problems.append(row.problem("", "is there more than once"))
        else:
            self.found[item.kind, item.key] = row, item

    def edition(self) -> Edition:
        items = {kind: [item for _, item in self.found.values() if item.kind is kind] for kind in Kind}
        known = Known.of((item for found in items.values() for item in found), self.packages)
        standing = {place: State(item.document["state"]) for place, (_, item) in self.found.items() if _is_state(item)}
        for row, item in self.found.values():
            faults = check(item.kind, item.document, known)
            self.problems += [row.problem(fault.place, fault.message) for fault in faults]
            if not faults and item.document["state"] != State.RETIRED:
                self.problems += _on_unpublished(row, item.document, standing)
        return Edition({kind: tuple(item.document for item in found) for kind, found in items.items()})


def _is_state(item: Item) -> bool:
    return item.document["state"] in list(State)


def _on_unpublished(row: _Row, document: Document, standing: Mapping[Key, State]) -> Iterator[ContentProblem]:
    """Nothing rests on a source that is retired, and what visitors read on none that is a draft."""
    joined = [standing.get((kind, document.get(kind.value, ""))) for kind in (Kind.FRAMEWORK, Kind.CRITERION)]
    is_live = {State(document["state"]), *filter(None, joined)} == {State.PUBLISHED}
    for key in rests_on(row.kind, document):
        state = standing.get((Kind.SOURCE, key))
        if state is State.RETIRED:
            message = f"rests on {key!r}, which is retired here; name another, or retire this too"
            yield row.problem(CITING[row.kind], message)
        elif state is State.DRAFT and is_live:
            message = f"rests on {key!r}, which is a draft here; publish that, or make this a draft too"
            yield row.problem(CITING[row.kind], message)


def _row_keys(kind: Kind) -> list[str]:
    names = [] if kind is Kind.RATING else ["key"]
    names += [field.name for field in FIELDS[kind] if not (kind in _INSIDE and field.name == "framework")]
    names.append("state")
    return names + [LISTS[inside] for inside in _INSIDE] if kind is Kind.FRAMEWORK else names


def write_file(edition: Edition) -> str:
    """The whole comparison as one file."""
    return write_toml({LISTS[kind]: _tables(edition, kind) for kind in (Kind.CRITERION, Kind.SOURCE, Kind.FRAMEWORK)})


def write_folder(edition: Edition) -> dict[str, str]:
    """The whole comparison as files of a folder: relative name -> text."""
    order = [document["key"] for document in edition.documents.get(Kind.FRAMEWORK, ())]
    files = {
        ORDER_FILE: write_toml(
            {"order": order, **{LISTS[kind]: _tables(edition, kind) for kind in (Kind.CRITERION, Kind.SOURCE)}}
        )
    }
    for table in _tables(edition, Kind.FRAMEWORK):
        files[f"{FOLDER}/{table['key']}.toml"] = write_toml({LISTS[Kind.FRAMEWORK]: [table]})
    return files


def _tables(edition: Edition, kind: Kind, framework: str | None = None) -> list[dict[str, Any]]:
    tables = []
    for document in edition.documents.get(kind, ()):
        if framework is not None and document["framework"] != framework:
            continue
        table = _table(kind, document, within=framework is not None)
        if kind is Kind.FRAMEWORK:
            for inside in _INSIDE:
                rows = _tables(edition, inside, document["key"])
                if rows:
                    table[LISTS[inside]] = rows
        tables.append(table)
    return tables


def _table(kind: Kind, document: Document, *, within: bool) -> dict[str, Any]:
    table: dict[str, Any] = {} if kind is Kind.RATING else {"key": document["key"]}
    for field in FIELDS[kind]:
        value = document[field.name]
        if not value or (within and field.name == "framework"):
            continue
        if field.value is Value.DAY:
            value = date.fromisoformat(value)
        elif field.value is Value.CITATIONS:
            value = [{name: text for name, text in entry.items() if text} for entry in value]
        table[field.name] = value
    if document["state"] != State.PUBLISHED:
        table["state"] = document["state"]
    return table
