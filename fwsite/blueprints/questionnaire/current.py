"""Current questionnaire: the version in force, read once for each content version."""

from __future__ import annotations

import logging

from flask import abort

from fwsite.blueprints.questionnaire import definitions
from fwsite.blueprints.questionnaire.submission_parser import SubmissionParser
from fwsite.domain.questionnaire import Definition
from fwsite.extend import QuestionSet, current_instance, per_content_version, question_sets

log = logging.getLogger(__name__)


def definition_in_force() -> Definition:
    """What is answered now, or error 503 with what the host has to run."""
    return parser_in_force().definition


def parser_in_force() -> SubmissionParser:
    """The rules for what is sent back to it."""
    return _parser(question_sets())


@per_content_version
def _parser(more: tuple[QuestionSet, ...]) -> SubmissionParser:
    definition = definitions.current_definition(more)
    if definition is None:
        log.error("no questionnaire is published; run: %s", current_instance().command("db upgrade"))
        abort(503)
    return SubmissionParser(definition)
