"""Finding extensions, checking them before anything is applied, and applying them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import import_module

import click
from flask import Flask, current_app
from markupsafe import Markup

from fwsite.domain.people import Role
from fwsite.extend.contract import API, DirectiveContext, DirectiveError, Extension, NavItem, SlotContext

BUILTIN = ("account", "article", "comparison", "docs", "questionnaire")
"""Listed here rather than as entry points, which an edit would need a re-install for."""

log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = frozenset({"core", "site", "static", "fwsite"})
"""Names of the site's own: its migrations, its blueprint, its files."""


class ExtensionError(Exception):
    """An extension that breaks the contract; the message names it, the place, and what to change."""


@dataclass(frozen=True)
class Registry:
    """The extensions in force, in load order, and what they bring together. Every call out is guarded."""

    extensions: tuple[Extension, ...]

    @property
    def nav(self) -> list[NavItem]:
        """The main navigation in its order."""
        return self._nav(lambda item: item.role is None)

    def work_nav(self, role: Role) -> list[NavItem]:
        """The bar of people with ``role``, in its order."""
        return self._nav(lambda item: item.role is not None and role.covers(Role(item.role)))

    def _nav(self, wanted: Callable[[NavItem], bool]) -> list[NavItem]:
        items = [item for extension in self.extensions for item in extension.nav if wanted(item)]
        return sorted(items, key=lambda item: (item.weight, item.label))

    def directive(self, context: DirectiveContext) -> Markup:
        """Call the named directive. Raises :class:`DirectiveError` where there is none or where it fails."""
        for extension in self.extensions:
            if context.name in extension.directives:
                try:
                    return extension.directives[context.name](context)
                except DirectiveError:
                    raise
                except Exception as error:
                    log.exception("extension %s: directive %s failed", extension.name, context.name)
                    raise DirectiveError(f"failed in extension {extension.name}: {error}") from error
        known = ", ".join(sorted(name for extension in self.extensions for name in extension.directives))
        raise DirectiveError(f"unknown directive; known are {known}")

    def slot(self, context: SlotContext) -> Markup:
        """What the extensions put into a slot; one that fails is logged and adds nothing."""
        parts = []
        for extension in self.extensions:
            if context.name in extension.slots:
                try:
                    parts.append(extension.slots[context.name](context))
                except Exception:
                    log.exception("extension %s: slot %s failed", extension.name, context.name)
        return Markup("\n").join(parts)


def load_extensions() -> Registry:
    """Import the built-in extensions, check them, and put them into load order."""
    found = [import_module(f"fwsite.blueprints.{name}").extension for name in BUILTIN]
    for extension in found:
        check(extension)
    return Registry(tuple(in_order(found)))


def check(extension: Extension) -> None:
    """Raise :class:`ExtensionError` on the first breach of the contract; nothing has been applied by then."""
    for wrong in _breaches(extension):
        raise ExtensionError(f"extension {extension.name!r}: {wrong}")


def _breaches(extension: Extension) -> Iterator[str]:
    name = extension.name
    if not _NAME.fullmatch(name) or name in _RESERVED:
        taken = ", ".join(sorted(_RESERVED))
        yield f"name: must be lower-case letters, digits and underscores, a letter first, and none of {taken}"
    if extension.api != API:
        yield f"api: written for version {extension.api} of the contract, this site has version {API}"
    if extension.blueprint is not None and extension.blueprint.name != name:
        yield f"blueprint: is called {extension.blueprint.name!r}; give it the extension's name"
    if extension.root_urls and extension.blueprint is None:
        yield "root_urls: needs a blueprint"
    yield from _unknown_roles(extension.nav)
    for setting in extension.settings:
        if not setting.name.startswith(f"{name.upper()}_"):
            yield f"settings: {setting.name} must begin with {name.upper()}_"
    for table in extension.model_base.registry.mappers if extension.model_base else ():
        if not str(table.local_table).startswith(f"{name}_"):
            yield f"model_base: table {table.local_table} must begin with {name}_"
    if extension.migrations is not None and not extension.migrations.is_dir():
        yield f"migrations: there is no folder {extension.migrations}"


def _unknown_roles(nav: Iterable[NavItem]) -> Iterator[str]:
    for item in nav:
        if item.role not in (None, *Role):
            yield f"nav: {item.label}: there is no role {item.role!r}; known are {', '.join(Role)}"


def in_order(extensions: Iterable[Extension]) -> list[Extension]:
    """Each after those it names in ``after``, ties by name.

    Raises :class:`ExtensionError` on a name used twice, on an unknown name in ``after``, and on a circle.
    """
    by_name: dict[str, Extension] = {}
    for extension in extensions:
        if extension.name in by_name:
            raise ExtensionError(f"extension {extension.name!r}: the name is used twice; rename one")
        by_name[extension.name] = extension
    for extension in by_name.values():
        for other in extension.after:
            if other not in by_name:
                raise ExtensionError(f"extension {extension.name!r}: after: there is no extension {other!r}")
    return [by_name[name] for name in _sorted({name: ext.after for name, ext in by_name.items()})]


def _sorted(graph: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise ExtensionError(f"after: goes round in a circle: {' -> '.join(error.args[1])}") from None
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            yield name
            sorter.done(name)


def apply(app: Flask, registry: Registry) -> None:
    """Mount blueprints and root addresses, and add the commands.

    Raises :class:`ExtensionError` where a navigation entry leads to no page: it would break every page.
    """
    app.extensions["fwsite"] = registry
    for extension in registry.extensions:
        if extension.blueprint is not None:
            app.register_blueprint(extension.blueprint, url_prefix=f"/{extension.name}")
        for path, view in extension.root_urls.items():
            app.add_url_rule(path, endpoint=f"{extension.name}.{view.__name__}", view_func=view)
        for item in extension.nav:
            if item.endpoint not in app.view_functions:
                raise ExtensionError(f"extension {extension.name!r}: nav: there is no endpoint {item.endpoint!r}")
        for command in extension.commands:
            _add_command(app, command)


def _add_command(app: Flask, command: click.Command) -> None:
    """Two groups of one name become one."""
    there = app.cli.commands.get(command.name or "")
    if isinstance(there, click.Group) and isinstance(command, click.Group):
        both = {**there.commands, **command.commands}
        command = click.Group(command.name, commands=both, help=there.help)
    app.cli.add_command(command)


def registry_of(app: Flask) -> Registry:
    """The extensions in force in ``app``."""
    registry = app.extensions["fwsite"]
    assert isinstance(registry, Registry)  # noqa: S101 - for the type checker
    return registry


def run_directive(context: DirectiveContext) -> Markup:
    """What the directive gives in the running application. Raises :class:`DirectiveError`."""
    return registry_of(current_app).directive(context)
