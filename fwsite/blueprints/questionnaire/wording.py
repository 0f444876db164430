"""A result in words."""

from __future__ import annotations

from collections.abc import Sequence

from fwsite.domain.answers import Answer, Answers, State
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.scoring import LEAN_LEAD, Result, Standing, Strength

ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def joined(parts: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def number(count: int) -> str:
    """One, two ... and from thirteen on in digits."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else str(count)


def ordinal(place: int) -> str:
    """First, second ... and from six on 6th, 7th."""
    return ORDINALS.get(place, f"{place}th")


def headline(definition: Definition, result: Result) -> str:
    """The verdict, with its strength. Names stand after a colon: one of them may be "No framework"."""
    names = joined([definition.names[entry.alternative] for entry in result.contenders])
    verdicts = {
        Strength.CLEAR: f"First, clearly: {names}",
        Strength.LEAN: f"First, narrowly: {names}",
        Strength.CLOSE: f"Too close to call: {names}",
        Strength.ONLY: f"Only one meets your musts: {names}",
        Strength.NONE: "Nothing meets every one of your musts",
    }
    provisional = " (provisional)" if result.standing is Standing.PROVISIONAL and result.ranking else ""
    return verdicts[result.strength] + provisional


def lead(definition: Definition, answers: Answers, result: Result) -> str:
    """What decided it, in a sentence or two."""
    names = definition.names
    if result.strength is Strength.NONE:
        return "Each alternative misses at least one. Below stands which, and how few you would have to relax."
    first = result.ranking[0]
    if result.strength is Strength.ONLY:
        return f"The others miss at least one of them. It has {first.points} of 100 points."
    second = result.ranking[1]
    if result.strength is Strength.CLOSE:
        points = joined([f"{names[entry.alternative]} has {entry.points}" for entry in result.contenders])
        return f"{points} of 100 points. Less than {LEAN_LEAD} points apart is too close: compare them."
    decisive = [part for part in first.contributions if part.points > 0][:2]
    second_is = f"Second: {names[second.alternative]}."
    if not decisive:
        return f"No single answer stands out. {second_is}"
    labels = joined([f"“{answer_text(definition.by_key[q], answers[q])}”" for q in (d.question for d in decisive)])
    return f"What helped most: {labels}. {second_is}"


def answer_text(question: Question, answer: Answer) -> str:
    """The chosen options, or what was done instead."""
    if answer.state is State.NOT_SURE:
        return "Not sure"
    if answer.state is State.SKIPPED:
        return "Not answered"
    return "; ".join(question.by_key[option].label for option in answer.options)
