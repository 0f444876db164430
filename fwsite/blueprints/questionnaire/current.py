"""Current questionnaire: the version in force, read once for each content version."""

from __future__ import annotations

import logging
from typing import NamedTuple

from flask import abort
from sqlalchemy import Engine

from fwsite.blueprints.questionnaire import definitions
from fwsite.blueprints.questionnaire.submission_parser import SubmissionParser
from fwsite.domain.questionnaire import Definition
from fwsite.extend import QuestionSet, content_version, db, question_sets, reading

log = logging.getLogger(__name__)


class _Known(NamedTuple):
    """The definition that was in force at a content version."""

    engine: Engine
    number: int
    more: tuple[QuestionSet, ...]
    parser: SubmissionParser


_known: _Known | None = None


def definition_in_force() -> Definition:
    """What is answered now, or error 503 with what the host has to run. The database is asked once for each content
    version; while it cannot be asked, the one known last goes on.
    """
    return parser_in_force().definition


def parser_in_force() -> SubmissionParser:
    """The rules for what is sent back to it."""
    global _known
    number, engine, more, known = content_version(), db.engine, question_sets(), _known
    if known is not None and (known.engine, known.number, known.more) == (engine, number, more):
        return known.parser
    with reading():
        definition = definitions.current_definition()
    if definition is None:
        log.error("no questionnaire is published; run: fwsite db upgrade")
        abort(503)
    parser = SubmissionParser(definition)
    if number is not None:
        _known = _Known(engine, number, more, parser)
    return parser
