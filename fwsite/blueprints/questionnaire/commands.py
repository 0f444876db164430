"""Questionnaire commands: ``fwsite recommend`` and ``fwsite answers``."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from fwsite.blueprints.questionnaire import content, definitions, networks, responses
from fwsite.blueprints.questionnaire.releases import newest
from fwsite.domain.answers import AnswerError, parse_answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import as_json, make_report, result_document
from fwsite.domain.stacks import Releases, releases_of
from fwsite.extend import ContentError, current_instance, db, emit, is_schema_current, packages, reading

answers = AppGroup("answers", help="Visitors’ stored answers.")
KEEP_DAYS_MOST = 36_500
_AT_A_TIME = 500
"""Responses that are deleted in one transaction: others who write wait for so long only."""


@click.command("recommend")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def recommend(file: IO[bytes]) -> None:
    """Print the result for the answers in FILE as JSON; - reads standard input.

    FILE holds {"answers": {"<question>": {"options": ["<option>"], "weight": "little|normal|lot|must"}}}.
    The keys are in /questionnaire/definition.json. The questionnaire is the one in force, as
    visitors answer it; before anything was published, that of the content file.
    """
    definition = _definition()
    try:
        answers = parse_answers(definition, _given(file))
    except AnswerError as error:
        raise click.UsageError("\n".join(f"{file.name}: {fault}" for fault in error.faults)) from error
    document = result_document(definition, answers, make_report(definition, answers, _releases()))
    click.echo(as_json(document), nl=False)


def _definition() -> Definition:
    """What visitors answer, with what maintainers have published; the file's where there is no database yet."""
    if is_schema_current():
        with reading():
            in_force = definitions.current_definition()
        if in_force is not None:
            return in_force
    try:
        return definitions.with_everything_asked(content.read().definition)
    except ContentError as error:
        raise click.ClickException(str(error)) from error


def _releases() -> Releases:
    """The newest ones that are known; the file's where there is no database yet."""
    if is_schema_current():
        with reading():
            return newest()
    return releases_of(packages())


def _given(file: IO[bytes]) -> dict[str, Any]:
    try:
        document = json.loads(file.read().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file.name}: is not JSON: {error}") from error
    given = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(given, dict) or set(document) != {"answers"}:
        raise click.UsageError(f'{file.name}: must be {{"answers": {{"<question>": ...}}}} and nothing else')
    return given


@answers.command("expire")
@click.option("--days", type=click.IntRange(1, KEEP_DAYS_MOST), help="Instead of the setting QUESTIONNAIRE_KEEP_DAYS.")
def expire(days: int | None) -> None:
    """Delete responses that are older than the setting says, with their results and addresses; and what told networks
    apart on days before today.

    It may be stopped and started again at any time, and run while the site is serving.
    """
    if not is_schema_current():
        step = current_instance().upgrade_step()
        raise click.ClickException(f"The database is missing or of an older version. {step}")
    days = days or current_app.config["QUESTIONNAIRE_KEEP_DAYS"]
    before = datetime.now(UTC).date() - timedelta(days=days)
    with reading():
        expected = responses.count_older(before)
    deleted = 0
    while gone := responses.delete_older(before, _AT_A_TIME):
        deleted += gone
        if expected > _AT_A_TIME:
            click.echo(f"{deleted:,} of {max(expected, deleted):,} deleted")
    with db.engine.begin() as connection:
        networks.forget_before(connection, datetime.now(UTC).date())
    emit("questionnaire.answers_expired")
    noun = "response" if deleted == 1 else "responses"
    click.echo(f"{deleted:,} {noun} from before {before.isoformat()} deleted.")
