"""Team document: a team's report as it is stored, so that it is worked out once for each change."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fwsite.domain.questionnaire import Definition
from fwsite.domain.recommendation import Recommendation, Verdict
from fwsite.domain.report import Report, report_from_document, result_document
from fwsite.domain.scoring import Gain
from fwsite.domain.team import Divide, Place, Settlement, TeamReport


def team_document(definition: Definition, report: TeamReport) -> dict[str, Any]:
    """The report as JSON-ready data."""
    outcome = Report(report.result, report.robustness, (), report.advice)
    return {
        "people": report.people,
        "outcome": result_document(definition, {}, outcome),
        "places": [list(place) for place in report.places],
        "tied": report.tied,
        "unranked": report.unranked,
        "must_of": list(report.must_of),
        "divides": [
            [divide.question, divide.points, [list(count) for count in divide.counts], divide.skipped]
            for divide in report.divides
        ],
        "settlements": [
            [*each[:3], each.recommendation.verdict.value, list(each.recommendation.named), _gains(each), each.lead]
            for each in report.settlements
        ],
    }


def _gains(settlement: Settlement) -> list[list[Any]]:
    return [[gain.question, str(gain.exact), gain.points] for gain in settlement.recommendation.tells_apart]


def team_report_from_document(document: Mapping[str, Any]) -> TeamReport:
    """The report that :func:`team_document` wrote; nothing is worked out again."""
    outcome = report_from_document(document["outcome"])
    if outcome.advice is None:
        raise ValueError("a team has no result of the first model")
    return TeamReport(
        people=document["people"],
        result=outcome.result,
        robustness=outcome.robustness,
        advice=outcome.advice,
        places=tuple(Place(*each) for each in document["places"]),
        tied=document["tied"],
        unranked=document["unranked"],
        must_of=tuple(document["must_of"]),
        divides=tuple(
            Divide(question, points, tuple((key, number) for key, number in counts), skipped)
            for question, points, counts, skipped in document["divides"]
        ),
        settlements=tuple(map(_settlement, document["settlements"])),
    )


def _settlement(row: list[Any]) -> Settlement:
    question, option, today, verdict, named, gains, lead = row
    tells_apart = tuple(Gain(key, Fraction(exact), points) for key, exact, points in gains)
    return Settlement(question, option, today, Recommendation(Verdict(verdict), tuple(named), tells_apart), lead)
