"""The rehearsal: whatever an extension would change for all pages is named before it is mounted."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from jinja2 import StrictUndefined
from werkzeug.test import Client

from fwsite.extend import Extension
from fwsite.plugins import dry_run
from fwsite.plugins.state import Breach


class OwnSessions(SecureCookieSessionInterface):
    pass


class OwnResponse(Response):
    pass


class OwnJson(DefaultJSONProvider):
    pass


def put(name: str, value: object) -> Callable[[Flask], None]:
    return lambda app: setattr(app, name, value)


def put_in_templates(name: str, value: object) -> Callable[[Flask], None]:
    return lambda app: setattr(app.jinja_env, name, value)


SHARED: dict[str, Callable[[Flask], object]] = {
    "app.config": lambda app: app.config.update(DEBUG=True),
    "app.extensions": lambda app: app.extensions.update(notes=1),
    "app.cli": lambda app: app.cli.add_command(click.Command("notes")),
    "app.wsgi_app": lambda app: setattr(app, "wsgi_app", Client(app).open),
    "app.json": lambda app: setattr(app, "json", OwnJson(app)),
    "app.session_interface": put("session_interface", OwnSessions()),
    "app.response_class": put("response_class", OwnResponse),
    "app.jinja_options": put("jinja_options", {"autoescape": False}),
    "app.template_folder": put("template_folder", "elsewhere"),
    "app.teardown_appcontext_funcs": lambda app: app.teardown_appcontext(print),
    "app.shell_context_processors": lambda app: app.shell_context_processor(dict),
    "app.url_build_error_handlers": lambda app: app.url_build_error_handlers.append(lambda *_: "/"),
    "app.jinja_env.undefined": put_in_templates("undefined", StrictUndefined),
    "app.jinja_env.autoescape": put_in_templates("autoescape", False),
    "app.jinja_env.finalize": put_in_templates("finalize", str),
    "app.jinja_env.variable_start_string": put_in_templates("variable_start_string", "<<"),
    "app.jinja_env.policies": lambda app: app.jinja_env.policies.update({"urlize.rel": "me"}),
    "app.jinja_env.extensions": lambda app: app.jinja_env.add_extension("jinja2.ext.do"),
}


def extension(change: Callable[[Flask], object]) -> Extension:
    bp = Blueprint("notes", __name__)

    @bp.record
    def reach(state: BlueprintSetupState) -> None:
        change(state.app)

    return Extension(name="notes", title="Notes", blueprint=bp)


@pytest.mark.parametrize("part", SHARED)
def test_a_change_for_all_pages_is_named(app: Flask, part: str) -> None:
    with pytest.raises(Breach, match=f"^blueprint: changes {part}, which all "):
        dry_run.rehearse(extension(SHARED[part]), app.config, "/notes")


def test_what_is_the_extensions_own_is_no_change(app: Flask) -> None:
    def mind_its_own_business(app: Flask) -> None:
        app.jinja_env.filters["notes_short"] = str
        app.jinja_env.globals["notes_most"] = 3

    dry_run.rehearse(extension(mind_its_own_business), app.config, "/notes")


def test_everything_that_an_application_has_is_looked_at() -> None:
    """An upgrade of Flask or Jinja that brings another attribute has to be thought of."""
    by_itself = {"view_functions", "url_map", "blueprints", "filters", "tests", "globals"}
    harmless = {"import_name", "name", "root_path", "instance_path", "subdomain_matching"}
    of_one_environment = {"app", "auto_reload", "cache", "loader", "optimized"}
    plain = Flask("fwsite")
    there = {name for name in (*vars(plain), *vars(plain.jinja_env)) if not name.startswith("_")}
    seen = {*dry_run.HOOKS, *dry_run.OF_THE_APPLICATION, *dry_run.OF_TEMPLATES}
    assert there - seen == by_itself | harmless | of_one_environment
