"""Grounds of fits: what is measured or sourced rests on points that are published; the one place that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from fwsite.domain.evidence import Evidence
from fwsite.domain.questionnaire import Definition, Fault, Fit, Option


def missing(fit: Fit, published: Collection[str]) -> tuple[str, ...]:
    """The keys that a measured or sourced fit names in vain: an opinion needs no ground."""
    if fit.evidence is Evidence.OPINION:
        return ()
    return tuple(key for key in fit.claims if key not in published)


def in_vain(key: str, evidence: str) -> str:
    """What is wrong with a fit that names such a key."""
    return f"rests on “{key}”, which is no published point; name another, or call it opinion instead of {evidence}"


def faults(definition: Definition, published: Collection[str]) -> Iterator[Fault]:
    """Every fit that is called measured or sourced and rests on what no visitor can read."""
    for number, question in enumerate(definition.questions):
        for nth, option in enumerate(question.options):
            for alternative, fit in option.fits.items():
                place = f'question "{question.key}", option "{option.key}", fit of "{alternative}"'
                path = ("questions", number, "options", nth, "fits", alternative, "claims")
                yield from (Fault(place, in_vain(key, fit.evidence), path) for key in missing(fit, published))


def as_founded(definition: Definition, published: Collection[str]) -> Definition:
    """The definition as visitors may be told of it: what has lost its last ground since is an opinion."""

    def founded(option: Option) -> Option:
        fits = {
            name: fit._replace(evidence=Evidence.OPINION) if len(missing(fit, published)) == len(fit.claims) else fit
            for name, fit in option.fits.items()
        }
        return option._replace(fits=fits)

    questions = (replace(each, options=tuple(map(founded, each.options))) for each in definition.questions)
    return replace(definition, questions=tuple(questions))
