"""Wording of a result of the first model: verdict, strength and reasons as sentences."""

from __future__ import annotations

from fwsite.blueprints.questionnaire.wording import answer_text, joined
from fwsite.domain.answers import Answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import Report
from fwsite.domain.robustness import Band, Robustness
from fwsite.domain.scoring import LEAN_LEAD, Result, Standing, Strength


def headline(definition: Definition, result: Result) -> str:
    """The verdict, with its strength. Names stand after a colon: one of them may be "No framework"."""
    names = joined([definition.names[entry.alternative] for entry in result.contenders])
    verdicts = {
        Strength.CLEAR: f"First, by a clear margin: {names}",
        Strength.LEAN: f"First, narrowly: {names}",
        Strength.CLOSE: f"Too close to call: {names}",
        Strength.ONLY: f"Only one meets your must-haves: {names}",
        Strength.NONE: "Nothing meets all of your must-haves",
    }
    provisional = " (provisional)" if result.standing is Standing.PROVISIONAL and result.ranking else ""
    return verdicts[result.strength] + provisional


def lead(definition: Definition, answers: Answers, result: Result) -> str:
    """What decided it, in a sentence or two."""
    names = definition.names
    if result.strength is Strength.NONE:
        return "Each alternative misses at least one. Below you see which, and how few you would have to relax."
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


def firmness(definition: Definition, report: Report) -> list[str]:
    """How firm the first place is, in a few sentences; nothing where it was not worked out."""
    found, result = report.robustness, report.result
    if found is None:
        return []
    names = definition.names
    said = [_how_often(names[found.winner], found)]
    rivals = [name for name, _ in found.shares if name != found.winner]
    if found.favourite != found.winner:
        favourite = names[found.favourite]
        percent = found.printed[found.favourite]
        said.append(
            f"Another comes first more often: {favourite}, in about {percent} %. With your exact weights "
            f"{names[found.winner]} has more points, but do not rely on it."
        )
    elif found.band is Band.CLOSE:
        said.append(f"Compare these two: {names[found.winner]} and {names[rivals[0]]}.")
    elif found.band is Band.USUAL:
        said.append(f"Weigh the same answers a little differently, and the first may be: {names[rivals[0]]}.")
    if found.band is Band.CLEAR and result.strength is Strength.CLEAR and dict(found.shares)[found.winner] < 1:
        said.append("Other weights in the same order hardly change the advice.")
    if found.band is Band.CLEAR and result.strength in (Strength.LEAN, Strength.CLOSE):
        said.append("The points are still close: other answers may change the order, other weights hardly.")
    if found.band is Band.CLOSE and result.strength is Strength.CLEAR:
        said.append("The lead in points is clear with the weights as we count them, and with others it is not.")
    return said


def _how_often(name: str, found: Robustness) -> str:
    percent = found.winner_per_cent
    if dict(found.shares)[found.winner] == 1:
        return f"Clear: {name} comes first in every weighting consistent with your answers that we tried."
    if found.band is Band.CLEAR:
        share = "nearly all weightings" if percent == 100 else f"about {percent} % of the weightings"
        return f"Clear: {name} comes first in {share} consistent with your answers."
    if found.band is Band.USUAL:
        tens, half = divmod(percent, 10)
        share = f"{tens} to {tens + 1} of 10" if half else f"about {tens} of 10"
        return f"{name} comes first in {share} weightings consistent with your answers."
    share = f"only about {percent} %" if percent else "hardly any"
    return f"Too close: {name} comes first in {share} of the weightings consistent with your answers."
