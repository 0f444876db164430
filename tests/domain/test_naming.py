"""Named things: what a line names, its evidence has to name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.naming import names_in, without_support

PACKAGES = ("Flask-Admin", "Flask-SQLAlchemy", "SQLAlchemy", "flask-smorest", "APIFlask", "Channels", "Jinja")
FREE = ("Django", "Flask", "FastAPI", "No framework")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Flask-Admin and flask-smorest", ("Flask-Admin", "flask-smorest")),
        ("Channels adds WebSockets", ("Channels", "WebSockets")),
        ("channels of communication", ()),
        ("Set `DEBUG` and CONN_MAX_AGE", ("DEBUG", "CONN_MAX_AGE")),
        ("Since 6.1, fetch_mode", ("6.1", "fetch_mode")),
        ("`async def` views", ("async def",)),
        ("HTML, JSON, SQL and HTTP APIs; an ORM, i.e. e.g. etc.", ()),
        ("Many-to-many, half-done and well-known things", ()),
        ("OpenAPI from type hints", ("OpenAPI",)),
        ("3 of 4, 2005, 10 %", ()),
    ],
)
def test_what_a_text_names(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text, PACKAGES) == names


@pytest.mark.parametrize(
    ("text", "words", "missing"),
    [
        ("Flask-SQLAlchemy and Flask-Admin add it", "numerous extensions", ["Flask-SQLAlchemy", "Flask-Admin"]),
        ("Flask-Admin adds it", "Flask-Admin is batteries-included", []),
        ("Channels adds WebSockets", "Channels augments Django to bring WebSocket support", []),
        ("Channels adds it", "a channel layer", ["Channels"]),
        ("Django 6.1 has fetch modes", "Django 6.1 release notes ... fetch modes", []),
        ("Django 6.1 has fetch modes", "fetch modes", ["6.1"]),
        ("Flask and FastAPI leave it to you", "left to you", []),
        ("<ScRiPt src=//evil.example>", "<ScRiPt src=//evil.example>", []),
        ("See evil.example", "[the manual](https://evil.example/)", []),
        ("`async def` views", "declare it with **async** ``def``", []),
    ],
)
def test_what_its_words_do_not_name(text: str, words: str, missing: list[str]) -> None:
    assert without_support(text, [words], PACKAGES, FREE) == missing


MARKUP = st.text("aAbB6<>/`_.[]()*:~-! ", max_size=60)


@given(st.text(max_size=200) | MARKUP)
def test_words_that_say_the_same_carry_every_name(text: str) -> None:
    """A law: quoting the line itself supports it."""
    assert without_support(text, [text], PACKAGES, FREE) == []
