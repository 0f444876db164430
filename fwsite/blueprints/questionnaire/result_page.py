"""Result page: everything that the page of a result shows, so that its template only has to write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_wtf import FlaskForm

from fwsite.blueprints.questionnaire import changes, wording
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.blueprints.questionnaire.responses import Response
from fwsite.domain import robustness, scoring, working
from fwsite.domain.answers import WEIGHTS, Answers
from fwsite.domain.evidence import Evidence
from fwsite.domain.questionnaire import FIT_MAX, FIT_RUBRIC, Definition, Option
from fwsite.domain.report import Report
from fwsite.domain.scoring import Result
from fwsite.domain.sensitivity import Flip
from fwsite.domain.versions import Differences, differences, summary


@dataclass(frozen=True)
class Arithmetic:
    """How the points were worked out, digit by digit; ``answered`` has the answers in words."""

    names: Mapping[str, str]
    answered: Mapping[str, str]
    result: Result
    sums: tuple[working.Sum, ...]
    distances: tuple[working.Distance, ...]

    fit_max = FIT_MAX
    decimal = staticmethod(wording.decimal)
    number = staticmethod(wording.number)
    ordinal = staticmethod(wording.ordinal)
    signed = staticmethod(wording.signed)


def arithmetic(definition: Definition, answers: Answers, result: Result) -> Arithmetic:
    """The way from these answers to their result."""
    return Arithmetic(
        definition.names,
        {key: wording.answer_text(definition.by_key[key], answer) for key, answer in answers.items()},
        result,
        working.sums(definition, answers),
        working.distances(definition, answers, result),
    )


class News(NamedTuple):
    """What another version of the questionnaire says otherwise."""

    found: Differences
    lines: tuple[str, ...]


def news(then: Definition, now: Definition) -> News | None:
    """What has changed; none where both are the same version."""
    if then.version == now.version:
        return None
    found = differences(then, now)
    return News(found, summary(found))


class FlipLine(NamedTuple):
    """A change that gives another winner: its condition, who is first then, and the change for an address."""

    condition: str
    first: str
    settings: Sequence[str]


FlipLines = Sequence[tuple[str, Sequence[FlipLine]]]
"""Single changes by their question; two together under none."""


@dataclass(frozen=True)
class ResultPage(Arithmetic):
    """A result as its owner sees it, who has a ``token``, or whoever may read it by the ``view_token``.

    ``copy`` opens the questions with these answers. ``chosen`` and ``weights`` are by question, ``evidence`` counts the
    fits that were used, by what they rest on, and those unknown; ``grounds`` are the keys of the pros and cons behind.
    """

    token: str | None
    view_token: str | None
    form: FlaskForm | None
    copy: Mapping[str, str]
    created_on: date
    news: News | None
    definition: Definition
    report: Report
    headline: str
    lead: str
    firmness: Sequence[str]
    chosen: Mapping[str, Sequence[Option]]
    weights: Mapping[str, str]
    first_flips: FlipLines
    more_flips: FlipLines
    evidence: tuple[Mapping[Evidence, int], int]
    grounds: Sequence[str]

    rubric, shown, draws, step = FIT_RUBRIC, changes.SHOWN, robustness.DRAWS, robustness.STEP
    clear_lead, lean_lead, answers_firm = scoring.CLEAR_LEAD, scoring.LEAN_LEAD, scoring.ANSWERS_FIRM


def result_page(found: Response, view_token: str, token: str | None) -> ResultPage:
    """Prepare the page."""
    definition, answers, report = found.definition, found.answers, found.report
    fits = working.used_cells(definition, answers)

    def lines(flips: Sequence[Flip]) -> FlipLines:
        groups = [("", flips)] if flips and len(flips[0].changes) > 1 else changes.by_question(flips)
        return [(key, [line(flip) for flip in group]) for key, group in groups]

    def line(flip: Flip) -> FlipLine:
        condition = changes.condition(definition, answers, flip)
        return FlipLine(condition, wording.first_then(definition, flip.winners), changes.settings(flip))

    return ResultPage(
        **vars(arithmetic(definition, answers, report.result)),
        token=token,
        view_token=view_token if found.is_shareable else None,
        form=FlaskForm() if token else None,
        copy={"from": token} if token else {"view": view_token},
        created_on=found.created_on,
        news=news(definition, definition_in_force()),
        definition=definition,
        report=report,
        headline=wording.headline(definition, report.result),
        lead=wording.lead(definition, answers, report.result),
        firmness=wording.firmness(definition, report),
        chosen={
            key: [definition.by_key[key].by_key[each] for each in answer.options] for key, answer in answers.items()
        },
        weights={
            key: f"{WEIGHT_LABELS[answer.weight]} ×{WEIGHTS[answer.weight]}" if answer.counts else "Not counted"
            for key, answer in answers.items()
        },
        first_flips=lines(report.flips[: changes.SHOWN]),
        more_flips=lines(report.flips[changes.SHOWN :]),
        evidence=working.evidence_counts(definition, answers),
        grounds=tuple(sorted({key for fit in fits if fit is not None for key in fit.claims})),
    )
