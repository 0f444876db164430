"""Benchmark subjects: folders with ``subject.toml`` and the code of an application, shipped or the host's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fwsite.blueprints.measure.manifest import KEY, MANIFEST, faults
from fwsite.blueprints.measure.workloads import all_workloads
from fwsite.extend import ContentError, read_toml

SHIPPED = Path(__file__).parent / "subjects"


@dataclass(frozen=True)
class Entry:
    """One way to run a subject, with figures of its own."""

    key: str
    subject: str
    name: str
    interface: str
    target: str
    """Module and name of the application."""
    workloads: tuple[str, ...]
    paths: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
    threads: int = 0

    @property
    def server_name(self) -> str:
        """The server as people read it, empty where the application is called in process."""
        return f"{self.server}, {self.threads} threads" if self.threads else self.server

    def path(self, workload: str) -> str:
        """The address of a workload."""
        return self.paths.get(workload) or all_workloads()[workload].path


@dataclass(frozen=True)
class Subject:
    """A framework in its documented style, with pinned packages and the entries in which it is measured."""

    key: str
    folder: Path
    name: str
    framework: str = ""
    python: tuple[int, int] = (3, 11)
    """The oldest Python that it runs on."""
    requirements: tuple[str, ...] = ()
    """What whoever uses the framework installs; counted and weighed."""
    tools: tuple[str, ...] = ()
    """What the measurement needs beside it, servers for example; installed afterwards."""
    files: tuple[str, ...] = ()
    """Of the application as it is documented, without variants: their lines are counted."""
    entries: tuple[Entry, ...] = ()
    fault: str = ""
    """Why it cannot be measured at all."""

    @property
    def lines(self) -> int:
        """Lines of the application without blank ones and comments."""
        texts = [(self.folder / name).read_text(encoding="utf-8") for name in self.files]
        lines = (line.strip() for text in texts for line in text.splitlines())
        return sum(bool(line) and not line.startswith("#") for line in lines)


def all_subjects(own: Path) -> list[Subject]:
    """The shipped ones and those of the host's folder ``own``; one with a fault carries it."""
    found: list[Subject] = []
    for folder in (SHIPPED, own):
        for place in sorted(folder.iterdir()) if folder.is_dir() else ():
            if place.is_dir() and not place.name.startswith((".", "_")):
                found.append(_without_clash(read_subject(place), found))
    return found


def _without_clash(subject: Subject, others: Iterable[Subject]) -> Subject:
    taken = {key for other in others for key in (other.key, *(entry.key for entry in other.entries))}
    clash = sorted(taken.intersection({subject.key, *(entry.key for entry in subject.entries)}))
    if not clash:
        return subject
    return replace(subject, entries=(), fault=f"the key {clash[0]} is another subject’s; name the folder otherwise")


def read_subject(folder: Path) -> Subject:
    """The subject in a folder; what is wrong with its manifest becomes its ``fault``."""
    try:
        file = read_toml(folder / MANIFEST)
        problems = [f"{MANIFEST}:{line}: {fault}" for line, fault in faults(file)]
    except ContentError as error:
        return Subject(folder.name, folder, folder.name, fault="; ".join(_said(error)))
    if not KEY.fullmatch(folder.name):
        problems.insert(0, f"the folder’s name {folder.name} must be lower-case letters, digits and underscores")
    if problems:
        return Subject(folder.name, folder, folder.name, fault="; ".join(problems))
    return _subject(folder, file.table)


def _said(error: ContentError) -> Iterator[str]:
    for problem in error.problems:
        yield f"{MANIFEST}{f':{problem.line}' if problem.line else ''}: {problem.message}"


def _subject(folder: Path, table: Mapping[str, Any]) -> Subject:
    in_process = [workload.key for workload in all_workloads().values() if not workload.served]
    main = Entry(
        key=folder.name,
        subject=folder.name,
        name=table["name"],
        interface=table["interface"],
        target=table["entry"],
        workloads=tuple(table.get("workloads", in_process)),
        paths=table.get("paths", {}),
        environ=table.get("environ", {}),
    )
    module = main.target.partition(":")[0].replace(".", "/")
    return Subject(
        key=folder.name,
        folder=folder,
        name=table["name"],
        framework=table.get("framework", ""),
        python=(3, int(table.get("python", "3.11").partition(".")[2])),
        requirements=tuple(table.get("requirements", ())),
        tools=tuple(table.get("tools", ())),
        files=tuple(table.get("files", (f"{module}.py",))),
        entries=(main, *(_variant(main, each) for each in table.get("entries", ()))),
    )


def _variant(main: Entry, table: Mapping[str, Any]) -> Entry:
    """An entry that is like the main one but for what it says."""
    return replace(
        main,
        key=table["key"],
        name=table["name"],
        interface=table.get("interface", main.interface),
        target=table.get("entry", main.target),
        workloads=tuple(table["workloads"]),
        paths={**main.paths, **table.get("paths", {})},
        environ={**main.environ, **table.get("environ", {})},
        server=table.get("server", ""),
        threads=table.get("threads", 0),
    )
