"""Result document: what ``result.json`` and ``fwsite recommend`` print, the same bytes for equal answers.

A stored result is kept as this document, and read back from it without scoring again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from fwsite.domain.answers import Answer, Answers, State, Weight, answers_document
from fwsite.domain.questionnaire import NOT_SURE, Definition
from fwsite.domain.robustness import Robustness, band_of, per_cent, robustness
from fwsite.domain.scoring import Contribution, LeftOut, Ranked, Result, Standing, Strength, evaluate
from fwsite.domain.sensitivity import Change, Flip, flips


class Report(NamedTuple):
    """Everything that follows from answers: the ranking, how firm its first place is, and what would change it."""

    result: Result
    robustness: Robustness | None
    flips: tuple[Flip, ...]


def make_report(definition: Definition, answers: Answers) -> Report:
    """Work everything out."""
    result = evaluate(definition, answers)
    return Report(result, robustness(definition, answers, result), flips(definition, answers))


def result_document(definition: Definition, answers: Answers, report: Report) -> dict[str, Any]:
    """Points are the printed hundredths; ``exact`` is the same score as a fraction of one."""
    result = report.result
    everyone: list[Ranked | LeftOut] = [*result.ranking, *result.left_out]
    return {
        "definition": definition.version,
        "reviewed_on": definition.reviewed_on.isoformat(),
        "answers": answers_document(answers),
        "answered": result.answered,
        "asked": result.asked,
        "standing": result.standing.value,
        "strength": result.strength.value,
        "lead": result.lead,
        "mean": {"points": result.mean_points, "exact": str(result.mean)},
        "scores": {entry.alternative: {"points": entry.points, "exact": str(entry.score)} for entry in everyone},
        "ranking": [_ranked_document(definition, entry) for entry in result.ranking],
        "contributions": {
            entry.alternative: {
                part.question: {"points": part.points, "exact": str(part.exact)} for part in entry.contributions
            }
            for entry in result.ranking
        },
        "left_out": [
            {
                "alternative": out.alternative,
                "name": definition.names[out.alternative],
                "needs": list(out.needs),
                "would_be": out.would_be,
            }
            for out in result.left_out
        ],
        "unknown": [{"question": question, "alternative": name} for question, name in result.unknown],
        "robustness": _robustness_document(report.robustness),
        "would_change": [_flip_document(flip) for flip in report.flips],
    }


def _ranked_document(definition: Definition, entry: Ranked) -> dict[str, Any]:
    return {
        "place": entry.place,
        "alternative": entry.alternative,
        "name": definition.names[entry.alternative],
        "points": entry.points,
        "tied": entry.tied,
        "unverified": list(entry.unverified),
    }


def _robustness_document(found: Robustness | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "winner": found.winner,
        "band": found.band.value,
        "per_cent": found.printed,
        "exact": {name: str(share) for name, share in found.shares},
    }


def _flip_document(flip: Flip) -> dict[str, Any]:
    return {
        "changes": [
            {
                "question": change.question,
                "options": list(change.answer.options) if change.answer.counts else [NOT_SURE],
                "weight": change.answer.weight.value,
                "steps": change.steps,
            }
            for change in flip.changes
        ],
        "first": list(flip.winners),
    }


def report_from_document(document: Mapping[str, Any]) -> Report:
    """The report that :func:`result_document` wrote; nothing is scored again."""
    return Report(
        result=_result(document),
        robustness=_robustness(document),
        flips=tuple(_flip(entry) for entry in document["would_change"]),
    )


def _result(document: Mapping[str, Any]) -> Result:
    scores = document["scores"]
    return Result(
        standing=Standing(document["standing"]),
        answered=document["answered"],
        asked=document["asked"],
        ranking=tuple(_ranked(document, entry) for entry in document["ranking"]),
        left_out=tuple(
            LeftOut(
                alternative=entry["alternative"],
                score=Fraction(scores[entry["alternative"]]["exact"]),
                points=scores[entry["alternative"]]["points"],
                needs=tuple(entry["needs"]),
                would_be=entry["would_be"],
            )
            for entry in document["left_out"]
        ),
        mean=Fraction(document["mean"]["exact"]),
        mean_points=document["mean"]["points"],
        strength=Strength(document["strength"]),
        lead=document["lead"],
        unknown=tuple((entry["question"], entry["alternative"]) for entry in document["unknown"]),
    )


def _ranked(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Ranked:
    key = entry["alternative"]
    parts = [
        Contribution(question, Fraction(part["exact"]), part["points"])
        for question, part in document["contributions"][key].items()
    ]
    return Ranked(
        alternative=key,
        place=entry["place"],
        tied=entry["tied"],
        score=Fraction(document["scores"][key]["exact"]),
        points=entry["points"],
        contributions=tuple(sorted(parts, key=lambda part: (-part.exact, part.question))),
        unverified=tuple(entry["unverified"]),
    )


def _robustness(document: Mapping[str, Any]) -> Robustness | None:
    entry = document["robustness"]
    if entry is None:
        return None
    shares = {name: Fraction(share) for name, share in entry["exact"].items()}
    places = {found["alternative"]: place for place, found in enumerate(document["ranking"])}
    return Robustness(
        shares=tuple(sorted(shares.items(), key=lambda item: (-item[1], places[item[0]]))),
        winner=entry["winner"],
        band=band_of(per_cent(shares[entry["winner"]])),
    )


def _flip(entry: Mapping[str, Any]) -> Flip:
    changes = []
    for change in entry["changes"]:
        state = State.NOT_SURE if change["options"] == [NOT_SURE] else State.ANSWERED
        options = () if state is State.NOT_SURE else tuple(change["options"])
        answer = Answer(state, options, Weight(change["weight"]))
        changes.append(Change(change["question"], answer, change["steps"]))
    return Flip(tuple(changes), tuple(entry["first"]))


def as_json(document: Any) -> str:
    """Readable JSON with sorted keys and a line end: equal content, equal bytes."""
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
