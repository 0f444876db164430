"""A questionnaire as data: what is refused, what its version stands for, and the one that is shipped."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given

from fwsite.domain.questionnaire import (
    FIT_RUBRIC,
    MODEL,
    Alternative,
    Definition,
    DefinitionError,
    parse_definition,
    read_definition,
)
from tests.support.paths import ROOT
from tests.support.records import replace
from tests.support.strategies import definition_document, definitions
from tests.support.woods import woods

CONTENT = ROOT / "fwsite" / "content"
SHIPPED = tomllib.loads((CONTENT / "questionnaire.toml").read_text("utf-8"))
FRAMEWORKS = tomllib.loads((CONTENT / "frameworks.toml").read_text("utf-8"))


def document() -> dict[str, Any]:
    return definition_document([{"x": (4, 0), "y": (0, None)}, {"x": (1, 2), "y": (3, 0)}])


def faults(broken: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(broken)
    assert str(caught.value) == "; ".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


def put(tables: Any, path: tuple[str | int, ...], value: Any) -> None:
    *way, last = path
    for step in way:
        tables = tables[step]
    tables[last] = value


QUESTION = ("questions", 1)
OPTION = (*QUESTION, "options", 0)
FIT = (*OPTION, "fits", "birch")

IN_QUESTION = 'question "q2"'
IN_OPTION = f'{IN_QUESTION}, option "x"'
IN_FIT = f'{IN_OPTION}, fit of "birch"'


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (
            ("note",),
            "hi",
            'questionnaire: unknown key "note"; '
            "known are alternatives, model, notes, questions, reviewed_on, scenarios",
        ),
        (("reviewed_on",), "soon", "questionnaire: reviewed_on must be a date such as 2026-11-22"),
        (("reviewed_on",), None, "questionnaire: reviewed_on must be a date such as 2026-11-22"),
        (
            ("reviewed_on",),
            datetime(2026, 11, 22, 12),
            "questionnaire: reviewed_on must be a date such as 2026-11-22",
        ),
        (("alternatives", 0, "name"), "", 'alternative "ash": name is missing or empty'),
        (
            (*QUESTION, "note"),
            1,
            f'{IN_QUESTION}: unknown key "note"; known are key, multiple, options, parts, text, why',
        ),
        ((*QUESTION, "text"), " ", f"{IN_QUESTION}: text is missing or empty"),
        ((*QUESTION, "why"), 7, f"{IN_QUESTION}: why is missing or empty"),
        ((*QUESTION, "multiple"), "yes", f"{IN_QUESTION}: multiple must be true or false"),
        ((*QUESTION, "key"), "q1", 'questions: the key "q1" is used more than once'),
        ((*QUESTION, "options"), [], f"{IN_QUESTION}: has 0 options; a question needs 2 to 5"),
        ((*OPTION, "note"), 1, f'{IN_OPTION}: unknown key "note"; known are consequence, fits, key, label'),
        ((*OPTION, "label"), None, f"{IN_OPTION}: label is missing or empty"),
        ((*OPTION, "consequence"), [], f"{IN_OPTION}: consequence is missing or empty"),
        ((*OPTION, "key"), "y", f'{IN_QUESTION}, options: the key "y" is used more than once'),
        ((*OPTION, "fits"), [4, 0], f"{IN_OPTION}: fits must be a table of alternatives"),
        (FIT, 3, f'{IN_FIT}: must be a table such as {{ fit = 3, reason = "..." }}'),
        ((*FIT, "note"), 1, f'{IN_FIT}: unknown key "note"; known are claims, evidence, fit, reason, reviewed_on, via'),
        (
            (*FIT, "evidence"),
            "hearsay",
            f"{IN_FIT}: evidence is 'hearsay'; it must be one of measured, sourced, opinion",
        ),
        (
            (*FIT, "evidence"),
            "sourced",
            f"{IN_FIT}: names no claims; what is sourced names the pros and cons it rests on",
        ),
        ((*FIT, "reviewed_on"), "soon", f"{IN_FIT}: reviewed_on must be a date such as 2026-11-22"),
        ((*FIT, "reason"), "", f"{IN_FIT}: reason is missing or empty"),
        ((*FIT, "claims"), "ash-is-fast", f"{IN_FIT}: claims must be a list of keys of pros and cons"),
        ((*FIT, "claims"), [1], f"{IN_FIT}: claims must be a list of keys of pros and cons"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_fault_names_its_place_and_what_is_wrong(path: tuple[str | int, ...], value: Any, fault: str) -> None:
    broken = document()
    put(broken, path, value)

    assert fault in faults(broken)


@pytest.mark.parametrize("value", [-1, 5, 2.0, "3", True, None])
def test_a_fit_outside_the_rubric_is_refused(value: Any) -> None:
    broken = document()
    put(broken, (*FIT, "fit"), value)

    assert faults(broken) == [f"{IN_FIT}: fit is {value!r}; it must be a whole number from 0 to 4"]


@pytest.mark.parametrize("value", FIT_RUBRIC)
def test_every_fit_of_the_rubric_is_accepted(value: int) -> None:
    good = document()
    put(good, (*FIT, "fit"), value)

    assert parse_definition(good).by_key["q2"].by_key["x"].value("birch") == value


def test_a_fit_for_an_unknown_alternative_is_refused() -> None:
    broken = document()
    put(broken, (*OPTION, "fits", "oak"), {"fit": 3, "reason": "Strong"})

    assert faults(broken) == [f'{IN_OPTION}: fits names "oak", which is not among the alternatives']


@pytest.mark.parametrize("key", ["", "Q2", "2q", "q 2", "q_2", "q" * 41, 2, None])
def test_a_key_that_is_no_key_is_refused(key: Any) -> None:
    broken = document()
    put(broken, (*QUESTION, "key"), key)

    (fault,) = faults(broken)
    assert fault.startswith("question ")
    assert fault.endswith(f"key is {key!r}; it must be lower-case letters, digits and hyphens")


def test_not_sure_cannot_be_an_option_of_its_own() -> None:
    broken = document()
    put(broken, (*OPTION, "key"), "not-sure")

    assert faults(broken) == [
        f'{IN_QUESTION}, option "not-sure": the key "not-sure" is taken: every question has that option automatically'
    ]


@pytest.mark.parametrize(("number", "accepted"), [(1, False), (2, True), (5, True), (6, False)])
def test_a_question_has_two_to_five_options(number: int, accepted: bool) -> None:
    made = definition_document([{f"o{n}": (4, n % 4) for n in range(number)}])

    if accepted:
        assert len(parse_definition(made).questions[0].options) == number
    else:
        assert faults(made) == [f'question "q1": has {number} options; a question needs 2 to 5']


@pytest.mark.parametrize("rows", [{"x": (3, 3), "y": (0, 0)}, {"x": (2, None), "y": (None, None)}])
def test_a_question_that_discriminates_nothing_is_refused(rows: dict[str, Any]) -> None:
    assert faults(definition_document([{"x": (4, 0), "y": (0, 4)}, rows])) == [
        'question "q2": makes no difference: every option fits every alternative equally well'
    ]


def test_one_option_that_tells_alternatives_apart_is_enough() -> None:
    assert parse_definition(definition_document([{"x": (3, 3), "y": (0, 1)}]))


@pytest.mark.parametrize("tables", ["alternatives", "questions"])
@pytest.mark.parametrize("value", ["x", {"key": "x"}, ["x"]])
def test_tables_that_are_no_list_of_tables_are_refused(tables: str, value: Any) -> None:
    assert f"{tables[:-1]}: {tables} must be a list of tables" in faults(document() | {tables: value})


def test_options_that_are_no_list_of_tables_are_refused_by_question() -> None:
    broken = document()
    put(broken, (*QUESTION, "options"), {"key": "x"})

    assert f"{IN_QUESTION}: options must be a list of tables" in faults(broken)


def test_an_empty_document_lacks_everything() -> None:
    assert faults({}) == [
        "alternatives: give at least two [[alternatives]] to choose from",
        "questions: give at least one [[questions]] table",
        "questionnaire: reviewed_on must be a date such as 2026-11-22",
    ]


def test_one_alternative_is_no_choice() -> None:
    broken = document()
    broken["alternatives"].pop()

    assert "alternatives: give at least two [[alternatives]] to choose from" in faults(broken)


def test_a_key_used_for_two_alternatives_is_refused() -> None:
    broken = document()
    broken["alternatives"].append({"key": "ash", "name": "Ash again"})

    assert faults(broken) == ['alternatives: the key "ash" is used more than once']


def test_a_table_without_a_key_is_named_by_its_number() -> None:
    broken = document()
    del broken["questions"][1]["key"], broken["questions"][1]["options"][0]["key"]

    assert [fault.partition(": ")[0] for fault in faults(broken)] == [
        "question number 2, option number 1",
        "question number 2",
    ]


def test_all_faults_are_reported_at_once() -> None:
    broken = document()
    put(broken, ("reviewed_on",), "soon")
    put(broken, (*QUESTION, "why"), "")
    put(broken, (*FIT, "fit"), 9)

    assert {fault.partition(": ")[0] for fault in faults(broken)} == {"questionnaire", IN_QUESTION, IN_FIT}


# ---------------------------------------------------------------- document and version


@given(definitions())
def test_the_document_reads_back_as_the_same_definition_and_version(definition: Definition) -> None:
    again = parse_definition(json.loads(json.dumps(definition.document())))

    assert again == definition
    assert again.version == definition.version


def test_a_date_may_be_written_as_a_date_or_as_text() -> None:
    assert parse_definition(document() | {"reviewed_on": date(2026, 11, 22)}).version == (
        parse_definition(document() | {"reviewed_on": "2026-11-22"}).version
    )


def test_the_version_is_64_hexadecimal_digits() -> None:
    version = parse_definition(document()).version

    assert len(version) == 64
    assert int(version, 16) >= 0


def test_the_order_in_which_fits_are_written_does_not_change_the_version() -> None:
    turned = document()
    for question in turned["questions"]:
        for option in question["options"]:
            option["fits"] = dict(reversed(option["fits"].items()))

    assert parse_definition(turned).version == parse_definition(document()).version


def leaves(tables: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every text, number, switch and list of claims in a document, with the way to it."""
    if isinstance(tables, dict) or (isinstance(tables, list) and tables and isinstance(tables[0], dict)):
        steps = tables.items() if isinstance(tables, dict) else enumerate(tables)
        for step, inner in steps:
            yield from leaves(inner, (*path, step))
    else:
        yield path, tables


def another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return (value + 1) % 5
        case list():
            return [*value, "one-more"]
        case "2026-11-22":
            return "2026-11-23"
        case "sourced":
            return "measured"
        case _:
            return f"{value}x"


def complete() -> dict[str, Any]:
    """A document in which everything is said that can be."""
    made = definition_document([{"x": (4, 0), "y": (0, 3)}, {"x": (1, 2), "y": (3, 4)}])
    made["alternatives"][0] |= {"packages": ["ash[parts]"], "start": "ash new", "when": "For woods."}
    made["questions"][0]["parts"] = True
    grounds = {"claims": ["birch-adds"], "evidence": "sourced"}
    made["questions"][0]["options"][1]["fits"]["birch"] |= {
        "via": ["birch-parts"],
        "reviewed_on": "2026-11-22",
    } | grounds
    made["notes"] = [{"key": "first", "when": ["q1=x"], "for": ["ash"], "text": "Mind the bark."} | grounds]
    side = {"answers": {"q1": ["x"]}, "weights": {"q1": "must"}, "why": "It grows."}
    twin = {"name": "A copse", "accepts": ["birch"], **side}
    made["scenarios"] = [{"key": "wood", "name": "A wood", "story": "Tall.", "accepts": ["ash"], **side, "twin": twin}]
    return parse_definition(made).document()


COMPLETE = complete()


@pytest.mark.parametrize(
    ("path", "value"),
    list(leaves(COMPLETE)),
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_the_version_changes_with_anything_that_is_said(path: tuple[str | int, ...], value: Any) -> None:
    changed = copy.deepcopy(COMPLETE)
    put(changed, path, another(value))

    assert read_definition(changed).version != read_definition(COMPLETE).version


@pytest.mark.parametrize("tables", [("alternatives",), ("questions",), ("questions", 0, "options")])
def test_the_version_changes_with_the_order_in_which_things_are_shown(tables: tuple[str | int, ...]) -> None:
    changed = copy.deepcopy(COMPLETE)
    items: Any = changed
    for step in tables:
        items = items[step]
    items.reverse()

    assert parse_definition(changed).version != parse_definition(COMPLETE).version


# ---------------------------------------------------------------- packages, parts and the model

IN_PART = 'question "parts", option "nuts", fit of "birch"'


@pytest.mark.parametrize(
    "package", ["Flask", "flask admin", "-flask", "flask-", "flask[", "flask[]", "a[b]c", "a==1", ""]
)
def test_what_is_no_name_of_a_package_is_refused(package: str) -> None:
    broken = woods()
    broken["questions"][0]["options"][1]["fits"]["birch"]["via"] = ["birch", package]
    broken["alternatives"][0]["packages"] = [package]

    message = f"{package!r} is not the name of a package, such as flask-admin or channels[daphne]"
    assert faults(broken) == [f'alternative "ash": {message}', f"{IN_PART}: {message}"]


@pytest.mark.parametrize("package", ["a", "zope.interface", "ruamel_yaml", "fastapi[standard]", "a[b,c-d]", "2captcha"])
def test_names_of_packages_are_taken_with_their_extras(package: str) -> None:
    fine = woods()
    fine["questions"][0]["options"][1]["fits"]["birch"]["via"] = [package]

    assert parse_definition(fine).by_key["parts"].by_key["nuts"].fits["birch"].via == (package,)


def test_a_part_that_is_an_add_on_names_its_packages() -> None:
    broken = woods()
    del broken["questions"][0]["options"][1]["fits"]["birch"]["via"]

    with pytest.raises(DefinitionError) as caught:
        parse_definition(broken)

    [fault] = caught.value.faults
    assert str(fault) == f'{IN_PART}: is 3, a maintained add-on, and names none: via = ["..."] has its packages'
    assert fault.path == ("questions", 0, "options", 1, "fits", "birch", "fit")
    assert "via" not in woods()["questions"][1]["options"][1]["fits"]["cedar"], "a 3 that is no part names none"


@pytest.mark.parametrize("value", [4, 2, 1, 0])
def test_what_is_no_add_on_names_no_packages(value: int) -> None:
    broken = woods()
    broken["questions"][0]["options"][1]["fits"]["birch"]["fit"] = value

    assert faults(broken) == [f"{IN_PART}: names packages in via, which only a fit of 3 does"]


def test_a_stored_version_without_a_model_is_of_the_first_and_one_that_is_read_now_of_the_newest() -> None:
    first = replace(parse_definition(document()), model=1)

    assert "model" not in first.document()
    assert read_definition(first.document()) == first
    assert read_definition(first.document()).version == first.version
    newest = parse_definition(first.document())
    assert (newest.model, newest.document()["model"]) == (MODEL, MODEL) == (2, 2)
    assert newest.version != first.version
    assert read_definition(newest.document()) == newest


def test_the_versions_of_the_first_model_keep_their_names() -> None:
    """Results refer to them; the digest was worked out before there was a second model."""
    first = replace(parse_definition(document()), model=1)

    assert first.version == "0a1153cc82f6045baa93b2355e6d9bc1e2c5b5781b2dde380eca4740b9fcdb64"


def test_fewer_and_more_alternatives_keep_the_model() -> None:
    first = replace(parse_definition(woods()), model=1)

    assert first.with_alternatives((), ["cedar"]).model == 1
    assert first.with_alternatives([Alternative("oak", "Oak")], ()).model == 1
    assert parse_definition(woods()).with_alternatives((), ["cedar"]).model == 2


# ---------------------------------------------------------------- the shipped questionnaire

CELLS = [
    (f"{question['key']}/{option['key']}/{name}", name, cell)
    for question in SHIPPED["questions"]
    for option in question["options"]
    for name, cell in option["fits"].items()
]


def test_the_shipped_questionnaire_is_sound_and_asks_twelve_questions() -> None:
    definition = parse_definition(SHIPPED)

    assert list(definition.names) == ["django", "flask", "fastapi", "none"]
    assert len(definition.questions) == 12
    assert any(question.multiple for question in definition.questions)


def test_the_shipped_questionnaire_judges_every_alternative_on_every_option() -> None:
    definition = parse_definition(SHIPPED)

    assert [
        (question.key, option.key)
        for question in definition.questions
        for option in question.options
        if set(option.fits) != set(definition.names)
    ] == []


def test_the_shipped_reasons_fit_on_one_line() -> None:
    assert [place for place, _, cell in CELLS if len(cell["reason"]) > 90 or "\n" in cell["reason"]] == []


def test_every_claim_that_a_fit_rests_on_exists_and_is_about_that_alternative() -> None:
    claims = {
        framework["key"]: {claim["key"] for claim in framework["claims"]} for framework in FRAMEWORKS["frameworks"]
    }

    assert [
        (place, claim) for place, name, cell in CELLS for claim in cell.get("claims", []) if claim not in claims[name]
    ] == []


def test_labels_are_short_and_unlike_each_other() -> None:
    labels = [option["label"] for question in SHIPPED["questions"] for option in question["options"]]

    assert len(labels) == len(set(labels))
    assert [label for label in labels if len(label) > 40] == []
