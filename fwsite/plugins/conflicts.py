"""What there is already when an extension is applied, and what of it the extension would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import click
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from fwsite.plugins.contract import Extension

SITE_COMMANDS = (
    "serve",
    "db",
    "extensions",
    "backup",
    "restore",
    "doctor",
    "content check",
    "content export",
    "content import",
)
"""Commands, and groups that no extension adds to; to ``content`` they may."""


class Ground(NamedTuple):
    """What is taken, each with its owner."""

    addresses: Mapping[str, str]
    routes: MapAdapter
    """Says who answers at an address."""
    prefixes: Mapping[str, str]
    """By extension."""
    commands: Mapping[str, str]
    """Full names such as ``content import``."""
    directives: Mapping[str, str]
    formats: Mapping[str, str]
    files: Mapping[str, str]
    """Names and patterns of files in an export of the content."""


def taken(extension: Extension, ground: Ground) -> Iterator[str]:
    """What the extension would take from others: place, what it is, and what to do."""
    for part in (_prefix, _addresses, _commands, _directives, _formats, _files):
        yield from part(extension, ground)


def _prefix(extension: Extension, ground: Ground) -> Iterator[str]:
    name, prefix = extension.name, ground.prefixes[extension.name]
    for other, theirs in ground.prefixes.items():
        if other != name and (f"{prefix}/".startswith(f"{theirs}/") or f"{theirs}/".startswith(f"{prefix}/")):
            yield f"prefix: {prefix} is within {theirs} of the extension {other}, or around it; see EXTENSIONS_PREFIXES"
    for address, owner in ground.addresses.items():
        if address == prefix or address.startswith(f"{prefix}/"):
            yield f"prefix: {prefix} is taken by {address} of {owner}; choose another in EXTENSIONS_PREFIXES"
    if owner := _owner(f"{prefix}/", ground):
        yield f"prefix: {prefix}/ is an address of {owner}; choose another in EXTENSIONS_PREFIXES"


def _addresses(extension: Extension, ground: Ground) -> Iterator[str]:
    for path in extension.root_urls:
        if not path.startswith("/") or "<" in path:
            yield f"root_urls: {path} must be a fixed address that begins with /"
        elif owner := _owner(path, ground):
            yield f"root_urls: {path} is an address of {owner}; choose another"
        for other, prefix in ground.prefixes.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                where = "put it into the blueprint" if other == extension.name else "choose another"
                yield f"root_urls: {path} is below {prefix} of the extension {other}; {where}"


def _owner(path: str, ground: Ground) -> str:
    """Who answers there; empty where nobody does."""
    try:
        endpoint, _arguments = ground.routes.match(path)
    except NotFound:
        return ""
    except (RequestRedirect, HTTPException):  # with another slash, or for other methods
        return "another part of the site"
    first = endpoint.partition(".")[0]
    return first if first in ground.prefixes else "the site itself"


def _commands(extension: Extension, ground: Ground) -> Iterator[str]:
    """A group of a name that another group has becomes one with it; nothing else may have one name."""
    for command in extension.commands:
        if not command.name:
            yield "commands: one has no name; give it one"
        for name in command_names(command):
            for other, owner in ground.commands.items():
                if f"{name} ".startswith(f"{other} ") or f"{other} ".startswith(f"{name} "):
                    yield f"commands: fwsite {name} cannot be beside fwsite {other} of {owner}; rename it"


def command_names(command: click.Command) -> list[str]:
    """The full names of a command, or of all commands of a group."""
    return [name for name, each in with_names(command) if not getattr(each, "commands", None)]


def with_names(command: click.Command, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """A command, and those of a group, each with its full name."""
    name = f"{before}{command.name}"
    yield name, command
    for each in getattr(command, "commands", {}).values():
        yield from with_names(each, f"{name} ")


def _directives(extension: Extension, ground: Ground) -> Iterator[str]:
    for name in extension.directives:
        if name in ground.directives:
            yield f"directives: {name} is one of {ground.directives[name]}; rename it"


def _formats(extension: Extension, ground: Ground) -> Iterator[str]:
    for export in extension.exports:
        if export.format in ground.formats:
            yield f"exports: {export.format} is a format of {ground.formats[export.format]}; choose another"


def _files(extension: Extension, ground: Ground) -> Iterator[str]:
    for name in extension.content_files.names if extension.content_files else ():
        for other, owner in ground.files.items():
            if name.partition("/")[0] == other.partition("/")[0]:
                yield f"content_files: {name} is beside {other} of {owner}; choose another name"
