"""The content file of the questionnaire, ``questionnaire.toml``, and its publication."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from fwsite.blueprints.questionnaire.queries import publish
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
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DefinitionError([Fault("file", f"cannot be read: {error}")]) from error
    return parse_definition(document)


def load() -> str:
    """Publish the file, when it is not the version in force."""
    try:
        definition = read(path())
    except DefinitionError as error:
        raise QuestionnaireFileError("\n".join(map(str, _problems(error)))) from error
    done = "published" if publish(definition) else "has in force"
    return f"{done} {path()}: {len(definition.questions)} questions, version {definition.version[:12]}"


def check() -> Iterator[ContentProblem]:
    """Every fault of the file."""
    try:
        read(path())
    except DefinitionError as error:
        yield from _problems(error)


def _problems(error: DefinitionError) -> list[ContentProblem]:
    return [ContentProblem(path=path(), key=fault.place, message=fault.message) for fault in error.faults]
