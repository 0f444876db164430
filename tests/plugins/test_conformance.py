"""The conformance class: every part of the site passes it, and it fails for each way of not being as it asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from inspect import signature
from typing import Any

import click
import pytest
from flask import Blueprint, Flask, Response, request
from markupsafe import Markup
from sqlalchemy import text

from fwsite.extend import Column, Export, Extension, NavItem, Setting, SitemapEntry, Text, db
from fwsite.plugins import discovery, dry_run
from fwsite.plugins.registry import registry_of
from fwsite.testing import ExtensionContract
from tests.plugins.test_contract import install

pytestmark = pytest.mark.new_app


class TestAccount(ExtensionContract):
    name = "account"


class TestArticle(ExtensionContract):
    name = "article"


class TestComparison(ExtensionContract):
    name = "comparison"


class TestDocs(ExtensionContract):
    name = "docs"


class TestExtensions(ExtensionContract):
    name = "extensions"


class TestMeasure(ExtensionContract):
    name = "measure"


class TestMetrics(ExtensionContract):
    name = "metrics"


class TestQuestionnaire(ExtensionContract):
    name = "questionnaire"


class TestAbout(ExtensionContract):
    name = "about"


class TestSearch(ExtensionContract):
    name = "search"


class TestTeam(ExtensionContract):
    name = "team"


def test_every_part_of_the_site_is_in_here() -> None:
    tested = {value.name for name, value in globals().items() if name.startswith("Test")}
    assert tested == set(discovery.BUILTIN)


@pytest.mark.parametrize("name", discovery.BUILTIN)
def test_every_part_of_the_site_stands_the_rehearsal(app: Flask, name: str) -> None:
    """At each start only those of others are rehearsed."""
    registry = registry_of(app)
    [extension] = [each for each in registry.extensions if each.name == name]
    dry_run.rehearse(extension, app.config, registry.prefixes[name])


def test_pytest_waits_for_nothing_of_the_site_where_nobody_tests_an_extension() -> None:
    """The plugin is loaded in every environment that has the site, by every run of pytest."""
    script = (
        "import pytest, sys; before = set(sys.modules); import fwsite.testing\n"
        "print({'flask', 'sqlalchemy', 'alembic', 'jinja2', 'click'} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    plugins = {point.name: point.value for point in entry_points(group="pytest11")}
    assert plugins["fwsite"] == "fwsite.testing"


def page(body: str = "", head: str = "") -> str:
    return f"<!doctype html><title>Notes</title>{head}<h1>Notes</h1>{body}"


def blueprint(view: Callable[[], Any], methods: tuple[str, ...] = ("GET",)) -> Blueprint:
    bp = Blueprint("notes", __name__)
    bp.add_url_rule("/", "index", view, methods=methods)
    return bp


def with_arguments() -> Blueprint:
    bp = Blueprint("notes", __name__)
    bp.add_url_rule("/", "index", lambda: page('<a href="/notes/1">One</a>'))
    bp.add_url_rule("/<int:number>", "one", lambda number: str(1 // (number - 1)))
    return bp


def writes() -> str:
    db.session.execute(text("UPDATE framework SET name = name || '!'"))
    db.session.commit()
    return page()


def raises() -> str:
    raise ZeroDivisionError


def takes_anything() -> str:
    """As a view is that was taken out of the protection of forms."""
    if request.method == "POST":
        db.session.execute(text("UPDATE framework SET name = name || '!'"))
        db.session.commit()
    return page()


def without_policy() -> Response:
    response = Response(page())
    response.headers["Content-Security-Policy"] = "default-src *"
    return response


ENTRY = NavItem(label="Notes", endpoint="notes.index")
CLOSED = NavItem(label="Notes", endpoint="notes.index", role="maintainer")
BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "a page that fails": ("pages_answer", {"blueprint": blueprint(raises)}),
    "a script in a page": ("pages_answer", {"blueprint": blueprint(lambda: page("<script>x()</script>"))}),
    "a style in a page": ("pages_answer", {"blueprint": blueprint(lambda: page('<p style="color: red">'))}),
    "a handler in a page": ("pages_answer", {"blueprint": blueprint(lambda: page('<p onclick="x()">'))}),
    "two headings": ("pages_answer", {"blueprint": blueprint(lambda: page("<h1>Again</h1>"))}),
    "another policy": ("pages_answer", {"blueprint": blueprint(without_policy)}),
    "reading that writes": ("reading_changes", {"blueprint": blueprint(writes)}),
    "a form without a token": ("no_form_is_taken", {"blueprint": blueprint(takes_anything, ("GET", "POST"))}),
    "an open page of maintainers": ("closed_to_visitors", {"blueprint": blueprint(page), "nav": (CLOSED,)}),
    "a directive that raises": ("directives_take", {"directives": {"notes": lambda context: 1 / 0}}),
    "a directive of plain text": ("directives_take", {"directives": {"notes": lambda context: context.text}}),
    "a directive that lets HTML in": ("directives_take", {"directives": {"notes": lambda c: Markup(c.text)}}),
    "a sitemap to nowhere": ("it_names", {"sitemap": lambda: [SitemapEntry(path="/notes/nowhere")]}),
    "texts of one key": (
        "it_names",
        {"texts": lambda context: [Text(key="a", kind="Note", title="A", body="", path="/")] * 2},
    ),
    "a command without a word": ("says_what_it_is", {"commands": (click.Command("notes"),)}),
    "a default that its check refuses": (
        "defaults_of",
        {"settings": (Setting(name="NOTES_A", type=int, default=0, minimum=1, help="For the tests."),)},
    ),
    "a slot that fails": ("pages_that_it_adds_to", {"slots": {"article.footer": lambda context: 1 / 0}}),
    "a slot of results that fails": (
        "pages_that_it_adds_to",
        {"slots": {"questionnaire.result": lambda context: {}[0]}},
    ),
    "a slot of claims that fails": ("pages_that_it_adds_to", {"slots": {"comparison.claim": lambda context: 1 / 0}}),
    "a slot of ratings that fails": ("pages_that_it_adds_to", {"slots": {"comparison.rating": lambda context: 1 / 0}}),
    "a transform that fails": ("pages_that_it_adds_to", {"transforms": {"article.text": lambda context: 1 / 0}}),
    "a page with arguments that fails": ("pages_that_it_adds_to", {"blueprint": with_arguments()}),
    "a column that fails": (
        "columns_and_exports",
        {"columns": (Column(key="notes_a", label="Never seen", cells=lambda context: {}[0]),)},
    ),
    "an export that fails": (
        "columns_and_exports",
        {"exports": (Export(format="x", label="X", mimetype="text/x", write=lambda context: 1 / 0),)},
    ),
}
"""What is wrong -> a part of the name of the test that says so, and the extension's parts."""


class Contract(ExtensionContract):
    __test__ = False
    name = "notes"


@pytest.mark.parametrize("wrong", BROKEN)
def test_it_fails_for(wrong: str, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]) -> None:
    part, fields = BROKEN[wrong]
    extension = Extension(name="notes", title="Notes", **fields)
    install(monkeypatch, extension)
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = wrong != "a form without a token"
    [method] = [name for name in dir(Contract) if name.startswith("test_") and part in name]
    test = getattr(Contract(), method)
    given = {"extension": extension, "fwsite_app": app}
    with pytest.raises((AssertionError, ValueError, ZeroDivisionError)):
        test(**{name: given[name] for name in signature(test).parameters})


def test_it_fails_for_models_that_migrations_do_not_make(app: Flask) -> None:
    """The comparison's table as it would be with a column that no migration has made."""
    extension = next(each for each in registry_of(app).extensions if each.name == "comparison")
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE comparison_edition DROP COLUMN loaded_on")
    contract = Contract()
    contract.name = "comparison"
    with pytest.raises(AssertionError, match="write a migration"):
        contract.test_its_tables_are_those_of_its_models(extension, app)


def test_it_passes_where_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]) -> None:
    """Otherwise the ones above might fail for another reason."""
    fine = {"blueprint": blueprint(page), "nav": (ENTRY,), "directives": {"notes": lambda context: Markup("<p></p>")}}
    extension = Extension(name="notes", title="Notes", **fine)
    install(monkeypatch, extension)
    app = make_app()
    contract = Contract()
    for name in ("its_pages_answer_and_carry_the_policy", "reading_changes_nothing", "directives_take_any_text"):
        getattr(contract, f"test_{name}")(extension, app)
