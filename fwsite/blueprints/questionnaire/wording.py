"""A result in words."""

from __future__ import annotations

from collections.abc import Sequence

from fwsite.domain.answers import Answer, State
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.scoring import LEAN_LEAD, Contribution, Result, Strength

ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def joined(parts: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def number(count: int) -> str:
    """One, two ... and from ten on in digits."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)


def ordinal(place: int) -> str:
    """First, second ... and from six on 6th, 7th."""
    return ORDINALS.get(place, f"{place}th")


def headline(definition: Definition, result: Result) -> str:
    """The verdict, with its strength."""
    names = [definition.names[entry.alternative] for entry in result.contenders]
    if result.strength is Strength.CLEAR:
        return f"{names[0]} comes first, clearly"
    if result.strength is Strength.LEAN:
        return f"{names[0]} comes first, narrowly"
    if result.strength is Strength.CLOSE:
        return f"Too close to call: {joined(names)}"
    if result.strength is Strength.ONLY:
        return f"{names[0]} alone meets your musts"
    return "Nothing meets every one of your musts"


def lead(definition: Definition, result: Result) -> str:
    """What decided it, in a sentence or two."""
    names = definition.names
    if result.strength is Strength.NONE:
        return "Each alternative misses at least one. Below stands which, and how few you would have to relax."
    first = result.ranking[0]
    if result.strength is Strength.ONLY:
        return f"The others miss at least one must. {names[first.alternative]} has {first.points} of 100 points."
    second = result.ranking[1]
    if result.strength is Strength.CLOSE:
        points = joined([f"{names[entry.alternative]} has {entry.points}" for entry in result.contenders])
        return f"{points} of 100 points. Less than {LEAN_LEAD} points apart is too close: compare them."
    decisive = [part for part in first.contributions if part.points > 0][:2]
    runner_up = f"{names[second.alternative]} comes second."
    if not decisive:
        return f"No single answer stands out. {runner_up}"
    labels = joined([f"“{_label(definition, part)}”" for part in decisive])
    return f"What helped most: {labels}. {runner_up}"


def _label(definition: Definition, part: Contribution) -> str:
    return definition.by_key[part.question].text


def answer_text(question: Question, answer: Answer) -> str:
    """The chosen options, or what was done instead."""
    if answer.state is State.NOT_SURE:
        return "Not sure"
    if answer.state is State.SKIPPED:
        return "Not answered"
    return "; ".join(question.by_key[option].label for option in answer.options)
