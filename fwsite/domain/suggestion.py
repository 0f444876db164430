"""Suggestion: a new point, or what is wrong with one; and what has to be right about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from fwsite.domain.evidence import Evidence
from fwsite.domain.items import WORDS_LENGTH, Kind, Known, canonical, check, unusable
from fwsite.domain.questionnaire import Fault

TEXT_LENGTH = 280
REMARK_LENGTH = 1_000
REASON_LENGTH = 1_000
"""Characters of a point, of what is wrong with one, and of why a suggestion was rejected."""
_ANY_KEY = "suggested"
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Proposal:
    """The words of a suggestion, without surrounding blanks. ``claim`` is the key of a point that is called wrong.

    For such a one, ``text`` is the better text, empty where none is offered; ``remark`` says what is wrong.
    """

    framework: str = ""
    criterion: str = ""
    side: str = ""
    text: str = ""
    remark: str = ""
    source_title: str = ""
    source_url: str = ""
    source_words: str = ""
    claim: str = ""

    @property
    def has_source(self) -> bool:
        """Whether it names a source, complete with title and address."""
        return bool(self.source_title and self.source_url)


def tidy(text: str) -> str:
    """``text`` with single blanks between its words, and none around them."""
    return " ".join(text.split())


def canonical_proposal(proposal: Proposal) -> str:
    """The proposal as one text: equal words, equal text."""
    return json.dumps(asdict(proposal), sort_keys=True)


def check_proposal(proposal: Proposal, known: Known) -> list[Fault]:
    """Everything that is wrong, in the order of the form; each message can be read by itself."""
    return [*_claim_faults(proposal, known), *_remark_faults(proposal), *_source_faults(proposal)]


def long_text_fault(name: str, text: str, longest: int) -> str | None:
    """What is wrong with a text that is called ``name`` and may have ``longest`` characters."""
    if len(text) > longest:
        return f"{name} has {len(text):,} characters; at most {longest:,} fit."
    odd = unusable(text)
    return f"{name} has the character {odd}, which cannot be stored; remove it." if odd else None


_CHOOSE: Mapping[str, str] = {
    "framework": "Choose a framework.",
    "criterion": "Choose a criterion.",
    "side": "Choose whether it speaks for or against the framework.",
}


def _claim_faults(proposal: Proposal, known: Known) -> Iterator[Fault]:
    given = {name: getattr(proposal, name) for name in (*_CHOOSE, "text")}
    others = {"key": _ANY_KEY, "evidence": Evidence.OPINION, "reviewed_on": _ANY_DAY}
    for fault in check(Kind.CLAIM, canonical(Kind.CLAIM, {**given, **others}), known):
        if fault.place in _CHOOSE:
            yield Fault(fault.place, _CHOOSE[fault.place])
        elif proposal.text:
            yield Fault("text", f"The point {fault.message}.")
        elif not proposal.claim:
            yield Fault("text", "Write the point, in a sentence or two.")


def _remark_faults(proposal: Proposal) -> Iterator[Fault]:
    if not proposal.claim:
        return
    wrong = long_text_fault("What you wrote", proposal.remark, REMARK_LENGTH)
    if wrong or not proposal.remark:
        yield Fault("remark", wrong or "Write what is wrong with the point.")


def _source_faults(proposal: Proposal) -> Iterator[Fault]:
    title, url, words = proposal.source_title, proposal.source_url, proposal.source_words
    if not (title or url or words):
        return
    given = {"key": _ANY_KEY, "title": title, "url": url, "read_on": _ANY_DAY}
    for fault in check(Kind.SOURCE, canonical(Kind.SOURCE, given), Known()):
        if fault.place == "title":
            missing = "Write the source’s title too, or leave the source out."
            yield Fault("source_title", f"The source’s title {fault.message}." if title else missing)
        else:
            missing = "Write the source’s link too, or leave the source out."
            yield Fault("source_url", f"The source’s link {fault.message}." if url else missing)
    wrong = long_text_fault("The words of the source", words, WORDS_LENGTH)
    if wrong:
        yield Fault("source_words", wrong)
