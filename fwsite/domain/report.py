"""A result as data: what ``result.json`` and ``fwsite recommend`` print, the same bytes for equal answers."""

from __future__ import annotations

import json
from typing import Any

from fwsite.domain.answers import Answers, answers_document
from fwsite.domain.questionnaire import Definition
from fwsite.domain.scoring import LeftOut, Ranked, Result


def result_document(definition: Definition, answers: Answers, result: Result) -> dict[str, Any]:
    """Points are the printed hundredths; ``exact`` is the same score as a fraction of one."""
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


def as_json(document: Any) -> str:
    """Readable JSON with sorted keys and a line end: equal content, equal bytes."""
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
