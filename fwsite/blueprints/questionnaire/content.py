"""Content file of the questionnaire, ``questionnaire.toml``, and its publication."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from fwsite.blueprints.questionnaire import grounds
from fwsite.blueprints.questionnaire.definitions import (
    edition_of_file,
    edition_version,
    publish_file,
    publisher,
    was_a_file,
)
from fwsite.domain.questionnaire import Definition, DefinitionError, Fault, parse_definition
from fwsite.extend import ContentError, ContentProblem, current_instance

FILE = "questionnaire.toml"


class QuestionnaireFileError(ContentError):
    """A file that cannot be used; one line for each fault, with file, question and option."""


def path() -> Path:
    """The host's file, or the shipped one."""
    return current_instance().content_file(FILE)


def read(file: Path) -> Definition:
    """Read and check ``file``. Raises :class:`DefinitionError`."""
    import tomllib  # most starts find the file in force

    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DefinitionError([Fault("file", f"cannot be read: {error}")]) from error
    return parse_definition(document)


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DefinitionError([Fault("file", f"cannot be read: {error}")]) from error


def load() -> str:
    """Publish the file, when it is not the version in force, and no maintainer has published one.

    A file with a fit that rests on what is not published is a fault, too. Where a version is in force that one is
    kept, as maintainers may have taken the point off the pages: the site goes on.
    """
    try:
        digest = _digest(path())
        known = edition_of_file(digest)
        if known is not None:
            return f"has in force {path()}: version {known[:12]}"
        definition = read(path())
    except DefinitionError as error:
        raise QuestionnaireFileError("\n".join(map(str, _problems(error)))) from error
    who, version = publisher(), edition_version()
    unfounded = grounds.faults(definition) if version != definition.version else []
    if version is None and unfounded:
        raise QuestionnaireFileError("\n".join(map(str, _as_problems(unfounded))))
    if version is not None and unfounded:
        return "\n".join([f"kept version {version[:12]}; not published:", *map(str, _as_problems(unfounded))])
    if who is not None and version != definition.version:
        return f"kept version {str(version)[:12]} as {who} published it; not published: {path()}"
    done = "published" if publish_file(definition, digest) else "has in force"
    return f"{done} {path()}: {len(definition.questions)} questions, version {definition.version[:12]}"


def file_to_take() -> Definition | None:
    """The file, where it says something that was neither published nor taken yet, and has no fault."""
    try:
        definition = read(path())
    except DefinitionError:
        return None
    return None if was_a_file(definition.version) else definition


def check() -> Iterator[ContentProblem]:
    """Every fault of the file."""
    try:
        yield from _as_problems(grounds.faults(read(path())))
    except DefinitionError as error:
        yield from _problems(error)


def _problems(error: DefinitionError) -> list[ContentProblem]:
    return _as_problems(error.faults)


def _as_problems(faults: Iterable[Fault]) -> list[ContentProblem]:
    return [ContentProblem(path=path(), key=fault.place, message=fault.message) for fault in faults]
