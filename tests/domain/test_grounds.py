"""Grounds of fits: a fit that is sourced names what its points quote; lines that once did not are found."""

from __future__ import annotations

from datetime import date

import pytest

from fwsite.domain import grounds
from fwsite.domain.evidence import Evidence
from fwsite.domain.questionnaire import Fault, Fit
from tests.support.records import replace
from tests.support.woods import planted, woods

PACKAGES = frozenset(
    """APIFlask Channels Flask-Admin Flask-Login Flask-Migrate Flask-OpenAPI3 Flask-SQLAlchemy Flask-Security Flask-WTF
    Jinja Pydantic SQLAlchemy SQLModel Starlette Werkzeug flask-smorest""".split()
)
FREE = ("Django", "Flask", "FastAPI", "No framework")
WORDS = {
    "flask-extensions": (
        "Numerous extensions provide database integration, form validation, upload handling, various "
        "open authentication technologies, and more. ... choose and integrate only the specific "
        "extensions or libraries you need"
    ),
    "flask-set-up": (
        "By default, Flask does not include a database abstraction layer, form validation or anything "
        "else where different libraries already exist ... requires additional configuration for common "
        "functionalities"
    ),
    "fastapi-choice": (
        "You can use any template engine you want with FastAPI. ... FastAPI doesn't force you to use anything"
    ),
    "django-async": "an entirely async-enabled request stack if you are running under ASGI",
    "fastapi-any-database": "You could use any other SQL or NoSQL database library you want",
    "flask-structure": (
        "It doesn't require you to use any particular project or code layout. ... allows more freedom in architecture"
    ),
    "flask-no-database-layer": "Flask will never have a database layer.",
    "flask-any-database": "Flask won't make many decisions for you, such as what database to use.",
}
"""What the points of an earlier edition quoted."""
MISLABELLED = [
    (
        "Flask-SQLAlchemy and Flask-Admin add what is missing",
        ("flask-extensions", "flask-set-up"),
        ["Flask-SQLAlchemy", "Flask-Admin"],
    ),
    ("Templates work once Jinja is installed; the rest of it is made for APIs", ("fastapi-choice",), ["Jinja"]),
    (
        "JSON answers are built in; flask-smorest or APIFlask adds the checks",
        ("flask-extensions",),
        ["flask-smorest", "APIFlask"],
    ),
    ("Channels, kept by the Django project, adds WebSockets", ("django-async",), ["Channels", "WebSockets"]),
    (
        "Flask-Security and Flask-Admin add accounts and staff screens",
        ("flask-extensions", "flask-set-up"),
        ["Flask-Security", "Flask-Admin"],
    ),
    (
        "Flask-Login or Flask-Security adds them",
        ("flask-extensions", "flask-set-up"),
        ["Flask-Login", "Flask-Security"],
    ),
    ("Flask-Admin adds them", ("flask-extensions", "flask-set-up"), ["Flask-Admin"]),
    ("Flask-WTF adds them, with protection from request forgery", ("flask-extensions", "flask-set-up"), ["Flask-WTF"]),
    ("flask-smorest or APIFlask adds them", ("flask-extensions",), ["flask-smorest", "APIFlask"]),
    ("Jinja is supported once it is installed", ("fastapi-choice",), ["Jinja"]),
    (
        "Database and layout are free; the data models are Pydantic's",
        ("fastapi-choice", "fastapi-any-database"),
        ["Pydantic"],
    ),
    ("Flask-OpenAPI3 adds this, with Pydantic underneath", ("flask-extensions",), ["Flask-OpenAPI3", "Pydantic"]),
    ("Free in nearly all; requests and routing stay with Werkzeug", ("flask-structure",), ["Werkzeug"]),
    (
        "Free in layout; requests and data stay with Starlette and Pydantic",
        ("fastapi-choice",),
        ["Starlette", "Pydantic"],
    ),
    (
        "Flask-SQLAlchemy and Flask-Migrate add them",
        ("flask-no-database-layer",),
        ["Flask-SQLAlchemy", "Flask-Migrate"],
    ),
    ("Flask-SQLAlchemy joins the best known; others are joined by hand", ("flask-any-database",), ["Flask-SQLAlchemy"]),
    (
        "SQLModel is built on SQLAlchemy; others are joined by hand",
        ("fastapi-any-database",),
        ["SQLModel", "SQLAlchemy"],
    ),
    ("Channels adds them, on an ASGI server", ("django-async",), ["Channels"]),
]
"""Fits of that edition that were called sourced: reason, points, and what no quoted words name."""


@pytest.mark.parametrize(("reason", "claims", "names"), MISLABELLED)
def test_a_line_that_was_mislabelled_is_found(reason: str, claims: tuple[str, ...], names: list[str]) -> None:
    fit = Fit(3, reason, claims, Evidence.SOURCED, date(2026, 11, 22))
    said = list(grounds.unfounded(fit, WORDS, PACKAGES, FREE))
    assert said == [
        f"names “{name}”, which the quoted words do not; quote words that name it, or call it opinion" for name in names
    ]
    assert list(grounds.unfounded(fit._replace(evidence=Evidence.OPINION), WORDS, PACKAGES, FREE)) == []


def test_a_point_that_is_not_published_is_told_first() -> None:
    fit = Fit(3, "Flask-Admin adds them", ("flask-extensions", "gone"), Evidence.SOURCED, date(2026, 11, 22))
    assert list(grounds.unfounded(fit, WORDS, PACKAGES, FREE)) == [
        "rests on “gone”, which is not a published point; name another, or call it opinion instead of sourced"
    ]


def test_words_that_name_it_carry_it() -> None:
    fit = Fit(3, "Flask-Admin adds them", ("flask-admin",), Evidence.SOURCED, date(2026, 11, 22))
    assert list(grounds.unfounded(fit, {"flask-admin": "Flask-Admin is batteries-included"}, PACKAGES, FREE)) == []


# ---------------------------------------------------------------- notes


def noted(text: str, evidence: str, *claims: str, **places: object) -> list[Fault]:
    """What is wrong with the grounds of a note; the fits of its questionnaire are opinions."""
    note = woods()["notes"][0] | {"text": text, "evidence": evidence, "claims": list(claims)} | places
    definition = planted(notes=[{"key": "first", "when": ["parts=nuts"], "text": "So."}, note])
    return list(grounds.faults(definition, WORDS, PACKAGES, {"hidden"}))


@pytest.mark.parametrize("evidence", ["sourced", "measured"])
def test_a_note_rests_on_published_points_as_a_fit_does(evidence: str) -> None:
    assert noted("Any database will do.", evidence, "flask-any-database") == []
    [fault] = noted("Any database will do.", evidence, "flask-any-database", "gone")
    assert fault == Fault(
        'note "wide"',
        f"rests on “gone”, which is not a published point; name another, or call it opinion instead of {evidence}",
        ("notes", 1, "claims"),
    )


def test_a_sourced_note_names_what_its_points_quote() -> None:
    [fault] = noted("Flask-Admin adds it.", "sourced", "flask-extensions")
    assert (
        fault.message
        == "names “Flask-Admin”, which the quoted words do not; quote words that name it, or call it opinion"
    )
    assert fault.path == ("notes", 1, "claims")
    assert noted("Flask-Admin adds it.", "opinion", "flask-extensions") == []
    assert noted("Echo and delta need no words.", "sourced", "flask-extensions") == [], "alternatives are free"


def test_no_note_names_what_is_secret_not_even_an_opinion() -> None:
    [fault] = noted("So.", "opinion", "hidden")
    assert fault.message == "rests on “hidden”, which is not a published point; name another"


def test_a_note_that_has_lost_its_last_ground_is_an_opinion() -> None:
    [note] = planted(
        notes=[woods()["notes"][0] | {"claims": ["flask-extensions", "gone"], "evidence": "sourced"}]
    ).notes
    definition = replace(planted(), notes=(note,))

    assert grounds.as_founded(definition, {"flask-extensions"}, set()).notes == (note,)
    assert grounds.as_founded(definition, {"other"}, {"other"}).notes == (note._replace(evidence=Evidence.OPINION),)
