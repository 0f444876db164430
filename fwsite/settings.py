"""Settings sources: arguments, the environment, ``config.toml``, defaults; and their checks."""

from __future__ import annotations

import difflib
import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fwsite.config import CHOICE, MOVE, SETTINGS
from fwsite.plugins.loader import Choice
from fwsite.plugins.setting import Setting
from fwsite.plugins.state import Roster

ENVIRONMENT_PREFIX = "FWSITE_"
_PRIVATE = re.compile(r"SECRET|PASSWORD|TOKEN|KEY")
_NOT_SETTINGS = {"FWSITE_INSTANCE"}
log = logging.getLogger(__name__)


class SettingsError(Exception):
    """Settings that cannot be used; one line each, with name, value, source and what is expected."""


def read_choice(config_file: Path, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Choice:
    """What the host wants of extensions; nothing else is read. Raises :class:`SettingsError`."""
    values = _values(
        {setting.name: setting for setting in CHOICE}, _read_toml(config_file), config_file, environ, overrides
    )
    moves = [match for part in values["EXTENSIONS_PREFIXES"] if (match := MOVE.fullmatch(part))]
    return Choice(
        only_builtin=values["EXTENSIONS"] == "builtin",
        disabled=values["EXTENSIONS_DISABLED"],
        required=values["EXTENSIONS_REQUIRED"],
        strict=values["EXTENSIONS_STRICT"],
        prefixes={match["name"]: match["prefix"] for match in moves},
    )


def read_all(
    roster: Roster,
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    disabled: Iterable[str] = (),
) -> dict[str, Any]:
    """Every setting of the site and of all extensions that are in.

    An extension whose own settings are wrong is left out. Settings of those that are not in are left alone; one that
    a package does not have, or has no more, is only logged. Raises :class:`SettingsError` for all others.
    """
    table = _read_toml(config_file)
    for entry in roster.active:
        if entry.package and entry.extension and entry.extension.settings:
            own = {setting.name: setting for setting in entry.extension.settings}
            try:
                _values(own, table, config_file, environ, overrides)
            except SettingsError as error:
                step = f"change it there, or upgrade {entry.package}"
                roster.fail(entry, f"settings: {'; '.join(str(error).splitlines())}; {step}")
    roster.settle()
    known = [*SETTINGS, *(s for entry in roster.active if entry.extension for s in entry.extension.settings)]
    foreign = {entry.name for entry in roster.entries if entry.package or entry not in roster.active}
    builtin = {entry.name for entry in roster.active if not entry.package}
    prefixes = (f"{name.upper()}_" for name in {*foreign, *disabled} - builtin)  # a second "article" excuses no slip
    spared = tuple(prefix for prefix in prefixes if not any(setting.name.startswith(prefix) for setting in SETTINGS))
    in_force = tuple(f"{entry.name.upper()}_" for entry in roster.active)
    return read_settings(known, config_file, environ, overrides, spared=spared, in_force=in_force)


def read_settings(
    settings: Iterable[Setting],
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    *,
    spared: tuple[str, ...] = (),
    in_force: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Every setting's value: an override, else the environment, else ``config_file``, else the default.

    Raises :class:`SettingsError` with a line for each value that is wrong and each name that is unknown. An unknown
    name that begins with one of ``spared`` is no fault; it is logged where an extension ``in_force`` might have had it.
    """
    known = {setting.name: setting for setting in settings}
    table = _read_toml(config_file)
    given: list[tuple[str, Path | str]] = [(name, "argument") for name in overrides or ()]
    given += [(name, config_file) for name in table]
    given += [
        (name.removeprefix(ENVIRONMENT_PREFIX), f"environment {name}")
        for name in sorted(environ)
        if name.startswith(ENVIRONMENT_PREFIX) and name not in _NOT_SETTINGS
    ]
    faults = []
    for name, source in given:
        if name.startswith(spared) and name not in known:
            if name.startswith(in_force):
                log.warning("%s is not used", _unknown(name, known, source).partition("; known are")[0])
        elif name not in known:
            faults.append(_unknown(name, known, source))
    try:
        values = _values(known, table, config_file, environ, overrides)
    except SettingsError as error:
        faults.append(str(error))
    if faults:
        raise SettingsError("\n".join(faults))
    return values


def _values(
    known: Mapping[str, Setting],
    table: Mapping[str, Any],
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None,
) -> dict[str, Any]:
    values, faults = {}, []
    for name, setting in known.items():
        variable = ENVIRONMENT_PREFIX + name
        given: Any = setting.default
        source = "default"
        try:
            if overrides and name in overrides:
                given, source = overrides[name], "argument"
                values[name] = setting.checked(given)
            elif variable in environ:
                given, source = environ[variable], f"environment {variable}"
                values[name] = setting.from_text(given)
            elif name in table:
                given, source = table[name], str(config_file)
                values[name] = setting.from_toml(given)
            else:
                values[name] = setting.default
        except ValueError as error:
            faults.append(f"{name} is {_shown(name, given)} ({source}): {error}")
        except Exception as error:  # the check of an extension's own setting
            faults.append(f"{name} ({source}): cannot be checked: {type(error).__name__}: {error}")
    if faults:
        raise SettingsError("\n".join(faults))
    return values


@dataclass(frozen=True)
class Source:
    """Where a value comes from: ``kind`` is default, file or environment, and ``place`` says where there."""

    kind: str
    place: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """For people: ``config.toml:3``."""
        in_words = {"file": f"{self.place}:{self.line}", "environment": f"environment {self.place}"}
        return in_words.get(self.kind, self.kind)


def in_force(
    settings: Iterable[Setting], config_file: Path, environ: Mapping[str, str]
) -> list[tuple[Setting, Any, Source]]:
    """Each setting with its value and where that comes from, as :func:`read_settings` has it.

    Raises :class:`SettingsError`.
    """
    known, table = {setting.name: setting for setting in settings}, _read_toml(config_file)
    values = _values(known, table, config_file, environ, None)
    lines = config_file.read_text(encoding="utf-8").splitlines() if table else []
    return [(known[name], value, _source(name, table, lines, config_file, environ)) for name, value in values.items()]


def _source(
    name: str, table: Mapping[str, Any], lines: list[str], config_file: Path, environ: Mapping[str, str]
) -> Source:
    if ENVIRONMENT_PREFIX + name in environ:
        return Source("environment", ENVIRONMENT_PREFIX + name)
    if name not in table:
        return Source("default")
    key = re.compile(rf"""[ \t]*(["']?){re.escape(name)}\1[ \t]*=""")
    return Source("file", str(config_file), next((n for n, line in enumerate(lines, 1) if key.match(line)), None))


def is_private(name: str, text: str) -> bool:
    """Whether nobody else may read it: a key, a password, or an address with one in it."""
    return bool(_PRIVATE.search(name) or re.search(r"://.*@", text))


def _shown(name: str, given: Any) -> str:
    """A value for an error message, without what nobody else may read."""
    return "(hidden)" if _PRIVATE.search(name) else re.sub(r"(?<=://).*@", "(hidden)@", repr(given))


def _read_toml(config_file: Path) -> dict[str, Any]:
    if not config_file.is_file():
        return {}
    try:
        return tomllib.loads(config_file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{config_file} cannot be read: {error}") from error
    except OSError as error:
        step = "Run this as the site's user; if it is, give the file to it with chown"
        raise SettingsError(f"{config_file} cannot be read by this user: {error.strerror}. {step}") from error


def _unknown(name: str, known: Mapping[str, Setting], source: Path | str) -> str:
    close = difflib.get_close_matches(name.upper(), known, n=1)
    hint = (
        f"; did you mean {close[0]}?"
        if close
        else f"; known are {', '.join(known)}. Where it belongs to an extension that is not installed, take it away, "
        "or name that extension in EXTENSIONS_DISABLED"
    )
    return f"{name} ({source}): there is no such setting{hint}"
