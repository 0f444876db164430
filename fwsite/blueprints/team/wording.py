"""Wording of a team's result: the verdict as headline and sentences, of how many and never of whom.

What is said follows from :class:`fwsite.domain.recommendation.Recommendation` alone, as for a single result.
"""

from __future__ import annotations

from collections.abc import Sequence

from fwsite.domain.english import joined, number
from fwsite.domain.questionnaire import NOT_SURE, Definition, Question
from fwsite.domain.recommendation import Recommendation, Verdict
from fwsite.domain.scoring import Standing
from fwsite.domain.team import Divide, Place, Settlement, TeamReport, Withdrawal, changes_verdict

NOT_SURE_LABEL = "Not sure"
AGREED_MOST = 3
"""Outcomes of one question that the lead tells."""


def of_people(count: int, people: int) -> str:
    """For all five, for both, for three of five."""
    if count == people:
        return "both" if people == 2 else f"all {number(people)}"
    return f"{number(count)} of {number(people)}"


def answered(count: int, expected: int | None) -> str:
    """3 of 5 have answered; more than expected, with what that may mean."""
    has = "has" if count == 1 else "have"
    if expected and count > expected:
        return f"{count} {has} answered, though {expected} were expected: somebody may have answered twice"
    return f"{count} of {expected} {has} answered" if expected else f"{count} {has} answered"


def missing(count: int, expected: int | None) -> str:
    """, two are missing; empty where nobody is, or nobody said how many were expected."""
    left = (expected or 0) - count
    return f", {number(left)} {'is' if left == 1 else 'are'} missing" if left > 0 else ""


def headline(definition: Definition, report: TeamReport) -> str:
    """The verdict, and for how many."""
    verdict = report.recommendation.verdict
    say = {
        Verdict.CLEAR: _ahead,
        Verdict.NARROW: _ahead,
        Verdict.OPEN: _open,
        Verdict.ONLY: _only,
        Verdict.NONE: _nothing,
    }[verdict]
    is_provisional = report.result.standing is Standing.PROVISIONAL and report.result.ranking
    return say(definition, report) + (" (provisional)" if is_provisional else "")


def _ahead(definition: Definition, report: TeamReport) -> str:
    first = report.places[0]
    margin = "by a clear margin" if report.recommendation.verdict is Verdict.CLEAR else "narrowly"
    verdict = f"{definition.names[first.alternative]}, {margin}"
    if first.first_for == report.people:
        return f"{verdict}, for {of_people(report.people, report.people)}"
    if not first.first_for:
        return f"{verdict}, though it is first for nobody"
    return f"{verdict}: first for {of_people(first.first_for, report.people)}"


def _open(definition: Definition, report: TeamReport) -> str:
    firsts = sorted((place for place in report.places if place.first_for), key=lambda place: -place.first_for)
    said = [f"{definition.names[place.alternative]} for {number(place.first_for)}" for place in firsts]
    if len(said) > 1:
        return f"Open: {', '.join([f'{said[0]} of you', *said[1:]])}"
    names = joined([definition.names[key] for key in report.recommendation.named])
    return f"A tie: {names}" if report.result.ranking[0].tied else f"Open between {names}"


def _only(definition: Definition, report: TeamReport) -> str:
    return f"One alone meets all of your must-haves: {definition.names[report.recommendation.named[0]]}"


def _nothing(_definition: Definition, report: TeamReport) -> str:
    return "Nothing meets all of your must-haves" if len(report.advice.musts) > 1 else "Nothing meets your must-have"


def lead(definition: Definition, report: TeamReport) -> str:
    """The sentences under the headline: how far ahead, what would settle it, and what nobody is unhappy with."""
    verdict = report.recommendation.verdict
    freed = "" if verdict is Verdict.OPEN else _freed(definition, report)
    said = [_standing(definition, report), freed or _settled(definition, report)]
    if verdict is Verdict.OPEN:
        said.append(_compromise(definition, report))
    return " ".join(filter(None, said))


def _standing(definition: Definition, report: TeamReport) -> str:
    verdict, places = report.recommendation.verdict, report.places
    if verdict in (Verdict.CLEAR, Verdict.NARROW):
        second = definition.names[places[1].alternative]
        lead = report.result.lead
        return f"{second} is second, {lead} point{'' if lead == 1 else 's'} behind on average."
    if verdict is Verdict.ONLY:
        return "The others are ruled out: what one person must have, the whole team must have."
    if verdict is Verdict.NONE:
        return (
            "What one person must have, the whole team must have. "
            "The table shows what each alternative would have to do without."
        )
    return ""


def _freed(definition: Definition, report: TeamReport) -> str:
    """What follows where a must is taken back: one that puts another first rather than not, and of fewest people."""
    now = report.recommendation
    changing = [each for each in report.withdrawals if changes_verdict(now, each.recommendation)]
    if not changing:
        return ""
    told = min(changing, key=lambda each: (each.recommendation.named[:1] == now.named[:1], each.people))
    return withdrawal(definition, report, told)


def withdrawal(definition: Definition, report: TeamReport, found: Withdrawal) -> str:
    """Without “A server with little memory”, a must-have for one of five: Django, by a clear margin."""
    question = definition.by_key[found.question]
    labels = joined([f"“{question.by_key[key].label}”" for key in found.options])
    must = "must-haves" if len(found.options) > 1 else "a must-have"
    return f"Without {labels}, {must} for {of_people(found.people, report.people)}: {verdict_of(definition, found)}."


def verdict_of(definition: Definition, found: Settlement | Withdrawal) -> str:
    """Django, by a clear margin; open between Django and Flask."""
    verdict, names = found.recommendation.verdict, _names(definition, found.recommendation)
    if verdict is Verdict.OPEN:
        return f"{'a tie:' if found.lead == 0 else 'open between'} {names}"
    return {
        Verdict.CLEAR: f"{names}, by a clear margin",
        Verdict.NARROW: f"{names}, narrowly",
        Verdict.ONLY: f"{names} alone is left",
        Verdict.NONE: "nothing is left, still",
    }[verdict]


def _settled(definition: Definition, report: TeamReport) -> str:
    """What follows from answers to the question that settles it or, where none does, would change the verdict."""
    found = _key_settlements(report)
    changing = [each for each in found if changes_verdict(report.recommendation, each.recommendation)]
    if not changing:
        return ""
    question = definition.by_key[found[0].question]
    told = sorted(changing, key=lambda each: -each.lead)[:AGREED_MOST]
    agreed = (f"agree on “{question.by_key[each.option].label}”, and {outcome(definition, each)}" for each in told)
    sentence = "; ".join(agreed)
    is_open = report.recommendation.verdict is Verdict.OPEN
    begin = "This question would decide it" if is_open and _settles(found) else "A question that would change this"
    rest = "" if len(told) == len(found) else " The table has the other answers."
    return f"{begin}: {question.text} {sentence[:1].upper()}{sentence[1:]}.{rest}"


def _key_settlements(report: TeamReport) -> Sequence[Settlement]:
    """Those of one question: the first, or where it is open the first that settles it."""
    by_question = report.by_question.values()
    is_open = report.recommendation.verdict is Verdict.OPEN
    settling = (found for found in by_question if is_open and _settles(found))
    return next(settling, None) or next(iter(by_question), [])


def _settles(found: Sequence[Settlement]) -> bool:
    return all(each.recommendation.verdict is not Verdict.OPEN for each in found)


def outcome(definition: Definition, settlement: Settlement) -> str:
    """What would be, as the second half of a sentence."""
    verdict, names = settlement.recommendation.verdict, _names(definition, settlement.recommendation)
    if verdict is Verdict.OPEN:
        return f"it {'is a tie' if settlement.lead == 0 else 'stays open'} between {names}"
    if verdict is Verdict.ONLY:
        return f"{names} alone is left"
    if verdict is Verdict.NONE:
        return "nothing is left"
    return f"{names} leads by {settlement.lead} point{'' if settlement.lead == 1 else 's'}"


def _names(definition: Definition, recommendation: Recommendation) -> str:
    return joined([definition.names[key] for key in recommendation.named])


def first_of(definition: Definition, settlement: Settlement) -> str:
    """Who would be first, for a table."""
    return _names(definition, settlement.recommendation) or "nothing"


def strength(settlement: Settlement) -> str:
    """12, clear."""
    verdict = settlement.recommendation.verdict
    words = {Verdict.ONLY: "alone", Verdict.NONE: "none"}
    if verdict is Verdict.OPEN and settlement.lead == 0:
        return "0, a tie"
    return words.get(verdict) or f"{settlement.lead}, {verdict.value}"


def _compromise(definition: Definition, report: TeamReport) -> str:
    found = [definition.names[place.alternative] for place in report.places if place.is_acceptable]
    if len(found) == 1:
        return f"If you cannot agree, {found[0]} is the one that is acceptable to all of you."
    return ""


def counts(question: Question, divide: Divide) -> str:
    """3 Records, 2 A JSON API, 1 Not sure."""
    labels = {key: option.label for key, option in question.by_key.items()} | {NOT_SURE: NOT_SURE_LABEL}
    said = [f"{count} {labels[key]}" for key, count in divide.counts]
    if divide.skipped:
        said.append(f"{divide.skipped} left out")
    return ", ".join(said)


def acceptable(place: Place, people: int) -> str:
    """Yes, for all five; 49 points for one person; too few points for three."""
    if place.misses:
        return "ruled out"
    if not place.short:
        return f"yes, for {of_people(people, people)}"
    if place.short == people:
        return "for nobody"
    if place.short == 1:
        return f"{place.lowest} points for one person"
    return f"too few points for {number(place.short)}"


def others(report: TeamReport) -> Sequence[str]:
    """What the numbers of first places leave out."""
    said = []
    if report.tied:
        said.append(f"For {of_people(report.tied, report.people)} several tie for the first place.")
    if report.unranked:
        said.append(f"For {of_people(report.unranked, report.people)} nothing meets their own must-haves.")
    return said
