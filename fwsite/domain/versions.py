"""Version comparison: from one version of a questionnaire to the next, and which answers still hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from fwsite.domain.answers import Answer, Answers, State
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import Alternative, Definition, Fit, Option, Question
from fwsite.domain.scenarios import Scenario

_Keyed = TypeVar("_Keyed", Alternative, Question, Option, Note, Scenario)
_Listed = TypeVar("_Listed", bound=Note | Scenario)
_NAMED = 3
"""So many names stand in a summary's line."""


# ---------------------------------------------------------------- differences


class Rewording(NamedTuple):
    """A text that reads otherwise: of a question, of one of its ``option``s, or (both none) of an alternative."""

    question: Question | None
    option: Option | None
    before: str
    after: str


class FitChange(NamedTuple):
    """A cell of the fit table that says something else; none stands for unknown."""

    question: Question
    option: Option
    alternative: Alternative
    before: Fit | None
    after: Fit | None

    @property
    def is_value(self) -> bool:
        """Whether the fit itself is another, and not only what is said about it."""
        return (self.before and self.before.value) != (self.after and self.after.value)


class ListChange(NamedTuple, Generic[_Listed]):
    """A note or a scenario that says something else; none stands for one that is not there."""

    before: _Listed | None
    after: _Listed | None

    @property
    def newest(self) -> _Listed:
        """What it says, or said while it was there."""
        found = self.before if self.after is None else self.after
        assert found is not None  # noqa: S101 - one of the two is there
        return found


@dataclass(frozen=True)
class Differences:
    """What differs between an older definition and a newer one; all empty where they are equal.

    Questions, options and alternatives are told apart by their keys. ``fits`` has the cells of what both have.
    """

    alternatives_added: tuple[Alternative, ...]
    alternatives_removed: tuple[Alternative, ...]
    questions_added: tuple[Question, ...]
    questions_removed: tuple[Question, ...]
    options_added: tuple[tuple[Question, Option], ...]
    options_removed: tuple[tuple[Question, Option], ...]
    reworded: tuple[Rewording, ...]
    several: tuple[Question, ...]
    """Questions that take several answers now and took one, or the other way round."""
    parts: tuple[Question, ...]
    """Questions that ask for parts now and did not, or the other way round."""
    reordered: bool
    fits: tuple[FitChange, ...]
    reviewed_on: date | None
    """The new day of review, where it is another one."""
    model: int | None
    """The way results are worked out now, where it is another one."""
    notes: tuple[Note, ...]
    """Notes that are new or say something else."""
    notes_gone: tuple[Note, ...]
    """Notes that are gone, or said something else."""
    scenarios: tuple[Scenario, ...]
    """Scenarios that are new or say something else."""
    scenarios_gone: tuple[Scenario, ...]
    """Scenarios that are gone, or said something else."""
    packages: tuple[Alternative, ...]
    """Alternatives with other packages, another start, or another line on whom they are for."""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def note_changes(self) -> tuple[ListChange[Note], ...]:
        """The notes in pairs, those that are gone last."""
        return _paired(self.notes_gone, self.notes)

    @property
    def scenario_changes(self) -> tuple[ListChange[Scenario], ...]:
        """The scenarios in pairs, those that are gone last."""
        return _paired(self.scenarios_gone, self.scenarios)


def _paired(before: Sequence[_Listed], after: Sequence[_Listed]) -> tuple[ListChange[_Listed], ...]:
    old, new = {item.key: item for item in before}, {item.key: item for item in after}
    return tuple(ListChange(old.get(key), new.get(key)) for key in {**new, **old})


def differences(old: Definition, new: Definition) -> Differences:
    """Everything in which ``new`` is not ``old``; texts and places are those of ``new`` where both have them."""
    questions = [(old.by_key[question.key], question) for question in new.questions if question.key in old.by_key]
    options = [
        (after, before.by_key[option.key], option)
        for before, after in questions
        for option in after.options
        if option.key in before.by_key
    ]
    alternatives = [
        (before, after) for before in old.alternatives for after in new.alternatives if before.key == after.key
    ]
    return Differences(
        alternatives_added=_missing(new.alternatives, old.alternatives),
        alternatives_removed=_missing(old.alternatives, new.alternatives),
        questions_added=_missing(new.questions, old.questions),
        questions_removed=_missing(old.questions, new.questions),
        options_added=tuple((a, option) for b, a in questions for option in _missing(a.options, b.options)),
        options_removed=tuple((a, option) for b, a in questions for option in _missing(b.options, a.options)),
        reworded=tuple(_reworded(alternatives, questions, options)),
        several=tuple(after for before, after in questions if before.multiple != after.multiple),
        parts=tuple(after for before, after in questions if before.parts != after.parts),
        reordered=_reordered(old.alternatives, new.alternatives)
        or _reordered(old.questions, new.questions)
        or _reordered(old.notes, new.notes)
        or _reordered(old.scenarios, new.scenarios)
        or any(_reordered(before.options, after.options) for before, after in questions),
        fits=tuple(
            FitChange(question, after, alternative, before.fits.get(key), after.fits.get(key))
            for question, before, after in options
            for key, alternative in ((alternative.key, alternative) for _, alternative in alternatives)
            if before.fits.get(key) != after.fits.get(key)
        ),
        reviewed_on=new.reviewed_on if new.reviewed_on != old.reviewed_on else None,
        model=new.model if new.model != old.model else None,
        notes=tuple(note for note in new.notes if note not in old.notes),
        notes_gone=tuple(note for note in old.notes if note not in new.notes),
        scenarios=tuple(scenario for scenario in new.scenarios if scenario not in old.scenarios),
        scenarios_gone=tuple(scenario for scenario in old.scenarios if scenario not in new.scenarios),
        packages=tuple(after for before, after in alternatives if after._replace(name=before.name) != before),
    )


def _missing(these: Sequence[_Keyed], those: Sequence[_Keyed]) -> tuple[_Keyed, ...]:
    known = {item.key for item in those}
    return tuple(item for item in these if item.key not in known)


def _reordered(old: Sequence[_Keyed], new: Sequence[_Keyed]) -> bool:
    before, after = [item.key for item in old], [item.key for item in new]
    return [key for key in before if key in after] != [key for key in after if key in before]


def _reworded(
    alternatives: Sequence[tuple[Alternative, Alternative]],
    questions: Sequence[tuple[Question, Question]],
    options: Sequence[tuple[Question, Option, Option]],
) -> Iterator[Rewording]:
    for earlier, later in alternatives:
        if earlier.name != later.name:
            yield Rewording(None, None, earlier.name, later.name)
    for before, after in questions:
        for name in ("text", "why"):
            if getattr(before, name) != getattr(after, name):
                yield Rewording(after, None, getattr(before, name), getattr(after, name))
    for question, was, option in options:
        for name in ("label", "consequence"):
            if getattr(was, name) != getattr(option, name):
                yield Rewording(question, option, getattr(was, name), getattr(option, name))


def summary(found: Differences) -> tuple[str, ...]:
    """The differences in sentences, what matters most to a result first; empty where nothing differs."""
    values = [change for change in found.fits if change.is_value]
    per_alternative = Counter(change.alternative.name for change in values)
    lines = [
        "A must-have is met only by what is built in, or by a package that is named." if found.model else "",
        _line(
            "fit was judged again", "fits were judged again", [f"{n} {c}" for n, c in per_alternative.items()], values
        ),
        _line("question is new", "questions are new", [f"“{q.text}”" for q in found.questions_added]),
        _line("question was removed", "questions were removed", [f"“{q.text}”" for q in found.questions_removed]),
        _line("answer is new", "answers are new", [f"“{o.label}”" for _, o in found.options_added]),
        _line("answer was removed", "answers were removed", [f"“{o.label}”" for _, o in found.options_removed]),
        _line("more to choose from", "more to choose from", [a.name for a in found.alternatives_added]),
        _line("fewer to choose from", "fewer to choose from", [a.name for a in found.alternatives_removed]),
        _line(
            "question takes a different number of answers",
            "questions take a different number of answers",
            [f"“{q.text}”" for q in found.several],
        ),
        _line(
            "question changed whether it asks for parts",
            "questions changed whether they ask for parts",
            [f"“{q.text}”" for q in found.parts],
        ),
        _line(
            "alternative is installed or described differently",
            "alternatives are installed or described differently",
            [a.name for a in found.packages],
        ),
        _line(
            "reason behind a fit was rewritten",
            "reasons behind fits were rewritten",
            [],
            [change for change in found.fits if not change.is_value],
        ),
        _line("text was reworded", "texts were reworded", [], found.reworded),
        *_lines_of_list("note of an expert", "notes of experts", found.note_changes),
        "The order on the page is different." if found.reordered else "",
        *_lines_of_list("scenario", "scenarios", found.scenario_changes),
        f"Reviewed on {found.reviewed_on.isoformat()}." if found.reviewed_on else "",
    ]
    return tuple(line for line in lines if line)


def _lines_of_list(one: str, many: str, changes: Sequence[ListChange[_Listed]]) -> Iterator[str]:
    yield _line(f"{one} is new", f"{many} are new", [], [each for each in changes if not each.before])
    others = [each for each in changes if each.before and each.after]
    yield _line(f"{one} says something else", f"{many} say something else", [], others)
    yield _line(f"{one} is gone", f"{many} are gone", [], [each for each in changes if not each.after])


def _line(one: str, many: str, names: Sequence[str], counted: Sequence[object] | None = None) -> str:
    number = len(names if counted is None else counted)
    if not number:
        return ""
    named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"{number} {one if number == 1 else many}{': ' if named else ''}{named}."


# ---------------------------------------------------------------- answers


class Lost(NamedTuple):
    """What was answered and cannot be any more. ``options`` is empty where the answer was "not sure".

    ``question`` is as it was; ``is_asked`` says whether it still is, so that it can be answered anew.
    """

    question: Question
    options: tuple[Option, ...]
    is_asked: bool


def carry_over(old: Definition, answers: Answers, new: Definition) -> tuple[dict[str, Answer], tuple[Lost, ...]]:
    """The answers that ``new`` still takes, found by their keys, and those it does not.

    Several options of a question that takes one now are all lost: which of them is meant is not ours to choose.
    """
    carried, lost = {}, []
    for question in new.questions:
        answer = answers.get(question.key, Answer()) if question.key in old.by_key else Answer()
        kept = tuple(option.key for option in question.options if option.key in answer.options)
        if len(kept) > 1 and not question.multiple:
            kept = ()
        gone = [option for option in answer.options if option not in kept]
        if gone:
            lost.append(Lost(old.by_key[question.key], _options(old, question.key, gone), is_asked=True))
        state = State.SKIPPED if answer.counts and not kept else answer.state
        carried[question.key] = answer._replace(state=state, options=kept)
    for question in old.questions:
        answer = answers.get(question.key, Answer())
        if question.key not in new.by_key and answer.state is not State.SKIPPED:
            lost.append(Lost(question, _options(old, question.key, answer.options), is_asked=False))
    return carried, tuple(lost)


def _options(definition: Definition, question: str, keys: Sequence[str]) -> tuple[Option, ...]:
    return tuple(definition.by_key[question].by_key[key] for key in keys)


# ---------------------------------------------------------------- two people's fits


def merged(base: Definition, mine: Definition, onto: Definition) -> Definition:
    """``onto`` with the fits in which ``mine`` differs from ``base``, and the alternatives that ``mine`` has more.

    A fit that only ``onto`` changed stays as it is there; of what is gone from ``onto`` nothing comes back.
    """
    alternatives = (*onto.alternatives, *_missing(_missing(mine.alternatives, base.alternatives), onto.alternatives))
    names = {alternative.key for alternative in alternatives}
    fits = {
        (question.key, option.key, name): option.fits.get(name)
        for question in mine.questions
        for option in question.options
        for name in names & mine.names.keys()
        if option.fits.get(name) != fit_of(base, question.key, option.key, name)
    }
    return with_fits(
        replace(
            onto,
            alternatives=alternatives,
            notes=_merged_list(base.notes, mine.notes, onto.notes),
            scenarios=_merged_list(base.scenarios, mine.scenarios, onto.scenarios),
        ),
        fits,
    )


def _merged_list(base: Sequence[_Listed], mine: Sequence[_Listed], onto: Sequence[_Listed]) -> tuple[_Listed, ...]:
    """``onto`` with the items that ``mine`` changed, added or took out since ``base``."""
    before: dict[str, _Listed] = {item.key: item for item in base}
    kept: dict[str, _Listed] = {item.key: item for item in mine}
    changed: dict[str, _Listed] = {key: item for key, item in kept.items() if before.get(key) != item}
    gone, there = before.keys() - kept.keys(), {item.key for item in onto}
    return (
        *(changed.get(item.key, item) for item in onto if item.key not in gone),
        *(item for key, item in changed.items() if key not in there),
    )


def fits_of(definition: Definition, alternative: str) -> dict[tuple[str, str, str], Fit | None]:
    """One alternative's cells, in the order of the questions; none where it is unknown."""
    return {
        (question.key, option.key, alternative): option.fits.get(alternative)
        for question in definition.questions
        for option in question.options
    }


def without_alternatives(definition: Definition, keys: Collection[str]) -> Definition:
    """The definition as if there were no such alternatives."""

    def kept(option: Option) -> Option:
        return option._replace(fits={name: fit for name, fit in option.fits.items() if name not in keys})

    return replace(
        definition,
        alternatives=tuple(each for each in definition.alternatives if each.key not in keys),
        questions=tuple(
            replace(question, options=tuple(map(kept, question.options))) for question in definition.questions
        ),
        notes=tuple(note for each in definition.notes if (note := each.without(keys)) is not None),
        scenarios=tuple(found for each in definition.scenarios if (found := each.without(keys)) is not None),
    )


def fit_of(definition: Definition, question: str, option: str, alternative: str) -> Fit | None:
    """A cell of the fit table; none where it is unknown, or where there is no such cell."""
    asked = definition.by_key.get(question)
    found = asked.by_key.get(option) if asked else None
    return found.fits.get(alternative) if found else None


def with_fits(definition: Definition, fits: Mapping[tuple[str, str, str], Fit | None]) -> Definition:
    """The definition with other cells, each by question, option and alternative; none makes a cell unknown."""

    def changed(question: Question, option: Option) -> Option:
        cells = {
            name: fits.get((question.key, option.key, name), option.fits.get(name)) for name in definition.names
        } | {name: fit for name, fit in option.fits.items() if name not in definition.names}
        return option._replace(fits={name: fit for name, fit in cells.items() if fit is not None})

    return replace(
        definition,
        questions=tuple(
            replace(question, options=tuple(changed(question, option) for option in question.options))
            for question in definition.questions
        ),
    )
