"""Subject manifest: the checks of ``subject.toml``, each fault with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fwsite.blueprints.measure.workloads import all_workloads
from fwsite.extend import TomlFile

KeyPath = tuple[str | int, ...]
MANIFEST = "subject.toml"
INTERFACES = ("wsgi", "asgi")
SERVERS = {"waitress": "wsgi", "uvicorn": "asgi"}
"""Each server and the interface that it speaks."""
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PYTHON = re.compile(r"3\.(\d{1,3})")
_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[A-Za-z0-9._,-]+\])?(==\S+| @ \S+)")
_PATTERNS = {
    "name": re.compile(r".*\S.*"),
    "python": _PYTHON,
    "entry": _TARGET,
    "interface": re.compile("|".join(INTERFACES)),
}
KINDS: Mapping[str, tuple[type, str]] = {
    "name": (str, "a text that is not blank"),
    "framework": (str, "a text"),
    "python": (str, 'a text such as "3.12"'),
    "interface": (str, '"wsgi" or "asgi"'),
    "entry": (str, 'a text such as "app:application"'),
    "requirements": (list, "a list of texts"),
    "tools": (list, "a list of texts"),
    "files": (list, "a list of texts"),
    "workloads": (list, "a list of texts"),
    "paths": (dict, "a table of texts"),
    "environ": (dict, "a table of texts"),
    "entries": (list, "tables [[entries]]"),
    "key": (str, "a text"),
    "server": (str, '"waitress" or "uvicorn"'),
    "threads": (int, "a whole number"),
}
OF_SUBJECT = frozenset(KINDS) - {"key", "server", "threads"}
OF_ENTRY = frozenset("key name interface entry workloads paths environ server threads".split())


def faults(file: TomlFile) -> Iterator[tuple[int, str]]:
    """Line and fault of everything that is wrong in a manifest."""
    wrong = list(_table_faults(file, file.table, (), OF_SUBJECT, ("name", "interface", "entry")))
    yield from wrong or _server_faults(file, file.table, ())
    entries = file.table.get("entries")
    taken: set[str] = set()
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield from _entry_faults(file, entry, ("entries", index), taken)


def _entry_faults(
    file: TomlFile, entry: Mapping[str, Any], place: KeyPath, taken: set[str]
) -> Iterator[tuple[int, str]]:
    """Those of one entry, whose key joins those that are ``taken``."""
    wrong = list(_table_faults(file, entry, place, OF_ENTRY, ("key", "name", "workloads")))
    yield from wrong or _server_faults(file, entry, place)
    if wrong:
        return
    key, prefix = entry["key"], f"{file.path.parent.name}_"
    if not KEY.fullmatch(key) or not key.startswith(prefix):
        yield _line(file, (*place, "key")), f"key: must be lower-case letters, digits and underscores after {prefix}"
    if key in taken:
        yield _line(file, (*place, "key")), f"key: {key} is another entry’s, too"
    taken.add(key)


def _table_faults(
    file: TomlFile, table: Mapping[str, Any], place: KeyPath, known: frozenset[str], needed: Iterable[str]
) -> Iterator[tuple[int, str]]:
    for name in needed:
        if name not in table:
            yield _line(file, place), f"{name}: is missing"
    for name, value in table.items():
        if name not in known:
            yield _line(file, (*place, name)), f"{name}: is unknown; there are {', '.join(sorted(known))}"
        elif fault := _value_fault(file.path.parent, name, value):
            yield _line(file, (*place, name)), f"{name}: {fault}"


def _value_fault(folder: Path, name: str, value: Any) -> str:
    """What is wrong with one value, empty where it is right."""
    if not _is_of_kind(name, value) or (name in _PATTERNS and not _PATTERNS[name].fullmatch(value)):
        return f"must be {KINDS[name][1]}"
    if name == "threads" and not 1 <= value <= 1000:
        return "must be from 1 to 1000"
    if name in ("requirements", "tools") and (loose := [each for each in value if not _PINNED.fullmatch(each)]):
        return f"must name one version, as in package==1.0: {loose[0]}"
    if name == "files" and (gone := [each for each in value if not (folder / each).is_file()]):
        return f"no such file: {gone[0]}"
    if name in ("workloads", "paths") and (unknown := [each for each in value if each not in all_workloads()]):
        return f"no such workload: {unknown[0]}; there are {', '.join(all_workloads())}"
    return ""


def _is_of_kind(name: str, value: Any) -> bool:
    if not isinstance(value, KINDS[name][0]):
        return False
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(isinstance(each, dict if name == "entries" else str) for each in inside)


def _server_faults(file: TomlFile, entry: Mapping[str, Any], place: KeyPath) -> Iterator[tuple[int, str]]:
    server, interface = entry.get("server", ""), entry.get("interface", file.table.get("interface"))
    named = entry.get("workloads")
    served = {all_workloads()[key].served for key in named if key in all_workloads()} if isinstance(named, list) else ()
    if server and SERVERS.get(server) != interface:
        yield (
            _line(file, (*place, "server")),
            f"server: {server} does not serve {interface}; there are: "
            + ", ".join(f"{name} for {spoken}" for name, spoken in SERVERS.items()),
        )
    if (True in served) != bool(server) or len(set(served)) > 1:
        yield (
            _line(file, (*place, "workloads")),
            "workloads: those with a server are “waiting” alone, and it needs a server",
        )
    if (server == "waitress") != bool(entry.get("threads")):
        yield _line(file, (*place, "threads")), "threads: waitress needs a number of threads, and nothing else does"


def _line(file: TomlFile, path: KeyPath) -> int:
    return file.problem("", "", path).line or 1
