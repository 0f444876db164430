"""Result document: what ``result.json`` and ``fwsite recommend`` print, the same bytes for equal answers.

A stored result is kept as this document, and read back from it without scoring again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from fwsite.domain.answers import Answer, Answers, State, Weight, answers_document
from fwsite.domain.musts import Cell, Met, Must, musts
from fwsite.domain.notes import Note, note_document, restored_note
from fwsite.domain.questionnaire import NOT_SURE, Definition
from fwsite.domain.recommendation import Recommendation, Verdict, recommend, strength_of
from fwsite.domain.robustness import Robustness, band_of, per_cent, robustness
from fwsite.domain.scoring import Contribution, Gain, LeftOut, Loss, Ranked, Result, Standing, Strength, evaluate
from fwsite.domain.sensitivity import Change, Flip, flips
from fwsite.domain.stacks import (
    Release,
    Releases,
    Stack,
    index_name,
    release_document,
    restored_release,
    restored_stack,
    stack,
    stack_document,
)


class Advice(NamedTuple):
    """What the second model adds to a ranking.

    ``stacks`` are those of the alternatives that the verdict names; ``releases`` what was known of their packages, and
    of those that meet a must, on the day that it was worked out.
    """

    recommendation: Recommendation
    musts: tuple[Must, ...]
    stacks: tuple[Stack, ...]
    notes: tuple[Note, ...]
    releases: Releases


class Report(NamedTuple):
    """Everything that follows from answers: the ranking, how firm its first place is, and what would change it.

    Results of the first model have no ``advice``.
    """

    result: Result
    robustness: Robustness | None
    flips: tuple[Flip, ...]
    advice: Advice | None = None


def make_report(definition: Definition, answers: Answers, releases: Releases = MappingProxyType({})) -> Report:
    """Work everything out. ``releases`` are the newest ones of the packages that the definition names."""
    result = evaluate(definition, answers)
    found = robustness(definition, answers, result)
    advice = None
    if definition.model > 1:
        advice = advise(definition, recommend(result, found), releases, required=answers, wanted=answers)
        result = result._replace(strength=strength_of(advice.recommendation.verdict))
    return Report(result, found, flips(definition, answers), advice)


def advise(
    definition: Definition, found: Recommendation, releases: Releases, *, required: Answers, wanted: Answers
) -> Advice:
    """What follows from a recommendation: ``required`` are the answers with the musts, ``wanted`` those to install for.

    One person's are the same; of a team the musts are everybody's.
    """
    rows = musts(definition, required)
    stacks = tuple(stack(definition, wanted, name, releases) for name in found.named)
    named = [package for each in stacks for package in each.packages]
    named += [package for must in rows for cell in must.cells.values() for package in cell.packages]
    keys = dict.fromkeys(map(index_name, named))
    chosen = {key: answer.options for key, answer in wanted.items() if answer.counts}
    return Advice(
        recommendation=found,
        musts=rows,
        stacks=stacks,
        notes=tuple(note for note in definition.notes if note.applies(chosen, found.named)),
        releases={key: releases.get(key, Release(key, key)) for key in keys},
    )


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
        **(_advice_document(report, report.advice) if report.advice else {}),
    }


def _advice_document(report: Report, advice: Advice) -> dict[str, Any]:
    """``points`` are printed, ``exact`` is a fraction of one; the losses of each add up to one less its score."""
    return {
        "verdict": advice.recommendation.verdict.value,
        "named": list(advice.recommendation.named),
        "tells_apart": [_entry(gain) for gain in advice.recommendation.tells_apart],
        "losses": {entry.alternative: [_entry(loss) for loss in entry.losses] for entry in report.result.ranking},
        "musts": [
            {
                "question": must.question,
                "option": must.option,
                "alternatives": {
                    name: {"met": cell.met.value, "packages": list(cell.packages)} for name, cell in must.cells.items()
                },
            }
            for must in advice.musts
        ],
        "stack": [stack_document(each) for each in advice.stacks],
        "packages": {key: release_document(each) for key, each in sorted(advice.releases.items())},
        "notes": [note_document(note) for note in advice.notes],
    }


def _entry(part: Loss | Gain) -> dict[str, Any]:
    return {"question": part.question, "points": part.points, "exact": str(part.exact)}


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
        advice=_restored_advice(document) if "verdict" in document else None,
    )


def _restored_advice(document: Mapping[str, Any]) -> Advice:
    return Advice(
        recommendation=Recommendation(
            Verdict(document["verdict"]),
            tuple(document["named"]),
            tuple(Gain(**_parts(entry)) for entry in document["tells_apart"]),
        ),
        musts=tuple(
            Must(
                row["question"],
                row["option"],
                {name: Cell(Met(cell["met"]), tuple(cell["packages"])) for name, cell in row["alternatives"].items()},
            )
            for row in document["musts"]
        ),
        stacks=tuple(map(restored_stack, document["stack"])),
        notes=tuple(map(restored_note, document["notes"])),
        releases={key: restored_release(table) for key, table in document["packages"].items()},
    )


def _parts(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"question": entry["question"], "points": entry["points"], "exact": Fraction(entry["exact"])}


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
        losses=tuple(Loss(**_parts(each)) for each in document.get("losses", {}).get(key, ())),
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
