"""``fwsite recommend``."""

from __future__ import annotations

import json
from typing import IO, Any

import click
from flask.cli import with_appcontext

from fwsite.blueprints.questionnaire import content
from fwsite.domain.answers import AnswerError, parse_answers
from fwsite.domain.questionnaire import DefinitionError
from fwsite.domain.report import as_json, result_document
from fwsite.domain.scoring import evaluate


@click.command("recommend")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def recommend(file: IO[bytes]) -> None:
    """Print the result for the answers in FILE as JSON; - reads standard input.

    FILE holds {"answers": {"<question>": {"options": ["<option>"], "weight": "little|normal|lot|must"}}}.
    The keys are in /questionnaire/definition.json.
    """
    try:
        definition = content.read(content.path())
    except DefinitionError as error:
        raise click.ClickException(f"{content.path()}: {error}") from error
    try:
        answers = parse_answers(definition, _given(file))
    except AnswerError as error:
        raise click.UsageError("\n".join(f"{file.name}: {fault}" for fault in error.faults)) from error
    document = result_document(definition, answers, evaluate(definition, answers))
    click.echo(as_json(document), nl=False)


def _given(file: IO[bytes]) -> dict[str, Any]:
    try:
        document = json.loads(file.read().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file.name}: is not JSON: {error}") from error
    given = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(given, dict) or set(document) != {"answers"}:
        raise click.UsageError(f'{file.name}: must be {{"answers": {{"<question>": ...}}}} and nothing else')
    return given
