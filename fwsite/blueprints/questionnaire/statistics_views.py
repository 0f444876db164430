"""Statistics and privacy views: what visitors answered, in numbers, and what is stored of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask import Response, abort, current_app, render_template, request

from fwsite.blueprints.questionnaire import definitions, tallies
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.domain.answers import State, Weight
from fwsite.domain.concentration import Share
from fwsite.domain.csv_table import write_csv
from fwsite.domain.disclosure import LEAST
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.report import as_json
from fwsite.domain.statistics import LONGEST_STEP, SHARE, STEP, Cell, Outcome, Part, counts_in, step
from fwsite.domain.table import Table
from fwsite.extend import XLSX_MIMETYPE, write_workbook

COLUMNS = ("version", "responses", "first_on", "last_on", "counted_on", "part", "question", "cell", "count")
_DAYS = ("first_on", "last_on", "counted_on")
_OUTCOMES = {
    Outcome.TIE: "A tie for first place",
    Outcome.NONE: "None: all were ruled out by must-haves",
    Outcome.UNKNOWN: "Not known: from before results were kept",
}
_STATES = {State.ANSWERED: "Answered at all", State.NOT_SURE: "Not sure", State.SKIPPED: "Not answered"}


@dataclass(frozen=True)
class Row:
    """A line of a table; ``count`` is none where it is hidden. ``share`` is in per cent of all responses."""

    label: str
    count: int | None
    share: int


class Chart(NamedTuple):
    """A table that is its own chart."""

    title: str
    rows: tuple[Row, ...]

    @property
    def is_hidden(self) -> bool:
        """Whether there is no number in it."""
        return all(row.count is None for row in self.rows)


def _asked_for() -> tuple[Definition, dict[str, Any] | None]:
    """The version of the address, else the one in force, and its published numbers."""
    version = request.args.get("version")
    definition = definition_in_force() if version is None else definitions.find_definition(version)
    if definition is None:
        abort(404)
    return definition, tallies.find_published(definition.version)


@bp.get("/statistics")
def statistics() -> str:
    """The published numbers of one version; ``?version=`` gives another's."""
    definition, document = _asked_for()
    versions = [(version, day) for version, day in tallies.published_versions() if version != definition.version]
    return render_template(
        "questionnaire/statistics.html",
        definition=definition,
        published=document,
        shares={name: _share(document, name) for name in ("from_one_network", "on_one_day")},
        days={name: date.fromisoformat(document[name]) for name in _DAYS} if document else {},
        charts=_charts(definition, document) if document else None,
        is_in_force="version" not in request.args,
        others=versions,
        least=LEAST,
        step=step(document["responses"] if document else 0),
    )


def _share(document: dict[str, Any] | None, name: str) -> Share | None:
    """What the published numbers say of where much came from; nothing where they are from before that was counted."""
    found = document.get(name) if document else None
    return Share(date.fromisoformat(found["day"]), found["count"]) if found else None


@bp.get("/statistics.json")
def statistics_json() -> Response:
    """The same numbers as data; a hidden count is null."""
    return Response(as_json(_document(*_asked_for())), mimetype="application/json")


@bp.get("/statistics.csv")
def statistics_csv() -> Response:
    """The same numbers as a table, a line each; a hidden count is empty."""
    return _download(write_csv(_table(*_asked_for())), "csv", "text/csv")


@bp.get("/statistics.xlsx")
def statistics_xlsx() -> Response:
    """The same table for a spreadsheet."""
    return _download(write_workbook(_table(*_asked_for()), "Statistics"), "xlsx", XLSX_MIMETYPE)


def _download(body: str | bytes, format: str, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"inline; filename=statistics.{format}"
    return response


def _table(definition: Definition, document: dict[str, Any] | None) -> Table:
    if document is None:
        return Table(COLUMNS, ())
    whole = {name: document[name] for name in ("version", "responses")}
    whole |= {name: date.fromisoformat(document[name]) for name in _DAYS}
    return Table.of(COLUMNS, ({**whole, **entry} for entry in document["counts"]))


def _document(definition: Definition, document: dict[str, Any] | None) -> dict[str, Any]:
    return document or {"version": definition.version, "hidden_below": LEAST, "counts": []}


def _charts(definition: Definition, document: dict[str, Any]) -> dict[str, Any]:
    counts, total = counts_in(document), document["responses"]

    def chart(title: str, cells: Iterable[tuple[str, Cell]]) -> Chart:
        rows = ((label, counts[cell]) for label, cell in cells)
        return Chart(title, tuple(Row(label, count, round(100 * (count or 0) / total)) for label, count in rows))

    winners = [(item.name, Cell(Part.WINNER, "", item.key)) for item in definition.alternatives]
    outcomes = [(label, Cell(Part.OUTCOME, "", outcome)) for outcome, label in _OUTCOMES.items()]
    asked = [
        (
            question,
            chart("Answers", _answer_cells(question)),
            chart("How much it matters", _weight_cells(question)),
        )
        for question in definition.questions
    ]
    # The last is about an upgrade long ago; on most sites nobody is in it.
    shown = [(label, cell) for label, cell in winners + outcomes if cell.cell != Outcome.UNKNOWN or counts[cell] != 0]
    return {"winners": chart("Results", shown), "questions": asked}


def _answer_cells(question: Question) -> list[tuple[str, Cell]]:
    options = [(option.label, Cell(Part.OPTION, question.key, option.key)) for option in question.options]
    states = [
        (label, Cell(Part.STATE, question.key, state))
        for state, label in _STATES.items()
        if question.multiple or state is not State.ANSWERED
    ]
    return options + states


def _weight_cells(question: Question) -> list[tuple[str, Cell]]:
    return [(WEIGHT_LABELS[weight], Cell(Part.WEIGHT, question.key, weight)) for weight in Weight]


@bp.get("/privacy")
def privacy() -> str:
    """What is stored of visitors, and what is not."""
    from fwsite.blueprints.questionnaire import privacy_inventory  # texts that only this page needs

    days = current_app.config["QUESTIONNAIRE_KEEP_DAYS"]
    return render_template(
        "questionnaire/privacy.html",
        tables=privacy_inventory.TABLES,
        days=days,
        least=LEAST,
        step=STEP,
        longest_step=LONGEST_STEP,
        share=SHARE,
        cookie=current_app.config["SESSION_COOKIE_NAME"],
    )
