"""Grounds of fits: what is measured or sourced rests on points that are published; the one place that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from fwsite.domain.evidence import Evidence
from fwsite.domain.questionnaire import Definition, Fault, Fit, Option


def missing(fit: Fit, published: Collection[str], secret: Collection[str] = ()) -> tuple[str, ...]:
    """The keys that a measured or sourced fit names in vain: an opinion needs no ground.

    What is ``secret`` no fit may name: the key of a draft says what it is about.
    """
    if fit.evidence is Evidence.OPINION:
        return tuple(key for key in fit.claims if key in secret)
    return tuple(key for key in fit.claims if key not in published)


def in_vain(key: str, evidence: str) -> str:
    """What is wrong with a fit that names such a key."""
    other = "" if evidence == Evidence.OPINION else f", or call it opinion instead of {evidence}"
    return f"rests on “{key}”, which is no published point; name another{other}"


def faults(definition: Definition, published: Collection[str], secret: Collection[str] = ()) -> Iterator[Fault]:
    """Every fit that is called measured or sourced and rests on what no visitor can read; or that names a secret."""
    for question in definition.questions:
        for option in question.options:
            for alternative, fit in option.fits.items():
                place = f'question "{question.key}", option "{option.key}", fit of "{alternative}"'
                yield from (Fault(place, in_vain(key, fit.evidence)) for key in missing(fit, published, secret))


def _is_unfounded(fit: Fit, published: Collection[str]) -> bool:
    return fit.evidence is not Evidence.OPINION and len(missing(fit, published)) == len(fit.claims)


def as_founded(definition: Definition, published: Collection[str]) -> Definition:
    """The definition as visitors may be told of it: what has lost its last ground since is an opinion."""

    def founded(option: Option) -> Option:
        fits = {
            name: fit._replace(evidence=Evidence.OPINION) if _is_unfounded(fit, published) else fit
            for name, fit in option.fits.items()
        }
        return option._replace(fits=fits)

    questions = (replace(each, options=tuple(map(founded, each.options))) for each in definition.questions)
    return replace(definition, questions=tuple(questions))
