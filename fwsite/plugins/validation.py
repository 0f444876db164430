"""What an extension must be, checked on its parts alone, before anything of it is applied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import click
from flask import Blueprint, Flask

from fwsite.domain.people import Role
from fwsite.plugins.answering import Answering
from fwsite.plugins.columns import Column, Export
from fwsite.plugins.content import ContentError, ContentFiles
from fwsite.plugins.contract import API, PLACES, Extension, NavItem
from fwsite.plugins.discovery import one_line
from fwsite.plugins.hooks import Point, PointKind
from fwsite.plugins.model_validation import model_faults
from fwsite.plugins.question_files import read_questions
from fwsite.plugins.setting import Setting
from fwsite.plugins.state import Breach, ExtensionError
from fwsite.plugins.workspace import WorkspacePart

RESERVED = frozenset(
    "alembic core criterion database extension framework fwsite host max migration port secret site static threads "
    "throttle trusted user".split()
)
"""Names of the site's own: its blueprint, its files, and how its tables and settings begin."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD = re.compile(r"[a-z][a-z0-9_-]*")
_FORMAT = re.compile(r"[a-z0-9]{1,10}")
_MIMETYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_COLUMN = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_CONTENT_FILE = re.compile(r"([a-z0-9_-]+/)?([a-z0-9_-]+|\*)\.toml")
_LISTS: Mapping[str, type] = {
    "nav": NavItem,
    "offers": Point,
    "commands": click.Command,
    "settings": Setting,
    "columns": Column,
    "exports": Export,
    "question_sets": Path,
    "after": str,
}
"""The fields that hold several things, and of what type."""
_CALLABLES = ("root_urls", "slots", "transforms", "events", "directives")
_OPTIONAL_CALLABLES = ("load_content", "check_content", "sitemap", "texts", "grounds", "releases", "claims", "ratings")
_SETTING_TYPES = (str, int, bool, tuple)
_SETTINGS_OF_OTHERS = ("LOGIN_", "RATELIMIT_", "REMEMBER_COOKIE_", "SQLALCHEMY_", "WTF_")
"""How settings of packages begin that the site itself uses; Flask lists its own."""


def check(extension: Extension) -> None:
    """Raise :class:`ExtensionError` on the first breach of the contract; nothing has been applied by then."""
    for wrong in breaches(extension):
        raise ExtensionError(f"extension {extension.name!r}: {wrong}")


def breaches(extension: Extension) -> Iterator[str]:
    """Each part that is not as the contract has it: place, fault and what to change."""
    name = extension.name
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in RESERVED:
        taken = ", ".join(sorted(RESERVED))
        yield (
            f"name: must be lower-case letters, digits and underscores, a letter first, at most 40, and none of {taken}"
        )
        return
    yield from _other_version(extension.api)
    wrong_types = [*_wrong_types(extension), *_wrong_functions(extension)]
    yield from wrong_types
    if wrong_types:  # the rest would stumble over them
        return
    if extension.blueprint is not None and extension.blueprint.name != name:
        yield f"blueprint: is called {extension.blueprint.name!r}; give it the extension's name"
    if extension.root_urls and extension.blueprint is None:
        yield "root_urls: needs a blueprint"
    for part in (_nav, _points, _settings, model_faults, _columns, _exports, _question_sets, _content_files):
        yield from part(extension)


def _other_version(api: Any) -> Iterator[str]:
    if api != API:
        newer = isinstance(api, int) and api > API
        step = "upgrade fwsite, or install an older version of it" if newer else "upgrade the extension"
        yield f"api: written for version {api} of the contract, this site has version {API}; {step}"


def _wrong_types(extension: Extension) -> Iterator[str]:
    if not _is_line(extension.title):
        yield "title: must be a line of text"
    if extension.blueprint is not None and not isinstance(extension.blueprint, Blueprint):
        yield f"blueprint: must be a flask.Blueprint, and is {one_line(repr(extension.blueprint))}"
    for field, wanted in _LISTS.items():
        value = getattr(extension, field)
        if not isinstance(value, tuple | list) or not all(isinstance(part, wanted) for part in value):
            yield f"{field}: must be a tuple of {wanted.__name__}, and is {one_line(repr(value))}"
    if extension.workspace is not None and not isinstance(extension.workspace, WorkspacePart):
        yield f"workspace: must be a WorkspacePart, and is {one_line(repr(extension.workspace))}"
    if extension.answering is not None and not isinstance(extension.answering, Answering):
        yield f"answering: must be an Answering, and is {one_line(repr(extension.answering))}"
    if extension.migrations is not None and not isinstance(extension.migrations, str | Path):
        yield f"migrations: must be the path of a folder, and is {one_line(repr(extension.migrations))}"


def _content_files(extension: Extension) -> Iterator[str]:
    files = extension.content_files
    if files is None:
        return
    if not isinstance(files, ContentFiles):
        yield f"content_files: must be ContentFiles, and is {one_line(repr(files))}"
        return
    for field in ("names", "keys"):
        value = getattr(files, field)
        if not isinstance(value, tuple) or not value or not all(isinstance(part, str) for part in value):
            yield f"content_files: {field} must be a tuple of texts, and is {one_line(repr(value))}"
            return
    for field in ("write", "read", "write_file"):
        value = getattr(files, field)
        if not callable(value) or iscoroutinefunction(value):
            yield f"content_files: {field} must be a plain function, and is {one_line(repr(value))}"
    for name in files.names:
        if not _CONTENT_FILE.fullmatch(name):
            yield f"content_files: {name!r} must be such as glossary.toml or terms/*.toml"


def _wrong_functions(extension: Extension) -> Iterator[str]:
    for field in _CALLABLES:
        value = getattr(extension, field)
        if not isinstance(value, Mapping) or not all(isinstance(k, str) and callable(v) for k, v in value.items()):
            yield f"{field}: must give a function for each name, and is {one_line(repr(value))}"
        elif field != "root_urls" and any(map(iscoroutinefunction, value.values())):
            yield f"{field}: must be plain functions; one of them is async, and nobody would wait for it"
    for field in _OPTIONAL_CALLABLES:
        value = getattr(extension, field)
        if value is not None and (not callable(value) or iscoroutinefunction(value)):
            yield f"{field}: must be a plain function, and is {one_line(repr(value))}"


def _is_line(text: Any) -> bool:
    """Whether it is something that can be shown; an unpaired surrogate could not even be sent."""
    return isinstance(text, str) and bool(text.strip()) and text.isprintable()


def _nav(extension: Extension) -> Iterator[str]:
    for item in extension.nav:
        if item.role not in (None, *Role):
            yield f"nav: {item.label}: there is no role {item.role!r}; known are {', '.join(Role)}"
        if item.place not in PLACES:
            yield f"nav: {item.label}: there is no place {item.place!r}; known are {', '.join(PLACES)}"
        if not _is_line(item.label) or not isinstance(item.weight, int):
            yield f"nav: {item.label!r}: label must be a line of text, weight a whole number"
        if extension.blueprint is None or str(item.endpoint).partition(".")[0] != extension.name:
            yield f"nav: {item.label}: the endpoint {item.endpoint!r} must be a page of its own, {extension.name}.…"


def _points(extension: Extension) -> Iterator[str]:
    for point in extension.offers:
        if not str(point.name).startswith(f"{extension.name}."):
            yield f"offers: {point.name} must begin with {extension.name}."
        if not isinstance(point.kind, PointKind):
            yield f"offers: {point.name}: kind must be one of PointKind, and is {one_line(repr(point.kind))}"
    for name in extension.directives:
        if not _WORD.fullmatch(name):
            yield f"directives: {name!r} must be lower-case letters, digits, - and _, a letter first"


def _settings(extension: Extension) -> Iterator[str]:
    prefix = f"{extension.name.upper()}_"
    for setting in extension.settings:
        if not isinstance(setting.name, str) or not setting.name.startswith(prefix):
            yield f"settings: {setting.name} must begin with {prefix}"
        elif setting.name in Flask.default_config or setting.name.startswith(_SETTINGS_OF_OTHERS):
            yield f"settings: {setting.name} is a setting of a package that the site uses; choose another name"
        elif setting.type not in _SETTING_TYPES:
            yield f"settings: {setting.name}: type must be one of {', '.join(t.__name__ for t in _SETTING_TYPES)}"
        elif type(setting.default) is not setting.type:
            yield f"settings: {setting.name}: the default {setting.default!r} is not of type {setting.type.__name__}"
        elif not setting.help:
            yield f"settings: {setting.name}: help is missing"


def _columns(extension: Extension) -> Iterator[str]:
    prefix = extension.name
    for key, times in Counter(column.key for column in extension.columns).items():
        if times > 1:
            yield f"columns: the key {key!r} is used twice; rename one"
    for column in extension.columns:
        if not _is_line(column.label):
            yield f"columns: {column.key}: label must be a line of text, and is {one_line(repr(column.label))}"
        if not _COLUMN.fullmatch(str(column.key)) or not column.key.startswith((f"{prefix}_", f"{prefix}-")):
            yield f"columns: the key {column.key!r} must begin with {prefix}_, and have lower-case letters and digits"
        if not callable(column.cells):
            yield f"columns: {column.key}: cells must be a function"


def _exports(extension: Extension) -> Iterator[str]:
    for export in extension.exports:
        if not _FORMAT.fullmatch(str(export.format)) or not _MIMETYPE.fullmatch(str(export.mimetype)):
            yield f"exports: {export.format!r}: needs a format such as csv and a mimetype such as text/csv"
        if not _is_line(export.label):
            yield f"exports: {export.format}: label must be a line of text, and is {one_line(repr(export.label))}"
        if not callable(export.write):
            yield f"exports: {export.format}: write must be a function"


def _question_sets(extension: Extension) -> Iterator[str]:
    prefix = f"{extension.name.replace('_', '-')}-"
    for path in extension.question_sets:
        try:
            questions = read_questions(path)
        except ContentError as error:
            faults = (str(replace(problem, path=Path(path.name))) for problem in error.problems)
            yield f"question_sets: {one_line('; '.join(faults))}"
        else:
            for question in questions:
                if not question.key.startswith(prefix):
                    yield f'question_sets: {path.name}: the key "{question.key}" must begin with {prefix}'


def refuse_on_breach(extension: Extension) -> None:
    """Raise :class:`Breach` on the first one."""
    for wrong in breaches(extension):
        raise Breach(wrong)


def nested_in(name: str, others: Iterable[str]) -> str | None:
    """The extension whose tables and settings those of ``name`` would be mistaken for, or the other way round."""
    for other in others:
        if name != other and (name.startswith(f"{other}_") or other.startswith(f"{name}_")):
            return other
    return None
