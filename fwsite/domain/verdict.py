"""Verdicts: what a measured run says about claims and ratings, by rules that are data.

A rule names a ratio and what its claim expects of it. Nothing is decided by hand: the same rules judge every run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from fwsite.domain.measurement import NO_DIFFERENCE, Ratio, Run
from fwsite.domain.questionnaire import Fault


class Verdict(StrEnum):
    """What a run says about a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    DEPENDS = "depends"
    """One ratio supports it and another contradicts it, or shows no difference."""
    NO_DIFFERENCE = "no difference"
    NOT_MEASURED = "not measured"


class Expected(StrEnum):
    """What a claim expects of a ratio."""

    LESS = "less"
    MORE = "more"
    SAME = "same"
    NO_LESS = "no less"


@dataclass(frozen=True)
class Rule:
    """One ratio that a claim or a rating rests on: ``entry`` divided by ``against``, and what is expected of it.

    ``words`` say what was measured, for the receipt. With ``by`` the difference has to be that many times at least,
    where less is expected the other way round; where no less is expected, so many times less contradicts.
    """

    about: str
    measure: str
    workload: str
    entry: str
    against: str
    expect: Expected
    words: str
    by: float = 1 + NO_DIFFERENCE


class Figured(NamedTuple):
    """A rule beside the ratio of a run, and what follows from it; ``amounts`` are what was divided, where they tell."""

    rule: Rule
    ratio: Ratio | None
    verdict: Verdict
    amounts: str = ""

    @property
    def behind(self) -> str:
        """What stands behind the ratio in brackets: its range where it has one, and the amounts."""
        if self.ratio is None or (self.ratio.is_exact and self.amounts):
            return self.amounts
        return "; ".join(filter(None, (self.ratio.range, self.amounts)))


class Judgement(NamedTuple):
    """What a run says of one claim or rating, with every ratio that it follows from.

    ``sentence`` is shown next to it, or instead of it; empty if there is nothing to add. ``text`` is what the
    claim said when the rules were written: they say nothing about other words.
    """

    about: str
    verdict: Verdict
    figures: tuple[Figured, ...]
    sentence: str = ""
    text: str = ""

    def is_of(self, text: str) -> bool:
        """Whether it is about these words."""
        return self.text in ("", text)


class Measured(NamedTuple):
    """A judgement in force: the key of the run that it comes from, and the day of that run.

    Where the run is a host's own and the shipped one comes to another verdict, that is ``elsewhere``.
    """

    judgement: Judgement
    run: str
    made_on: date
    elsewhere: Verdict | None = None

    @property
    def is_contradicted(self) -> bool:
        """Whether the claim does not hold."""
        return self.judgement.verdict is Verdict.CONTRADICTED


@dataclass(frozen=True)
class Rules:
    """Every rule; sentences for claims that do not hold as they stand, by claim and verdict; what each claim says."""

    rules: tuple[Rule, ...]
    sentences: Mapping[tuple[str, Verdict], str]
    texts: Mapping[str, str]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The keys of claims and ratings that there are rules about, in order."""
        return tuple(dict.fromkeys(rule.about for rule in self.rules))


def verdict_on(rule: Rule, ratio: Ratio | None) -> Verdict:
    """What one ratio says about what was expected of it."""
    if ratio is None:
        return Verdict.NOT_MEASURED
    if rule.expect is Expected.SAME:
        return Verdict.CONTRADICTED if ratio.is_difference else Verdict.SUPPORTED
    if rule.expect is Expected.NO_LESS:
        is_less = ratio.is_difference and ratio.value < 1 and ratio.times >= rule.by
        return Verdict.CONTRADICTED if is_less else Verdict.SUPPORTED
    if not ratio.is_difference:
        return Verdict.NO_DIFFERENCE
    is_more = ratio.value > 1
    if is_more is not (rule.expect is Expected.MORE):
        return Verdict.CONTRADICTED
    return Verdict.SUPPORTED if ratio.times >= rule.by else Verdict.NO_DIFFERENCE


def judge(rules: Rules, run: Run) -> dict[str, Judgement]:
    """What the run says of every claim and rating that there is a rule about, by its key."""
    found = {}
    for about in rules.subjects:
        figures = tuple(_figured(rule, run) for rule in rules.rules if rule.about == about)
        verdict = together(each.verdict for each in figures)
        sentence = rules.sentences.get((about, verdict), "")
        found[about] = Judgement(about, verdict, figures, sentence, rules.texts.get(about, ""))
    return found


def _figured(rule: Rule, run: Run) -> Figured:
    cells = (rule.measure, rule.workload, rule.entry, rule.against)
    ratio = run.ratio(*cells)
    return Figured(rule, ratio, verdict_on(rule, ratio), run.amounts(*cells))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict of those on each ratio: they agree, or it depends. While one is missing, nothing is said: a part of
    what a claim rests on can say the opposite of the whole.
    """
    found = set(verdicts)
    if not found or Verdict.NOT_MEASURED in found:
        return Verdict.NOT_MEASURED
    return found.pop() if len(found) == 1 else Verdict.DEPENDS


def rewritten(rules: Rules, known: Mapping[str, str]) -> Iterator[Fault]:
    """The rules about claims and ratings that say something else by now; ``known`` has their texts."""
    for about, text in rules.texts.items():
        if text and about in known and text != known[about]:
            yield Fault(f"claims.{about}", f"is about other words than “{known[about]}”, which count as not measured")


def parse_rules(document: Mapping[str, Any], known: Collection[str] | None = None) -> tuple[Rules, list[Fault]]:
    """The rules of a file, and everything that is wrong with it; ``known`` are the claims and ratings there are."""
    rules, sentences, texts, faults = [], {}, {}, []
    for number, table in enumerate(document.get("claims", [])):
        about = str(table.get("key", ""))
        place = f"claims.{about or number + 1}"
        texts[about] = str(table.get("text", ""))
        if known is not None and about not in known:
            faults.append(Fault(place, f"there is no published claim or rating {about!r}"))
        for verdict in Verdict:
            sentence = table.get(verdict.value.replace(" ", "_"))
            if sentence:
                sentences[about, verdict] = str(sentence)
        for nth, row in enumerate(table.get("ratios", [])):
            try:
                rules.append(Rule(about=about, **{**row, "expect": Expected(row.get("expect"))}))
            except (TypeError, ValueError) as error:
                faults.append(Fault(f"{place}.ratios.{nth + 1}", f"cannot be read: {error}"))
    return Rules(tuple(rules), sentences, texts), faults
