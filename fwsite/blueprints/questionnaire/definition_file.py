"""Questionnaire file format: a definition in TOML, read with the line of each fault, written with one value a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fwsite.domain.questionnaire import Definition, DefinitionError, Fault, parse_definition
from fwsite.extend import ContentError, ContentProblem, TomlFile, read_toml, write_toml

FILE = "questionnaire.toml"


class DefinitionFile(NamedTuple):
    """A file that was read, and what it says."""

    file: TomlFile
    definition: Definition

    def problems(self, faults: Iterable[Fault]) -> list[ContentProblem]:
        """The faults, each with the file and its line."""
        return _problems(self.file, faults)


def read(path: Path) -> DefinitionFile:
    """Read and check ``path``. Raises :class:`ContentError` with every fault."""
    file = read_toml(path)
    try:
        return DefinitionFile(file, parse_definition(file.table))
    except DefinitionError as error:
        raise ContentError(problems=_problems(file, error.faults)) from error


def write(definition: Definition) -> str:
    """The definition as a file; the same bytes for the same definition."""
    return write_toml(_as_written(definition.document()))


def _problems(file: TomlFile, faults: Iterable[Fault]) -> list[ContentProblem]:
    return [file.problem(fault.place, fault.message, fault.path) for fault in faults]


def _as_written(value: Any) -> Any:
    """A document's value as people write it: days as dates, nothing that is empty or has its default."""
    if isinstance(value, Mapping):
        return {
            name: date.fromisoformat(each) if name == "reviewed_on" else _as_written(each)
            for name, each in value.items()
            if each is not False and each != []
        }
    return [_as_written(each) for each in value] if isinstance(value, list) else value
