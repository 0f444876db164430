"""Mounting an extension on a throw-away application first, to see what it would do to everybody else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from inspect import ismethod
from pathlib import Path
from types import FunctionType
from typing import Any

import click
from flask import Flask
from werkzeug.routing import BuildError

from fwsite.plugins import signal_guard
from fwsite.plugins.contract import Extension
from fwsite.plugins.discovery import said
from fwsite.plugins.state import FAULTS, Breach

HOOKS = {
    "before_request_funcs": "before_app_request",
    "after_request_funcs": "after_app_request",
    "teardown_request_funcs": "teardown_app_request",
    "template_context_processors": "app_context_processor",
    "url_value_preprocessors": "app_url_value_preprocessor",
    "url_default_functions": "app_url_defaults",
    "error_handler_spec": "app_errorhandler",
}
"""What Flask keeps by blueprint, with ``None`` for all pages, and the decorator that puts it there for all pages."""
OF_THE_APPLICATION = (
    "aborter cli config extensions jinja_environment jinja_loader jinja_options json permanent_session_lifetime "
    "request_class response_class session_interface shell_context_processors static_folder static_url_path "
    "teardown_appcontext_funcs template_folder url_build_error_handlers url_rule_class wsgi_app"
).split()
"""What else of Flask's is there once for all pages."""
OF_TEMPLATES = (
    "autoescape block_end_string block_start_string bytecode_cache code_generator_class comment_end_string "
    "comment_start_string context_class extensions finalize is_async keep_trailing_newline line_comment_prefix "
    "line_statement_prefix lstrip_blocks newline_sequence policies template_class trim_blocks undefined "
    "variable_end_string variable_start_string"
).split()
"""What of Jinja's is there once for all templates; filters, tests and globals are looked at by name."""
_OWN_GLOBALS = frozenset({"url_for", "config"})
"""What the templates' globals have of the application that they belong to."""


def mount(app: Flask, extension: Extension, prefix: str) -> None:
    """Register blueprint and root addresses."""
    if extension.blueprint is None:
        return
    app.register_blueprint(extension.blueprint, url_prefix=prefix)
    for path, view in extension.root_urls.items():
        name = getattr(view, "__name__", type(view).__name__)
        app.add_url_rule(path, endpoint=f"{extension.name}.{name}", view_func=view)


def rehearse(extension: Extension, config: Mapping[str, Any], prefix: str) -> None:
    """Raise :class:`Breach` where mounting fails, or reaches beyond what is the extension's own."""
    stage, untouched = _stage(config), _stage(config)
    try:
        with signal_guard.taken_away() as wrong_signals:
            mount(stage, extension, prefix)
    except FAULTS as error:
        raise Breach(f"blueprint: cannot be mounted: {said(error)}; fix its routes") from error
    for wrong in wrong_signals:
        raise Breach(wrong)
    for part in (_foreign_routes, _foreign_hooks, _foreign_parts, _foreign_templates, _dead_ends):
        for wrong in part(stage, untouched, extension, prefix):
            raise Breach(wrong)


def _stage(config: Mapping[str, Any]) -> Flask:
    folder = str(Path(__file__).parent)
    stage = Flask("fwsite", static_folder=None, root_path=folder, instance_path=folder)
    stage.config.update(config)
    return stage


def _foreign_routes(stage: Flask, _untouched: Flask, extension: Extension, prefix: str) -> Iterator[str]:
    for endpoint in stage.view_functions:
        if not endpoint.startswith(f"{extension.name}."):
            yield f"blueprint: takes the endpoint {endpoint}; its endpoints begin with {extension.name}."
    for rule in stage.url_map.iter_rules():
        inside = rule.rule == prefix or rule.rule.startswith(f"{prefix}/")
        if not inside and rule.rule not in extension.root_urls:
            yield f"blueprint: takes the address {rule.rule}; its addresses begin with {prefix}/"
        if rule.host or rule.subdomain:
            yield f"blueprint: {rule.rule} asks for a host name; leave out host and subdomain"


def _foreign_hooks(stage: Flask, untouched: Flask, extension: Extension, _prefix: str) -> Iterator[str]:
    for field, decorator in HOOKS.items():
        before = getattr(untouched, field)
        for scope, found in getattr(stage, field).items():
            own = scope is not None and (scope == extension.name or scope.startswith(f"{extension.name}."))
            if not own and _plain(found) != _plain(before.get(scope)):
                yield f"blueprint: {decorator} reaches all pages of the site; use the blueprint's own hooks"


def _plain(value: Any) -> Any:
    """Without the empty places that Flask makes by looking."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items() if part} or None
    return value if callable(value) else list(value) if value else None


def _foreign_parts(stage: Flask, untouched: Flask, extension: Extension, _prefix: str) -> Iterator[str]:
    for name in stage.blueprints:
        if name != extension.name and not name.startswith(f"{extension.name}."):
            yield f"blueprint: registers another one, {name}; put it into its own"
    if dict(stage.url_map.converters) != dict(untouched.url_map.converters):
        yield "blueprint: changes app.url_map.converters, which all pages share; check arguments in the view"
    for part in OF_THE_APPLICATION:
        if not _alike(getattr(stage, part), getattr(untouched, part)):
            yield f"blueprint: changes app.{part}, which all pages share; leave it as it is"
    for part in OF_TEMPLATES:
        if not _alike(getattr(stage.jinja_env, part), getattr(untouched.jinja_env, part)):
            yield f"blueprint: changes app.jinja_env.{part}, which all templates share; leave it as it is"
    yield from _foreign_template_names(stage, untouched, f"{extension.name}_")


def _alike(one: Any, other: Any) -> bool:
    """Whether both applications have the same; of objects that each of them has for itself, the class counts."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[name], other[name]) for name in one)
    if ismethod(one) and ismethod(other):
        return one.__func__ is other.__func__
    if isinstance(one, click.Group) and isinstance(other, click.Group):
        return one.commands == other.commands
    has_its_own = hasattr(one, "__dict__") and not isinstance(one, type | FunctionType)
    return bool(one == other) or (has_its_own and type(one) is type(other))


def _foreign_template_names(stage: Flask, untouched: Flask, prefix: str) -> Iterator[str]:
    """Filters, tests and globals are the same for all templates: new ones carry the extension's name."""
    for kind in ("filters", "tests", "globals"):
        before, after = getattr(untouched.jinja_env, kind), getattr(stage.jinja_env, kind)
        for name, value in after.items():
            theirs = before.get(name)
            is_alike = value is theirs or (name in _OWN_GLOBALS and type(value) is type(theirs))
            if not name.startswith(prefix) and not is_alike:
                what = "replaces" if name in before else "adds"
                yield f"blueprint: {what} {name} in the templates' {kind}; let its name begin with {prefix}"


def _foreign_templates(stage: Flask, _untouched: Flask, extension: Extension, _prefix: str) -> Iterator[str]:
    for blueprint in stage.blueprints.values():
        for template in _template_names(blueprint):
            if not template.startswith(f"{extension.name}/"):
                yield (
                    f"templates: {template} is outside the folder {extension.name}; move it to "
                    f"{extension.name}/{template}"
                )


def _template_names(blueprint: Any) -> Collection[str]:
    loader = blueprint.jinja_loader
    names = loader.list_templates() if loader is not None else []
    return [name for name in names if not any(part.startswith((".", "__pycache__")) for part in name.split("/"))]


def _dead_ends(stage: Flask, _untouched: Flask, extension: Extension, _prefix: str) -> Iterator[str]:
    """Entries of the navigation whose address cannot be built would break every page."""
    adapter = stage.url_map.bind("localhost")
    for item in extension.nav:
        if item.endpoint not in stage.view_functions:
            yield f"nav: {item.label}: there is no endpoint {item.endpoint!r}; name one of its pages"
            continue
        try:
            adapter.build(item.endpoint, method="GET")
        except BuildError:
            yield f"nav: {item.label}: the page {item.endpoint} takes arguments, or is not for reading; name another"
