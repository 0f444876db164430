"""Team document: a team's report as it is stored, so that it is worked out once for each change."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fwsite.domain.questionnaire import Definition
from fwsite.domain.recommendation import Recommendation, Verdict
from fwsite.domain.report import Report, report_from_document, result_document
from fwsite.domain.scoring import Gain
from fwsite.domain.team import Divide, Place, Settlement, TeamReport, Withdrawal

FORMAT = 2
"""Of the documents; one with another format is worked out anew."""


def team_document(definition: Definition, report: TeamReport) -> dict[str, Any]:
    """The report as JSON-ready data."""
    outcome = Report(report.result, report.robustness, (), report.advice)
    return {
        "format": FORMAT,
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
            [*each[:3], _recommendation_document(each.recommendation), each.lead] for each in report.settlements
        ],
        "withdrawals": [
            [each.question, list(each.options), each.people, _recommendation_document(each.recommendation), each.lead]
            for each in report.withdrawals
        ],
    }


def _recommendation_document(found: Recommendation) -> list[Any]:
    gains = [[gain.question, str(gain.exact), gain.points] for gain in found.tells_apart]
    return [found.verdict.value, list(found.named), gains]


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
        settlements=tuple(
            Settlement(question, option, today, _recommendation(found), lead)
            for question, option, today, found, lead in document["settlements"]
        ),
        withdrawals=tuple(
            Withdrawal(question, tuple(options), people, _recommendation(found), lead)
            for question, options, people, found, lead in document["withdrawals"]
        ),
    )


def _recommendation(document: list[Any]) -> Recommendation:
    verdict, named, gains = document
    tells_apart = tuple(Gain(key, Fraction(exact), points) for key, exact, points in gains)
    return Recommendation(Verdict(verdict), tuple(named), tells_apart)
