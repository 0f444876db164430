"""Question files: further questions, as extensions bring them."""

from __future__ import annotations

from pathlib import Path

from fwsite.domain.questionnaire import DefinitionError, Question, parse_questions
from fwsite.plugins.content import ContentError
from fwsite.plugins.toml_file import read_toml


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions in a TOML file. Raises :class:`ContentError` with every fault."""
    file = read_toml(path)
    try:
        return parse_questions(file.table)
    except DefinitionError as error:
        problems = [file.problem(fault.place, fault.message, fault.path) for fault in error.faults]
        raise ContentError(problems=problems) from error
