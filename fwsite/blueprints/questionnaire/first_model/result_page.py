"""Result page of the first model: everything that it shows, so that its template only has to write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from fwsite.blueprints.questionnaire import changes, wording
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.first_model import wording as first_wording
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.blueprints.questionnaire.responses import Response
from fwsite.blueprints.questionnaire.result_page import Arithmetic, News, arithmetic, news
from fwsite.domain import robustness, scoring, working
from fwsite.domain.answers import WEIGHTS
from fwsite.domain.evidence import Evidence
from fwsite.domain.questionnaire import FIT_RUBRIC, Definition, Option
from fwsite.domain.report import Report
from fwsite.domain.sensitivity import Flip


class FlipLine(NamedTuple):
    """A change that gives another winner: its condition, who is first then, and the change for an address."""

    condition: str
    first: str
    settings: Sequence[str]


FlipLines = Sequence[tuple[str, Sequence[FlipLine]]]
"""Single changes by their question; two together under none."""


@dataclass(frozen=True)
class FirstResultPage(Arithmetic):
    """A result as its owner sees it, who has a ``token``, or whoever may read it by the ``view_token``.

    ``copy`` opens the questions with these answers. ``chosen`` and ``weights`` are by question, ``evidence`` counts the
    fits that were used, by what they rest on, and those unknown; ``grounds`` are the keys of the pros and cons behind.
    """

    distances: tuple[working.Distance, ...]
    token: str | None
    view_token: str | None
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


def result_page(found: Response, view_token: str, token: str | None) -> FirstResultPage:
    """Prepare the page."""
    definition, answers, report = found.definition, found.answers, found.report
    fits = working.used_cells(definition, answers)

    def lines(flips: Sequence[Flip]) -> FlipLines:
        groups = [("", flips)] if flips and len(flips[0].changes) > 1 else changes.by_question(flips)
        return [(key, [line(flip) for flip in group]) for key, group in groups]

    def line(flip: Flip) -> FlipLine:
        condition = changes.condition(definition, answers, flip)
        return FlipLine(condition, wording.first_then(definition, flip.winners), changes.settings(flip))

    return FirstResultPage(
        **vars(arithmetic(definition, answers, report.result)),
        distances=working.distances(definition, answers, report.result),
        token=token,
        view_token=view_token if found.is_shareable else None,
        copy={"from": token} if token else {"view": view_token},
        created_on=found.created_on,
        news=news(definition, definition_in_force()),
        definition=definition,
        report=report,
        headline=first_wording.headline(definition, report.result),
        lead=first_wording.lead(definition, answers, report.result),
        firmness=first_wording.firmness(definition, report),
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
