"""Content files: the questionnaire in ``fwsite content export`` and ``import``, as the version in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from fwsite.blueprints.questionnaire import content, definition_file, definitions, grounds
from fwsite.blueprints.questionnaire.definition_file import FILE, SCENARIOS_FILE, DefinitionFile
from fwsite.domain.definition_changes import change_lines
from fwsite.domain.questionnaire import PARTS, Definition
from fwsite.extend import ContentFiles, ContentImport, ContentProblem, emit


def _in_force() -> Definition | None:
    """The newest edition as it was published, whatever frameworks there are now."""
    version = definitions.edition_version()
    return None if version is None else definitions.definition_of(version)


def _write() -> Mapping[str, str]:
    definition = _in_force()
    return {} if definition is None else definition_file.write_files(definition)


def _write_file() -> str:
    definition = _in_force()
    return "" if definition is None else definition_file.write(definition)


def _read(place: Path) -> ContentImport:
    file = _read_from(place) if place.is_dir() else definition_file.read(place)

    def changes() -> Iterable[str]:
        mine = _in_force()
        return change_lines(definitions.newest_file(), mine, file.definition)

    def check() -> list[ContentProblem]:
        return file.problems(grounds.unknown(file.definition))

    def take_in(who: str, note: str) -> str:
        return _publish(file, who, note)

    return ContentImport(changes=changes, take_in=take_in, check=check, tell=_tell)


def _read_from(folder: Path) -> DefinitionFile:
    scenarios = folder / SCENARIOS_FILE
    return definition_file.read(folder / FILE, scenarios if scenarios.exists() else None)


def _publish(file: DefinitionFile, who: str, note: str) -> str:
    """Put the file's definition in force. On a new site what is shipped counts as seen, and is offered to nobody."""
    definition = file.definition
    if definitions.edition_version() is None:
        shipped = content.read().definition
        if shipped.version == definition.version:  # nobody has changed it: the next shipped one is to follow
            definitions.put_file_in_force(definition, content.digest())
            return f"Published the questionnaire that is shipped, version {definition.version[:12]}."
        definitions.keep_file(shipped)
    row = definitions.put_in_force(definition, who=who, note=note)
    row.audit = definitions.audited(definition)
    return f"Published version {definition.version[:12]} of the questionnaire."


def _tell() -> None:
    emit("questionnaire.published", texts=None)


files = ContentFiles(names=(FILE, SCENARIOS_FILE), keys=(*PARTS,), write=_write, read=_read, write_file=_write_file)
