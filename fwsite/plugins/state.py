"""Everything that is installed, and what becomes of each extension while the site is put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from fwsite.plugins.contract import Extension


class ExtensionError(Exception):
    """An extension that breaks the contract; the message names it, the place, and what to change."""


class Breach(Exception):
    """What one extension does wrong: place, fault and next step, in one line."""


FAULTS = (Exception, SystemExit)
"""What foreign code may raise without taking anything else down."""


def is_file(package: str) -> bool:
    """Whether that is a file of the host's, such as ``extensions/greeting.py``, and no distribution."""
    return package.endswith(".py")


def to_mend(package: str) -> str:
    """What a host does about a fault in it."""
    return f"correct {package}" if is_file(package) else f"upgrade {package or 'the site'}"


def to_remove(package: str) -> str:
    """What a host does to be without it."""
    return f"delete {package}" if is_file(package) else f"uninstall {package}"


class State(StrEnum):
    """What a host reads of an extension."""

    ACTIVE = "active"
    DISABLED = "disabled"
    PENDING = "pending"
    FAILED = "failed"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True)
class Record:
    """One line of the list of extensions; ``reason`` says why it is not active, and what to do."""

    name: str
    title: str
    package: str
    """The distribution it comes with; empty for what is built in."""
    version: str
    state: State
    reason: str = ""


@dataclass
class Entry:
    """One installed extension while the site is put together; ``extension`` is none where it was not imported."""

    name: str
    package: str
    version: str
    extension: Extension | None = None
    state: State = State.ACTIVE
    reason: str = ""

    @property
    def record(self) -> Record:
        """As it is listed."""
        title = self.extension.title if self.extension else ""
        return Record(self.name, str(title) or self.name, self.package, self.version, self.state, self.reason)


class Roster:
    """The entries. What is built in must not fail: that raises :class:`ExtensionError` at once."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def fail(self, entry: Entry, reason: str) -> None:
        """Leave an extension out."""
        if not entry.package:
            raise ExtensionError(f"extension {entry.name!r}: {reason}")
        entry.state, entry.reason = State.FAILED, " ".join(reason.split())

    @property
    def active(self) -> list[Entry]:
        """Those that are still in."""
        return [entry for entry in self.entries if entry.state is State.ACTIVE]

    def settle(self) -> list[Extension]:
        """Leave out what needs something that is not there, or goes round in a circle; the rest in load order."""
        while self._left_out():
            pass
        third_parties = {entry.name for entry in self.active if entry.package}
        # What is built in comes first, whatever others are called: nobody is there before it.
        return sorted(
            in_order(entry.extension for entry in self.active if entry.extension),
            key=lambda extension: extension.name in third_parties,
        )

    def _left_out(self) -> bool:
        active = {entry.name: entry for entry in self.active}
        for entry in active.values():
            for other in entry.extension.after if entry.extension else ():
                if other not in active:
                    self.fail(entry, self._missing(other))
                    return True
        circle = _circle({name: entry.extension.after for name, entry in active.items() if entry.extension})
        for name in circle:
            self.fail(active[name], f"after: goes round in a circle: {' -> '.join(circle)}; one of them must not wait")
        return bool(circle)

    def _missing(self, other: str) -> str:
        there = next((entry for entry in self.entries if entry.name == other), None)
        if there is None:
            return f"after: there is no extension {other!r}; install it"
        step = "enable it" if there.state is State.DISABLED else "fix that one first"
        return f"after: the extension {other!r} is {there.state}; {step}"


def in_order(extensions: Iterable[Extension]) -> list[Extension]:
    """Each after those it names in ``after``, ties by name.

    Raises :class:`ExtensionError` on a name used twice, on an unknown name in ``after``, and on a circle.
    """
    by_name: dict[str, Extension] = {}
    for extension in extensions:
        if extension.name in by_name:
            raise ExtensionError(f"extension {extension.name!r}: the name is used twice; rename one")
        by_name[extension.name] = extension
    graph = {name: extension.after for name, extension in by_name.items()}
    for name, others in graph.items():
        for other in others:
            if other not in by_name:
                raise ExtensionError(f"extension {name!r}: after: there is no extension {other!r}")
    circle = _circle(graph)
    if circle:
        raise ExtensionError(f"after: goes round in a circle: {' -> '.join(circle)}")
    return [by_name[name] for name in _sorted(graph)]


def _circle(graph: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names of one circle, the first once more at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _sorted(graph: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            yield name
            sorter.done(name)
