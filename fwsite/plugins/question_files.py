"""Files with further questions, as extensions bring them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from fwsite.domain.questionnaire import Question, parse_questions


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions in a TOML file. Raises ``DefinitionError`` for its content, OSError or ValueError for the file."""
    return parse_questions(tomllib.loads(path.read_text(encoding="utf-8")))
