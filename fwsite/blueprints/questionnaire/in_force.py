"""The questionnaire in force, for views."""

from __future__ import annotations

import logging

from flask import abort

from fwsite.blueprints.questionnaire import definitions
from fwsite.domain.questionnaire import Definition
from fwsite.extend import reading

log = logging.getLogger(__name__)


def definition_in_force() -> Definition:
    """What is answered now, or error 503 with what the host has to run."""
    with reading():
        definition = definitions.current_definition()
    if definition is None:
        log.error("no questionnaire is published; run: fwsite db upgrade")
        abort(503)
    return definition
