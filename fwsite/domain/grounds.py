"""Grounds of fits: what is measured or sourced rests on points that are published, and names what these quote.

The one place that says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from fwsite.domain.evidence import Evidence
from fwsite.domain.items import unsupported
from fwsite.domain.naming import without_support
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import Definition, Fault, Fit, KeyPath, Option


def missing(fit: Fit, published: Collection[str], secret: Collection[str] = ()) -> tuple[str, ...]:
    """The keys that a measured or sourced fit names in vain: an opinion needs no ground.

    What is ``secret`` no fit may name: the key of a draft says what it is about.
    """
    if fit.evidence is Evidence.OPINION:
        return tuple(key for key in fit.claims if key in secret)
    return tuple(key for key in fit.claims if key not in published)


UNMEASURED = (
    "is called measured, but the current run has measured nothing that it rests on; name a point that was measured"
)
"""What is wrong with a fit that is called measured, where none of its points is."""


def _is_unmeasured(fit: Fit, measured: Collection[str]) -> bool:
    return fit.evidence is Evidence.MEASURED and not any(key in measured for key in fit.claims)


def in_vain(key: str, evidence: str) -> str:
    """What is wrong with a fit that names such a key."""
    other = "" if evidence == Evidence.OPINION else f", or call it opinion instead of {evidence}"
    return f"rests on “{key}”, which is not a published point; name another{other}"


def unfounded(
    fit: Fit,
    words: Mapping[str, str | None],
    packages: Collection[str],
    free: Collection[str],
    secret: Collection[str] = (),
    measured: Collection[str] | None = None,
) -> Iterator[str]:
    """What is wrong with the grounds of a fit; ``words`` are those that each point quotes, by its key.

    None stands for those of a point that cannot be read any more: nothing is said of what such a fit names.
    ``packages`` may be named by texts, ``free`` are names and keys of the alternatives, which no words need to name.
    ``measured`` are the points that a measurement speaks for; none where that is not asked.
    """
    vain = missing(fit, words, secret)
    yield from (in_vain(key, fit.evidence) for key in vain)
    if measured is not None and not vain and _is_unmeasured(fit, measured):
        yield UNMEASURED
    if fit.evidence is Evidence.SOURCED and not vain:
        quoted = [words[key] for key in fit.claims]
        known = [text for text in quoted if text is not None]
        if known == quoted:
            yield from map(unsupported, without_support(fit.reason, known, packages, free))


def free_of(definition: Definition) -> list[str]:
    """What a fit may name without words for it: the alternatives, by name or key."""
    return [called for alternative in definition.alternatives for called in (alternative.key, alternative.name)]


def faults(
    definition: Definition,
    words: Mapping[str, str | None],
    packages: Collection[str],
    secret: Collection[str] = (),
    measured: Collection[str] | None = None,
) -> Iterator[Fault]:
    """Every fit that is called measured or sourced and rests on what does not carry it, or that names a secret."""
    free = free_of(definition)
    for number, note in enumerate(definition.notes):
        path: KeyPath = ("notes", number, "claims")
        found = unfounded(resting(note), words, packages, free, secret, measured)
        yield from (Fault(f'note "{note.key}"', message, path) for message in found)
    for number, question in enumerate(definition.questions):
        for nth, option in enumerate(question.options):
            for alternative, fit in option.fits.items():
                place = f'question "{question.key}", option "{option.key}", fit of "{alternative}"'
                path = ("questions", number, "options", nth, "fits", alternative, "claims")
                found = unfounded(fit, words, packages, free, secret, measured)
                yield from (Fault(place, message, path) for message in found)


def resting(note: Note) -> Fit:
    """The note as far as grounds are concerned: what it says rests on points as a fit's reason does."""
    return Fit(0, note.text, note.claims, note.evidence)


def _is_unfounded(fit: Fit, published: Collection[str], measured: Collection[str]) -> bool:
    is_lost = fit.evidence is not Evidence.OPINION and len(missing(fit, published)) == len(fit.claims)
    return is_lost or _is_unmeasured(fit, measured)


def as_founded(definition: Definition, published: Collection[str], measured: Collection[str]) -> Definition:
    """The definition as visitors may be told of it: what has lost its last ground or receipt since is an opinion."""

    def founded(option: Option) -> Option:
        fits = {
            name: fit._replace(evidence=Evidence.OPINION) if _is_unfounded(fit, published, measured) else fit
            for name, fit in option.fits.items()
        }
        return option._replace(fits=fits)

    questions = (replace(each, options=tuple(map(founded, each.options))) for each in definition.questions)
    notes = (
        note._replace(evidence=Evidence.OPINION) if _is_unfounded(resting(note), published, measured) else note
        for note in definition.notes
    )
    return replace(definition, questions=tuple(questions), notes=tuple(notes))
