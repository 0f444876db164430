"""Settings sources: arguments, the environment, ``config.toml``, defaults; and their checks."""

from __future__ import annotations

import difflib
import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fwsite.config import CHOICE, MOVE, SETTINGS
from fwsite.plugins.loader import Choice
from fwsite.plugins.setting import Setting
from fwsite.plugins.state import Roster, to_mend

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
    gone: Iterable[str] = (),
    *,
    forgiving: bool = False,
) -> dict[str, Any]:
    """Every setting of the site and of all extensions that are in.

    An extension whose own settings are wrong is left out. Settings of those that are not in are left alone; one that
    a package does not have, or has no more, is only logged, and so are those of extensions that are ``gone``. Where the
    host wants to look into that, ``forgiving``, so is each that resembles none of the site's own. Raises
    :class:`SettingsError` for all others.
    """
    table = _read_toml(config_file)
    for entry in roster.active:
        if entry.package and entry.extension and entry.extension.settings:
            own = {setting.name: setting for setting in entry.extension.settings}
            try:
                _values(own, table, config_file, environ, overrides)
            except SettingsError as error:
                lines = str(error).splitlines()
                roster.fail(entry, f"settings: {'; '.join(lines)}; {_step(lines, entry.package)}")
    roster.settle()
    known = [*SETTINGS, *(s for entry in roster.active if entry.extension for s in entry.extension.settings)]
    foreign = {entry.name for entry in roster.entries if entry.package or entry not in roster.active}
    builtin = {entry.name for entry in roster.active if not entry.package}
    names = {*foreign, *disabled, *gone} - builtin  # a second "article" excuses no slip
    prefixes = {_prefix(name): name for name in names if not any(s.name.startswith(_prefix(name)) for s in SETTINGS)}
    left_here = {*foreign, *disabled}
    excuses = Excuses(
        silent=tuple(prefix for prefix, name in prefixes.items() if name in left_here),
        in_force=tuple(_prefix(entry.name) for entry in roster.active),
        gone={prefix: name for prefix, name in prefixes.items() if name not in left_here},
        forgiving=forgiving,
    )
    return read_settings(known, config_file, environ, overrides, excuses)


def _step(faults: list[str], package: str) -> str:
    """What a host does about wrong settings; where the default or the check is wrong, it is not the host's fault."""
    if any(" (default): " in fault for fault in faults):
        return to_mend(package)
    if any("): cannot be checked: " in fault for fault in faults):
        return f"change it there, or {to_mend(package)}"
    return "change it there, or remove it to use the default"


def _prefix(name: str) -> str:
    return f"{name.upper()}_"


@dataclass(frozen=True)
class Excuses:
    """Why a name that no setting has may be no typing error: by the beginnings that names have.

    Of those that are ``silent`` nothing is said, but where they might be those of an extension ``in_force``. ``gone``
    gives the extension that was installed here once.
    """

    silent: tuple[str, ...] = ()
    in_force: tuple[str, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    forgiving: bool = False

    def of(self, name: str, known: Mapping[str, Setting], source: Path | str) -> str | None:
        """What is to be logged of it, perhaps nothing; ``None`` where there is no excuse."""
        owner = next((self.gone[prefix] for prefix in self.gone if name.startswith(prefix)), "")
        if name.startswith(self.silent):
            return _not_used(name, known, source) if name.startswith(self.in_force) else ""
        if owner:
            return (
                f"{name} ({source}) is not used: it is of the extension {owner}, which is not installed; take it away, "
                f"or name {owner} in EXTENSIONS_DISABLED"
            )
        if self.forgiving and not _close(name, [setting.name for setting in SETTINGS]):
            return _not_used(name, known, source)
        return None


def read_settings(
    settings: Iterable[Setting],
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    excuses: Excuses = Excuses(),
) -> dict[str, Any]:
    """Every setting's value: an override, else the environment, else ``config_file``, else the default.

    Raises :class:`SettingsError` with a line for each value that is wrong and each unknown name without excuse.
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
        excuse = "" if name in known else excuses.of(name, known, source)
        if excuse is None:
            faults.append(_unknown(name, known, source))
        elif excuse:
            log.warning(excuse)
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


def _close(name: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(name.upper(), list(known), n=1)


def _hint(name: str, known: Mapping[str, Setting]) -> str:
    return "".join(f"; did you mean {close}?" for close in _close(name, known))


def _not_used(name: str, known: Mapping[str, Setting], source: Path | str) -> str:
    return f"{name} ({source}) is not used: there is no such setting{_hint(name, known)}"


def _unknown(name: str, known: Mapping[str, Setting], source: Path | str) -> str:
    hint = _hint(name, known) or (
        f"; known are {', '.join(known)}. Where it belongs to an extension that is not installed, take it away, or "
        "name that extension in EXTENSIONS_DISABLED"
    )
    return f"{name} ({source}): there is no such setting{hint}"
