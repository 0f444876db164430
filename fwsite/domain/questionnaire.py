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
from fwsite.domain.faults import At
from fwsite.domain.faults import Fault as Fault
from fwsite.domain.faults import KeyPath as KeyPath
from fwsite.domain.notes import Note, note_document, read_note, restored_note
from fwsite.domain.scenarios import Scenario, read_scenario, restored_scenario, scenario_document
from fwsite.domain.weights import Weight

FIT_RUBRIC: Mapping[int, str] = {4: "built in", 3: "maintained add-on", 2: "by hand", 1: "painful", 0: "no"}
"""The one rubric for every fit. Absolute: a fit never depends on the other alternatives."""
FIT_ADD_ON = 3
"""The fit of what a maintained add-on brings."""
MODEL = 2
"""The way results are worked out: 2 knows losses, musts that an add-on meets, and one verdict. Versions of the
questionnaire that were stored before there was a second one have the first."""
FIT_MAX = max(FIT_RUBRIC)
FIT_UNKNOWN = FIT_MAX // 2
"""A missing fit counts as the midpoint, and is flagged wherever it is used."""
NOT_SURE = "not-sure"
"""The option every question has by itself; it takes the question out of the score."""
OPTIONS_PER_QUESTION = range(2, 6)

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
PACKAGE = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?:\[[a-z0-9_-]+(?:,[a-z0-9_-]+)*\])?")
"""The name of a package on an index, with extras where it needs them: ``channels[daphne]``."""
_ALTERNATIVE_KEY = re.compile(r"[a-z][a-z0-9-]{0,59}")
"""As long as the key of a framework may be."""


class DefinitionError(ValueError):
    """A definition that cannot be used; ``faults`` lists everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


class Alternative(NamedTuple):
    """One of the things to choose from.

    ``packages`` are the index names that an installation begins with, with extras where it needs them; ``start`` is
    the command that begins a project. ``when`` says in a line whom it is for.
    """

    key: str
    name: str
    packages: tuple[str, ...] = ()
    start: str = ""
    when: str = ""


class Fit(NamedTuple):
    """How well an alternative fits an option: ``value`` 0..4 by :data:`FIT_RUBRIC`, and why.

    ``claims`` are the keys of the pros and cons it rests on, ``evidence`` is what kind of ground they are, and
    ``reviewed_on`` the day of its own review, where that is another than the questionnaire's. ``via`` are the index
    names of the packages that bring it, where it is an add-on.
    """

    value: int
    reason: str
    claims: tuple[str, ...] = ()
    evidence: Evidence = Evidence.OPINION
    reviewed_on: date | None = None
    via: tuple[str, ...] = ()


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
    """One question with its options; ``multiple`` allows several of them.

    ``parts`` says that it asks for parts of a framework: there an add-on is a package, and named.
    """

    key: str
    text: str
    why: str
    options: tuple[Option, ...]
    multiple: bool = False
    parts: bool = False

    @cached_property
    def by_key(self) -> Mapping[str, Option]:
        """The options by their keys."""
        return {option.key: option for option in self.options}

    def tells_apart(self, alternatives: Collection[str]) -> bool:
        """Whether any option fits one of these better than another."""
        return any(len({option.value(name) for name in alternatives}) > 1 for option in self.options)

    def about(self, alternatives: Collection[str]) -> Question:
        """The question with the fits of these alone."""
        options = (
            option._replace(fits={key: fit for key, fit in option.fits.items() if key in alternatives})
            for option in self.options
        )
        return replace(self, options=tuple(options))


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire, checked. ``model`` is the way that its results are worked out, see :data:`MODEL`."""

    reviewed_on: date
    alternatives: tuple[Alternative, ...]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    model: int = MODEL

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """The questions by their keys."""
        return {question.key: question for question in self.questions}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Alternative key -> name."""
        return {alternative.key: alternative.name for alternative in self.alternatives}

    @cached_property
    def alternative_by_key(self) -> Mapping[str, Alternative]:
        """The alternatives by their keys."""
        return {alternative.key: alternative for alternative in self.alternatives}

    @cached_property
    def in_order_of_names(self) -> Sequence[str]:
        """The alternatives' keys as a ranking has them among equals, so that winners are told in that order."""
        return sorted(self.names, key=lambda key: (self.names[key].casefold(), key))

    def with_alternatives(self, offered: Sequence[Alternative], withheld: Collection[str]) -> Definition:
        """The same questions about what there is to choose from now.

        What is ``offered`` and not in here comes last, with every fit unknown. What is ``withheld`` is left out, and
        with it each question that tells nothing apart then, unless too little would be left to choose from.
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
            if question.tells_apart(self.names) and question.key not in self.by_key:
                added.setdefault(question.key, question.about(self.names))
        return replace(self, questions=(*self.questions, *added.values())) if added else self

    def _without(self, keys: Collection[str]) -> Definition | None:
        """Without these alternatives, and without what asks or tells of nothing then; none where too little is left."""
        gone = [self.names[key] for key in keys if key in self.names]
        if not gone:
            return self
        left = tuple(alternative for alternative in self.alternatives if alternative.key not in keys)
        names = [alternative.key for alternative in left]
        questions = tuple(question.about(names) for question in self.questions if question.tells_apart(names))
        if len(left) < PARTS["alternatives"].least or not questions:
            return None
        asked = {question.key for question in questions}
        notes = (note.without(keys) for note in self.notes if asked.issuperset(key for key, _ in note.when))
        scenarios = (each.without(keys) for each in self.scenarios if not each.tells_of(gone))  # not all is there
        return replace(
            self,
            alternatives=left,
            questions=questions,
            notes=tuple(note for note in notes if note is not None),
            scenarios=tuple(each.asked(asked) for each in scenarios if each is not None),
        )

    def document(self) -> dict[str, Any]:
        """The definition as JSON-ready data; :func:`parse_definition` reads it back."""
        lists = {name: [part.document(item) for item in getattr(self, name)] for name, part in PARTS.items()}
        return {
            **({} if self.model == 1 else {"model": self.model}),
            "reviewed_on": self.reviewed_on.isoformat(),
            **{name: tables for name, tables in lists.items() if tables or PARTS[name].least},
        }

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical document, 64 hexadecimal digits: equal content, equal version."""
        canonical = json.dumps(self.document(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def _alternative_document(alternative: Alternative) -> dict[str, Any]:
    """What is empty is left out: versions from before there were packages keep their hash."""
    return {
        "key": alternative.key,
        "name": alternative.name,
        **({"packages": list(alternative.packages)} if alternative.packages else {}),
        **{name: text for name in ("start", "when") if (text := getattr(alternative, name))},
    }


def _restored_alternative(table: Mapping[str, Any]) -> Alternative:
    packages = tuple(table.get("packages", ()))
    return Alternative(table["key"], table["name"], packages, table.get("start", ""), table.get("when", ""))


def _question_document(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text,
        "why": question.why,
        "multiple": question.multiple,
        **({"parts": True} if question.parts else {}),
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


def _restored_question(table: Mapping[str, Any]) -> Question:
    options = tuple(
        Option(
            key=option["key"],
            label=option["label"],
            consequence=option["consequence"],
            fits={name: _restored_fit(cell) for name, cell in option["fits"].items()},
        )
        for option in table["options"]
    )
    return Question(
        table["key"], table["text"], table["why"], options, table["multiple"], parts=table.get("parts", False)
    )


def _restored_fit(cell: Mapping[str, Any]) -> Fit:
    reviewed_on = cell.get("reviewed_on")
    return Fit(
        value=cell["fit"],
        reason=cell["reason"],
        claims=tuple(cell["claims"]),
        evidence=Evidence(cell.get("evidence", Evidence.OPINION)),
        reviewed_on=None if reviewed_on is None else date.fromisoformat(reviewed_on),
        via=tuple(cell.get("via", ())),
    )


def _fit_document(fit: Fit) -> dict[str, Any]:
    """What has its default is left out: versions from before these parts keep their hash."""
    document: dict[str, Any] = {"fit": fit.value, "reason": fit.reason, "claims": list(fit.claims)}
    if fit.via:
        document["via"] = list(fit.via)
    if fit.evidence is not Evidence.OPINION:
        document["evidence"] = fit.evidence.value
    if fit.reviewed_on is not None:
        document["reviewed_on"] = fit.reviewed_on.isoformat()
    return document


def parse_definition(document: Mapping[str, Any]) -> Definition:
    """Check ``document`` and build the definition.

    Raises :class:`DefinitionError` with every fault found; each names its question and option.
    """
    reader = Reader(names=set())
    definition = reader.definition(document)
    if reader.faults:
        raise DefinitionError(reader.faults)
    return definition


def read_definition(document: Mapping[str, Any]) -> Definition:
    """The definition that :meth:`Definition.document` wrote, whenever that was.

    It was checked when it was published. Nothing is checked here: what a later check would refuse stays readable,
    and so do the results that were given by it.
    """
    lists: dict[str, Any] = {name: tuple(map(part.restored, document.get(name, ()))) for name, part in PARTS.items()}
    reviewed_on = date.fromisoformat(document["reviewed_on"])
    return Definition(reviewed_on=reviewed_on, model=document.get("model", 1), **lists)


def parse_questions(document: Mapping[str, Any]) -> tuple[Question, ...]:
    """Check a set of further ``questions`` and build them; their fits may name any alternatives.

    With ``reviewed_on``, that is the day of review of every fit that has none of its own: the questionnaire that the
    questions come into has another. Raises :class:`DefinitionError` with every fault found; each names its question
    and option.
    """
    reader = Reader(names=None)
    at = At("question set")
    reader.known_keys(at, document, {"reviewed_on", "questions"})
    reviewed_on = reader.day(at, document, "reviewed_on") if "reviewed_on" in document else None
    questions = reader.items("questions", document)
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


class Reader:
    """Reads tables and collects what is wrong instead of stopping at the first fault.

    ``names`` are the alternatives that were read; ``None`` where nobody knows which there will be.
    """

    def __init__(self, names: set[str] | None) -> None:
        self.faults: list[Fault] = []
        self.names = names
        self.options: dict[str, set[str]] = {}
        """Question -> its options, of those that were read."""
        self.single: set[str] = set()
        """Those of them that take one option only."""

    def fault(self, at: At, message: str, *steps: str | int) -> None:
        self.faults.append(Fault(at.place, message, (*at.path, *steps)))

    def definition(self, document: Mapping[str, Any]) -> Definition:
        at = At("questionnaire")
        self.known_keys(at, document, {"reviewed_on", "model", *PARTS})
        lists: dict[str, Any] = {name: self.items(name, document) for name in PARTS}
        return Definition(reviewed_on=self.day(at, document, "reviewed_on"), **lists)

    def items(self, name: str, document: Mapping[str, Any]) -> tuple[Any, ...]:
        """One of the :data:`PARTS`."""
        part, at = PARTS[name], At("")
        found = tuple(part.read(self, inner, table) for inner, table in self.tables(at, part.noun, document, name))
        self.unique(At(name, (name,)), [item.key for item in found])
        if len(found) < part.least:
            self.fault(At(name, (name,)), part.too_few)
        return found

    def alternative(self, at: At, table: Mapping[str, Any]) -> Alternative:
        self.known_keys(at, table, {"key", "name", "packages", "start", "when"})
        alternative = Alternative(
            self.key(at, table, _ALTERNATIVE_KEY),
            self.text(at, table, "name"),
            self.packages(at, table, "packages"),
            *(self.text(at, table, name) if name in table else "" for name in ("start", "when")),
        )
        if self.names is not None:
            self.names.add(alternative.key)
        return alternative

    def question(self, at: At, table: Mapping[str, Any]) -> Question:
        self.known_keys(at, table, {"key", "text", "why", "multiple", "parts", "options"})
        options = tuple(self.option(inner, option) for inner, option in self.tables(at, "option", table, "options"))
        self.unique(At(f"{at.place}, options", (*at.path, "options")), [option.key for option in options])
        if len(options) not in OPTIONS_PER_QUESTION:
            least, most = OPTIONS_PER_QUESTION[0], OPTIONS_PER_QUESTION[-1]
            self.fault(at, f"has {len(options)} options; a question needs {least} to {most}")
        multiple, parts = self.yes_or_no(at, table, "multiple"), self.yes_or_no(at, table, "parts")
        if parts:
            self.named_parts(at, options)
        key, text, why = self.key(at, table), self.text(at, table, "text"), self.text(at, table, "why")
        self.options[key] = {option.key for option in options}
        if not multiple:
            self.single.add(key)
        question = Question(key, text, why, options, multiple, parts)
        if len(options) in OPTIONS_PER_QUESTION and self.names is not None and not question.tells_apart(self.names):
            self.fault(at, "makes no difference: every option fits every alternative equally well")
        return question

    def named_parts(self, at: At, options: Sequence[Option]) -> None:
        """A part that comes with a package names it."""
        for number, option in enumerate(options):
            for alternative, fit in option.fits.items():
                if fit.value == FIT_ADD_ON and not fit.via:
                    place = f'option "{option.key}", fit of "{alternative}"'
                    message = f'is {FIT_ADD_ON}, a maintained add-on, and names none: via = ["..."] has its packages'
                    self.fault(at.inside(place, "options", number, "fits", alternative), message, "fit")

    def option(self, at: At, table: Mapping[str, Any]) -> Option:
        self.known_keys(at, table, {"key", "label", "consequence", "fits"})
        key = self.key(at, table)
        if key == NOT_SURE:
            self.fault(at, f'the key "{NOT_SURE}" is taken: every question has that option automatically', "key")
        fits: dict[str, Fit] = {}
        cells = table.get("fits", {})
        if not isinstance(cells, Mapping):
            self.fault(at, "fits must be a table of alternatives", "fits")
            cells = {}
        for alternative, cell in cells.items():
            if self.names is not None and alternative not in self.names:
                message = f'fits names "{alternative}", which is not among the alternatives'
                self.fault(at, message, "fits", alternative)
            fits[alternative] = self.fit(at.inside(f'fit of "{alternative}"', "fits", alternative), cell)
        return Option(key, self.text(at, table, "label"), self.text(at, table, "consequence"), fits)

    def fit(self, at: At, cell: Any) -> Fit:
        if not isinstance(cell, Mapping):
            self.fault(at, 'must be a table such as { fit = 3, reason = "..." }')
            return Fit(FIT_UNKNOWN, "")
        self.known_keys(at, cell, {"fit", "reason", "via", "claims", "evidence", "reviewed_on"})
        value = cell.get("fit")
        if type(value) is not int or value not in FIT_RUBRIC:
            self.fault(at, f"fit is {value!r}; it must be a whole number from 0 to {FIT_MAX}", "fit")
            value = FIT_UNKNOWN
        claims, evidence = self.grounds(at, cell)
        reviewed_on = self.day(at, cell, "reviewed_on") if "reviewed_on" in cell else None
        via = self.packages(at, cell, "via")
        if via and value != FIT_ADD_ON:
            self.fault(at, f"names packages in via, which only a fit of {FIT_ADD_ON} does", "via")
        return Fit(value, self.text(at, cell, "reason"), claims, evidence, reviewed_on, via)

    def grounds(self, at: At, table: Mapping[str, Any]) -> tuple[tuple[str, ...], Evidence]:
        """What something rests on, and what kind of ground that is."""
        claims = table.get("claims", [])
        if not isinstance(claims, list | tuple) or not all(isinstance(claim, str) for claim in claims):
            self.fault(at, "claims must be a list of keys of pros and cons", "claims")
            claims = ()
        evidence = table.get("evidence", Evidence.OPINION)
        if evidence not in list(Evidence):
            self.fault(at, f"evidence is {evidence!r}; it must be one of {', '.join(Evidence)}", "evidence")
            evidence = Evidence.OPINION
        elif evidence != Evidence.OPINION and not claims:
            message = f"names no claims; what is {evidence} names the pros and cons it rests on"
            self.fault(at, message, "claims")
        return tuple(claims), Evidence(evidence)

    def yes_or_no(self, at: At, table: Mapping[str, Any], name: str) -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            self.fault(at, f"{name} must be true or false", name)
        return value is True

    def texts(self, at: At, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """A list of texts; nothing where it is missing or none."""
        value = table.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
            self.fault(at, f"{name} must be a list of texts", name)
            return ()
        return tuple(value)

    def packages(self, at: At, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """Names on a package index, each with extras where it has them."""
        found = self.texts(at, table, name)
        for place, package in enumerate(found):
            if not PACKAGE.fullmatch(package):
                message = f"{package!r} is not the name of a package, such as flask-admin or channels[daphne]"
                self.fault(at, message, name, place)
        return found

    def alternatives(self, at: At, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """Keys of alternatives that there are."""
        found = self.texts(at, table, name)
        for place, key in enumerate(found):
            if self.names is not None and key not in self.names:
                self.fault(at, f'{name} has "{key}", which is not among the alternatives', name, place)
        return found

    def given(self, at: At, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """Answers by question, an option or a list of them."""
        value = table.get("answers", {})
        if not isinstance(value, Mapping):
            self.fault(at, 'answers must be a table such as { work = "api" }', "answers")
            return {}
        found = {}
        for question, chosen in value.items():
            inside = At(at.place, (*at.path, "answers"))
            options = (chosen,) if isinstance(chosen, str) else self.texts(inside, value, question)
            for option in options:
                if option != NOT_SURE and option not in self.options.get(question, ()):
                    message = f"{question} = {option!r} is no answer of this questionnaire"
                    self.fault(at, message, "answers", question)
            if len(options) > 1 and (question in self.single or NOT_SURE in options):
                only = f'"{NOT_SURE}" cannot be combined' if NOT_SURE in options else "takes one option only"
                self.fault(at, f"{question} has {len(options)} answers; {only}", "answers", question)
            found[question] = options
        return found

    def weights(self, at: At, table: Mapping[str, Any]) -> dict[str, str]:
        """Weights by question."""
        value = table.get("weights", {})
        if not isinstance(value, Mapping):
            self.fault(at, 'weights must be a table such as { work = "must" }', "weights")
            return {}
        for question, weight in value.items():
            if question not in self.options or weight not in list(Weight):
                message = f"{question} = {weight!r} is no weight: name a question, and one of {', '.join(Weight)}"
                self.fault(at, message, "weights", question)
        return {question: weight for question, weight in value.items() if weight in list(Weight)}

    def tables(self, at: At, noun: str, table: Mapping[str, Any], name: str) -> Iterable[tuple[At, Mapping[str, Any]]]:
        rows = table.get(name)
        if rows is None:
            return
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.fault(At(at.place or noun, at.path), f"{name} must be a list of tables", name)
            return
        for number, row in enumerate(rows):
            key = row.get("key")
            yield (
                at.inside(f'{noun} "{key}"' if isinstance(key, str) else f"{noun} number {number + 1}", name, number),
                row,
            )

    def key(self, at: At, table: Mapping[str, Any], shape: re.Pattern[str] = _KEY) -> str:
        key = table.get("key")
        if not isinstance(key, str) or not shape.fullmatch(key):
            self.fault(at, f"key is {key!r}; it must be lower-case letters, digits and hyphens", "key")
            return ""
        return key

    def text(self, at: At, table: Mapping[str, Any], name: str) -> str:
        text = table.get(name)
        if not isinstance(text, str) or not text.strip():
            self.fault(at, f"{name} is missing or empty", name)
            return ""
        return text.strip()

    def day(self, at: At, table: Mapping[str, Any], name: str) -> date:
        value = table.get(name)
        if isinstance(value, str):
            value = _attempt(date.fromisoformat, value)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fault(at, f"{name} must be a date such as 2026-11-22", name)
            return date.min
        return value

    def unique(self, at: At, keys: Sequence[str]) -> None:
        for number, key in enumerate(keys):
            if key and keys.index(key) < number and keys[:number].count(key) == 1:
                self.fault(at, f'the key "{key}" is used more than once', number, "key")

    def known_keys(self, at: At, table: Mapping[str, Any], known: set[str]) -> None:
        for name in sorted(set(table) - known):
            self.fault(at, f'unknown key "{name}"; known are {", ".join(sorted(known))}', name)


def _attempt(convert: Callable[[str], date], text: str) -> date | None:
    try:
        return convert(text)
    except ValueError:
        return None


class Part(NamedTuple):
    """One list of a questionnaire: how a table of it becomes an item, and back.

    ``read`` checks, ``restored`` does not. Without ``least`` items, ``too_few`` says what to do.
    """

    noun: str
    read: Callable[[Any, At, Mapping[str, Any]], Any]
    document: Callable[[Any], dict[str, Any]]
    restored: Callable[[Mapping[str, Any]], Any]
    least: int = 0
    too_few: str = ""


PARTS: Mapping[str, Part] = {
    "alternatives": Part(
        "alternative",
        Reader.alternative,
        _alternative_document,
        _restored_alternative,
        least=2,
        too_few="give at least two [[alternatives]] to choose from",
    ),
    "questions": Part(
        "question",
        Reader.question,
        _question_document,
        _restored_question,
        least=1,
        too_few="give at least one [[questions]] table",
    ),
    "notes": Part("note", read_note, note_document, restored_note),
    "scenarios": Part("scenario", read_scenario, scenario_document, restored_scenario),
}
"""Every list of a questionnaire, by its name in a file and in :class:`Definition`, in the order of a file. Reading and
its faults, versions, files, export, import and what an import shows follow it; one that may be empty is left out where
it is, so that versions from before it keep their hash."""
