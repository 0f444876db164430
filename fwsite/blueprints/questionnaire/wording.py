"""Wording of a result: the verdict as headline and sentences, and the answers in words.

What is said follows from :class:`fwsite.domain.recommendation.Recommendation` alone, so that page, record, preview and
JSON cannot say different things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from fwsite.domain.answers import Answers
from fwsite.domain.english import joined as joined
from fwsite.domain.english import number as number
from fwsite.domain.musts import Met
from fwsite.domain.notes import Note
from fwsite.domain.phrases import answer_text as answer_text
from fwsite.domain.phrases import first_then as first_then
from fwsite.domain.phrases import must_words as must_words
from fwsite.domain.phrases import ordinal as ordinal
from fwsite.domain.phrases import signed as signed
from fwsite.domain.questionnaire import Definition
from fwsite.domain.recommendation import Verdict
from fwsite.domain.report import Advice, Report
from fwsite.domain.robustness import DRAWS
from fwsite.domain.scoring import Ranked, Standing


def headline(definition: Definition, report: Report) -> str:
    """The verdict. Where no framework is one of those to choose from, it is never taken for a negation."""
    advice = _advice_of(report)
    names = joined([definition.names[key] for key in advice.recommendation.named])
    tied = report.result.ranking and report.result.ranking[0].tied
    verdicts = {
        Verdict.CLEAR: f"{names}, by a clear margin",
        Verdict.NARROW: f"{names}, narrowly",
        Verdict.OPEN: f"A tie: {names}" if tied else f"Open between {names}",
        Verdict.ONLY: f"One alone {_surely(advice)} your must-have{_s(advice)}: {names}",
        Verdict.NONE: "Nothing meets all of your must-haves" if _s(advice) else "Nothing meets your must-have",
    }
    is_provisional = report.result.standing is Standing.PROVISIONAL and report.result.ranking
    return verdicts[advice.recommendation.verdict] + (" (provisional)" if is_provisional else "")


def _advice_of(report: Report) -> Advice:
    if report.advice is None:
        raise ValueError("a result of the first model has other words")
    return report.advice


def _s(advice: Advice) -> str:
    """For the plural of a must-have."""
    return "" if len(advice.musts) == 1 else "s"


def _surely(advice: Advice) -> str:
    """Whether the first one is known to meet every must."""
    first = advice.recommendation.named[0] if advice.recommendation.named else None
    is_verified = all(must.cells[first].met is not Met.UNVERIFIED for must in advice.musts) if first else True
    return "meets" if is_verified else "may meet"


def lead(definition: Definition, answers: Answers, report: Report) -> str:
    """The sentence under the headline, or two: how far ahead, how firmly, and what would settle it."""
    advice = _advice_of(report)
    say = {
        Verdict.CLEAR: _ahead,
        Verdict.NARROW: _ahead,
        Verdict.OPEN: _open,
        Verdict.ONLY: _only,
        Verdict.NONE: _nobody,
    }[advice.recommendation.verdict]
    return " ".join(filter(None, [met_sentence(definition, report), *say(definition, answers, report)]))


def met_sentence(definition: Definition, report: Report) -> str:
    """How the musts are met by whoever is named first."""
    advice = _advice_of(report)
    if not advice.recommendation.named or not advice.musts or advice.recommendation.verdict is Verdict.OPEN:
        return ""
    first = advice.recommendation.named[0]
    cells = [must.cells[first].met for must in advice.musts]
    built_in = cells.count(Met.BUILT_IN)
    if Met.UNVERIFIED in cells:
        return f"Whether it meets {'all of ' if len(cells) > 1 else ''}your must-have{_s(advice)} is not verified."
    if len(cells) == 1:
        words = {
            Met.BUILT_IN: "It has your must-have built in.",
            Met.HELP: "It meets your must-have with a little help.",
        }
        return words.get(cells[0], "It meets your must-have with an add-on.")
    count = f"It meets your {number(len(cells))} must-haves"
    if built_in == len(cells):
        return f"{count}, all of them built in."
    if built_in:
        return f"{count}, {number(built_in)} of them built in."
    return {Met.PACKAGE: f"{count} with add-ons.", Met.HELP: f"{count} with a little help."}.get(
        cells[0] if len(set(cells)) == 1 else Met.NO, f"{count}."
    )


def _ahead(definition: Definition, _answers: Answers, report: Report) -> list[str]:
    seconds = [definition.names[each.alternative] for each in report.result.ranking if each.place == 2]
    come = "comes second" if len(seconds) == 1 else "tie for second"
    behind = f"{report.result.lead} point{'' if report.result.lead == 1 else 's'} behind"
    return [f"{joined(seconds)} {come}, {behind}.", _how_often(definition, report)]


def _how_often(definition: Definition, report: Report) -> str:
    """How many weightings agree with the first place."""
    if report.robustness is None or report.result.answered == 1:  # one answer weighs the same in every weighting
        return ""
    first = definition.names[report.robustness.winner]
    exact, printed = dict(report.robustness.shares)[report.robustness.winner], report.robustness.winner_per_cent
    if exact == 1:
        return f"{first} is first in all of the {DRAWS:,} weightings we tried that keep your order of importance."
    share = "nearly all" if printed == 100 else f"about {printed} %"
    return f"{first} is first in {share} of the weightings that keep your order of importance."


def _open(definition: Definition, answers: Answers, report: Report) -> list[str]:
    found = _advice_of(report).recommendation
    names, ranked = definition.names, {entry.alternative: entry for entry in report.result.ranking}
    entries = [ranked[key] for key in found.named]
    settled = _settled_by(definition, answers, report)
    if entries[0].tied:
        each = "both have" if len(entries) == 2 else "all have"
        return [f"{joined([names[key] for key in found.named])} {each} {entries[0].points} of 100 points.", settled]
    return [_close(names, entries, report), settled]


def _close(names: Mapping[str, str], entries: Sequence[Ranked], report: Report) -> str:
    first, other = (names[entry.alternative] for entry in entries)
    points = f"{first} has {entries[0].points} of 100 points and {other} {entries[1].points}"
    robust = report.robustness
    if robust is not None and robust.favourite == entries[1].alternative:
        return f"{points}, but with other weights in the same order {other} comes first more often."
    return f"{points}: too close to call."


def _settled_by(definition: Definition, answers: Answers, report: Report) -> str:
    """The two answers that tell apart those that are named first."""
    found = _advice_of(report).recommendation
    said = []
    for gain in found.tells_apart:
        favoured = found.named[0] if gain.exact > 0 else found.named[1]
        label = answer_text(definition.by_key[gain.question], answers[gain.question])
        said.append(f"“{label}” speaks most for {definition.names[favoured]}")
    if said:
        return f"{joined(said)}."
    them = (
        "them" if len(found.named) == len(found.named[:2]) else joined([definition.names[k] for k in found.named[:2]])
    )
    return f"None of your answers tells {them} apart."


def _only(_definition: Definition, _answers: Answers, report: Report) -> list[str]:
    return [f"The others are ruled out. It has {report.result.ranking[0].points} of 100 points."]


def _nobody(definition: Definition, _answers: Answers, report: Report) -> list[str]:
    if not _s(_advice_of(report)):
        return ["Every alternative misses it. The table shows how each of them would have to do without."]
    fewest = [out for out in report.result.left_out if len(out.needs) == len(report.result.left_out[0].needs)]
    closest = joined([definition.names[out.alternative] for out in fewest])
    miss = (
        f"come closest and miss {number(len(fewest[0].needs))}"
        if len(fewest) > 1
        else (f"comes closest and misses {number(len(fewest[0].needs))}")
    )
    return [f"Each alternative misses at least one. {closest} {miss}; the table shows which you would have to give up."]


_DECIMALS = 1000


def decimal(value: Fraction) -> str:
    """Cut after three decimals, with an ellipsis where that is not all of it."""
    thousandths = abs(value) * _DECIMALS
    whole, rest = divmod(int(thousandths), _DECIMALS)
    is_whole = thousandths.denominator == 1
    digits = f"{whole}.{rest:03d}"
    if is_whole:
        digits = digits.rstrip("0").rstrip(".")
    sign = "−" if value < 0 else ""
    return f"{sign}{digits}{'' if is_whole else '…'}"


def when_words(definition: Definition, note: Note) -> list[str]:
    """When a note stands in a result, in the words of the questionnaire; what it does not have, as it is written."""
    return [_chosen(definition, question, option) for question, option in note.when]


def _chosen(definition: Definition, question: str, option: str) -> str:
    asked = definition.by_key.get(question)
    found = asked.by_key.get(option) if asked else None
    return f"{asked.text} “{found.label}”" if asked and found else f"{question}={option}"
