"""Content file of the questionnaire, ``questionnaire.toml``, and its publication."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from fwsite.blueprints.questionnaire import definition_file, grounds
from fwsite.blueprints.questionnaire.definition_file import FILE, SCENARIOS_FILE, DefinitionFile
from fwsite.blueprints.questionnaire.definitions import (
    edition_of_file,
    edition_version,
    publish_file,
    publisher,
    was_a_file,
)
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.domain.scenario_audit import unexpected
from fwsite.extend import ContentError, ContentProblem, current_instance


def path() -> Path:
    """The host's file, or the shipped one."""
    return current_instance().content_file(FILE)


def scenarios_path() -> Path | None:
    """The file of scenarios beside it: the host's beside the host's, the shipped one beside the shipped one."""
    beside = path().with_name(SCENARIOS_FILE)
    return beside if beside.exists() else None


def read() -> DefinitionFile:
    """The content file, checked. Raises :class:`ContentError` with every fault."""
    return definition_file.read(path(), scenarios_path())


def digest() -> str:
    """SHA-256 of the content files. Raises :class:`ContentError` where they cannot be read."""
    try:
        both = [path(), *filter(None, [scenarios_path()])]
        return hashlib.sha256(b"\0".join(each.read_bytes() for each in both)).hexdigest()
    except OSError as error:
        problem = ContentProblem(path=path(), key="file", message=f"cannot be read: {error.strerror or error}")
        raise ContentError(problems=[problem]) from error


def load() -> str:
    """Publish the file, when it is not the version in force, and no maintainer has published one.

    A file with a fit that rests on what is not published is a fault, too. Where a version is in force that one is
    kept, as maintainers may have taken the point off the pages: the site goes on.
    """
    of_file = digest()
    known = edition_of_file(of_file)
    if known is not None:
        return f"has in force {path()}: version {known[:12]}"
    file = read()
    definition = file.definition
    who, version = publisher(), edition_version()
    unfounded = file.problems(grounds.faults(definition, in_force=False)) if version != definition.version else []
    if version is None and unfounded:
        raise ContentError(problems=unfounded)
    if version is not None and unfounded:
        return "\n".join([f"kept version {version[:12]}; not published:", *map(str, unfounded)])
    if who is not None and version != definition.version:
        return f"kept version {str(version)[:12]} as {who} published it; not published: {path()}"
    done = "published" if publish_file(definition, of_file) else "has in force"
    line = f"{done} {path()}: {len(definition.questions)} questions, version {definition.version[:12]}"
    return "\n".join([line, *map(str, _notes(file))])


def _notes(file: DefinitionFile) -> Iterator[ContentProblem]:
    """Scenarios that do not come out as expected: no fault of the file, as somebody has to judge what is wrong."""
    for problem in file.problems(unexpected(file.definition)):
        yield replace(problem, is_note=True)


def file_to_take() -> Definition | None:
    """The file, where it says something that was neither published nor taken yet, and has no fault."""
    try:
        definition = read().definition
    except ContentError:
        return None
    return None if was_a_file(definition.version) else definition


def check() -> Iterator[ContentProblem]:
    """Every fault of the file, and what is to be known of it."""
    try:
        file = read()
    except ContentError as error:
        yield from error.problems
    else:
        lasting = grounds.faults(file.definition, in_force=False)
        yield from file.problems(lasting)
        yield from _unmeasured(file, lasting)
        yield from _notes(file)


def _unmeasured(file: DefinitionFile, others: Collection[Fault]) -> Iterator[ContentProblem]:
    """Fits and notes that are called measured, and are not: no fault where no run is in force, as runs expire."""
    is_expired = not grounds.measured(grounds.published() or {})
    for problem in file.problems([fault for fault in grounds.faults(file.definition) if fault not in others]):
        yield replace(problem, is_note=is_expired)
