"""Random questionnaires, answers and comparisons for property tests, and short ways to write small ones by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from inspect import signature
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from fwsite.blueprints.comparison.files.edition import Edition
from fwsite.domain.answers import Answer, Weight, parse_answers
from fwsite.domain.answers import State as AnswerState
from fwsite.domain.items import FIELDS, TAKEN_KEYS, Field, Kind, State, Value, canonical
from fwsite.domain.questionnaire import (
    FIT_ADD_ON,
    FIT_UNKNOWN,
    MODEL,
    NOT_SURE,
    Alternative,
    Definition,
    Fit,
    Option,
    Question,
    parse_definition,
)
from fwsite.domain.scoring import RULES
from tests.support.paths import CI
from tests.support.records import replace

ALTERNATIVES = {"ash": "Echo", "birch": "delta", "cedar": "Alfa", "date": "Charlie", "elm": "bravo"}
"""Keys and names sort differently, so that an order by the one shows where the other is meant."""

Row = Sequence[int | None]
"""The fits of one option, an alternative each; none where the fit is unknown."""


@dataclass(frozen=True)
class Case:
    """A questionnaire, and answers to it with at least as many answered questions as a ranking needs."""

    definition: Definition
    answers: dict[str, Answer]

    @property
    def counted(self) -> list[str]:
        return [key for key, answer in self.answers.items() if answer.counts]


def definition_document(questions: Iterable[Mapping[str, Row]], multiple: bool = False) -> dict[str, Any]:
    """A document with questions ``q1``, ``q2`` ..., from option keys and the fits of the alternatives."""
    tables = [dict(question) for question in questions]
    width = len(next(iter(tables[0].values())))
    keys = list(ALTERNATIVES)[:width]
    return {
        "reviewed_on": "2026-11-22",
        "alternatives": [{"key": key, "name": ALTERNATIVES[key]} for key in keys],
        "questions": [
            {
                "key": f"q{number}",
                "text": f"Question {number}?",
                "why": f"Why {number}.",
                "multiple": multiple,
                "options": [
                    {
                        "key": key,
                        "label": f"Label {key}",
                        "consequence": f"Consequence {key}.",
                        "fits": {
                            name: {"fit": fit, "reason": f"Reason {name}"}
                            for name, fit in zip(keys, row, strict=True)
                            if fit is not None
                        },
                    }
                    for key, row in options.items()
                ],
            }
            for number, options in enumerate(tables, start=1)
        ],
    }


def define(*questions: Mapping[str, Row], multiple: bool = False) -> Definition:
    return parse_definition(definition_document(questions, multiple))


def answer(definition: Definition, weight: str = "normal", **options: str | Sequence[str]) -> dict[str, Answer]:
    """``q1="x"`` or ``q1=["x", "y"]``, all with one weight."""
    return parse_answers(
        definition,
        {
            key: {"options": [chosen] if isinstance(chosen, str) else chosen, "weight": weight}
            for key, chosen in options.items()
        },
    )


def change_fit(definition: Definition, question: str, option: str, alternative: str, value: int) -> Definition:
    """The same definition with one cell of its fit table replaced."""

    def changed(old: Option) -> Option:
        return replace(old, fits={**old.fits, alternative: Fit(value, "changed")})

    return _with_options(definition, lambda q, o: changed(o) if (q.key, o.key) == (question, option) else o)


def change_row(definition: Definition, alternative: str, fit: Callable[[Option], Fit | None]) -> Definition:
    """The same definition with every fit of one alternative set to ``fit(option)``; none makes it unknown."""

    def changed(_: Question, option: Option) -> Option:
        fits = {**option.fits, alternative: fit(option)}
        return replace(option, fits={name: cell for name, cell in fits.items() if cell is not None})

    return _with_options(definition, changed)


def twins(definition: Definition, one: str, other: str) -> Definition:
    """The same definition in which ``other`` fits as ``one`` does, and what is unknown of it is unknown of both."""
    return change_row(definition, other, lambda option: option.fits.get(one))


def dominating(definition: Definition, dominated: str, dominator: str) -> Definition:
    """The same definition in which ``dominator`` fits every option at least as well as ``dominated``.

    That goes for musts as well: a middling fit that nobody has judged is only unverified where a judged one is left
    out. So where it is the middle that both have, the dominator's is unknown.
    """

    def better(option: Option) -> Fit | None:
        value = max(option.value(dominated), option.value(dominator))
        unknown = dominated not in option.fits or dominator not in option.fits
        return None if unknown and value == FIT_UNKNOWN else Fit(value, "changed")

    return change_row(definition, dominator, better)


def _with_options(definition: Definition, change: Callable[[Question, Option], Option]) -> Definition:
    return replace(
        definition,
        questions=tuple(
            replace(question, options=tuple(change(question, option) for option in question.options))
            for question in definition.questions
        ),
    )


def _discriminates(rows: Sequence[Row]) -> bool:
    return any(len({2 if fit is None else fit for fit in row}) > 1 for row in rows)


@cache
def _questions(width: int) -> st.SearchStrategy[list[Row]]:
    """The rows of one question. A row is one draw, a digit of six for each alternative: faster than many draws."""
    values = (0, 1, 2, 3, 4, None)
    row = st.integers(0, 6**width - 1).map(lambda code: tuple(values[code // 6**place % 6] for place in range(width)))
    return st.lists(row, min_size=2, max_size=4).filter(_discriminates)


@st.composite
def definitions(
    draw: st.DrawFn, alternatives: tuple[int, int] = (2, 5), questions: tuple[int, int] = (1, 8)
) -> Definition:
    width = draw(st.integers(*alternatives))
    tables = draw(st.lists(_questions(width), min_size=questions[0], max_size=questions[1]))
    document = definition_document({f"o{number}": row for number, row in enumerate(rows)} for rows in tables)
    for question in document["questions"]:
        question["multiple"] = draw(st.booleans())
    return parse_definition(document)


_unanswered = st.sampled_from(([], [NOT_SURE]))


@cache
def _choices(keys: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(keys), min_size=1, max_size=most, unique=True)


@st.composite
def given_answers(draw: st.DrawFn, definition: Definition, answered: int = 0) -> dict[str, dict[str, Any]]:
    """Answers as a visitor sends them, in any order, with at least so many questions answered."""
    keys = draw(st.permutations(list(definition.by_key)))
    certain = draw(st.integers(answered, len(keys)))
    given = {}
    for place, key in enumerate(keys):
        question = definition.by_key[key]
        most = len(question.options) if question.multiple else 1
        choices = _choices(tuple(question.by_key), most) if place < certain else _unanswered
        given[key] = {"options": draw(choices), "weight": draw(st.sampled_from(Weight)).value}
    return given


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ODD_CHARACTERS = "\x00\x01\x7f\ud800\udfff\ufffe\uffff" + BIDI
"""What no text of the comparison may hold."""
_usable = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff" + BIDI)
_days = st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(date.isoformat)
_states = st.sampled_from(State).map(str)


def texts(longest: int = 30) -> st.SearchStrategy[str]:
    """Texts as documents hold them: never empty, no two blanks together, otherwise of any characters."""
    return st.text(_usable, min_size=1, max_size=longest).map(lambda text: " ".join(text.split())).filter(bool)


chances = st.integers(0, 2**32 - 1).map(random.Random)
"""Many times faster than Hypothesis' own, which records every number drawn."""


@st.composite
def worded_definitions(draw: st.DrawFn) -> Definition:
    """Questionnaires in any words, with evidence, grounds and days of review of single fits; few draws make many."""
    document = draw(definitions()).document()
    words, days = draw(st.lists(texts(), min_size=3, max_size=8)), draw(st.lists(_days, min_size=1, max_size=3))
    chance = draw(chances)
    document["reviewed_on"] = chance.choice(days)
    for alternative in document["alternatives"]:
        alternative["name"] = chance.choice(words)
    for question in document["questions"]:
        question |= {"text": chance.choice(words), "why": chance.choice(words)}
        for option in question["options"]:
            option |= {"label": chance.choice(words), "consequence": chance.choice(words)}
            for cell in option["fits"].values():
                cell |= {"reason": chance.choice(words), "claims": chance.sample(words, chance.randrange(3))}
                if cell["claims"]:
                    cell["evidence"] = chance.choice(["measured", "sourced", "opinion"])
                if chance.random() < 0.5:
                    cell["reviewed_on"] = chance.choice(days)
    return parse_definition(document)


def keys(least: int, most: int) -> st.SearchStrategy[list[str]]:
    key = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda text: text not in TAKEN_KEYS)
    return st.lists(key, min_size=least, max_size=most, unique=True)


def _value(field: Field, citable: Sequence[str]) -> st.SearchStrategy[Any]:
    """Any value that a field may have; of texts short ones."""
    by_value: dict[Value, st.SearchStrategy[Any]] = {
        Value.LINE: texts(),
        Value.MARKDOWN: texts(),
        Value.ADDRESS: st.sampled_from(["https://example.org/", "http://example.org/a?b=c#d"]),
        Value.DAY: _days,
        Value.YEAR: st.integers(1990, 2100),
        Value.SCORE: st.integers(1, 5),
        Value.SIDE: st.sampled_from(["pro", "con"]),
        Value.EVIDENCE: st.just("opinion"),
        Value.VOICE: st.sampled_from(["project", "independent"]),
        Value.SOURCES: st.lists(st.sampled_from(citable), max_size=3) if citable else st.just([]),
        Value.CITATIONS: st.lists(
            st.fixed_dictionaries({"source": st.sampled_from(citable), "words": st.just("") | texts()}), max_size=3
        )
        if citable
        else st.just([]),
    }
    found = by_value[field.value]
    return found if field.required or field.value in (Value.SOURCES, Value.CITATIONS) else st.none() | found


@st.composite
def documents(
    draw: st.DrawFn, kind: Kind, citable: Sequence[str] = (), retired: Sequence[str] = (), **fixed: str
) -> dict[str, Any]:
    """A document that has no fault; what is not retired rests on the ``citable`` sources alone."""
    state = draw(_states)
    sources = [*citable, *retired] if state == State.RETIRED else citable
    given = {field.name: draw(_value(field, sources)) for field in FIELDS[kind] if field.name not in fixed}
    if kind is Kind.CRITERION and not given.get("group") and not given.get("finding"):
        given["finding"] = draw(texts())
    if kind is Kind.SOURCE:
        given |= draw(_releases)
    if given.get("sources"):
        given["evidence"] = draw(st.sampled_from(["measured", "sourced", "opinion"]))
    if kind is Kind.RATING and given["evidence"] != "measured":
        given |= {"evidence": "opinion", "sources": []}
    if kind is Kind.CLAIM:  # each quotation has words, and these name whatever the text does
        given["sources"] = [{**entry, "words": entry["words"] or given["text"]} for entry in given["sources"]]
        if given["sources"]:
            given["sources"][0]["words"] = given["text"]
    return canonical(kind, {**given, **fixed, "state": state})


_releases = st.sampled_from(
    [
        {"archive": "", "file": "", "sha256": ""},
        {"archive": "django-6.1.3.tar.gz", "file": "docs/index.txt", "sha256": ""},
        {"archive": "flask-3.1.3.tar.gz", "file": "README.md", "sha256": "ab" * 32},
    ]
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Small comparisons of every shape: drafts, retired items, odd characters, empty cells. Drafts of sources are cited
    by what is retired alone, as retired ones are."""
    criteria = [draw(documents(Kind.CRITERION, key=key)) for key in draw(keys(1, 3))]
    sources = [draw(documents(Kind.SOURCE, key=key)) for key in draw(keys(0, 3))]
    citable = [source["key"] for source in sources if source["state"] == State.PUBLISHED]
    retired = [source["key"] for source in sources if source["state"] != State.PUBLISHED]
    frameworks = [draw(documents(Kind.FRAMEWORK, citable, retired, key=key)) for key in draw(keys(1, 3))]
    names = [criterion["key"] for criterion in criteria]
    rated = [criterion["key"] for criterion in criteria if not criterion["group"]]
    ratings, claims = [], []
    unused = iter(draw(keys(6, 6)))
    for framework in frameworks:
        place = {"framework": framework["key"]}
        for name in draw(st.lists(st.sampled_from(rated), unique=True)) if rated else ():
            ratings.append(draw(documents(Kind.RATING, citable, retired, **place, criterion=name)))
        for name in draw(st.lists(st.sampled_from(names), max_size=2)):
            no_answer = {"answer": ""} if name in rated else {}
            given = {**place, "criterion": name, "key": next(unused), **no_answer}
            claims.append(draw(documents(Kind.CLAIM, citable, retired, **given)))
    return Edition(
        {kind: tuple(found) for kind, found in zip(Kind, (criteria, sources, frameworks, ratings, claims), strict=True)}
    )


ANSWERED = RULES[MODEL].answers_needed
"""So many questions of a case are answered at least."""
CASE_BYTES, LARGE_CASE_BYTES = 128, 256
TIMES = 2000 if CI else 100
"""So many cases for each law of the recommendation; everything else is as in the profile."""
TOGETHER = 20


def small_case(
    code: bytes,
    questions: Sequence[int] = (3, 4, 5),
    alternatives: Sequence[int] = (2, 3, 4),
    options: Sequence[int] = (2, 3),
) -> Case:
    """Any :data:`CASE_BYTES` bytes make a case, checked by nobody: thousands of them take seconds.

    One question is answered, the others perhaps. Where a question is about parts, an add-on is a package. Every second
    case has twins, as equal scores are rare otherwise.
    """
    digits = iter(code)

    def pick(items: Sequence[Any]) -> Any:
        return items[next(digits) % len(items)]

    keys, count = list(ALTERNATIVES)[: pick(alternatives)], pick(questions)
    first = pick(range(count))
    certain = {(first + place) % count for place in range(ANSWERED)}
    asked, answers = [], {}
    for number in range(count):
        rows = [[pick((0, 1, 2, 3, 4, None)) for _ in keys] for _ in range(pick(options))]
        if not _discriminates(rows):
            rows[0] = [4, *[0] * (len(keys) - 1)]
        parts = pick((False, True))
        offered = tuple(
            Option(f"o{place}", f"Label {place}", f"Consequence {place}.", _small_fits(keys, row, parts=parts))
            for place, row in enumerate(rows)
        )
        key = f"q{number + 1}"
        asked.append(
            Question(key, f"Question {number + 1}?", f"Why {number + 1}.", offered, pick((False, True)), parts)
        )
        answers[key] = _small_answer(asked[-1], pick, certain=number in certain)
    named = tuple(Alternative(key, ALTERNATIVES[key]) for key in keys)
    definition = Definition(date(2026, 11, 22), named, tuple(asked))
    if pick((False, True)):
        twin, model = pick(keys), pick(keys)
        twinned = twins(definition, model, twin)
        if all(_discriminates([[o.value(key) for key in keys] for o in q.options]) for q in twinned.questions):
            definition = twinned
    return Case(definition, answers)


def _small_fits(keys: Iterable[str], row: Row, *, parts: bool) -> dict[str, Fit]:
    return {
        key: Fit(fit, f"Reason {key}", via=(f"{key}-parts",) if parts and fit == FIT_ADD_ON else ())
        for key, fit in zip(keys, row, strict=True)
        if fit is not None
    }


def _small_answer(question: Question, pick: Callable[[Sequence[Any]], Any], certain: bool) -> Answer:
    state = AnswerState.ANSWERED if certain else pick((AnswerState.ANSWERED, AnswerState.NOT_SURE, AnswerState.SKIPPED))
    keys = list(question.by_key)
    first, more = pick(keys), {key for key in keys if pick((False, True)) and question.multiple}
    weight = pick(list(Weight))
    chosen = tuple(key for key in keys if key == first or key in more)
    return Answer(state, chosen if state is AnswerState.ANSWERED else (), weight)


def law(**shape: Sequence[int]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """What holds for any case, tried with :data:`TIMES` of them. A law takes a case, and a ``chance`` where it asks.

    They come twenty by twenty, as Hypothesis takes longer over an example than most laws do over a case. What it finds
    it makes no simpler then; cases are small, and the laws of ``test_scoring.py`` are stated there of single ones.
    """

    def decorated(holds: Callable[..., None]) -> Callable[[], None]:
        asks = "chance" in signature(holds).parameters

        @settings(max_examples=TIMES // TOGETHER)
        @given(chances)
        def holds_for_many(chance: random.Random) -> None:
            for _ in range(TOGETHER):
                case = small_case(chance.randbytes(CASE_BYTES), **shape)
                try:
                    holds(case, **({"chance": chance} if asks else {}))
                except Exception:
                    note(f"{case}")
                    raise

        holds_for_many.__name__ = holds.__name__
        holds_for_many.__doc__ = holds.__doc__
        return holds_for_many

    return decorated


def small_cases(**shape: Sequence[int]) -> st.SearchStrategy[Case]:
    """:func:`small_case` of any bytes."""
    return st.binary(min_size=CASE_BYTES, max_size=CASE_BYTES).map(lambda code: small_case(code, **shape))


def cases(alternatives: Sequence[int] = (2, 3, 4, 5)) -> st.SearchStrategy[Case]:
    """Larger ones."""
    shape = {"questions": range(3, 9), "alternatives": alternatives, "options": (2, 3, 4)}
    return st.binary(min_size=LARGE_CASE_BYTES, max_size=LARGE_CASE_BYTES).map(lambda code: small_case(code, **shape))
