"""Phrases: places, answers and musts in words, the same on every page.

What a whole result says stands in the wording of its part of the site.
"""

from __future__ import annotations

from collections.abc import Sequence

from fwsite.domain.answers import Answer, State
from fwsite.domain.english import joined
from fwsite.domain.musts import Met, Must
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.robustness import FIRM_SHARE, USUAL_SHARE
from fwsite.domain.scoring import CLEAR_LEAD, LEAN_LEAD
from fwsite.domain.stacks import Releases, index_name

VERDICT_KEY = (
    f"Clear: a lead of {CLEAR_LEAD} points or more, and first in {FIRM_SHARE} % of the weightings or more. "
    f"Narrow: first in the most weightings, and either {LEAN_LEAD} points ahead or first in {USUAL_SHARE} %. "
    "Otherwise it is open."
)
"""What the words of a verdict mean."""
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def ordinal(place: int) -> str:
    """First, second ... and from six on 6th, 7th."""
    return ORDINALS.get(place, f"{place}th")


def signed(points: int) -> str:
    """With its sign, a real minus: −3, 0, +3."""
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points)}"


def answer_text(question: Question, answer: Answer) -> str:
    """The chosen options, or what was done instead."""
    if answer.state is State.NOT_SURE:
        return "Not sure"
    if answer.state is State.SKIPPED:
        return "Not answered"
    return "; ".join(question.by_key[option].label for option in answer.options)


def too_many_answers(seconds: int) -> str:
    """Refusal of answers from a network that sent very many, with when to try again."""
    minutes = -(-seconds // 60)
    return (
        "Very many answers came from your network within ten minutes. Yours are all here: please send them again "
        f"in {minutes} minute{'s' if minutes != 1 else ''}."
    )


def must_words(definition: Definition, must: Must, alternative: str, releases: Releases) -> str:
    """How an alternative meets a must: in a word or two, or by the packages that bring it."""
    cell = must.cells[alternative]
    if cell.met is Met.PACKAGE:
        known = (releases[index_name(package)] for package in cell.packages)
        return joined([f"{release.name} {release.version}".rstrip() for release in known])
    return {
        Met.BUILT_IN: "built in",
        Met.HELP: "with a little help",
        Met.BY_HAND: "by hand" if definition.by_key[must.question].parts else "not well enough",
        Met.NO: "no",
        Met.UNVERIFIED: "not verified",
    }[cell.met]


def first_then(definition: Definition, winners: Sequence[str]) -> str:
    """Who comes first, for after a colon."""
    names = joined([definition.names[key] for key in winners])
    return f"{names}, tied" if len(winners) > 1 else names
