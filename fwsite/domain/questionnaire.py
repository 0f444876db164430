"""Questionnaire definition: questions, options, and how well each alternative fits each option.

A definition is data. :func:`parse_definition` turns the tables of a TOML or JSON file into dataclasses and
reports every fault at once, by question and option. Its content hash, :attr:`Definition.version`, names it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from fwsite.domain.evidence import Evidence

FIT_RUBRIC: Mapping[int, str] = {4: "built in", 3: "maintained add-on", 2: "workable", 1: "painful", 0: "no"}
"""The one rubric for every fit. Absolute: a fit never depends on the other alternatives."""
FIT_MAX = max(FIT_RUBRIC)
FIT_UNKNOWN = FIT_MAX // 2
"""A missing fit counts as the midpoint, and is flagged wherever it is used."""
NOT_SURE = "not-sure"
"""The option every question has by itself; it takes the question out of the score."""
OPTIONS_PER_QUESTION = range(2, 6)

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ALTERNATIVE_KEY = re.compile(r"[a-z][a-z0-9-]{0,59}")
"""As long as the key of a framework may be."""


class Fault(NamedTuple):
    """One thing wrong with a definition or an answer: ``place`` says where, ``message`` what to do."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DefinitionError(ValueError):
    """A definition that cannot be used; ``faults`` lists everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


class Alternative(NamedTuple):
    """One of the things to choose from."""

    key: str
    name: str


class Fit(NamedTuple):
    """How well an alternative fits an option: ``value`` 0..4 by :data:`FIT_RUBRIC`, and why.

    ``claims`` are the keys of the pros and cons it rests on, ``evidence`` is what kind of ground they are, and
    ``reviewed_on`` the day of its own review, where that is another than the questionnaire's.
    """

    value: int
    reason: str
    claims: tuple[str, ...] = ()
    evidence: Evidence = Evidence.OPINION
    reviewed_on: date | None = None


class Option(NamedTuple):
    """One possible answer; ``fits`` has no entry for an alternative whose fit is unknown."""

    key: str
    label: str
    consequence: str
    fits: Mapping[str, Fit]

    def value(self, alternative: str) -> int:
        """The fit 0..4 of ``alternative``; :data:`FIT_UNKNOWN` where nobody has judged it."""
        fit = self.fits.get(alternative)
        return FIT_UNKNOWN if fit is None else fit.value


@dataclass(frozen=True)
class Question:
    """One question with its options; ``multiple`` allows several of them."""

    key: str
    text: str
    why: str
    options: tuple[Option, ...]
    multiple: bool = False

    @cached_property
    def by_key(self) -> Mapping[str, Option]:
        """The options by their keys."""
        return {option.key: option for option in self.options}


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire, checked."""

    reviewed_on: date
    alternatives: tuple[Alternative, ...]
    questions: tuple[Question, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """The questions by their keys."""
        return {question.key: question for question in self.questions}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Alternative key -> name."""
        return {alternative.key: alternative.name for alternative in self.alternatives}

    @cached_property
    def in_order_of_names(self) -> Sequence[str]:
        """The alternatives' keys as a ranking has them among equals, so that winners are told in that order."""
        return sorted(self.names, key=lambda key: (self.names[key].casefold(), key))

    def with_alternatives(self, offered: Sequence[Alternative], withheld: Collection[str]) -> Definition:
        """The same questions about what there is to choose from now.

        What is ``offered`` and not in here comes last, with every fit unknown. What is ``withheld`` is left out,
        unless too little would be left to choose from, or a question that tells nothing apart.
        """
        added = tuple(alternative for alternative in offered if alternative.key not in self.names)
        more = replace(self, alternatives=(*self.alternatives, *added)) if added else self
        fewer = more._without(withheld)
        return more if fewer is None else fewer

    def with_questions(self, questions: Iterable[Question]) -> Definition:
        """The same with further questions after its own, about the alternatives that it has.

        Left out is a question whose key is taken, and one that tells none of these alternatives apart.
        """
        added: dict[str, Question] = {}
        for question in questions:
            options = tuple(
                option._replace(fits={key: fit for key, fit in option.fits.items() if key in self.names})
                for option in question.options
            )
            tells_apart = any(len({option.value(name) for name in self.names}) > 1 for option in options)
            if tells_apart and question.key not in self.by_key:
                added.setdefault(question.key, replace(question, options=options))
        return replace(self, questions=(*self.questions, *added.values())) if added else self

    def _without(self, keys: Collection[str]) -> Definition | None:
        if not any(key in self.names for key in keys):
            return self
        document = self.document()
        document["alternatives"] = [table for table in document["alternatives"] if table["key"] not in keys]
        for question in document["questions"]:
            for option in question["options"]:
                option["fits"] = {key: fit for key, fit in option["fits"].items() if key not in keys}
        try:
            return parse_definition(document)
        except DefinitionError:
            return None

    def document(self) -> dict[str, Any]:
        """The definition as JSON-ready data; :func:`parse_definition` reads it back."""
        return {
            "reviewed_on": self.reviewed_on.isoformat(),
            "alternatives": [{"key": a.key, "name": a.name} for a in self.alternatives],
            "questions": [_question_document(question) for question in self.questions],
        }

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical document, 64 hexadecimal digits: equal content, equal version."""
        canonical = json.dumps(self.document(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def _question_document(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text,
        "why": question.why,
        "multiple": question.multiple,
        "options": [
            {
                "key": option.key,
                "label": option.label,
                "consequence": option.consequence,
                "fits": {key: _fit_document(fit) for key, fit in sorted(option.fits.items())},
            }
            for option in question.options
        ],
    }


def _fit_document(fit: Fit) -> dict[str, Any]:
    """What has its default is left out: versions from before these parts keep their hash."""
    document: dict[str, Any] = {"fit": fit.value, "reason": fit.reason, "claims": list(fit.claims)}
    if fit.evidence is not Evidence.OPINION:
        document["evidence"] = fit.evidence.value
    if fit.reviewed_on is not None:
        document["reviewed_on"] = fit.reviewed_on.isoformat()
    return document


def parse_definition(document: Mapping[str, Any]) -> Definition:
    """Check ``document`` and build the definition.

    Raises :class:`DefinitionError` with every fault found; each names its question and option.
    """
    reader = _Reader()
    definition = reader.definition(document)
    if reader.faults:
        raise DefinitionError(reader.faults)
    return definition


def parse_questions(document: Mapping[str, Any]) -> tuple[Question, ...]:
    """Check a set of further ``questions`` and build them; their fits may name any alternatives.

    With ``reviewed_on``, that is the day of review of every fit that has none of its own: the questionnaire that the
    questions come into has another. Raises :class:`DefinitionError` with every fault found; each names its question
    and option.
    """
    reader = _Reader()
    reader.known_keys("question set", document, {"reviewed_on", "questions"})
    reviewed_on = reader.day("question set", document, "reviewed_on") if "reviewed_on" in document else None
    questions = reader.questions(document, None)
    if reader.faults:
        raise DefinitionError(reader.faults)
    return tuple(_reviewed(question, reviewed_on) for question in questions)


def _reviewed(question: Question, day: date | None) -> Question:
    options = (
        option._replace(
            fits={key: fit._replace(reviewed_on=fit.reviewed_on or day) for key, fit in option.fits.items()},
        )
        for option in question.options
    )
    return replace(question, options=tuple(options))


class _Reader:
    """Reads tables and collects what is wrong instead of stopping at the first fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, place: str, message: str) -> None:
        self.faults.append(Fault(place, message))

    def definition(self, document: Mapping[str, Any]) -> Definition:
        self.known_keys("questionnaire", document, {"reviewed_on", "alternatives", "questions"})
        alternatives = tuple(
            Alternative(self.key(place, table, _ALTERNATIVE_KEY), self.text(place, table, "name"))
            for place, table in self.tables("alternative", document.get("alternatives"))
        )
        self.unique("alternatives", [alternative.key for alternative in alternatives])
        if len(alternatives) < 2:
            self.fault("alternatives", "give at least two [[alternatives]] to choose from")
        names = {alternative.key for alternative in alternatives}
        questions = self.questions(document, names)
        return Definition(self.day("questionnaire", document, "reviewed_on"), alternatives, questions)

    def questions(self, document: Mapping[str, Any], names: set[str] | None) -> tuple[Question, ...]:
        """``names`` are the alternatives there are; ``None`` where nobody knows them yet."""
        questions = tuple(
            self.question(place, table, names) for place, table in self.tables("question", document.get("questions"))
        )
        self.unique("questions", [question.key for question in questions])
        if not questions:
            self.fault("questions", "give at least one [[questions]] table")
        return questions

    def question(self, place: str, table: Mapping[str, Any], names: set[str] | None) -> Question:
        self.known_keys(place, table, {"key", "text", "why", "multiple", "options"})
        options = tuple(
            self.option(f"{place}, {inner}", option, names)
            for inner, option in self.tables("option", table.get("options"), place)
        )
        self.unique(f"{place}, options", [option.key for option in options])
        if len(options) not in OPTIONS_PER_QUESTION:
            least, most = OPTIONS_PER_QUESTION[0], OPTIONS_PER_QUESTION[-1]
            self.fault(place, f"has {len(options)} options; a question needs {least} to {most}")
        elif names is not None and all(len({option.value(name) for name in names}) < 2 for option in options):
            self.fault(place, "discriminates nothing: every option fits every alternative alike")
        multiple = table.get("multiple", False)
        if not isinstance(multiple, bool):
            self.fault(place, "multiple must be true or false")
        return Question(
            self.key(place, table),
            self.text(place, table, "text"),
            self.text(place, table, "why"),
            options,
            multiple is True,
        )

    def option(self, place: str, table: Mapping[str, Any], names: set[str] | None) -> Option:
        self.known_keys(place, table, {"key", "label", "consequence", "fits"})
        key = self.key(place, table)
        if key == NOT_SURE:
            self.fault(place, f'the key "{NOT_SURE}" is taken: every question has that option by itself')
        fits: dict[str, Fit] = {}
        cells = table.get("fits", {})
        if not isinstance(cells, Mapping):
            self.fault(place, "fits must be a table of alternatives")
            cells = {}
        for alternative, cell in cells.items():
            if names is not None and alternative not in names:
                self.fault(place, f'fits names "{alternative}", which is not among the alternatives')
            fits[alternative] = self.fit(f'{place}, fit of "{alternative}"', cell)
        return Option(key, self.text(place, table, "label"), self.text(place, table, "consequence"), fits)

    def fit(self, place: str, cell: Any) -> Fit:
        if not isinstance(cell, Mapping):
            self.fault(place, 'must be a table such as { fit = 3, reason = "..." }')
            return Fit(FIT_UNKNOWN, "")
        self.known_keys(place, cell, {"fit", "reason", "claims", "evidence", "reviewed_on"})
        value = cell.get("fit")
        if type(value) is not int or value not in FIT_RUBRIC:
            self.fault(place, f"fit is {value!r}; it must be a whole number from 0 to {FIT_MAX}")
            value = FIT_UNKNOWN
        claims = cell.get("claims", [])
        if not isinstance(claims, list | tuple) or not all(isinstance(claim, str) for claim in claims):
            self.fault(place, "claims must be a list of keys of pros and cons")
            claims = ()
        evidence = cell.get("evidence", Evidence.OPINION)
        if evidence not in list(Evidence):
            self.fault(place, f"evidence is {evidence!r}; it must be one of {', '.join(Evidence)}")
            evidence = Evidence.OPINION
        elif evidence != Evidence.OPINION and not claims:
            self.fault(place, f"names no claims; what is {evidence} names the pros and cons it rests on")
        reviewed_on = self.day(place, cell, "reviewed_on") if "reviewed_on" in cell else None
        return Fit(value, self.text(place, cell, "reason"), tuple(claims), Evidence(evidence), reviewed_on)

    def tables(self, noun: str, value: Any, inside: str = "") -> Iterable[tuple[str, Mapping[str, Any]]]:
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
            self.fault(inside or noun, f"{noun}s must be a list of tables")
            return
        for number, table in enumerate(value, start=1):
            key = table.get("key")
            yield (f'{noun} "{key}"' if isinstance(key, str) else f"{noun} number {number}"), table

    def key(self, place: str, table: Mapping[str, Any], shape: re.Pattern[str] = _KEY) -> str:
        key = table.get("key")
        if not isinstance(key, str) or not shape.fullmatch(key):
            self.fault(place, f"key is {key!r}; it must be lower-case letters, digits and hyphens")
            return ""
        return key

    def text(self, place: str, table: Mapping[str, Any], name: str) -> str:
        text = table.get(name)
        if not isinstance(text, str) or not text.strip():
            self.fault(place, f"{name} is missing or empty")
            return ""
        return text.strip()

    def day(self, place: str, table: Mapping[str, Any], name: str) -> date:
        value = table.get(name)
        if isinstance(value, str):
            value = _attempt(date.fromisoformat, value)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fault(place, f"{name} must be a date such as 2026-11-22")
            return date.min
        return value

    def unique(self, place: str, keys: Sequence[str]) -> None:
        for key in sorted({key for key in keys if key and keys.count(key) > 1}):
            self.fault(place, f'the key "{key}" is used more than once')

    def known_keys(self, place: str, table: Mapping[str, Any], known: set[str]) -> None:
        for name in sorted(set(table) - known):
            self.fault(place, f'unknown key "{name}"; known are {", ".join(sorted(known))}')


def _attempt(convert: Callable[[str], date], text: str) -> date | None:
    try:
        return convert(text)
    except ValueError:
        return None
