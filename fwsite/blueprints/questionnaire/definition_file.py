"""Questionnaire file format: a definition in TOML, read with the line of each fault, written with one value a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fwsite.domain.questionnaire import Definition, DefinitionError, Fault, parse_definition
from fwsite.extend import ContentError, ContentProblem, TomlFile, read_toml, write_toml

FILE = "questionnaire.toml"
SCENARIOS_FILE = "scenarios.toml"
"""Of what is longest, a file of its own."""
_SCENARIOS = "scenarios"


class DefinitionFile(NamedTuple):
    """The files that were read, and what they say; the scenarios may stand in either."""

    file: TomlFile
    scenarios: TomlFile | None
    definition: Definition

    def problems(self, faults: Iterable[Fault]) -> list[ContentProblem]:
        """The faults, each with its file and line."""
        return _problems(self.file, self.scenarios, faults)


def read(path: Path, scenarios: Path | None = None) -> DefinitionFile:
    """Read and check ``path``, with the file of scenarios where there is one.

    Raises :class:`ContentError` with every fault.
    """
    file = read_toml(path)
    more = read_toml(scenarios) if scenarios is not None else None
    if more is not None and (beside := sorted(more.table.keys() - {_SCENARIOS})):
        message = f'has "{beside[0]}"; it holds [[scenarios]] and nothing else'
        raise ContentError(problems=[more.problem("file", message, (beside[0],))])
    if more is not None and _SCENARIOS in file.table and more.table:
        message = f"[[{_SCENARIOS}]] are here and in {more.path.name}; put all of them into one file"
        raise ContentError(problems=[file.problem(_SCENARIOS, message, (_SCENARIOS,))])
    try:
        return DefinitionFile(file, more, parse_definition({**file.table, **(more.table if more else {})}))
    except DefinitionError as error:
        raise ContentError(problems=_problems(file, more, error.faults)) from error


def write(definition: Definition) -> str:
    """The whole definition as one file; the same bytes for the same definition."""
    return write_toml(_as_written(_document(definition)))


def write_files(definition: Definition) -> dict[str, str]:
    """The definition as files by their names, its scenarios apart where it has any."""
    document = _document(definition)
    scenarios = document.pop(_SCENARIOS, [])
    found = {FILE: write_toml(_as_written(document))}
    return {**found, SCENARIOS_FILE: write_toml(_as_written({_SCENARIOS: scenarios}))} if scenarios else found


def _document(definition: Definition) -> dict[str, Any]:
    """Without the model: a file is always read by the newest."""
    return {name: value for name, value in definition.document().items() if name != "model"}


def _problems(file: TomlFile, scenarios: TomlFile | None, faults: Iterable[Fault]) -> list[ContentProblem]:
    def of(fault: Fault) -> TomlFile:
        return scenarios if scenarios is not None and fault.path[:1] == (_SCENARIOS,) else file

    return [of(fault).problem(fault.place, fault.message, fault.path) for fault in faults]


def _as_written(value: Any) -> Any:
    """A document's value as people write it: days as dates, nothing that is empty or has its default."""
    if isinstance(value, Mapping):
        return {
            name: date.fromisoformat(each) if name == "reviewed_on" else _as_written(each)
            for name, each in value.items()
            if each is not False and each != []
        }
    return [_as_written(each) for each in value] if isinstance(value, list) else value
