"""Putting the extensions together: found, imported, checked, rehearsed, and only then applied."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import click
from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from fwsite.plugins import discovery, dry_run, fault_log, validation
from fwsite.plugins.conflicts import SITE_COMMANDS, Ground, command_names, taken
from fwsite.plugins.contract import Extension
from fwsite.plugins.hooks import Point
from fwsite.plugins.question_files import read_questions
from fwsite.plugins.registry import KINDS, QuestionSet, Registry
from fwsite.plugins.sandbox import staying
from fwsite.plugins.state import (
    FAULTS,
    Breach,
    Entry,
    ExtensionError,
    Record,
    Roster,
    State,
    is_file,
    to_mend,
    to_remove,
)
from fwsite.plugins.validation import check

__all__ = ["Choice", "ExtensionError", "apply", "check", "installed", "load_extensions"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """What the host wants of the extensions that are installed."""

    only_builtin: bool = False
    disabled: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    strict: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)


def installed(choice: Choice, site_version: str, folder: Path | None = None) -> Roster:
    """Import and check everything that is installed, or a file in ``folder``; what breaks the contract is left out with
    its reason.
    """
    roster = Roster()
    names: set[str] = set()
    for candidate in discovery.candidates(site_version, folder):
        entry = Entry(candidate.name, candidate.package, candidate.version)
        roster.entries.append(entry)
        if candidate.name in choice.disabled:
            entry.state, entry.reason = State.DISABLED, "by the setting EXTENSIONS_DISABLED"
        elif choice.only_builtin and candidate.package:
            entry.state, entry.reason = State.DISABLED, "by the setting EXTENSIONS: only what is built in is loaded"
        else:
            _load(roster, entry, candidate, names)
    roster.settle()
    return roster


def _load(roster: Roster, entry: Entry, candidate: discovery.Candidate, names: set[str]) -> None:
    try:
        if candidate.name in names:
            raise Breach("name: another installed extension has it already; uninstall one of the two")
        extension = discovery.imported(candidate)
        _refuse_foreign_names(candidate, extension, names)
        validation.refuse_on_breach(extension)
    except Breach as breach:
        roster.fail(entry, str(breach))
    except FAULTS as error:  # something that no check thought of
        roster.fail(entry, _unforeseen(entry, error))
    else:
        entry.extension = extension
        names.add(candidate.name)


def _unforeseen(entry: Entry, error: BaseException) -> str:
    return f"contract: {discovery.said(error)}; {to_mend(entry.package)}, or {to_remove(entry.package)}"


def _refuse_foreign_names(candidate: discovery.Candidate, extension: Extension, names: Iterable[str]) -> None:
    if extension.name != candidate.name:
        what = "file" if is_file(candidate.package) else "entry point"
        called = f"{what} is called {candidate.name!r}"
        raise Breach(f"name: the {called} and the extension {extension.name!r}; use one name")
    other = validation.nested_in(candidate.name, names)
    if other and candidate.package:
        raise Breach(f"name: its tables and settings could not be told from those of {other}; rename it")


def load_extensions() -> Registry:
    """The built-in extensions in load order, as they are without any host or application."""
    roster = installed(Choice(only_builtin=True), "")
    extensions = tuple(roster.settle())
    return Registry(extensions, points=_points(extensions))


def apply(app: Flask, roster: Roster, choice: Choice, points: tuple[Point, ...] = ()) -> None:
    """Mount what stands the rehearsal, and add the commands.

    ``points`` are those that the site itself offers. Raises :class:`ExtensionError` where something built in fails, or
    something that the host requires.
    """
    prefixes = {entry.name: choice.prefixes.get(entry.name, f"/{entry.name}") for entry in roster.active}
    mounted: list[Extension] = []
    by_name = {entry.name: entry for entry in roster.active}
    for extension in roster.settle():
        entry = by_name[extension.name]
        missing = [name for name in extension.after if name not in {other.name for other in mounted}]
        # Where a part of the site stands is not for others to say.
        around = prefixes if entry.package else {name: prefixes[name] for name in prefixes if not by_name[name].package}
        try:
            if missing:
                raise Breach(f"after: the extension {missing[0]!r} has failed; fix that one first")
            ground = _ground(app, mounted, around)
            _check_against(app, extension, ground, _offered(points, roster), rehearsed=bool(entry.package))
            _apply_one(app, extension, ground)
            _lead_from_the_usual_address(app, extension.name, prefixes)
        except Breach as breach:
            roster.fail(entry, str(breach))
        except FAULTS as error:  # something that no check thought of
            roster.fail(entry, _unforeseen(entry, error))
        else:
            mounted.append(extension)
    extensions = tuple(mounted)
    registry = Registry(
        extensions,
        records=tuple(entry.record for entry in roster.entries),
        points=(*points, *_points(extensions)),
        prefixes={extension.name: prefixes[extension.name] for extension in extensions},
        question_sets=tuple(_question_sets(extensions)),
    )
    app.extensions["fwsite"] = registry
    app.teardown_request(fault_log.write)
    _say(registry.records)
    _refuse_to_start(registry.records, choice)


def _check_against(
    app: Flask, extension: Extension, ground: Ground, offered: Mapping[str, Point], *, rehearsed: bool
) -> None:
    """Raise :class:`Breach` where it cannot go beside what is there. Built-in parts are ``rehearsed`` by the tests."""
    for wrong in (*_unknown_points(extension, offered), *taken(extension, ground)):
        raise Breach(wrong)
    if rehearsed:
        dry_run.rehearse(extension, app.config, ground.prefixes[extension.name])


def _apply_one(app: Flask, extension: Extension, ground: Ground) -> None:
    try:
        dry_run.mount(app, extension, ground.prefixes[extension.name])
    except FAULTS as error:  # it behaves otherwise than in the rehearsal
        raise Breach(f"blueprint: {discovery.said(error)}; let it do the same on any application") from error
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(f"{extension.name}."):
            app.view_functions[endpoint] = staying(view)
    for command in extension.commands:
        _add_command(app, command)


def _lead_from_the_usual_address(app: Flask, name: str, prefixes: Mapping[str, str]) -> None:
    """Where a host has moved the pages, links that people wrote into texts, or kept, still lead there."""
    usual, prefix = f"/{name}", prefixes[name]
    taken = any(f"{other}/".startswith(f"{usual}/") for other in prefixes.values())
    if taken:
        return

    def moved(rest: str = "") -> Response:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(f"{request.script_root}{prefix}/{quote(rest)}{query}", code=308)

    app.add_url_rule(f"{usual}/", endpoint=f"site.moved_{name}", view_func=moved)
    app.add_url_rule(f"{usual}/<path:rest>", endpoint=f"site.moved_{name}", view_func=moved)


def _ground(app: Flask, mounted: Iterable[Extension], prefixes: Mapping[str, str]) -> Ground:
    addresses = {rule.rule: rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()}
    commands = dict.fromkeys(SITE_COMMANDS, "the site itself")
    directives: dict[str, str] = {}
    formats: dict[str, str] = {}
    files: dict[str, str] = {}
    for extension in mounted:
        for command in extension.commands:
            commands.update(dict.fromkeys(command_names(command), extension.name))
        directives.update(dict.fromkeys(extension.directives, extension.name))
        formats.update({export.format: extension.name for export in extension.exports})
        if extension.content_files:
            files.update(dict.fromkeys(extension.content_files.names, extension.name))
    return Ground(addresses, app.url_map.bind("localhost"), prefixes, commands, directives, formats, files)


def _offered(points: Iterable[Point], roster: Roster) -> dict[str, Point]:
    extensions = [entry.extension for entry in roster.active if entry.extension]
    return {point.name: point for point in (*points, *_points(extensions))}


def _points(extensions: Iterable[Extension]) -> tuple[Point, ...]:
    return tuple(point for extension in extensions for point in extension.offers)


def _unknown_points(extension: Extension, offered: Mapping[str, Point]) -> Iterator[str]:
    """A slot of a part that is not there is no fault; one that a part does not have is a slip."""
    owners = {name.partition(".")[0] for name in offered}
    for field_name, kind in KINDS.items():
        known = [name for name, point in offered.items() if point.kind is kind]
        for name in getattr(extension, field_name):
            if name.partition(".")[0] in owners and name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known)) or 'none'}"
                yield f"{field_name}: there is no {kind} {name}; {hint}"


def _question_sets(extensions: Iterable[Extension]) -> Iterator[QuestionSet]:
    for extension in extensions:
        for path in extension.question_sets:
            questions = read_questions(path)
            yield QuestionSet(extension.name, questions)


def _say(records: Iterable[Record]) -> None:
    for record in records:
        if record.state is State.FAILED:
            log.error(
                "extension %s (%s %s) is left out: %s", record.name, record.package, record.version, record.reason
            )


def _refuse_to_start(records: Iterable[Record], choice: Choice) -> None:
    by_name = {record.name: record for record in records if record.state is State.ACTIVE}
    failed = [record for record in records if record.state is State.FAILED]
    wrong = [f"extension {record.name!r}: {record.reason}" for record in failed if choice.strict]
    for name in choice.required:
        if name not in by_name:
            reasons = [record.reason for record in records if record.name == name] or ["it is not installed"]
            wrong.append(f"extension {name!r} is required (EXTENSIONS_REQUIRED): {reasons[0]}")
    if wrong:
        raise ExtensionError("\n".join(dict.fromkeys(wrong)))


def _add_command(app: Flask, command: click.Command) -> None:
    """Two groups of one name become one."""
    there = app.cli.commands.get(command.name or "")
    if isinstance(there, click.Group) and isinstance(command, click.Group):
        both = {**there.commands, **command.commands}
        command = click.Group(command.name, commands=both, help=there.help)
    app.cli.add_command(command)
